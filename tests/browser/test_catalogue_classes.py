"""Classes of pipelines of the catalogue in the page: chosen, fetched, run, brought back by the file that they made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.media.reading import read_metadata
from tests.browser.conftest import LOADING_MS, Visitors
from tests.browser.panels import Panel, open_tab, save
from tests.browser.test_restoring import choose_file
from tests.hub.test_catalogue_classes import ENTRIES, app, hub  # noqa: F401
from tests.server import Server

IDS = [id for id, (family, *_) in ENTRIES.items() if family != "class_dit"]
HIDDEN = {
    "sana-sprint": "negative_prompt",
    "hunyuan-picture": "width",
    "ltx2-picture": "strength",
}


@pytest.fixture
def page(chromium: Browser, app: Server) -> Iterator[Page]:  # noqa: F811
    visitors = Visitors(app, chromium)
    yield visitors()
    visitors.leave()


@pytest.mark.parametrize("id", IDS)
def test_it_is_chosen_fetched_and_run_and_its_file_brings_its_settings_back(
    id: str,
    page: Page,
    app: Server,  # noqa: F811
    tmp_path: Path,
) -> None:
    family = ENTRIES[id][0]
    if family == "image_to_video":
        open_tab(page, "digits_cvae").make()
        page.locator("#digits_cvae-animate").click()
        page.wait_for_function("() => playground.forms.image_to_video?.values.image")
    else:
        page.locator(f"#{family}-tab-button").click()
    panel, fetch = Panel(page, family), page.locator(f"#{family}-download")
    expect(panel.generate).to_be_visible()
    page.locator(f"#{family}-checkpoint input").click()
    page.get_by_role("option", name=re.compile(rf"^{id}( \(|$)")).click()
    expect(page.locator(f"#{family}-about")).to_contain_text(id)
    if fetch.is_visible():
        fetch.click()
        expect(page.locator(f"#{family}-download-bar")).to_contain_text("Downloaded and checked; press Generate.")
    expect(panel.box("Steps")).to_have_value("2")
    if name := HIDDEN.get(id):
        assert page.evaluate("([task, name]) => playground.forms[task].state.unused.includes(name)", [family, name])
    panel.make()
    file = save(page, panel.downloads.last, tmp_path)
    made = read_metadata(file)
    assert (made.task, made.checkpoint) == (family, id)
    if id.startswith("ltx2"):
        expect(panel.area).to_contain_text("This checkpoint makes sound, too; it is left out.")
    page.goto(app.url)
    expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=LOADING_MS)
    choose_file(page, file)
    panel = Panel(page, family)
    expect(panel.field("Seed")).to_have_value(str(made.request["seed"]))
    expect(page.locator(f"#{family}-about")).to_contain_text(id)
    expect(panel.box("Steps")).to_have_value("2")
