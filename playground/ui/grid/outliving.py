"""Grids outlive the app: what was asked for is noted in the gallery, and goes on after a restart with what is made."""

from __future__ import annotations

import logging
from collections.abc import Callable

from playground.api.serving import serve
from playground.engine.cells import Made, Notes
from playground.engine.grid import GridRun, Grids
from playground.errors import PlaygroundError
from playground.families.grid import Grid
from playground.families.grid_records import from_record
from playground.families.requests import Request
from playground.gallery import Entry, Gallery, Viewer
from playground.gallery.apps import resume
from playground.gallery.entries import result_id
from playground.gallery.grids import NotedGrid, NotedGrids
from playground.gallery.keeping import Kept, report_of
from playground.language import Text
from playground.ui.gallery.serving import width_of
from playground.ui.grid.files import CellResult, cell_keeper, grid_finisher
from playground.ui.result.running import Desk
from playground.ui.result.stage import Served

log = logging.getLogger(__name__)


def start_grid(desk: Desk, grids: Grids, grid: Grid, noted: NotedGrid, again: bool = False) -> GridRun:
    """Start to make a grid that is noted, so that a restart of the app does not end it.

    Args:
        desk: Where cells are kept.
        grids: All grids of the server.
        grid: What to make.
        noted: What is written down of it.
        again: Whether it was begun before a restart, and some of its cells may be there.
    """

    def job(index: int) -> str:
        return desk.names.of("cell", noted.id, str(index))

    visitor, _, _ = noted.owner.partition("/")
    keeper = cell_keeper(grid, desk.outputs, desk.gallery, visitor, noted.parent, job)
    finish = grid_finisher(desk.outputs, dict(noted.written), noted.language, desk.names.of("files", noted.id))
    if desk.gallery is None:
        return grids.start(noted.owner, grid, keeper, finish, Notes(noted.id, job))
    book = desk.gallery.grids
    book.note(noted)
    made = _made_before(desk.gallery, grid, noted, job) if again else {}
    notes = Notes(noted.id, job, made, _Leaving(book, noted).left_out, lambda: book.forget(noted.id))
    return grids.start(noted.owner, grid, keeper, finish, notes)


def take_up_grids(desk: Desk, grids: Grids) -> None:
    """Go on with the grids of before the app was started again, and have those found that are complete."""
    if desk.gallery is None:
        return
    catalog, book = desk.engine.catalog, desk.gallery.grids
    resume(
        book.all,
        lambda noted: start_grid(desk, grids, from_record(noted.plan, catalog), noted, again=True),
        lambda noted: book.forget(noted.id),
    )


class _Leaving:
    """Notes which cells of a grid are left out; called on one thread, it writes only what changes.

    Args:
        book: Where it is noted.
        noted: The grid, with what is noted already.
    """

    def __init__(self, book: NotedGrids, noted: NotedGrid) -> None:
        self._book, self._id, self._out = book, noted.id, set(noted.left_out)

    def left_out(self, index: int, made: Made) -> None:
        """Note a cell's state."""
        out = made.state in ("stopped", "failed")
        if out and index not in self._out:
            self._out.add(index)
            self._book.leave_out(self._id, index, Text(made.error.en, made.error.zh) if made.error else None)
        elif index in self._out and not out:
            self._out.discard(index)
            self._book.take_in(self._id, index)


def _made_before(gallery: Gallery, grid: Grid, noted: NotedGrid, job: Callable[[int], str]) -> dict[int, Made]:
    """Return how far a grid's cells were: what is in the gallery is done, whatever else was noted of it."""
    visitor, _, _ = noted.owner.partition("/")
    made = {
        index: Made("failed", error=PlaygroundError(*why)) if why else Made("stopped")
        for index, why in noted.left_out.items()
    }
    ids = {result_id(grid.task.task, job(index)): index for index in grid.wanted}
    for entry in gallery.find(Viewer(visitor), list(ids)):
        try:
            made[ids[entry.id]] = Made("done", _cell(gallery, entry, grid.task))
        except PlaygroundError as error:  # its files are gone: it is made again
            log.warning("%s", error)
    return made


def _cell(gallery: Gallery, entry: Entry, task: type[Request]) -> CellResult:
    files = gallery.paths(entry)
    given = Served([serve(path) for path in files], [path.name for path in files], entry.id)
    seeds = [file.seed for file in entry.files if file.seed is not None]
    report = report_of(entry.record, seeds or [seed for seed in [entry.record.seed] if seed is not None])
    return CellResult(task, Kept(files, entry.id), given, report, width_of(given))
