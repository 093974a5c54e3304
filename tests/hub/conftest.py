"""A hub with repositories of every trouble, and the app that fetches from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.pipelines import copies, tiny_stable_diffusion
from tests.hub.server import COMMIT, Hub, Trouble
from tests.server import Server

ENTRY = """
[{id}]
family = "text_to_image"
title = {{ en = "{id}", zh = "{id}" }}
licence = "MIT"
repo = "acme/{id}"
revision = "{revision}"
files = ["*.json", "*.safetensors"]
pipeline = "StableDiffusionPipeline"
download = 2_000_000
side = 64
[{id}.defaults]
prompt = "red apple"
guidance_scale = 3.0
num_inference_steps = 2
scheduler = "Euler"
width = 64
height = 64
"""
TROUBLES = {
    "tiny": Trouble(),
    "branch": Trouble(),
    "slow": Trouble(trickle_after=50_000),
    "cut-once": Trouble(cut_after=100_000, cuts=2),
    "cut-off": Trouble(cut_after=100_000, cuts=1_000),
    "wrong": Trouble(wrong=True),
    "huge": Trouble(claims=10**15),
    "private": Trouble(401, "RepoNotFound"),
    "gated": Trouble(403, "GatedRepo"),
    "overloaded": Trouble(503),
    "no-revision": Trouble(),
}


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    first = tiny_stable_diffusion(folder / "acme" / "tiny")
    copies(first, folder, *(name for name in TROUBLES if name != "tiny"))
    with Hub(folder) as running:
        running.troubles = {f"acme/{name}": trouble for name, trouble in TROUBLES.items()}
        yield running


@pytest.fixture(scope="session")
def hub_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue file with an entry for every repository, and one for none."""
    revisions = {"branch": "main", "no-revision": "ab" * 20}
    names = [*TROUBLES, "missing"]
    file = tmp_path_factory.mktemp("catalog") / "mine.toml"
    file.write_text("".join(ENTRY.format(id=name, revision=revisions.get(name, COMMIT)) for name in names))
    return file


def environment_for(hub: Hub, home: Path) -> dict[str, str]:
    """Where ``huggingface_hub`` looks for its hub, and keeps what it fetched."""
    return {
        "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "0",
        "HF_TOKEN": "", "NO_PROXY": "127.0.0.1", "HF_HUB_CACHE": str(home / "hub"),
    }  # fmt: skip


@pytest.fixture(scope="session")
def app(hub: Hub, hub_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hub-app")
    flags = ("--catalog", str(hub_catalog), "--device", "cpu")
    with Server(folder, *flags, environment=environment_for(hub, folder / "home")) as running:
        yield running
