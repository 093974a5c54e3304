"""Turns what is looked for into SQL. Every value travels as a parameter."""

from __future__ import annotations

import sqlite3

from playground.gallery.entries import Filter, Viewer

SHORTEST_TRIGRAM = 3
MOST_WORDS = 16
Clause = tuple[str, list[object]]


def visible(viewer: Viewer) -> Clause:
    """Choose the results that a viewer may see."""
    if viewer.sees_all:
        return "results.whole = 1 AND results.deleted_at IS NULL", []
    owned, values = own(viewer)
    return f"results.whole = 1 AND results.deleted_at IS NULL AND {owned}", values


def tallied(viewer: Viewer) -> Clause:
    """Choose the counts of what a viewer may see."""
    if viewer.sees_all:
        return "1", []
    owned, values = own(viewer)
    return owned.replace("results.", "tallies."), values


def own(viewer: Viewer) -> Clause:
    """Choose the results that a viewer may change."""
    if viewer.adopts:
        return "results.owner IN (?, '')", [viewer.owner]
    return "results.owner = ?", [viewer.owner]


def matching(viewer: Viewer, wanted: Filter, connection: sqlite3.Connection) -> Clause:
    """Choose the results that a viewer may see and that pass the filter."""
    shown, values = visible(viewer)
    clauses = [shown]
    for column, value in (("family", wanted.family), ("checkpoint", wanted.checkpoint)):
        if value:
            clauses.append(f"results.{column} = ?")
            values.append(value)
    if wanted.since:
        clauses.append("results.made_at >= ?")
        values.append(wanted.since)
    if wanted.favourites:
        clauses.append("results.favourite = 1")
    for clause, given in _words(wanted.words, connection):
        clauses.append(clause)
        values += given
    return " AND ".join(clauses), values


def _words(text: str, connection: sqlite3.Connection) -> list[Clause]:
    words = text.casefold().split()[:MOST_WORDS]
    indexed = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search'").fetchone() is not None
    long = [word for word in words if indexed and len(word) >= SHORTEST_TRIGRAM]
    clauses: list[Clause] = []
    if long:
        phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        clauses.append(("results.number IN (SELECT rowid FROM search WHERE search MATCH ?)", [phrases]))
    for word in words:
        if word not in long:
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            clauses.append(("results.words LIKE ? ESCAPE '\\'", [f"%{escaped}%"]))
    return clauses
