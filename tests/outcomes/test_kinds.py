"""Every kind of result is written with its settings, read back, shown small, handed out and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from playground.engine import BatchShape, Done, Report
from playground.errors import OutputError, UnreadableFile
from playground.families.requests import Request
from playground.gallery import Gallery, Viewer
from playground.gallery.keeping import Outputs, keep, metadata_of, write_files
from playground.gallery.reconciling import reconcile
from playground.gallery.store import INDEX
from playground.language import Text
from playground.media.sidecars import record_of
from playground.outcomes import KINDS, Kind, Layout, base, find_kind, kind_of
from playground.outcomes.comparison import Comparison
from playground.outcomes.scores import Scores
from playground.outcomes.text import Passage, Token
from tests.small_disk import small_disk

ME = Viewer("me")


def picture(level: int) -> Image.Image:
    made = Image.new("RGB", (32, 32), (level, 255 - level, 90))
    ImageDraw.Draw(made).rectangle((4, 4, 12, 20), fill="white")
    return made


def passage(words: str) -> Passage:
    tokens = [Token(word, 0.5, (("dog", 0.25), ("猫", 0.125))) for word in words.split()]
    return Passage(words, tuple(tokens), (("another", 0.01),))


PICTURES = [picture(level) for level in (10, 90, 170)]
# Of each kind: a result, and the same with one thing changed.
MADE: dict[str, tuple[list[Any], list[Any]]] = {
    name: (PICTURES, [*PICTURES[:-1], picture(200)]) for name in ("pictures", "strip", "sheet", "clip")
} | {
    "text": ([passage("a red apple <b>"), passage("猫 sits")], [passage("a red apple <b>"), passage("猫 runs")]),
    "scores": (
        [Scores(("cat", "猫, <b>"), ("FID", "seconds"), ((1.5, 2.0), (None, 0.25)))],
        [Scores(("cat", "猫, <b>"), ("FID", "seconds"), ((1.5, 2.0), (None, 0.75)))],
    ),
}

TABLES = [Scores(("vae", "real"), ("fid", "seconds"), ((1.5, fid), (None, 0.25))) for fid in (2.0, 9.0)]
SPREADS = Scores(("vae", "real"), ("fid", "seconds"), ((0.5, None), (None, None)))
SHEETS = tuple(each.convert("L") for each in PICTURES[:2])
# How long it took is no part of what is the same: the second one differs in its pictures.
MADE["comparison"] = (
    [Comparison(("vae", "real"), SHEETS, (), TABLES[0], SPREADS)],
    [Comparison(("vae", "real"), SHEETS[::-1], (), TABLES[1], SPREADS)],
)
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def asked(kind: Kind[Any]) -> type[Request]:
    class Asked(Request):
        task, title, makes, family = "asked", Text("Asked", "请求"), kind.name, "nobody"
        prompt: str = "red apple"

    return Asked


def done_with(kind: Kind[Any], made: Sequence[Any]) -> tuple[Done, Request]:
    request = asked(kind)()
    seeds = kind.seeds([7 + index if kind.own_seeds else 7 for index in range(len(made))])
    shapes = [BatchShape(len(made), index) for index in range(len(made))]
    report = Report(
        "nobody", "asked", "weights", "r1", request.model_dump(), seeds, 0.1, "CPU", "float32", shapes, [], {},
        kind.name, kind.report(made),
    )  # fmt: skip
    return Done(list(made), report), request


def test_every_kind_has_a_case_here() -> None:
    assert set(MADE) == set(KINDS)


@EVERY
@pytest.mark.parametrize("large", [False, True])
def test_every_file_says_how_it_was_made_and_which_part_it_is(kind: Kind[Any], large: bool, tmp_path: Path) -> None:
    done, request = done_with(kind, MADE[kind.name][0])
    files = write_files(done, request, tmp_path, "asked-0123456789ab", large)
    assert {file.suffix for file in files} == set(kind.endings)
    for part, file in enumerate(files):
        record = record_of(file)
        assert (record.part, record.parts, record.makes) == (part, len(files), kind.name)
        assert record.request == {"prompt": "red apple"} and record.checkpoint == "weights"


@EVERY
def test_only_what_may_come_as_one_more_file_does(kind: Kind[Any], tmp_path: Path) -> None:
    done, request = done_with(kind, MADE[kind.name][0])
    few, more = (write_files(done, request, tmp_path, f"asked-0123456789a{large:d}", large) for large in (False, True))
    assert len(more) - len(few) == kind.sheeted


@EVERY
def test_what_is_read_back_is_what_was_made(kind: Kind[Any], tmp_path: Path) -> None:
    made, _ = MADE[kind.name]
    done, request = done_with(kind, made)
    files = write_files(done, request, tmp_path, "asked-0123456789ab", True)
    again = kind.read(files, metadata_of(done.report, 0, parts=len(files)))
    if kind.name == "comparison":
        assert [each.tobytes() for each in again[0].sheets] == [each.tobytes() for each in made[0].sheets]
        assert replace(again[0], sheets=()) == replace(made[0], sheets=())
        assert kind.report(again) == done.report.contents
    elif kind.in_words:
        assert again == made and kind.report(again) == done.report.contents
    elif kind.name == "pictures":
        assert [each.tobytes() for each in again] == [each.tobytes() for each in made]
    else:
        assert again and all(isinstance(each, Image.Image) for each in again)


@EVERY
def test_a_result_is_bit_equal_to_itself_and_says_what_is_otherwise(kind: Kind[Any], tmp_path: Path) -> None:
    written = []
    for folder, made in zip(("one", "same", "other"), (MADE[kind.name][0], *MADE[kind.name]), strict=True):
        (tmp_path / folder).mkdir()
        written.append(write_files(*done_with(kind, made), tmp_path / folder, "asked-0123456789ab", True))
    one, same, other = written
    record = record_of(one[0])
    compared = kind.again(record, one).compared
    assert compared and all(kind.compare(same[index], file) is None for index, file in compared)
    told = [words for index, file in compared if (words := kind.compare(other[index], file))]
    assert told and all(words.en != words.zh for words in told)


def test_the_first_token_that_differs_is_named_with_both_probabilities(tmp_path: Path) -> None:
    kind = find_kind("text")
    was, now = (
        write_files(*done_with(kind, made), tmp_path, stem, False)[-1]
        for stem, made in zip(("was-0123456789ab", "now-0123456789ab"), MADE["text"], strict=True)
    )
    assert kind.compare(now, was) == Text(
        "text 2, token 2: it was 'sits' (50.0%), now 'runs' (50.0%)",
        "第 2 段文本的第 2 个词元：原为 'sits'（50.0%），现为 'runs'（50.0%）",
    )


def test_the_largest_difference_of_a_score_is_named_with_its_place(tmp_path: Path) -> None:
    kind = find_kind("scores")
    was, now = (
        write_files(*done_with(kind, made), tmp_path, stem, False)[-1]
        for stem, made in zip(("was-0123456789ab", "now-0123456789ab"), MADE["scores"], strict=True)
    )
    told = kind.compare(now, was)
    assert told and told.en == "the largest difference is 0.5, in 猫, <b> · seconds"


@EVERY
def test_a_result_has_one_small_picture_and_html_that_needs_nothing_else(kind: Kind[Any], tmp_path: Path) -> None:
    done, request = done_with(kind, MADE[kind.name][0])
    files = write_files(done, request, tmp_path, "asked-0123456789ab", True)
    card = kind.card("asked-0123456789ab", files)
    assert card.mode == "RGB" and len(set(card.get_flattened_data())) > 1
    assert kind.picture(done.made, Layout()).width >= 96
    html = kind.handout([(file, file.read_bytes()) for file in files], "a <b>red</b> apple")
    assert "<b>" not in html and "http" not in html and len(html) > 40


@EVERY
def test_a_lost_index_finds_every_kind_again(kind: Kind[Any], tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    done, request = done_with(kind, MADE[kind.name][0])
    kept = keep(done, request, Outputs(gallery.outputs), True, gallery, "me")
    (before,) = gallery.shelf(ME).entries
    assert gallery.paths(before) == kept.files and gallery.thumbnail(before)[8:12] == b"WEBP"
    for file in gallery.outputs.glob(f"{INDEX}*"):
        file.unlink()
    assert reconcile(gallery).added == 1
    (after,) = gallery.shelf(Viewer("me", adopts=True)).entries
    assert (after.id, after.files, after.record.makes) == (before.id, before.files, kind.name)
    kept.files[0].unlink()
    for file in gallery.outputs.glob(f"{INDEX}*"):
        file.unlink()
    assert reconcile(gallery).added == 0, "what is half there is not shown"


@EVERY
def test_a_full_disk_leaves_nothing_of_a_result_behind(kind: Kind[Any], tmp_path: Path) -> None:
    noise = [Image.effect_noise((64, 64), 90).convert("RGB")] * 6
    large = [replace(MADE["comparison"][0][0], sheets=tuple(noise[:2]))] if kind.name == "comparison" else noise
    done, request = done_with(kind, MADE[kind.name][0] * 40 if kind.in_words else large)
    folder = tmp_path / "disk"
    with small_disk(folder, "8k"):
        with pytest.raises(OutputError, match="disk is full"):
            write_files(done, request, folder, "asked-0123456789ab", True)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["text", "scores"])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"texts": [{}]}', b'{"scores": [{"rows": 3}]}', b"{" * 10**5])
def test_damaged_files_of_words_are_a_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    kind = find_kind(name)
    files = write_files(*done_with(kind, MADE[name][0]), tmp_path, "asked-0123456789ab", False)
    files[-1].write_bytes(content)
    record = metadata_of(done_with(kind, MADE[name][0])[0].report, 0)
    for read in (lambda: record_of(files[0]), lambda: record_of(files[-1]), lambda: kind.read(files, record)):
        with pytest.raises(UnreadableFile) as refused:
            read()
        assert refused.value.en.endswith(".") and refused.value.zh.endswith("。")


def test_old_records_do_not_name_their_kind_but_their_files_do(tmp_path: Path) -> None:
    done, _ = done_with(find_kind("clip"), PICTURES)
    record = metadata_of(replace(done.report, makes=""), 0)
    assert kind_of(record, [tmp_path / "a.mp4"]).name == "clip"
    assert kind_of(record, [tmp_path / "a.png"]).name == "pictures"


def test_a_kind_of_a_taken_name_is_refused() -> None:
    with pytest.raises(ValueError, match="'strip' already"):
        base.register(type(find_kind("strip")))


def test_another_time_is_no_other_comparison_but_another_figure_is(tmp_path: Path) -> None:
    kind, one = find_kind("comparison"), MADE["comparison"][0][0]
    slower = replace(one, scores=Scores(one.scores.rows, one.scores.columns, ((1.5, 77.0), (None, 0.25))))
    worse = replace(one, scores=Scores(one.scores.rows, one.scores.columns, ((3.5, 2.0), (None, 0.25))))
    first, timed, judged = (
        write_files(*done_with(kind, [made]), tmp_path, f"{stem}-0123456789ab", False)[-1]
        for stem, made in (("first", one), ("timed", slower), ("judged", worse))
    )
    assert kind.compare(timed, first) is None
    assert kind.compare(judged, first) == Text("the figures differ", "数值不同")


def test_scores_without_a_place_for_every_value_are_refused() -> None:
    with pytest.raises(ValueError, match="2 × 1 scores"):
        Scores(("a", "b"), ("c",), ((1.0,),))
