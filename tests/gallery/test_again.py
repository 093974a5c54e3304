"""A result is made again bit by bit, also one that shared its pass with others, and says why when it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Done, Engine
from playground.families import REGISTRY
from playground.gallery.again import plan, shapes_for, verdict
from playground.gallery.keeping import write_files
from playground.language import Text
from playground.media.metadata import Metadata
from playground.media.png import write_png
from playground.media.reading import read_metadata

ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("digits_cvae", "digits_cvae", {"digit": 8, "num_images": 5}),
    ("digits_cvae", "digits_number", {"number": "2026"}),
    ("digits_cvae", "digits_morph", {"num_frames": 6}),
    ("class_gan", "class_gan", {"class_name": "Bag", "num_images": 3}),
    ("class_gan", "class_gan_sheet", {}),
    ("text_to_image", "text_to_image", {"prompt": "red apple", "num_inference_steps": 1, "width": 96, "height": 96}),
    ("text_to_video", "text_to_video", {"num_inference_steps": 1, "num_frames": 8, "width": 96, "height": 96}),
]


@pytest.fixture
def engine(catalog: Catalog) -> Any:
    running = Engine(catalog)
    yield running
    running.stop()


def task_named(family: str, name: str) -> Any:
    return next(task for task in REGISTRY[family].requests if task.task == name)


def again(engine: Engine, files: list[Path], **changes: Any) -> Text:
    record = read_metadata(files[0]).model_copy(update=changes)
    planned = plan(record, files)
    shapes = shapes_for(engine, planned, record)
    done = engine.submit("me", planned.task, planned.again.values, record.checkpoint, shapes).result(120)
    return verdict(planned, record, done)


def written(done: Done, family: str, name: str, folder: Path) -> list[Path]:
    request = task_named(family, name).model_validate(done.report.request)
    return write_files(done, request, folder, "kept", large=True)


def test_what_was_made_in_a_batch_with_others_is_made_again_bit_by_bit(engine: Engine, tmp_path: Path) -> None:
    both = [
        [engine.submit(f"{family}-{owner}", task_named(family, name), values) for owner in ("me", "neighbour")]
        for family, name, values in ASKED
    ]
    engine.start()
    for (family, name, _), (mine, other) in zip(ASKED, both, strict=True):
        done, _ = mine.result(120), other.result(120)
        assert max(shape.size for shape in done.report.batches) > 1 or REGISTRY[family].max_batch == 1
        folder = tmp_path / name
        folder.mkdir()
        files = written(done, family, name, folder)
        assert "bit-equal" in again(engine, files).en, name
        if len(files) > 2:
            assert "bit-equal" in again(engine, files[-1:]).en, f"{name}, its last file alone"
            assert "bit-equal" in again(engine, files[1:2]).en, f"{name}, its second file alone"


def test_another_dtype_is_named_with_the_largest_difference(catalog: Catalog, tmp_path: Path) -> None:
    files: list[Path] = []
    for dtype in ("float32", "bfloat16"):
        engine = Engine(catalog, dtype=dtype)
        engine.start()
        if files:
            said = again(engine, files)
            assert "the largest pixel difference is" in said.en and "computed in float32, now in bfloat16" in said.en
            assert "当时的计算精度是 float32，现在是 bfloat16" in said.zh
        else:
            done = engine.submit("me", task_named("class_gan", "class_gan"), {"seed": 3}).result(120)
            files = written(done, "class_gan", "class_gan", tmp_path)
        engine.stop()


def test_a_file_that_was_changed_or_lies_about_its_pass_gets_a_sentence(engine: Engine, tmp_path: Path) -> None:
    engine.start()
    done = engine.submit("me", task_named("digits_cvae", "digits_cvae"), {"seed": 3}).result(120)
    (file, _) = written(done, "digits_cvae", "digits_cvae", tmp_path)
    assert "bit-equal" in again(engine, [file], batches=[[10**12, 0]], batch_size=10**12).en
    assert "bit-equal" in again(engine, [file], batches=[[1, 0]] * 1000).en
    record: Metadata = read_metadata(file)
    picture = Image.open(file).convert("L")
    picture.putpixel((5, 5), 255 if picture.getpixel((5, 5)) < 100 else 0)  # type: ignore[operator]
    said = again(engine, [write_png(picture, tmp_path / "changed.png", record)]).en
    assert "the largest pixel difference is" in said and "its file was changed" in said
    small = write_png(picture.resize((9, 9)), tmp_path / "small.png", record)
    assert "another size" in again(engine, [small]).en
    assert "torch was 0.1" in again(engine, [small], versions={"torch": "0.1"}).en
