"""The parts of a "How it works": its layout, a drawing made of boxes and arrows, and formulas in MathML.

Knows no model. Colours come from the page's theme, so that a story reads well in light and dark; nothing is
loaded from anywhere and nothing runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH = 340  # of every drawing, in its own units: on a phone about one CSS pixel each
INK = "var(--body-text-color, currentColor)"
ACCENT = "var(--color-accent, #c2410c)"

STYLE = """<style>
.story {display: flex; flex-wrap: wrap; gap: 8px 36px; max-width: 1120px; margin: 0 auto; line-height: 1.5;
  color: var(--body-text-color)}
.story > figure {flex: 1 1 270px; max-width: 400px; margin: 0 auto}
.story > div {flex: 2 1 min(100%, 400px); min-width: 0}
.story > .wide {flex-basis: 100%}
.story figure > svg {display: block; width: 100%; height: auto}
.story text {font: 14px var(--font, system-ui, sans-serif)}
.story p, .story ul, .story dl {margin: 0 0 8px; padding: 0}
.story h2 {margin: 4px 0; font-size: 1em; font-weight: 600}
.story ul {padding-left: 1.2em; list-style: disc}
.story li {margin: 0; list-style: inherit}
.story dl {display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px}
.story dt {font-weight: 600}
.story dd {margin: 0}
.story .formula {display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 6px; padding: 2px 0 6px}
.story math {font-size: 1.08em}
.story .part {display: inline-flex; flex-direction: column}
.story .part i {height: 5px; margin: 2px 2px 1px; border: solid var(--color-accent);
  border-width: 0 1.5px 1.5px; border-radius: 0 0 5px 5px}
.story .part small {text-align: center; font-size: .82em}
.story .sources {font-size: .86em; opacity: .8}
@media (max-width: 520px) {.story dl {display: block} .story dd {margin-bottom: 6px}}
</style>"""


def story(drawing: str, beside: str, below: str) -> str:
    """Put a drawing and its text side by side, or one under the other on a phone; the rest goes below."""
    figure = f"<figure>{drawing}</figure>"
    return f'{STYLE}<div class="story">{figure}<div>{beside}</div><div class="wide">{below}</div></div>'


def glossary(entries: Sequence[tuple[str, str]]) -> str:
    """List words with what they mean; the meanings are HTML."""
    return "<dl>" + "".join(f"<dt>{word}</dt><dd>{meaning}</dd>" for word, meaning in entries) + "</dl>"


def bullets(title: str, lines: Sequence[str]) -> str:
    """List sentences of HTML under a title."""
    return f"<h2>{title}</h2><ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def svg(height: int, label: str, *parts: str) -> str:
    """Draw parts on a canvas of ``WIDTH`` units that is as wide as its place."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}" '
        f'fill="none" stroke-linecap="round" stroke-linejoin="round">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str = "middle", weight: int = 400) -> str:
    """Write words on the baseline y; ``anchor`` says which part of them stands at x."""
    style = f"fill: {INK}; font-weight: {weight}"
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" style="{style}">{escape(words)}</text>'


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    words: str = "",
    *,
    color: str = INK,
    learning: bool = False,
) -> str:
    """Draw a rounded box with words in its middle; dashed if it is there only while the model learns."""
    dashes = ' stroke-dasharray="4 4"' if learning else ""
    frame = (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="7" stroke="{color}" stroke-width="1.3"'
        f'{dashes} fill="var(--background-fill-secondary, none)"/>'
    )
    return frame + (text(x + width / 2, y + height / 2 + 4.5, words) if words else "")


def arrow(*points: tuple[float, float], color: str = INK, learning: bool = False) -> str:
    """Draw a line along points, horizontal or vertical at its end, with a head there."""
    (x0, y0), (x, y) = points[-2:]
    along_x, along_y = (x > x0) - (x < x0), (y > y0) - (y < y0)
    wing = [(x - 7 * along_x - side * 4 * along_y, y - 7 * along_y - side * 4 * along_x) for side in (-1, 1)]
    head = " ".join(f"{px:g},{py:g}" for px, py in ((x, y), *wing))
    line = " ".join(f"{px:g},{py:g}" for px, py in (*points[:-1], (x - 5 * along_x, y - 5 * along_y)))
    dashes = ' stroke-dasharray="4 4"' if learning else ""
    return (
        f'<polyline points="{line}" stroke="{color}" stroke-width="1.3"{dashes}/>'
        f'<polygon points="{head}" fill="{color}"/>'
    )


def tile(x: float, y: float, size: float, drawing: str, *, learning: bool = False) -> str:
    """Frame a drawing of 28 × 28 units as a dark picture, white on black in every theme."""
    dashes = ' stroke-dasharray="4 4"' if learning else ""
    left, top, side = x - 2, y - 2, size + 4
    return (
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" rx="5" stroke="{INK}"{dashes}/>'
        f'<svg x="{x}" y="{y}" width="{size}" height="{size}" viewBox="0 0 28 28">'
        f'<rect width="28" height="28" rx="2" fill="#0b0b0f"/><g stroke="#fff">{drawing}</g></svg>'
    )


def formula(*pieces: str) -> str:
    """Set pieces of one formula side by side; where there is no room, a line breaks between them."""
    return f'<div class="formula">{"".join(pieces)}</div>'


def math(*parts: str, name: str = "") -> str:
    """Make a piece of a formula that stays on one line, marked with a brace and a name if it has one."""
    piece = f"<math><mrow>{''.join(parts)}</mrow></math>"
    # The brace is drawn by the page: a stretched one needs a mathematical font, which phones lack.
    return f'<span class="part">{piece}<i></i><small>{name}</small></span>' if name else piece


def terms(line: str) -> str:
    """Turn words, numbers and signs with blanks between them into MathML; ``a_b`` is a subscript."""
    return "".join(_term(token) for token in line.split())


def sub(base: str, *below: str) -> str:
    """Put MathML below the right of a term."""
    return f"<msub>{_term(base)}<mrow>{''.join(below)}</mrow></msub>"


def under(word: str, below: str) -> str:
    """Put a term under a word, as under "min"."""
    return f'<munder>{_term(word)}{_term(below)}</munder><mspace width=".25em"/>'


def fraction(above: str, below: str) -> str:
    """Put terms over terms."""
    return f'<mspace width=".2em"/><mfrac><mrow>{terms(above)}</mrow><mrow>{terms(below)}</mrow></mfrac>'


def _term(token: str) -> str:
    if "_" in token.strip("_"):
        base, below = token.split("_", 1)
        return f"<msub>{_term(base)}{_term(below)}</msub>"
    if token.isdigit():
        return f"<mn>{token}</mn>"
    if token in ("E", "N", "KL", "I"):
        return f'<mi mathvariant="normal">{token}</mi>'
    if token == "log":
        return '<mi>log</mi><mspace width=".2em"/>'
    if token.isalpha():
        return f"<mi>{token}</mi>"
    if token in "+−=":  # spaced on both sides, even where a formula's piece begins with it
        return f'<mo form="infix">{token}</mo>'
    fence = ' stretchy="false"' if token in "()[]|∥⟨⟩" else ""
    return f"<mo{fence}>{escape(token)}</mo>"
