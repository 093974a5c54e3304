"""What is kept is found again: by words, filters and stars, by its owner alone; what is deleted can come back."""

from __future__ import annotations

import io
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from playground.errors import GalleryError
from playground.gallery import Filter, Gallery, Viewer, migrations, removal
from playground.gallery.search import visible
from playground.gallery.store import INDEX
from tests.gallery.results import Moving, put

ME, OTHER = Viewer("me"), Viewer("other")


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "outputs")


def prompts(gallery: Gallery, viewer: Viewer = ME, **wanted: object) -> list[object]:
    return [entry.record.request["prompt"] for entry in gallery.shelf(viewer, Filter(**wanted)).entries]  # type: ignore[arg-type]


def test_a_result_is_kept_with_all_its_files_the_newest_first(gallery: Gallery) -> None:
    assert gallery.shelf(ME).entries == []
    put(gallery, prompt="first", pictures=3)
    put(gallery, prompt="second", task=Moving, pictures=4)
    second, first = gallery.shelf(ME).entries
    assert [file.seed for file in first.files] == [7, 8, 9, None]
    assert [path.suffix for path in gallery.paths(second)] == [".mp4", ".gif", ".webp"]
    assert all(path.stat().st_size == file.size for path, file in zip(gallery.paths(first), first.files, strict=True))
    assert first.record.batches == [[3, 0], [3, 1], [3, 2]]


def test_words_are_found_in_any_script_length_and_case(gallery: Gallery) -> None:
    for prompt in ("A red Apple", "一只红色的狐狸 fox", '100% "quoted" under_score'):
        put(gallery, prompt=prompt)
    for words, found in (
        ("apple RED", 1), ("ppl", 1), ("红色", 1), ("狐狸", 1), ("红色的狐", 1), ("re", 2), ("100%", 1),
        ('"quoted"', 1), ("r_s", 1), ("a%e", 0), ("apple fox", 0), ("7", 3), ("AND", 0), ("fox*", 0),
        ("dummy-weights", 3), ("%", 1),
    ):  # fmt: skip
        assert len(prompts(gallery, words=words)) == found, words


def test_filters_choose_and_the_total_counts_all_pages(gallery: Gallery) -> None:
    for number in range(5):
        put(gallery, prompt=str(number))
    third = gallery.shelf(ME).entries[2]
    gallery.set_favourite(ME, third.id, True)
    assert prompts(gallery, favourites=True) == ["2"]
    assert prompts(gallery, family="other") == prompts(gallery, since=time.time() + 9) == []
    assert len(prompts(gallery, family="dummy", checkpoint="dummy-weights", since=time.time() - 60)) == 5
    page = gallery.shelf(ME, offset=3, count=3)
    assert (len(page.entries), page.total, page.families, page.checkpoints) == (2, 5, ["dummy"], ["dummy-weights"])


def test_only_the_owner_sees_and_changes_a_result(gallery: Gallery) -> None:
    put(gallery, "me", prompt="secret")
    id = gallery.shelf(ME).entries[0].id
    assert gallery.shelf(OTHER).entries == gallery.find(OTHER, [id]) == [] and gallery.shelf(OTHER).families == []
    gallery.set_favourite(OTHER, id, True)
    assert gallery.delete(OTHER, [id]) == []
    everybody = Viewer("other", sees_all=True)
    assert [entry.own for entry in gallery.shelf(everybody).entries] == [False]
    assert gallery.delete(everybody, [id]) == [] and not gallery.get(ME, id).favourite
    with pytest.raises(GalleryError, match="not in your gallery"):
        gallery.get(OTHER, id)


def test_deleting_can_be_undone_until_it_is_purged(gallery: Gallery) -> None:
    put(gallery, prompt="a", pictures=2)
    entry = gallery.shelf(ME).entries[0]
    gallery.thumbnail(entry)
    assert gallery.delete(ME, [entry.id]) == [entry.id] and not gallery.shelf(ME).entries
    gallery.undelete(OTHER, [entry.id])
    assert not gallery.shelf(ME).entries
    gallery.undelete(ME, [entry.id])
    assert gallery.shelf(ME).entries == [entry]
    gallery.delete(ME, [entry.id])
    assert removal.purge(gallery.database) == 0 and removal.purge(gallery.database, time.time() + 1) == 1
    assert not list(gallery.outputs.rglob("*.png")) and not list(gallery.outputs.rglob("*.webp"))


def test_the_oldest_without_a_star_make_room_and_their_owner_is_told(gallery: Gallery) -> None:
    put(gallery, prompt="starred")
    starred = gallery.shelf(ME).entries[0]
    gallery.set_favourite(ME, starred.id, True)
    put(gallery, prompt="old")
    put(gallery, "other", prompt="older than the limit")
    gallery.limit = 7 * sum(file.size for file in starred.files) // 2
    put(gallery, prompt="new")
    assert prompts(gallery) == ["new", "starred"] and gallery.shelf(ME).removed == 1
    assert gallery.shelf(OTHER).removed == 0
    assert len(list(gallery.outputs.rglob("*.png"))) == 6
    gallery.limit = 1
    put(gallery, prompt="newest")
    assert prompts(gallery) == ["newest", "starred"], "what was just made stays"


def test_counts_stay_true_whatever_happens_to_results(gallery: Gallery) -> None:
    def counted(viewer: Viewer) -> int:
        with gallery.database.reading() as index:
            shown, values = visible(viewer)
            return int(index.execute(f"SELECT count(*) FROM results WHERE {shown}", values).fetchone()[0])

    viewers = ME, OTHER, Viewer("me", adopts=True), Viewer("x", sees_all=True)
    for owner in ("me", "me", "other", ""):
        put(gallery, owner)
    ids = [entry.id for entry in gallery.shelf(ME).entries]
    steps = (
        lambda: gallery.delete(ME, ids[:1]),
        lambda: gallery.undelete(ME, ids),
        lambda: gallery.begin("words-0123456789ab", "me"),
        lambda: gallery.abandon("words-0123456789ab"),
        lambda: gallery.delete(ME, ids),
        lambda: removal.purge(gallery.database, time.time() + 1),
        lambda: removal.keep_within(gallery.database, 0),
    )
    for step in steps:
        step()
        assert [gallery.shelf(viewer).total for viewer in viewers] == [counted(viewer) for viewer in viewers]
    assert gallery.shelf(viewers[-1]).families == []


def test_an_index_of_the_first_version_is_brought_up_to_date(gallery: Gallery) -> None:
    gallery.outputs.mkdir()
    with sqlite3.connect(gallery.outputs / INDEX) as index:
        for statement in (*migrations.FIRST, *migrations.SEARCH, "PRAGMA user_version = 1"):
            index.execute(statement)
        index.execute("INSERT INTO results (id, owner, made_at, whole) VALUES ('words-0123456789ab', 'me', 1, 0)")
    put(gallery, prompt="later")
    assert prompts(gallery) == prompts(gallery, words="later") == ["later"] and gallery.shelf(ME).total == 1


def test_the_thumbnail_of_a_clip_is_from_its_middle_where_what_fades_in_is_seen(gallery: Gallery) -> None:
    put(gallery, task=Moving, pictures=4)
    with Image.open(io.BytesIO(gallery.thumbnail(gallery.shelf(ME).entries[0]))) as small:
        red, _, _ = small.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert abs(red - 80) < 12, "of 0, 40, 80 and 120"


def test_a_thumbnail_is_small_and_made_once(gallery: Gallery) -> None:
    put(gallery, pictures=5)
    entry = gallery.shelf(ME).entries[0]
    content = gallery.thumbnail(entry)
    (kept,) = gallery.outputs.rglob(".thumbnails/*.webp")
    assert max(Image.open(kept).size) <= 256
    kept.write_bytes(b"made once")
    assert content[:4] == b"RIFF" and gallery.thumbnail(entry) == b"made once"


def test_many_threads_write_and_read_at_once(gallery: Gallery) -> None:
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(put, gallery, prompt=str(number)) for number in range(40)]
        reads = [pool.submit(gallery.shelf, ME) for _ in range(40)]
        assert all(future.result() for future in work + reads)
    assert gallery.shelf(ME).total == 40


def test_an_index_of_a_newer_version_is_a_sentence_and_results_are_still_written(gallery: Gallery) -> None:
    put(gallery)
    with sqlite3.connect(gallery.outputs / INDEX) as index:
        index.execute("PRAGMA user_version = 99")
    with pytest.raises(GalleryError, match=r"newer playground \(version 99; this one reads up to \d\). Update") as told:
        gallery.shelf(ME)
    assert "版本 99" in told.value.zh
    assert len(put(gallery).files) == 2


def test_a_damaged_index_is_a_sentence_and_results_are_still_written(gallery: Gallery) -> None:
    gallery.outputs.mkdir()
    (gallery.outputs / INDEX).write_bytes(b"not a database" * 100)
    with pytest.raises(GalleryError, match="is damaged. Move it away"):
        gallery.shelf(ME)
    assert put(gallery).files
