"""A comparison as the page shows it: a column a generator, the figures below, and quality against diversity."""

from __future__ import annotations

from html import escape

from PIL.Image import Image

from playground.families.compare_requests import GENERATORS
from playground.language import Language, Text
from playground.media.pictures import data_url
from playground.outcomes.comparison import REAL, Comparison
from playground.ui.result import texts

TITLES = {**GENERATORS, REAL: Text("Real", "真实")}
FIGURES = {
    "accuracy": Text("As asked ↑", "符合要求 ↑"),
    "fid": Text("FID ↓", "FID ↓"),
    "inception_score": Text("Inception Score ↑", "Inception Score ↑"),
    "ms_ssim": Text("Likeness in a class (MS-SSIM)", "类内相似度（MS-SSIM）"),
    "precision": Text("Precision ↑", "精确率 ↑"),
    "recall": Text("Recall ↑", "召回率 ↑"),
    "density": Text("Density ↑", "密度 ↑"),
    "coverage": Text("Coverage ↑", "覆盖率 ↑"),
    "bits_per_dimension": Text("Bits a pixel ↓", "每像素比特 ↓"),
    "seconds": Text("Seconds a picture ↓", "每张秒数 ↓"),
    "parameters": Text("Parameters", "参数量"),
}
COLORS = {"vae": "#6366f1", "gan": "#ec4899", "pixelcnn": "#f59e0b", "diffusion": "#10b981", "flow": "#0ea5e9"}
SIDE, EDGE = 260, 34


def comparison(shown: Comparison, language: Language) -> str:
    """Show a comparison as it is by now."""
    columns = []
    for place, (name, sheet) in enumerate(zip(shown.names, shown.sheets, strict=True)):
        title = _title(name, language)
        forming = shown.forming[place] if place < len(shown.forming) else None
        drawn = _image(forming, texts.FORMING.format(title).to(language), "pg-forming") if forming else ""
        samples = _image(sheet, texts.SAMPLES_OF.format(title).to(language), "pg-samples")
        columns.append(f'<section data-name="{escape(name)}"><h2>{escape(title)}</h2>{drawn}{samples}</section>')
    return (
        f'<div class="pg-stage pg-comparison"><div class="pg-compared">{"".join(columns)}</div>'
        f'{_table(shown, language)}<div class="pg-scatter">{_scatter(shown, language)}</div>'
        f'<p class="pg-small">{escape(texts.JUDGED.to(language))}</p></div>'
    )


def _title(name: str, language: Language) -> str:
    return TITLES[name].to(language) if name in TITLES else name


def _image(picture: Image, words: str, kind: str) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img class="{kind}" src="{data_url(picture)}" {size} alt="{escape(words)}">'


def _table(shown: Comparison, language: Language) -> str:
    """A row a figure: on a phone there is room for six columns of numbers, not for eleven."""
    scores, spreads = shown.scores, shown.spreads
    heads = "".join(f'<th scope="col">{escape(_title(name, language))}</th>' for name in scores.rows)
    rows = []
    for column, figure in enumerate(scores.columns):
        title = FIGURES[figure].to(language) if figure in FIGURES else figure
        cells = [
            f"<td>{_number(figure, values[column])}{_spread(figure, spread[column])}</td>"
            for values, spread in zip(scores.values, spreads.values, strict=True)
        ]
        rows.append(f'<tr><th scope="row">{escape(title)}</th>{"".join(cells)}</tr>')
    corner = f'<th scope="col">{escape(texts.GENERATOR.to(language))}</th>'
    table = f"<table><thead><tr>{corner}{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="pg-figures" tabindex="0">{table}</div>'


def _number(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if figure == "accuracy":
        return f"{value:.1%}"
    if figure == "parameters":
        return f"{value / 1e6:.2f} M"
    return f"{value:.3g}"


def _spread(figure: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"<small> ± {value:.1%}</small>" if figure == "accuracy" else f"<small> ± {value:.2g}</small>"


def _scatter(shown: Comparison, language: Language) -> str:
    """Draw precision over recall, a dot a generator and a ring for what is real."""
    scores = shown.scores
    up, right = scores.columns.index("precision"), scores.columns.index("recall")
    room = SIDE - 2 * EDGE
    axis = 'stroke="currentColor" stroke-opacity=".45"'
    parts = [
        f'<path d="M{EDGE} {EDGE}V{SIDE - EDGE}H{SIDE - EDGE}" fill="none" {axis}/>',
        f'<text x="{EDGE}" y="{EDGE - 10}">{escape(FIGURES["precision"].to(language))}</text>',
        f'<text x="{SIDE - EDGE}" y="{SIDE - 10}" text-anchor="end">{escape(FIGURES["recall"].to(language))} →</text>',
    ]
    for name, values in zip(scores.rows, scores.values, strict=True):
        quality, diversity = values[up], values[right]
        if quality is None or diversity is None:
            continue
        x, y = EDGE + room * min(1.0, diversity), SIDE - EDGE - room * min(1.0, quality)
        look = f'fill="{COLORS[name]}"' if name in COLORS else 'fill="none" stroke="currentColor" stroke-width="2"'
        parts.append(
            f'<circle data-name="{escape(name)}" cx="{x:.1f}" cy="{y:.1f}" r="6" {look}>'
            f"<title>{escape(_title(name, language))}</title></circle>"
        )
    words = escape(texts.SCATTER.to(language))
    names = "".join(
        f'<li style="--dot: {COLORS.get(name, "transparent")}">{escape(_title(name, language))}</li>'
        for name in scores.rows
    )
    drawn = f'<svg viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{words}">{"".join(parts)}</svg>'
    return f'{drawn}<div><ul class="pg-dots">{names}</ul><p>{words}</p></div>'
