"""Grids in the browser: they fill, share pictures, survive a reload, stop, and leave as files."""

from __future__ import annotations

import re
import zipfile

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from playground.engine.devices import find_device
from playground.media.reading import read_metadata
from tests.browser.panels import open_tab, picture, save
from tests.families.alike import assert_alike

SLOWLY = 90_000
"""Milliseconds that a few steps may take on a machine with other things to do."""


class GridPart:
    """A tab's grid panel."""

    def __init__(self, page: Page, task: str) -> None:
        self.page, self.task = page, task
        self.fold = page.locator(f"#{task}-grid-fold")
        self.make, self.stop = page.locator(f"#{task}-grid-make"), page.locator(f"#{task}-grid-stop")
        self.status, self.table = page.locator(f"#{task}-grid-status"), page.locator(f"#{task}-grid")
        self.go_on, self.left_out = page.locator(f"#{task}-grid-go-on"), self.table.get_by_text("left out")
        self.cells, self.downloads = self.table.locator(".pg-cell"), page.locator(f"#{task}-grid-downloads a")

    def open(self) -> None:
        """Unfold it."""
        self.fold.get_by_role("button").first.click()
        expect(self.make).to_be_visible()

    def axis(self, number: int, label: str, values: str) -> None:
        """Choose an axis."""
        offered = self.values(number).input_value()
        self.field(number).click()
        self.page.get_by_role("option", name=label, exact=True).last.click()
        expect(self.values(number)).not_to_have_value(offered)
        self.values(number).fill(values)

    def field(self, number: int) -> Locator:
        """The box that names an axis."""
        return self.page.locator(f"#{self.task}-axis-{number} input")

    def values(self, number: int) -> Locator:
        """The box of an axis' values."""
        return self.page.locator(f"#{self.task}-axis-{number}-values textarea")


def test_a_grid_fills_opens_and_downloads(visit, tmp_path):
    panel = open_tab(visit(), "digits_cvae")
    panel.type_seed(5)
    grid = GridPart(panel.page, "digits_cvae")
    grid.open()
    assert [grid.field(number).input_value() for number in range(3)] == ["Spread", "Seed", "(none)"]
    grid.axis(0, "Digit", "1..3, 1")
    grid.axis(1, "Spread", "0, 0.6")
    grid.make.click()
    expect(grid.status).to_contain_text("6 of 6 done")
    expect(grid.cells).to_have_count(6)
    assert grid.table.locator("th").all_inner_texts() == ["1", "2", "3", "0", "0.6"]
    expect(grid.cells.locator("img").last).to_have_js_property("naturalWidth", 28)

    expect(grid.downloads).to_have_count(2)
    whole, archive = (save(panel.page, grid.downloads.nth(at), tmp_path) for at in (0, 1))
    record = read_metadata(whole)
    assert (record.task, record.grid) == ("digits_cvae", {"digit": "1..3, 1", "spread": "0, 0.6"})
    with Image.open(whole) as picture:
        assert picture.width > 3 * 96 and picture.height > 2 * 96
    with zipfile.ZipFile(archive) as files:
        files.extractall(tmp_path)
        seeds = {read_metadata(tmp_path / name).request["seed"] for name in files.namelist()}
        assert (len(files.namelist()), seeds) == (6, {5})

    grid.cells.nth(5).click()
    expect(panel.status).to_contain_text("settings are in the form")
    assert (panel.box("Digit").input_value(), panel.box("Spread").input_value()) == ("3", "0.6")
    assert panel.field("Seed").input_value() == "5" and panel.lock.is_checked()

    grid.values(0).fill("1..10000")
    grid.make.click()
    expect(grid.status).to_contain_text("10,000 cells, and 400 is the limit")


def test_a_grid_goes_on_over_a_reload_stops_and_goes_on_again(visit):
    """The grid is far longer than the test, however quick the machine is; its first rows take a moment."""
    page = visit()
    open_tab(page, "text_to_image")
    grid = GridPart(page, "text_to_image")
    grid.open()
    grid.axis(0, "Prompt", "apple => apple, heart")
    grid.axis(1, "Steps", "2..100")
    grid.make.click()
    expect(grid.cells.nth(1)).to_be_visible(timeout=SLOWLY)
    grid.table.get_by_role("button", name="Leave this one out").last.click()
    expect(grid.left_out).to_have_count(1)
    visit.reload(page)
    expect(grid.left_out).to_have_count(1)
    expect(grid.values(0)).to_have_value("apple => apple, heart")
    expect(grid.values(1)).to_have_value("2..100")
    expect(grid.field(1)).to_have_value("Steps")
    _fills(grid)
    _stops(grid)
    grid.go_on.click()
    expect(grid.downloads).to_have_count(0)
    _fills(grid)
    _stops(grid)


def _fills(grid: GridPart) -> None:
    """Wait until two more cells are done than there are now."""
    expect(grid.cells.nth(grid.cells.count() + 1)).to_be_visible(timeout=SLOWLY)
    expect(grid.status).to_contain_text(re.compile(r"\d+ of 198 done"))


def _stops(grid: GridPart) -> None:
    """Stop; what was not made is left out then, and the rest has its files."""
    grid.stop.click()
    expect(grid.status).to_contain_text("different ones")
    expect(grid.downloads).to_have_count(2)
    assert grid.cells.count() + grid.left_out.count() == 198 and grid.left_out.count() > 1


def test_a_neighbour_is_chosen_and_the_same_is_made_with_more(visit):
    panel = open_tab(visit(), "text_to_image")
    panel.box("Steps").fill("4")
    panel.type_seed(3)
    panel.make()
    first, page = panel.source, panel.page
    page.locator("#text_to_image-vary").click()
    cells = page.locator("#text_to_image-neighbours .pg-cell")
    expect(cells).to_have_count(4)
    cells.nth(2).click()
    expect(panel.status).to_contain_text("settings are in the form")
    near = panel.source
    assert near != first
    panel.make()
    assert_alike(picture(panel.source), picture(near), find_device().dtype)
    earlier = panel.downloads.first.get_attribute("href")
    page.locator("#text_to_image-more-num_inference_steps").click()
    expect(panel.box("Steps")).to_have_value("8")
    expect(panel.downloads.first).not_to_have_attribute("href", earlier)
    assert panel.seed == 3
