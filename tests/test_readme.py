"""The README's code runs as it stands there, and its tree and flags are those of the project."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from gradio_client import Client

from playground.catalog import Catalog, Checkpoint
from playground.engine import Engine
from playground.entries import Entry, Title
from playground.families import REGISTRY
from playground.media.reading import read_metadata
from playground.settings import parser
from tests.server import ROOT, Server

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def block_with(language: str, words: str) -> str:
    return next(block for block in blocks(language) if words in block)


def test_the_api_example_gives_files_and_reports(server: Server) -> None:
    code = block_with("python", "gradio_client").replace("http://127.0.0.1:7860", server.url)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    files, report = names["files"], names["report"]
    assert isinstance(files, list) and isinstance(report, dict)
    assert read_metadata(files[0]).request["prompt"] == "red apple" == report["request"]["prompt"]


def test_every_endpoint_that_is_named_exists(server: Server) -> None:
    offered = set(Client(server.url, verbose=False).view_api(return_format="dict")["named_endpoints"])
    named = {name for name in re.findall(r"`(/[a-z_]+)`", README)}
    assert named and named <= offered


def test_the_family_example_makes_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "stripes_family.py").write_text(block_with("python", "class Stripes(Family)"), encoding="utf-8")
    monkeypatch.syspath_prepend(code)  # where a worker's process finds it too
    (tmp_path / "stripes").mkdir()
    (tmp_path / "stripes" / "config.json").write_text('{"gain": 2.0}')
    entry = Entry(family="stripes", title=Title(en="Stripes", zh="条纹"), folder="stripes", licence="MIT")
    try:
        importlib.import_module("stripes_family")
        engine = Engine(Catalog([Checkpoint("stripes", entry, tmp_path)]))
        engine.start()
        task = REGISTRY["stripes"].requests[0]
        done = engine.submit("reader", task, {"width": 8, "seed": 3, "num_images": 2}).result(60)
        engine.stop()
    finally:
        sys.modules.pop("stripes_family", None)
        REGISTRY.pop("stripes", None)
    assert [picture.size for picture in done.made] == [(64, 64)] * 2
    assert len(set(done.made[0].getdata())) == 8


def test_every_flag_is_described_as_the_program_has_it() -> None:
    described = set(re.findall(r"^(--[a-z0-9-]+)", block_with("text", "--host"), flags=re.MULTILINE))
    existing = {option for action in parser()._actions for option in action.option_strings if option.startswith("--")}
    assert described == existing - {"--help"}


def test_the_tree_names_what_is_there() -> None:
    tree = block_with("text", "app.py  ")
    for name in re.findall(r"^  ([a-z_]+(?:\.py|/))", tree, flags=re.MULTILINE):
        assert (ROOT / "playground" / name).exists(), name
    listed = set(re.findall(r"^  ([a-z_]+)/", tree, flags=re.MULTILINE))
    folders = {folder.name for folder in (ROOT / "playground").iterdir() if (folder / "__init__.py").exists()}
    assert listed == folders


@pytest.mark.parametrize("picture", re.findall(r"\]\((playground/assets/[^)]+)\)", README))
def test_every_screenshot_is_there_and_small(picture: str) -> None:
    assert 10_000 < (ROOT / picture).stat().st_size < 300_000


def test_training_says_how_it_is_used() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "playground.training", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "digits-cvae" in said.stdout and "fashion-gan" in said.stdout
