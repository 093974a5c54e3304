"""Beside the GAN a visitor fetches a diffusion transformer, draws a class, and has its settings back from the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from playground.media.reading import read_metadata
from tests.browser.conftest import LOADING_MS, Visitors
from tests.browser.panels import Panel, pixels, save
from tests.browser.test_restoring import choose_file
from tests.hub.class_pipelines import tiny_dit
from tests.hub.conftest import environment_for
from tests.hub.server import COMMIT, Hub
from tests.server import Server

ENTRY = f"""[tiny-dit]
family = "class_dit"
title = {{ en = "Tiny DiT", zh = "小 DiT" }}
licence = "CC-BY-NC-4.0"
repo = "acme/dit"
revision = "{COMMIT}"
files = ["*.json", "*.bin"]
pickled = true
pipeline = "DiTPipeline"
download = 2_000_000
side = 32
defaults = {{ class_name = "golden retriever", num_inference_steps = 2, guidance_scale = 3.0 }}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("dit")
    tiny_dit(folder / "hub" / "acme" / "dit")
    (folder / "mine.toml").write_text(ENTRY)
    flags = ("--catalog", str(folder / "mine.toml"), "--device", "cpu")
    with (
        Hub(folder / "hub") as hub,
        Server(folder / "app", *flags, environment=environment_for(hub, folder / "home")) as running,
    ):
        yield running


def test_it_is_fetched_draws_a_class_and_its_file_brings_its_settings_back(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    visitors = Visitors(server, chromium)
    page = visitors()
    page.locator("#class_gan-tab-button").click()
    page.locator("#class_gan-more").get_by_role("tab", name="By diffusion (DiT)").click()
    panel = Panel(page, "class_dit")
    expect(panel.area.get_by_text("guidance stands where the GAN has truncation")).to_be_visible()
    expect(page.locator("#class_dit-about")).to_contain_text("CC-BY-NC-4.0 · 3.3 GB to download")
    panel.generate.click()
    expect(panel.status).to_contain_text("is not on this machine yet")
    page.locator("#class_dit-checkpoint input").click()
    page.get_by_role("option", name="Tiny DiT (download 2 MB)").click()
    page.locator("#class_dit-download").click()
    expect(page.locator("#class_dit-download-bar")).to_contain_text("Downloaded and checked; press Generate.")
    expect(panel.box("Guidance")).to_have_value("3")
    expect(panel.box("Steps")).to_have_value("2")
    expect(panel.slider("Truncation")).to_have_count(0)
    panel.box("Guidance").fill("5.5")
    panel.make()
    expect(panel.status).to_contain_text(re.compile(r"seed \d+ · [\d.]+ s on"))
    assert pixels(panel.source).shape[:2] == (32, 32)
    file = save(page, panel.downloads.first, tmp_path)
    made = read_metadata(file)
    assert (made.task, made.checkpoint, made.request["class_name"]) == ("class_dit", "tiny-dit", "golden retriever")
    seed, drawn = panel.seed, pixels(panel.source)

    visitors.reload(page)
    expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=LOADING_MS)
    choose_file(page, file)
    panel = Panel(page, "class_dit")
    expect(panel.generate).to_be_visible()
    expect(panel.box("Guidance")).to_have_value("5.5")
    expect(panel.field("Seed")).to_have_value(str(seed))
    panel.make()
    assert abs(pixels(panel.source) - drawn).max() <= 1
    visitors.leave()
