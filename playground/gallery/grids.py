"""Grids that are on their way, on the disk: what they are to show and what of it was left out. Makes none itself.

What is made of one is in the gallery already, under names that follow from the grid's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.gallery.apps import THIS_APP, lives
from playground.gallery.database import Database
from playground.language import Language, Text


@dataclass(frozen=True)
class NotedGrid:
    """A grid that somebody asked for.

    Attributes:
        id: Its name, which cannot be guessed.
        owner: Whose it is: ``visitor/page``.
        plan: What it shows, as ``families.grid_records`` writes it.
        written: What was written for each axis, by its field.
        parent: Id of the result that it was varied from; empty for none.
        language: The language of the headings in its files.
        left_out: The cells that are not to be made, each with why it failed; None where somebody left it out.
    """

    id: str
    owner: str
    plan: Mapping[str, Any]
    written: Mapping[str, str]
    parent: str = ""
    language: Language = "en"
    left_out: Mapping[int, Text | None] = field(default_factory=dict)


class NotedGrids:
    """The grids that are noted in one gallery. A note that cannot be written costs only what a restart would find.

    Args:
        database: The gallery's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held = False

    def note(self, grid: NotedGrid) -> None:
        """Note a grid that is about to be made, or taken up by this app."""
        asked = (json.dumps(grid.written, ensure_ascii=False), json.dumps(grid.plan, ensure_ascii=False))
        self._database.note(
            """INSERT INTO grids (id, app, owner, parent, language, written, plan) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET app = excluded.app""",
            (grid.id, THIS_APP, grid.owner, grid.parent, grid.language, *asked),
        )

    def leave_out(self, id: str, cell: int, why: Text | None) -> None:
        """Note that a cell is not to be made: why it failed, or None where somebody left it out."""
        if not self._held:
            self._database.note("INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?)", (id, cell, *(why or ("", ""))))

    def take_in(self, id: str, cell: int) -> None:
        """Note that a cell which was left out is to be made after all."""
        self._database.note("DELETE FROM left_out WHERE grid = ? AND cell = ?", (id, cell))

    def forget(self, id: str) -> None:
        """Forget a grid."""
        self._database.note("DELETE FROM grids WHERE id = ?", (id,))

    def hold(self) -> None:
        """Note no cell as left out from now on: the app ends, and ends its jobs, which nobody asked for."""
        self._held = True

    def all(self) -> list[NotedGrid]:
        """Return the grids of apps that have ended, in the order in which they were asked for.

        Raises:
            GalleryError: The index cannot be read.
        """
        with self._database.reading() as index:
            rows = index.execute("SELECT * FROM grids ORDER BY number").fetchall()
            left_out = {
                row["id"]: {
                    cell: Text(en, zh) if en else None
                    for cell, en, zh in index.execute("SELECT cell, en, zh FROM left_out WHERE grid = ?", (row["id"],))
                }
                for row in rows
            }
        return [
            NotedGrid(
                row["id"], row["owner"], json.loads(row["plan"]), json.loads(row["written"]), row["parent"],
                "zh" if row["language"] == "zh" else "en", left_out[row["id"]],
            )
            for row in rows
            if not lives(row["app"])
        ]  # fmt: skip
