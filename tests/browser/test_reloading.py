"""A page that is loaded again takes up its runs, also after a restart; one that is closed leaves nothing running.

The model here takes as many steps as asked, none quicker than 20 ms, on any machine.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LOADING_MS, WIDE, Site
from tests.browser.panels import Panel, open_tab, same
from tests.browser.test_grid import GridPart
from tests.eventually import eventually

ENDLESS, STATUS = "100000", re.compile("/_page/status")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app with the slow model; every visitor of this module comes here."""
    with Site(tmp_path_factory.mktemp("slow"), "tests/api/slow_app.py", MOST_JOBS="32") as running:
        yield running


def start(page: Page, steps: str, **words: str) -> Panel:
    panel = open_tab(page, "dummy")
    panel.box("Steps").fill(steps)
    for label, value in words.items():
        panel.field(label).fill(value)
    panel.type_seed(7)
    panel.generate.click()
    expect(panel.status).to_contain_text(re.compile(rf"Step \d+ of {steps}"))
    return panel


@pytest.fixture
def again(visit):
    """Return a function that loads a panel's page again."""

    def load(panel: Panel) -> Panel:
        visit.reload(panel.page)
        open_tab(panel.page, "dummy")
        return panel

    return load


def test_a_run_goes_on_over_a_reload_and_can_be_stopped(visit, again):
    panel = again(start(visit(), ENDLESS))
    expect(panel.status).to_contain_text(re.compile(rf"Step \d+ of {ENDLESS}"))
    seen = panel.status.inner_text()
    expect(panel.status).not_to_have_text(seen)
    panel.stop.click()
    expect(panel.status).to_contain_text("Stopped.")
    panel.box("Steps").fill("2")
    panel.type_seed(8)
    panel.make()
    assert panel.seed == 8


def test_a_result_that_came_during_a_reload_is_shown_and_kept_once(visit, again):
    panel = again(start(visit(), "120"))
    panel.wait_until_done()
    assert panel.seed == 7
    expect(panel.downloads.first).to_be_visible()
    expect(panel.page.locator("#dummy-history [data-id]")).to_have_count(1)
    again(panel)
    expect(panel.page.locator("#dummy-history [data-id]")).to_have_count(1)


def test_a_run_goes_on_over_a_restart_of_the_app_and_its_page_finds_it_by_itself(site: Site, chromium: Browser) -> None:
    page = chromium.new_context(viewport=WIDE, locale="en-US").new_page()
    page.goto(site.url)
    panel = start(page, "150")
    page.locator("#text_to_image-tab-button").click()
    site.start_again()
    expect(panel.status).to_have_count(0, timeout=LOADING_MS)  # the page loads itself again, at the tab that was open
    page.locator("#dummy-tab-button").click()
    panel.wait_until_done()
    assert panel.seed == 7
    expect(page.locator("#dummy-history [data-id]")).to_have_count(1)
    page.context.close()


def test_a_run_that_was_told_but_not_noted_before_a_restart_is_asked_for_again(site: Site, chromium: Browser) -> None:
    page = chromium.new_context(viewport=WIDE, locale="en-US").new_page()
    page.goto(site.url)
    panel = start(page, "160")
    end(site)
    with sqlite3.connect(index(site)) as noted:
        noted.execute("DELETE FROM promises")
    site.start_again()
    made_after_the_restart(panel, 7)
    page.context.close()


def test_a_press_that_the_app_did_not_live_to_hear_is_heard_by_the_next_one(site: Site, chromium: Browser) -> None:
    page = chromium.new_context(viewport=WIDE, locale="en-US").new_page()
    page.route(STATUS, lambda route: route.abort())  # before the page has heard anything of its app
    page.goto(site.url)
    panel = open_tab(page, "dummy")
    panel.box("Steps").fill("20")
    panel.type_seed(9)
    end(site)
    panel.generate.click()
    site.start_again()
    page.unroute(STATUS)
    made_after_the_restart(panel, 9)
    page.context.close()


def test_a_press_in_place_of_a_run_that_was_taken_up_outlives_a_restart_and_ends_that_run(
    site: Site, chromium: Browser
) -> None:
    page = chromium.new_context(viewport=WIDE, locale="en-US").new_page()
    page.goto(site.url)
    start(page, ENDLESS)
    page.reload()
    panel = open_tab(page, "dummy")
    expect(panel.status).to_contain_text(re.compile(rf"Step \d+ of {ENDLESS}"))
    panel.box("Steps").fill("25")
    panel.type_seed(8)
    end(site)
    panel.generate.click()
    site.start_again()
    made_after_the_restart(panel, 8)
    eventually(lambda: not promised(site))
    page.context.close()


def end(site: Site) -> None:
    """End the app in the middle of whatever it does."""
    site.process.kill()
    site.process.wait()


def index(site: Site) -> Path:
    return site.log.parent / "outputs" / "gallery.sqlite3"


def promised(site: Site) -> int:
    with sqlite3.connect(index(site)) as noted:
        return int(noted.execute("SELECT count(*) FROM promises").fetchone()[0])


def made_after_the_restart(panel: Panel, seed: int) -> None:
    """Wait until the page, which loads itself again, shows a result of this seed."""
    made = "(seed) => window.playground?.results?.dummy?.made?.seeds.seed === seed"
    panel.page.wait_for_function(made, arg=seed, timeout=LOADING_MS)


PRESS = "document.getElementById('{}').click(); setTimeout(() => location.reload(), {});"
# The pauses, in milliseconds, span the time from a press until the server's first word.
PAUSES = [*range(0, 200, 20), *range(200, 500, 60)]


def test_a_press_shows_its_result_though_the_page_is_loaded_again_at_once(visit) -> None:
    panel = open_tab(visit(), "dummy")
    for seed, pause in enumerate(PAUSES, 1000):
        panel.box("Steps").fill("30")
        panel.type_seed(seed)
        visit.reload(panel.page, PRESS.format("dummy-generate", pause))
        if seed % 4 == 0:
            visit.reload(panel.page)
        open_tab(panel.page, "dummy")
        panel.page.wait_for_function("(seed) => window.playground.results.dummy.made?.seeds.seed === seed", arg=seed)
    expect(panel.page.locator("#dummy-history [data-id]")).to_have_count(len(PAUSES))


def test_a_grid_is_made_though_the_page_is_loaded_again_at_once(visit) -> None:
    panel = open_tab(visit(), "dummy")
    grid = GridPart(panel.page, "dummy")
    grid.open()
    for seed, pause in enumerate(PAUSES[::2], 100):
        grid.values(0).fill(f"{seed}, {seed + 1}")
        visit.reload(panel.page, PRESS.format("dummy-grid-make", pause))
        open_tab(panel.page, "dummy")
        expect(grid.table.locator("th").first).to_have_text(str(seed))
        expect(grid.status).to_contain_text("2 of 2 done")


def test_a_grid_goes_on_over_a_restart_of_the_app_with_what_it_had(site: Site, chromium: Browser) -> None:
    page = chromium.new_context(viewport=WIDE, locale="en-US").new_page()
    page.goto(site.url)
    panel = open_tab(page, "dummy")
    panel.box("Steps").fill("40")
    grid = GridPart(page, "dummy")
    grid.open()
    grid.axis(0, "Group", "k\nl\nm\nn\no\np")
    grid.axis(1, "Seed", "11, -1")
    grid.make.click()
    grid.table.get_by_role("button", name="Leave this one out").last.click()
    expect(grid.cells.nth(1)).to_be_visible()
    before = cells(site)
    site.start_again()
    expect(grid.status).to_have_count(0, timeout=LOADING_MS)  # the page loads itself again
    page.locator("#dummy-tab-button").click()
    expect(grid.status).to_contain_text("11 of 12 done · 11", timeout=LOADING_MS)
    expect(grid.left_out).to_have_count(1)
    expect(grid.cells).to_have_count(11)
    expect(grid.downloads).to_have_count(2)
    after = cells(site)
    assert len(after) == 11 and before.items() <= after.items(), (
        "what was made is kept as it was, the rest is made once"
    )
    page.reload()
    page.locator("#dummy-tab-button").click()
    grid.go_on.click()
    expect(grid.cells).to_have_count(12)
    page.context.close()


def cells(site: Site) -> dict[str, float]:
    """Return the grid's results in the index, each with the time when it was made."""
    with sqlite3.connect(index(site)) as noted:
        rows = noted.execute("SELECT id, made_at, record FROM results WHERE whole = 1 AND aside = 1").fetchall()
    return {id: made_at for id, made_at, record in rows if json.loads(record)["request"]["steps"] == 40}


def test_who_stops_leaves_the_line_with_what_they_had_and_a_closed_tab_cancels_only_its_own_job(visit):
    staying = open_tab(visit(), "dummy")
    staying.field("Group").fill("b")
    staying.box("Steps").fill("2")
    staying.type_seed(7)
    staying.make()
    earlier = staying.source
    leaving = start(visit(), ENDLESS, Group="a")
    staying.generate.click()
    expect(staying.status).to_contain_text("place 1")
    staying.stop.click()
    expect(staying.status).to_contain_text("Stopped.")
    expect(staying.pictures).to_have_count(1)
    assert staying.source == earlier
    staying.generate.click()
    expect(staying.status).to_contain_text("place 1")
    leaving.page.close()
    staying.wait_until_done()
    assert staying.seed == 7 and same(staying.source, earlier)
