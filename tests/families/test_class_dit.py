"""Class → image by a diffusion transformer: ImageNet's classes by name, own seeds, shared passes, read safely."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path
from typing import Any

import diffusers
import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import Cancelled, InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.class_dit import WHOLE, ClassDiTRequest
from playground.networks.opening import open_pipeline
from tests.families.lines import far, run_lines
from tests.hub.class_pipelines import tiny_dit

FAMILY = find_family("class_dit")
ENTRY = """[tiny]
family = "class_dit"
title = { en = "t", zh = "t" }
licence = "MIT"
folder = "tiny"
pickled = true
pipeline = "DiTPipeline"
side = 32
defaults = { num_inference_steps = 3, guidance_scale = 3.0 }
"""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("dit")
    tiny_dit(folder / "tiny")
    (folder / "mine.toml").write_text(ENTRY)
    return read_catalog(folder, more=folder / "mine.toml").find("tiny", "class_dit")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 8 << 30, "float32"))


def samples(checkpoint: Checkpoint, **values: Any) -> list[Any]:
    return FAMILY.read(ClassDiTRequest, checkpoint, {"seed": 5} | values).samples(checkpoint)


def test_it_reports_its_steps_and_samples_of_other_classes_share_them(checkpoint: Checkpoint, model: Any) -> None:
    steps: list[tuple[int, int]] = []
    asked = [*samples(checkpoint, num_images=2), *samples(checkpoint, class_name="volcano")]
    assert len({FAMILY.batch_key(sample) for sample in asked}) == 1
    together = FAMILY.generate(model, asked, lambda index, of, preview=None: steps.append((index, of)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert [picture.size for picture in together] == [(32, 32)] * 3
    alone = [FAMILY.generate(model, [sample], lambda *_: None)[0] for sample in asked]
    assert max(far(one, other) for one, other in zip(together, alone, strict=True)) <= 1
    assert far(together[0], together[1]) > 2 and far(together[0], together[2]) > 2, "seed and class both count"


def test_guidance_counts_and_only_equal_guidance_shares_a_pass(checkpoint: Checkpoint, model: Any) -> None:
    one, other = (samples(checkpoint, guidance_scale=scale)[0] for scale in (1.0, 6.0))
    assert FAMILY.batch_key(one) != FAMILY.batch_key(other)
    pictures = [FAMILY.generate(model, [sample], lambda *_: None)[0] for sample in (one, other)]
    assert far(*pictures) > 2


def test_it_stops_at_its_next_step_and_goes_on_with_the_next_job(checkpoint: Checkpoint, model: Any) -> None:
    def stop(index: int, of: int, preview: Any = None) -> None:
        if index == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.generate(model, samples(checkpoint), stop)
    assert "step" not in vars(model.network.pipe.scheduler), "nobody listens any more"
    assert FAMILY.generate(model, samples(checkpoint), lambda *_: None)


def test_classes_are_offered_by_name_and_others_are_refused(checkpoint: Checkpoint) -> None:
    assert len(FAMILY.options(checkpoint)["class_name"]) == 1000
    with pytest.raises(InvalidInput, match=r"Class \(class_name\) must be one of: tench, goldfish"):
        samples(checkpoint, class_name="Sneaker")
    with pytest.raises(InvalidInput, match="There is no field 'truncation'"):
        samples(checkpoint, truncation=0.5)


def test_the_python_lines_make_the_same_pictures(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:
    request = FAMILY.read(ClassDiTRequest, checkpoint, {"seed": 5, "num_images": 2})
    run_lines(FAMILY.code(checkpoint, request, None), tmp_path)
    for index, ours in enumerate(FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)):
        with Image.open(tmp_path / f"picture-{index}.png") as saved:
            assert far(saved, ours) <= 1


class Trap:
    """What a pickle may make of itself: a call of anything."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("trapped"),))


def test_a_pickle_that_holds_more_than_tensors_is_refused_and_nothing_in_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny_dit(tmp_path / "tiny")
    (tmp_path / "tiny" / "vae" / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(ValueError):
        open_pipeline(tmp_path / "tiny", "float32", kind="DiTPipeline", pickled=True)
    assert not (tmp_path / "trapped").exists()


def test_every_entry_of_the_catalogue_has_a_class_that_takes_what_the_form_asks(catalog: Catalog) -> None:
    entries = catalog.of_family("class_dit")
    assert {"dit-xl-2-256", "dit-xl-2-512"} == {entry.id for entry in entries}
    for entry in entries:
        assert FAMILY.runs(entry) and entry.entry.pipeline in WHOLE and not FAMILY.unused(entry)
        takes = set(inspect.signature(getattr(diffusers, entry.entry.pipeline).__call__).parameters)
        named_otherwise = {"class_name": "class_labels", "seed": "generator", "num_images": "class_labels"}
        assert {named_otherwise.get(name, name) for name in ClassDiTRequest.model_fields} <= takes
    assert FAMILY.batch_limit(entries[0]) > FAMILY.batch_limit(entries[1])
