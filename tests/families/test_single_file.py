"""A single file, as Stable Diffusion was first published, draws what its folder draws, offline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageChops

from playground.catalog import Catalog, read_catalog
from playground.engine import Engine
from playground.errors import CatalogError, CheckpointError
from playground.families import find_family
from playground.families.text_to_image import PromptRequest
from tests.hub.pipelines import tiny_stable_diffusion
from tests.hub.single_file import write_single_file
from tests.running import running
from tests.server import ROOT

ENTRY = """
[{id}]
family = "text_to_image"
title = {{ en = "{id}", zh = "{id}" }}
licence = "MIT"
{where}
side = 64
defaults = {{ prompt = "red apple", num_inference_steps = 2, width = 64, height = 64, scheduler = "Euler" }}
"""
FOLDER, FILE = ENTRY.format(id="tiny", where='folder = "tiny"'), 'file = "one.safetensors"\n'


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("single")
    write_single_file(tiny_stable_diffusion(folder / "tiny"), folder / "one.safetensors")
    (folder / "mine.toml").write_text(FOLDER + ENTRY.format(id="one", where=FILE + 'like = "tiny"'))
    catalog = read_catalog(ROOT / "checkpoints", more=folder / "mine.toml")
    with running(Catalog([catalog.find(id, "text_to_image") for id in ("tiny", "one")])) as engine:
        yield engine


def made(engine: Engine, id: str) -> Image.Image:
    return engine.submit("me", PromptRequest, {"seed": 5}, id).result(120).made[0]


def test_it_draws_what_its_folder_draws_and_so_do_the_python_lines(engine: Engine, tmp_path: Path) -> None:
    picture = made(engine, "one")
    assert picture.size == (64, 64) and not ImageChops.difference(picture, made(engine, "tiny")).getbbox()
    done = engine.submit("me", PromptRequest, {"seed": 5}, "one").result(120)
    checkpoint = engine.catalog.find("one", "text_to_image")
    request = PromptRequest.model_validate(done.report.request)
    lines = find_family("text_to_image").code(checkpoint, request, engine.status.device)
    assert "StableDiffusionPipeline.from_single_file(" in lines
    here, threads = Path.cwd(), torch.get_num_threads()
    os.chdir(tmp_path)
    try:
        exec(compile(lines, "lines", "exec"), {})
    finally:
        os.chdir(here)
        torch.set_num_threads(threads)
    with Image.open(tmp_path / "picture-0.png") as saved:
        assert max(high for _, high in ImageChops.difference(saved, picture).getextrema()) <= 3


def test_what_it_is_like_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "one.safetensors").write_bytes(b"")
    mine = tmp_path / "mine.toml"
    mine.write_text(ENTRY.format(id="one", where=FILE + 'like = "nothing"'))
    with pytest.raises(
        CatalogError, match=r"Entry \[one\]: like = 'nothing' is neither a checkpoint's id nor a folder"
    ):
        read_catalog(ROOT / "checkpoints", more=mine)
    mine.write_text(ENTRY.format(id="one", where=FILE))
    one = read_catalog(ROOT / "checkpoints", more=mine).find("one", "text_to_image")
    with pytest.raises(CheckpointError, match=r"Stable Diffusion 1\.5, 512 px is not on this machine yet"):
        _ = one.settings_folder
