"""BigGAN-deep through the class → image family: the same requests as the bundled GAN, a thousand classes by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from playground.catalog import Checkpoint, read_catalog
from playground.engine import Engine
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.class_gan_requests import ClassMorphRequest, ClassRequest, ClassSheetRequest
from tests.networks.biggan_reference import config, reference
from tests.running import running
from tests.server import ROOT

FAMILY = find_family("class_gan")
ENTRY = '[narrow]\nfamily = "class_gan"\ntitle = { en = "n", zh = "n" }\nfolder = "narrow"\nlicence = "MIT"\n'
DOG, VOLCANO = "golden retriever", "volcano"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with a BigGAN-deep of a sixteenth of the width, which knows all classes."""
    folder = tmp_path_factory.mktemp("biggan")
    settings = config(128, channel_width=8, z_dim=16)
    (folder / "narrow").mkdir()
    (folder / "narrow" / "config.json").write_text(json.dumps(settings))
    weights = {name: value.contiguous() for name, value in reference(settings).state_dict().items()}
    save_file(weights, folder / "narrow" / "model.safetensors")
    (folder / "mine.toml").write_text(ENTRY + f'defaults = {{ class_name = "{DOG}" }}\n')
    with running(read_catalog(ROOT / "checkpoints", more=folder / "mine.toml")) as engine:
        yield engine


@pytest.fixture
def checkpoint(engine: Engine) -> Checkpoint:
    return engine.catalog.find("narrow", "class_gan")


def make(engine: Engine, **values: object) -> np.ndarray:
    done = engine.submit("tester", ClassRequest, {"seed": 3, "truncation": 0.4} | values, "narrow").result(120)
    return np.stack([np.asarray(picture, dtype=int) for picture in done.made])


def test_it_draws_in_colour_and_follows_class_mix_walk_and_truncation(engine: Engine) -> None:
    plain = make(engine)
    assert plain.shape == (1, 128, 128, 3)
    assert np.array_equal(plain, make(engine, class_name=DOG))
    changes = (
        {"class_name": VOLCANO},
        {"mix_class_name": VOLCANO, "mix": 0.5},
        {"walk": 0.5, "second_seed": 9},
        {"truncation": 1.0},
    )
    for change in changes:
        assert np.abs(make(engine, **change) - plain).max() > 2, change


def test_a_sheet_shows_a_hundred_classes_and_a_morph_loops(engine: Engine, checkpoint: Checkpoint) -> None:
    sheet = FAMILY.read(ClassSheetRequest, checkpoint, {"seed": 1}).samples(checkpoint)
    assert len(sheet) == 100 and sheet[0].class_name == "tench"
    values = {"mix_class_name": VOLCANO, "seed": 1, "second_seed": 2, "num_frames": 4}
    done = engine.submit("tester", ClassMorphRequest, values, "narrow").result(120)
    assert len(done.made) == 4


def test_classes_are_offered_by_name_and_others_are_refused(checkpoint: Checkpoint) -> None:
    assert len(FAMILY.options(checkpoint)["class_name"]) == 1000
    with pytest.raises(InvalidInput, match=r"Class \(class_name\) must be one of: tench, goldfish"):
        FAMILY.read(ClassRequest, checkpoint, {"class_name": "Sneaker"})


def test_large_pictures_go_in_small_batches(checkpoint: Checkpoint) -> None:
    assert FAMILY.batch_limit(checkpoint) == 16


def test_the_python_lines_make_the_same_picture(
    engine: Engine, checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = engine.submit("tester", ClassRequest, {"seed": 3, "walk": 0.3, "second_seed": 4}, "narrow").result(120)
    request = ClassRequest.model_validate(done.report.request)
    lines = FAMILY.code(checkpoint, request, engine.status.device)
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    exec(compile(lines, "lines", "exec"), {})
    torch.set_num_threads(threads)
    with Image.open(tmp_path / "picture-0.png") as saved:
        far = np.abs(np.asarray(saved, dtype=int) - np.asarray(done.made[0], dtype=int))
    assert far.mean() < 1
