"""What is noted of a grid comes back after the app has ended, and not to another app that still runs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil

from playground.gallery import Gallery
from playground.gallery.grids import NotedGrid
from playground.gallery.naming import Names
from playground.gallery.store import INDEX
from playground.language import Text

GRID = NotedGrid("0a" * 12, "ann/page", {"task": "words", "cells": [[[0], {}, 0]]}, {"seed": "1..3"}, "words-1", "zh")


def test_a_noted_grid_comes_back_with_what_was_left_out_until_it_is_forgotten(tmp_path: Path) -> None:
    book = Gallery(tmp_path).grids
    book.note(GRID)
    for cell, why in ((1, None), (2, Text("no", "不")), (3, None)):
        book.leave_out(GRID.id, cell, why)
    book.take_in(GRID.id, 3)
    (found,) = Gallery(tmp_path).grids.all()
    assert found == NotedGrid(
        GRID.id, "ann/page", GRID.plan, {"seed": "1..3"}, "words-1", "zh", {1: None, 2: Text("no", "不")}
    )
    book.note(found)
    assert Gallery(tmp_path).grids.all() == [found], "it is one grid, whoever takes it up"
    book.forget(GRID.id)
    assert book.all() == []
    book.note(GRID)
    assert book.all()[0].left_out == {}


def test_an_app_that_ends_leaves_no_cell_out(tmp_path: Path) -> None:
    book = Gallery(tmp_path).grids
    book.note(GRID)
    book.hold()
    book.leave_out(GRID.id, 1, None)
    assert book.all()[0].left_out == {}


def test_another_app_on_the_same_folder_keeps_its_own_grids(tmp_path: Path) -> None:
    book, other = Gallery(tmp_path).grids, subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    book.note(GRID)
    with sqlite3.connect(tmp_path / INDEX) as index:
        index.execute("UPDATE grids SET app = ?", (f"{other.pid} since {psutil.Process(other.pid).create_time()}",))
    assert book.all() == []
    other.kill()
    other.wait()
    assert len(book.all()) == 1


def test_names_follow_from_their_words_and_from_a_secret_of_the_folder(tmp_path: Path) -> None:
    here, again = Gallery(tmp_path / "here").names, Gallery(tmp_path / "here").names
    assert here.of("job", "ann", "1") == again.of("job", "ann", "1") != here.of("job", "ann", "2")
    assert here.of("a", "b c") != here.of("a b", "c")
    assert Gallery(tmp_path / "there").names.of("job", "ann", "1") != here.of("job", "ann", "1")
    alone = Names(None)
    assert alone.of("x", length=24) == alone.of("x", length=24) and len(alone.of("x", length=24)) == 24
