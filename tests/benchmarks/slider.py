"""Slider → picture painted, in Chromium, against an empty function: in our own page, and in a page of one slider."""

from __future__ import annotations

import shutil
import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.servers import LAUNCH, TORCH, playground, program
from tests.benchmarks.table import Row, at_most, number, say

ROUNDS, DRAGS = 6, 10
LONGEST_MS = 100.0
PICTURES = """import base64, io, itertools
import gradio as gr
import numpy as np
from PIL import Image

def inline(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (28, 28)).astype("uint8")
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

turn = itertools.cycle(f'<div class="stage"><img src="{inline(seed)}" width="28" height="28" style="width:380px"></div>'
                       for seed in range(61))
"""
SAME_PAGE = (
    PICTURES
    + """
import sys
from playground.ui.result import live

async def empty(engine, asked):
    return {"stage": next(turn), "status": ""}

live._drawn = empty
sys.argv = ["app.py", "--port", "{port}"]
import app
if __name__ == "__main__":
    app.main()
"""
)
ONE_SLIDER = (
    PICTURES
    + """
with gr.Blocks(analytics_enabled=False) as app:
    slider = gr.Slider(0, 2, 1, step=0.05, label="Spread")
    stage = gr.HTML(next(turn), elem_id="stage")
    slider.input(lambda value: next(turn), slider, stage, queue=False, trigger_mode="always_last",
                 show_progress="hidden", concurrency_limit=None)
"""
    + LAUNCH
)
DRAG = """async ([slider, stage, values]) => {
  const range = document.querySelector(slider), place = document.querySelector(stage);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = (value) => new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => { watch.disconnect(); reject(new Error('no new picture at ' + value)); }, 5000);
    const before = place.querySelector('img').src;
    const started = performance.now();
    const watch = new MutationObserver(async () => {
      const image = place.querySelector('img');
      if (!image || image.src === before) return;
      watch.disconnect();
      clearTimeout(giveUp);
      await image.decode();
      await frame();
      resolve(performance.now() - started);
    });
    watch.observe(place, {childList: true, subtree: true, attributes: true, attributeFilter: ['src']});
    set.call(range, value);
    range.dispatchEvent(new Event('input', {bubbles: true}));
  });
  const times = [];
  for (const value of values) {
    await new Promise((done) => setTimeout(done, 17 * Math.random()));
    times.push(await painted(value));
    for (let i = 0; i < 4; i++) await frame();
  }
  return times;
}"""


def measure() -> list[Row]:
    """Drag the spread of a digit and the truncation of a class, and the same sliders over an empty function, in turns.

    A painted frame lasts 16.7 ms, so a single time is a multiple of that; means over many drags are compared.
    """
    with (
        playground(*TORCH) as ours,
        program(SAME_PAGE) as same,
        program(ONE_SLIDER) as one,
        sync_playwright() as driver,
    ):
        for server in (ours, same, one):
            server.answers()
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        sides = {"one slider": _open_one_slider(browser, one.url)}
        for name, url in (("ours", ours.url), ("empty", same.url)):
            sides[f"{name}, digits"] = _open(browser, url, "digits_cvae", "Spread", (0.3, 2.0))
            sides[f"{name}, class → image"] = _open(browser, url, "class_gan", "Truncation", (0.1, 1.0))
        times: dict[str, list[float]] = {name: [] for name in sides}
        for drag in sides.values():
            drag()  # once unmeasured
        for _ in range(ROUNDS):
            for name, drag in sides.items():
                times[name] += drag()
        browser.close()
    means = {name: statistics.fmean(values) for name, values in times.items()}
    for name, values in times.items():
        say(f"  {name}: median {statistics.median(values):.1f} ms, mean {means[name]:.1f} ms")
    rows = []
    for family in ("digits", "class → image"):
        figure, mean = f"slider → picture painted, {family}", means[f"ours, {family}"]
        empty = means[f"empty, {family}"]
        rows.append(at_most(figure, mean, empty, 1.5, "ms", "the same page, empty function", LONGEST_MS))
        ratio = f"{mean / means['one slider']:.2f} ×"
        other = number(means["one slider"], "ms") + " (a page of one slider, empty function)"
        rows.append(Row(figure, number(mean, "ms"), other, ratio))
    return rows


def _open(browser: Browser, url: str, family: str, label: str, between: tuple[float, float]) -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.locator(f"#{family}-tab-button").click()
    page.wait_for_selector(".pg-state.pg-ready", timeout=90_000)
    page.wait_for_selector(f"#{family}-stage img")
    return _dragging(page, f'#{family}-tab input[aria-label="range slider for {label}"]', f"#{family}-stage", between)


def _open_one_slider(browser: Browser, url: str) -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.wait_for_selector("#stage img")
    return _dragging(page, 'input[aria-label="range slider for Spread"]', "#stage", (0.3, 2.0))


def _dragging(page: Page, slider: str, stage: str, between: tuple[float, float]) -> Any:
    low, high = between
    values = [round((low + (high - low) * index / (DRAGS - 1)) / 0.05) * 0.05 for index in range(DRAGS)]

    def drag() -> list[float]:
        page.bring_to_front()
        values.reverse()
        shown = values if page.locator(slider).first.input_value() != f"{values[0]:g}" else values[1:]
        measured: list[float] = page.evaluate(DRAG, [slider, stage, [f"{value:g}" for value in shown]])
        return measured

    return drag
