"""The wall: what hangs there, what the projector shows of it, and how it leaves."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from playground.errors import RoomError
from playground.room import Room
from playground.room.leaving import page_of, write_zip
from playground.room.wall import LARGEST, MOST_BYTES, Wall
from tests.room.conftest import FROM, picture, put


def test_the_wall_pauses_hides_shows_large_and_clears(opened: Callable[..., Room]) -> None:
    room = opened()
    room.join("p1", room.code, "Anna", FROM)
    wall = Wall(room)
    first, second = put(wall, "p1", "a"), put(wall, "p1", "b")
    assert put(wall, "p1", "a") == first, "what hangs there already stays"
    wall.pause(True)
    third = put(wall, "p1", "c")
    assert [each.id for each in wall.shown()] == [first, second]
    wall.pause(False)
    assert [each.id for each in wall.shown()] == [first, second, third]
    wall.spot(second)
    wall.hide(second, True)
    assert [each.id for each in wall.shown()] == [first, third] and wall.showing.spot == ""
    with pytest.raises(RoomError, match="Only who put it up"):
        wall.take_down(first, "p2")
    wall.take_down(first, "p1")
    assert wall.of("p1") == {"b": second, "c": third}
    wall.clear()
    assert wall.all() == []
    with pytest.raises(RoomError, match="not on the wall any more"):
        wall.spot(second)


def test_a_wall_of_a_hundred_megabytes_is_full_says_so_and_still_leaves(
    opened: Callable[..., Room],
) -> None:
    wall = Wall(opened())
    with pytest.raises(RoomError, match="This file has 8 MB; the wall takes at most 8 MB"):
        put(wall, "p1", "a", content=bytes(LARGEST + 1))
    content = picture() + bytes(LARGEST - len(picture()))
    for number in range(MOST_BYTES // LARGEST):
        put(wall, "p1", f"{number}", content=content)
    with pytest.raises(RoomError, match="The wall is full"):
        put(wall, "p1", "one more", content=content)
    assert sum(each.file.stat().st_size for each in wall.all()) > 0.9 * MOST_BYTES
    page = page_of(wall.all(), "The wall", "en", names=True)
    assert page.count("<figure>") == MOST_BYTES // LARGEST and len(page) > 4 / 3 * 0.9 * MOST_BYTES
    write_zip(wall.all(), page, True, packed := io.BytesIO())
    assert zipfile.ZipFile(packed).testzip() is None


def test_the_wall_leaves_as_a_zip_and_as_one_page_that_needs_nothing(opened: Callable[..., Room]) -> None:
    room = opened()
    room.join("p1", room.code, "<Anna>", FROM)
    wall = Wall(room)
    put(wall, "p1", "a")
    page = page_of(wall.all(), "The wall", "en", names=True)
    assert "&lt;Anna&gt;" in page and "&lt;b&gt;apple&lt;/b&gt;" in page and "<b>apple</b>" in page
    assert "http://" not in page and "<script" not in page and 'src="data:image/png;base64,' in page
    assert "Anna" not in page_of(wall.all(), "The wall", "zh", names=False)
    packed = io.BytesIO()
    write_zip(wall.all(), page, True, packed)
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["index.html", "001-Anna.png"] and archive.read("001-Anna.png") == picture()
