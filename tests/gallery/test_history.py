"""The history: one's own last results of a family, what each was varied from, and what changed in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Engine
from playground.gallery import Gallery, Viewer
from playground.gallery.keeping import Outputs, keep
from playground.gallery.reconciling import reconcile
from playground.gallery.thumbnails import TINY_SIDE, tiny
from playground.media.metadata import Metadata
from playground.ui.history.strip import Tile, strip
from playground.ui.history.words import changes_in_words
from tests.gallery.results import put, result

ME, OTHER = Viewer("me"), Viewer("other", sees_all=True)


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "outputs")


def ids(gallery: Gallery, viewer: Viewer = ME, count: int = 16) -> list[str]:
    return [entry.id for entry in gallery.history(viewer, "dummy", count)]


def varied(gallery: Gallery, parent: str, aside: bool = False) -> str:
    done, request = result(prompt="varied")
    return keep(done, request, Outputs(gallery.outputs), False, gallery, "me", parent, aside).id


def test_the_last_results_of_a_visitor_know_what_they_were_varied_from(gallery: Gallery) -> None:
    first = put(gallery).id
    second = varied(gallery, first)
    put(gallery, "other")
    assert [(entry.id, entry.parent) for entry in gallery.history(ME, "dummy")] == [(second, first), (first, "")]
    assert ids(gallery, count=1) == [second] and gallery.history(ME, "another family") == []
    assert len(ids(gallery, OTHER)) == 1, "also in a shared gallery the history is one's own"
    gallery.delete(ME, [first])
    assert ids(gallery) == [second]


def test_cells_join_the_history_when_their_owner_opens_them(gallery: Gallery) -> None:
    cell = varied(gallery, put(gallery).id, aside=True)
    assert cell not in ids(gallery) and gallery.shelf(ME).total == 2
    gallery.bring_in(OTHER, cell)
    assert cell not in ids(gallery)
    gallery.bring_in(ME, cell)
    assert ids(gallery)[0] == cell


def test_a_result_whose_app_was_killed_still_knows_its_parent(gallery: Gallery) -> None:
    parent = put(gallery).id
    child = varied(gallery, parent)
    with gallery.database.writing() as index:
        index.execute("UPDATE results SET whole = 0 WHERE id = ?", (child,))
    assert reconcile(gallery).added == 1
    assert gallery.get(ME, child).parent == parent


def test_the_pictures_of_the_strip_are_tiny(gallery: Gallery) -> None:
    put(gallery, pictures=5)
    content = tiny(gallery.thumbnail(gallery.history(ME, "dummy")[0]))
    assert max(Image.open(io.BytesIO(content)).size) <= TINY_SIDE and len(content) < 3000


def record(family: str, task: str, checkpoint: str, **request: str | float | int) -> Metadata:
    return Metadata(
        family=family, task=task, checkpoint=checkpoint, request=request, seconds=1.0, device="CPU", dtype="float32"
    )


def test_changes_are_said_in_words_of_both_languages(catalog: Catalog) -> None:
    engine = Engine(catalog)
    start: dict[str, str | float | int] = {
        "prompt": "a red apple", "negative_prompt": "", "guidance_scale": 4.0, "seed": 1, "second_seed": 5, "walk": 0.0
    }  # fmt: skip

    def said(language: str, **changes: str | float | int) -> list[str]:
        before, after = (
            record("text_to_image", "text_to_image", "emoji-diffusion", **(start | more)) for more in ({}, changes)
        )
        return changes_in_words(engine, before, after, language)  # type: ignore[arg-type]

    assert said("en", guidance_scale=7.5, second_seed=9) == ["Guidance 4 → 7.5"]
    assert said("en", prompt="a blue apple", negative_prompt="dark") == [
        "Prompt red → blue",
        "Negative prompt + “dark”",
    ]
    assert said("en", prompt="a apple") == ["Prompt − “red”"]
    assert said("en", walk=0.2, second_seed=9) == ["Walk 0 → 0.2"]
    assert all("→" in words or "增加" in words for words in said("zh", guidance_scale=7.0, negative_prompt="暗"))
    assert said("en") == []


def test_hostile_words_stay_words_in_the_strip(gallery: Gallery) -> None:
    put(gallery, prompt="<script>alert(1)</script>")
    (entry,) = gallery.history(ME, "dummy")
    drawn = strip([Tile(entry, b"", '"><script>', ["<b>bold</b>"])], entry.id, "en")
    assert "<script>" not in drawn and "<b>" not in drawn and "&lt;b&gt;" in drawn
