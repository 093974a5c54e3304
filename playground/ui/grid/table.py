"""A grid as HTML: tables with headings, whose cells fill, can be opened and left out."""

from __future__ import annotations

from html import escape
from pathlib import Path

from playground.engine import Report
from playground.engine.grid import GridRun
from playground.families.grid import Axis
from playground.language import Language, Text
from playground.ui.grid import texts
from playground.ui.result.stage import SMALLEST_SMOOTH, Served, best_first, file_url

PICTURES = {".png", ".webp", ".gif"}


def grid_table(run: GridRun, language: Language, size: str = "grid") -> str:
    """Show a grid as far as it is.

    Args:
        run: The grid.
        language: The headings' language.
        size: "grid", or "row" for a few large cells.
    """
    columns, rows, tables = run.grid.sizes
    across, down, deep = [*run.grid.axes, None, None, None][:3]
    parts = []
    for table in range(tables):
        heading = f"<h2>{_title(deep, table, language)}</h2>" if deep else ""
        head = ""
        if across:
            corner = f'<td class="pg-corner">{_corner(across, down, language)}</td>' if down else ""
            labels = "".join(f'<th scope="col">{_label(across, index, language)}</th>' for index in range(columns))
            head = f"<thead><tr>{corner}{labels}</tr></thead>"
        body = ""
        for row in range(rows):
            first = (table * rows + row) * columns
            side = f'<th scope="row">{_label(down, row, language)}</th>' if down else ""
            cells = "".join(_cell(run, index, language) for index in range(first, first + columns))
            body += f"<tr>{side}{cells}</tr>"
        parts.append(f"{heading}<table>{head}<tbody>{body}</tbody></table>")
    stage = f"{run.grid.task.task}-stage"
    width = next((kept.width for index in range(len(run.grid.cells)) if (kept := run[index].kept)), 0)
    smooth = " pg-smooth" if width >= SMALLEST_SMOOTH else ""
    known = f'data-grid="{run.id}" data-stage="{stage}"'
    rated = sum(
        bool(run[index].kept) and _fit(run[index].kept.report) is not None for index in range(len(run.grid.cells))
    )
    sort = best_first(language) if size == "grid" and rated > 1 else ""
    return f'<div class="pg-grid pg-grid-{size}{smooth}" {known}>{"".join(parts)}{sort}</div>'


def picture_file(given: Served) -> Path:
    """Return the file of a result that a browser shows as a picture."""
    return next(path for path in reversed(given.paths) if path.suffix in PICTURES)


def label_of(axis: Axis, index: int, language: Language) -> str:
    """Return the heading of one place on an axis."""
    return axis.points[index].label.to(language)


def corner_of(across: Axis, down: Axis | None, language: Language) -> str:
    """Say what the columns and the rows are."""
    return " × ".join(axis.title.to(language) for axis in (across, down) if axis)


def title_of(deep: Axis, index: int, language: Language) -> str:
    """Return what stands above a table."""
    return f"{deep.title.to(language)} {label_of(deep, index, language)}"


def _cell(run: GridRun, index: int, language: Language) -> str:
    made = run[index]
    match made.state:
        case "done":
            words = escape(_settings(run, index))
            url = escape(file_url(picture_file(made.kept.served)))
            hint, fit = escape(texts.CELL.to(language)), _fit(made.kept.report)
            rated = f' data-fit="{fit}"' if fit is not None else ""
            return (
                f'<td><button type="button" class="pg-cell" data-cell="{index}" data-act="open" title="{hint}"{rated}>'
                f'<img src="{url}" alt="{words}" decoding="sync"></button></td>'
            )
        case "failed":
            why = escape(made.error.to(language) if made.error else "")
            return f'<td class="pg-cell-failed" title="{why}"><span role="img" aria-label="{why}">!</span></td>'
        case "stopped":
            return f'<td class="pg-cell-stopped"><span>{escape(texts.STOPPED_CELL.to(language))}</span></td>'
    hint = escape(texts.CANCEL_CELL.to(language))
    return (
        f'<td class="pg-cell-{made.state}"><button type="button" data-cell="{index}" data-act="cancel" '
        f'title="{hint}" aria-label="{hint}">×</button></td>'
    )


def _fit(report: Report) -> float | None:
    """Return how well the first picture of a cell fits its words, where that was measured."""
    table = next(iter(report.contents.get("scores", [])), {}) if report.makes == "pictures" else {}
    return table["values"][0][0] if table else None


def _settings(run: GridRun, index: int) -> str:
    request, place = run.grid.cells[index].request, run.grid.cells[index].place
    changed = [axis.field for axis, _ in zip(run.grid.axes, place, strict=False)] or ["seed"]
    return ", ".join(f"{field} {getattr(request, field, '')}" for field in dict.fromkeys(changed))


def _label(axis: Axis | None, index: int, language: Language) -> str:
    return escape(label_of(axis, index, language)) if axis else ""


def _corner(across: Axis, down: Axis | None, language: Language) -> str:
    return escape(corner_of(across, down, language))


def _title(deep: Axis, index: int, language: Language) -> str:
    return escape(title_of(deep, index, language))


def progress(run: GridRun, language: Language) -> tuple[Text, float]:
    """Say how far a grid is, in words and as a share."""
    cells = run.grid.cells
    done = sum(run[index].state == "done" for index in range(len(cells)))
    if run.finished:
        return texts.FINISHED.format(done, len(cells), run.done), 1.0
    words = texts.PROGRESS.format(done, len(cells))
    if not run.left:
        words = Text(f"{words.en} · {texts.PAUSED.en}", f"{words.zh} · {texts.PAUSED.zh}")
    elif (seconds := run.seconds_left) is not None:
        left = texts.LEFT.format(f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
        words = Text(f"{words.en} · {left.en}", f"{words.zh} · {left.zh}")
    return words, done / len(cells)
