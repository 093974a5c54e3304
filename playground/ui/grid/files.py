"""The files of a grid: every cell's own, all of them in one archive, and the whole as one labelled picture."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from typing import BinaryIO

from PIL import Image

from playground.api.serving import serve
from playground.engine import Done, Report
from playground.engine.grid import GridRun
from playground.families.grid import Grid
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.gallery.keeping import Kept, Outputs, keep, metadata_of
from playground.language import Language
from playground.media.grid import Table, labelled_grid
from playground.media.png import write_png
from playground.media.writing import make_folder, write_whole
from playground.outcomes import find_kind
from playground.ui.grid import texts
from playground.ui.grid.table import corner_of, label_of, title_of
from playground.ui.result import texts as texts_of_results
from playground.ui.result.downloads import chip
from playground.ui.result.showing import served
from playground.ui.result.stage import Served


@dataclass(frozen=True)
class CellResult:
    """A cell that is made.

    Attributes:
        task: Its request type.
        files: Its files.
        served: Its files as its visitor may fetch them.
        report: What is known about it.
        width: Its picture's, in pixels; 0 where it is none.
    """

    task: type[Request]
    files: Kept
    served: Served
    report: Report
    width: int

    def reopen(self) -> Done:
        """Return the result, read from its files."""
        made = find_kind(self.task.makes).read(self.files.files, metadata_of(self.report, 0))
        return Done(made, self.report)

    def card(self) -> Image.Image:
        """Return one picture that stands for the result."""
        return find_kind(self.task.makes).card(self.files.id, self.files.files)


def cell_keeper(
    grid: Grid,
    outputs: Outputs,
    gallery: Gallery | None = None,
    owner: str = "",
    parent: str = "",
    job: Callable[[int], str] = lambda index: "",
) -> Callable[[int, Done], CellResult]:
    """Return a function that writes a cell's files, for its owner to find in the gallery.

    Args:
        grid: Whose cells.
        outputs: Where files are kept.
        gallery: Where they are found again.
        owner: Whose they are there.
        parent: Id of the result that they were varied from.
        job: Names the job that makes a cell, and so its result; empty draws a name.
    """

    def keep_cell(index: int, done: Done) -> CellResult:
        request = grid.cells[index].request
        files = keep(done, request, outputs, False, gallery, owner, parent, aside=True, job=job(index))
        return CellResult(grid.task, files, served(files), done.report, getattr(done.made[0], "width", 0))

    return keep_cell


def grid_finisher(
    outputs: Outputs, written: dict[str, str], language: Language, name: str
) -> Callable[[GridRun], Served]:
    """Return a function that writes the labelled picture and the archive.

    Args:
        outputs: Where files are kept.
        written: What the visitor wrote for each axis.
        language: The language of the headings.
        name: What tells its files from those of other grids; it cannot be guessed.
    """

    def finish(run: GridRun) -> Served:
        folder = make_folder(outputs.folder / datetime.now().strftime("%Y-%m-%d"))
        stem = f"{run.grid.task.task}-grid-{name}"
        first = next(made.kept for cell in run.grid.cells if (made := run[cell.twin]).state == "done")
        record = metadata_of(first.report, 0, labelled=outputs.labelled).model_copy(update={"grid": written})
        page = labelled_grid(*_tables(run, language))
        paths = [
            write_png(page, folder / f"{stem}.png", record),
            write_whole(folder / f"{stem}.zip", partial(_pack, run)),
        ]
        return Served([serve(path) for path in paths], [path.name for path in paths])

    return finish


def grid_downloads(given: Served, language: Language) -> str:
    """Offer the labelled picture and the archive."""
    labels = (texts.LABELLED, texts.ALL_FILES)
    chips = "".join(
        chip(path, name, label.to(language)) for path, name, label in zip(given.paths, given.names, labels, strict=True)
    )
    return f'<div class="pg-downloads"><span>{escape(texts_of_results.DOWNLOAD.to(language))}</span>{chips}</div>'


def _tables(run: GridRun, language: Language) -> tuple[list[Table], str]:
    columns, rows, tables = run.grid.sizes
    across, down, deep = [*run.grid.axes, None, None, None][:3]
    pictures = [_picture(run, index) for index in range(len(run.grid.cells))]
    heads = [label_of(across, index, language) for index in range(columns)] if across else [""] * columns
    sides = [label_of(down, index, language) for index in range(rows)] if down else [""]
    size = columns * rows
    drawn = [
        Table(
            title_of(deep, index, language) if deep else "",
            heads,
            sides,
            pictures[index * size : (index + 1) * size],
        )
        for index in range(tables)
    ]
    return drawn, corner_of(across, down, language) if across else ""


def _picture(run: GridRun, index: int) -> Image.Image | None:
    made = run[index]
    if made.state != "done":
        return None
    card: Image.Image = made.kept.card()
    return card


def _pack(run: GridRun, file: BinaryIO) -> None:
    """Pack the files of every different cell once, in the grid's order; pictures and clips do not get smaller."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for index, cell in enumerate(run.grid.cells):
            if cell.twin == index and run[index].state == "done":
                for path in run[index].kept.files.files:
                    archive.write(path, f"{index + 1:03d}-{path.name}")
