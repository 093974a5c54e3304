"""How long a person looks at an empty page in Chromium: ours against a hello-world page; and how light both are."""

from __future__ import annotations

import shutil
import statistics
import time
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.servers import LAUNCH, TORCH, playground, program
from tests.benchmarks.table import Row, at_most, in_turns, number

ROUNDS = 5
HELLO_BUTTON = (
    """import gradio as gr
with gr.Blocks(analytics_enabled=False) as app:
    name = gr.Slider(0, 2, value=1, label="Spread")
    button = gr.Button("Generate", elem_id="hello")
    said = gr.HTML("Hello, world")
    button.click(lambda value: f"<p>{value}</p>", name, said)
"""
    + LAUNCH
)
TRANSFERRED = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((all, each) => all + each.transferSize, 0)"""
PRESSED = """async (family) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const started = performance.now();
  document.getElementById(`${family}-tab-button`).click();
  for (;;) {
    await frame();
    const button = document.getElementById(`${family}-generate`);
    if (button && button.offsetParent) break;
  }
  await frame();
  return performance.now() - started;
}"""
MOST_COMPONENTS, FIRST_TAB, AGAIN = 150, 0.6, 0.15
TABS = ("class_gan", "digits_cvae", "text_to_video")


def measure() -> list[Row]:
    """Open both pages in turns, each time as a new visitor; then the other tabs of ours, twice."""
    with playground(*TORCH) as ours, program(HELLO_BUTTON) as hello, sync_playwright() as driver:
        for server in (ours, hello):
            server.answers()
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _settled(browser, ours.url)
        mine, other = in_turns(
            ROUNDS,
            lambda: _opened(browser, ours.url, "#text_to_image-generate"),
            lambda: _opened(browser, hello.url, "#hello"),
        )
        weights = [
            _weight(browser, url, button)
            for url, button in ((ours.url, "#text_to_image-generate"), (hello.url, "#hello"))
        ]
        first, again = _tabs(browser, ours.url)
        components = len(httpx.get(f"{ours.url}/config").json()["components"])
        browser.close()
    return [
        at_most("page opened in Chromium until its button can be pressed", mine, other, 1.5, "s", "hello-world page"),
        at_most("transferred to open it", weights[0] / 1000, weights[1] / 1000, 1.3, "kB", "hello-world page"),
        _bar("another tab, opened for the first time (worst of three)", first, FIRST_TAB),
        _bar("another tab, opened again (worst of three)", again, AGAIN),
        Row(
            "components of the page and its API (`/config`)", str(components), bar=f"≤ {MOST_COMPONENTS}",
            reached=components <= MOST_COMPONENTS,
        ),
    ]  # fmt: skip


def _bar(figure: str, seconds: float, most: float) -> Row:
    return Row(figure, number(seconds, "s"), bar=f"≤ {most:g} s", reached=seconds <= most)


def _visit(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 900}).new_page()


def _settled(browser: Browser, url: str) -> None:
    """Wait until the models are there: they would compute beside the browser."""
    page = _visit(browser)
    page.goto(url)
    page.wait_for_selector(".pg-state.pg-ready", timeout=180_000)
    page.context.close()


def _opened(browser: Browser, url: str, button: str) -> float:
    page = _visit(browser)
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(button, state="visible")
    seconds = time.perf_counter() - started
    page.context.close()
    return seconds


def _weight(browser: Browser, url: str, button: str) -> float:
    page = _visit(browser)
    page.goto(url, wait_until="networkidle" if button == "#hello" else "load")
    page.wait_for_selector(button, state="visible")
    page.wait_for_timeout(1500)
    weight: float = page.evaluate(TRANSFERRED)
    page.context.close()
    return weight


def _tabs(browser: Browser, url: str) -> tuple[float, float]:
    """Return the worst seconds from a tab's click to its button, at first and again; medians of three visitors."""
    times: dict[tuple[str, bool], list[float]] = {}
    for _ in range(3):
        page = _visit(browser)
        page.goto(url)
        page.wait_for_selector("#text_to_image-stage img", timeout=60_000)
        for again in (False, True):
            for family in TABS:
                times.setdefault((family, again), []).append(_press(page, family))
                page.wait_for_timeout(700)
        page.context.close()
    found = {key: statistics.median(values) for key, values in times.items()}
    return max(found[family, False] for family in TABS), max(found[family, True] for family in TABS)


def _press(page: Any, family: str) -> float:
    """Return the seconds from a click on a tab to the frame that shows its button."""
    return float(page.evaluate(PRESSED, family)) / 1000
