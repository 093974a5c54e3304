"""A keystroke, or a stroke, until its draft is painted; ten visitors at once; what drafts cost real jobs."""

from __future__ import annotations

import asyncio
import random
import secrets
import shutil
import statistics
import time
from collections.abc import Sequence
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.servers import PATIENCE, ROOT, Visitor, playground, read_config
from tests.benchmarks.table import Row, in_turns, number, say

KEYS, STROKES = 40, 20
VISITORS, SECONDS, BETWEEN = 10, 20.0, 0.5
"""Seconds that ten people type, and between two keys of each."""
ROUNDS = 5
SCRIPT = (ROOT / "playground/ui/form/form.js").read_text(encoding="utf-8")
REST = int(SCRIPT.partition("REST = ")[2].partition(";")[0]) / 1000
"""Seconds that the page waits for another key."""
PROMPTS = ("red apple", "cat face", "house", "rocket", "pizza", "green tree", "blue car", "猫", "yellow banana", "moon")
WATCH = """(stage) => {
  const place = document.querySelector(stage);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  window.draftPainted = (begin) => new Promise((resolve, reject) => {
    const before = place.querySelector('img')?.src;
    let started = performance.now();
    const giveUp = setTimeout(() => { watch.disconnect(); reject(new Error('no draft')); }, 8000);
    const watch = new MutationObserver(async () => {
      const image = place.querySelector('img');
      if (!image || image.src === before || !place.textContent.includes('draft')) return;
      watch.disconnect();
      clearTimeout(giveUp);
      await image.decode();
      await frame();
      resolve(performance.now() - (window.draftAsked ?? started));
    });
    watch.observe(place, {childList: true, subtree: true, attributes: true, attributeFilter: ['src']});
    started = performance.now();
    begin();
  });
}"""
TYPE = """([box, text]) => window.draftPainted(() => {
  const area = document.querySelector(box);
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, text);
  area.dispatchEvent(new Event('input', {bubbles: true}));
})"""
STROKE_BEGINS = """(pad) => {
  const canvas = document.querySelector(pad);
  canvas.addEventListener('pointerup', () => { window.draftAsked = performance.now(); }, {capture: true});
}"""
STROKE_ENDS = """() => {
  const [canvas] = document.querySelectorAll('#image_to_image-image');
  const {left, top, width, height} = canvas.getBoundingClientRect();
  const at = () => ({clientX: left + width * Math.random(), clientY: top + height * Math.random()});
  const point = (kind) => canvas.dispatchEvent(new PointerEvent(kind, {...at(), pointerId: 1, bubbles: true}));
  canvas.setPointerCapture = () => {};
  return window.draftPainted(() => { point('pointerdown'); point('pointerup'); });
}"""


def measure() -> list[Row]:
    """Type and paint alone in Chromium; then ten visitors by HTTP, as their pages would; then real jobs beside them."""
    with playground() as server:
        server.answers()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            keys, strokes = _alone(browser, server.url)
            browser.close()
        together = asyncio.run(_together(server.url, SECONDS))
        beside, without = in_turns(
            ROUNDS, lambda: asyncio.run(_job(server.url, VISITORS - 1)), lambda: asyncio.run(_job(server.url, 0))
        )
    ratio = beside / without
    return [
        _latency("keystroke → draft painted, one visitor", keys, 0.25, 0.5),
        _latency("stroke → draft painted, one visitor", strokes, 0.25, 0.5),
        _latency(f"keystroke → draft, {VISITORS} visitors at once", together, 0.9, None),
        Row(
            f"a picture of 25 steps while {VISITORS - 1} others draft", number(beside, "s"),
            f"{number(without, 's')} (nobody drafts)", f"{ratio:.2f} ×", "≤ 1.1 ×", ratio <= 1.1,
        ),
    ]  # fmt: skip


def _latency(figure: str, seconds: Sequence[float], median: float, worst: float | None) -> Row:
    found = statistics.median(seconds)
    late = statistics.quantiles(seconds, n=20)[-1]
    bar = f"median ≤ {median:g} s" + (f", p95 ≤ {worst:g} s" if worst else "")
    reached = found <= median and (worst is None or late <= worst)
    return Row(figure, f"median {number(found, 's')}, p95 {number(late, 's')}", bar=bar, reached=reached)


def _alone(browser: Browser, url: str) -> tuple[list[float], list[float]]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.wait_for_selector(".pg-state.pg-ready", timeout=180_000)
    page.wait_for_selector("#text_to_image-stage img", timeout=60_000)
    page.evaluate(WATCH, "#text_to_image-stage")
    text, keys = "", list[float]()
    for key in " and a ".join(PROMPTS)[: KEYS + 3]:
        text += key
        if text.endswith(" "):
            continue  # a blank more asks for nothing else
        keys.append(page.evaluate(TYPE, ["#text_to_image-form textarea", text]) / 1000)
        page.wait_for_timeout(random.uniform(50, 150))
    say(f"  keys: {[round(each, 2) for each in keys]}")
    return keys[3:], _strokes(page)


def _strokes(page: Page) -> list[float]:
    page.locator("#sketch-tab-button").click()
    page.locator("#image_to_image-panel-button").click()
    page.locator("#image_to_image-form textarea").first.fill("apple")
    page.evaluate(WATCH, "#image_to_image-stage")
    page.evaluate(STROKE_BEGINS, "#image_to_image-image")
    strokes = []
    for _ in range(STROKES + 2):
        strokes.append(page.evaluate(STROKE_ENDS) / 1000)
        page.wait_for_timeout(random.uniform(50, 150))
    say(f"  strokes: {[round(each, 2) for each in strokes]}")
    return strokes[2:]


async def _drafting(url: str, prompt: str, until: float) -> list[float]:
    """Be a visitor who types; only the newest text is drafted, as on the page. Returns the seconds to each draft."""
    page, found, length = secrets.token_hex(12), list[float](), 0
    values = {"prompt": "", "seed": 1, "guidance_scale": 4, "num_inference_steps": 25, "scheduler": "DPM++ 2M"}
    cookies = {"playground-visitor": secrets.token_hex(16)}
    async with httpx.AsyncClient(timeout=PATIENCE, cookies=cookies) as http:
        await asyncio.sleep(random.uniform(0, BETWEEN))
        while time.perf_counter() < until:
            length = length % len(prompt) + 1
            pressed = time.perf_counter()
            body = {"task": "text_to_image", "form": values | {"prompt": prompt[:length]}, "draft": True}
            answer = await http.post(f"{url}/_page/draw", json=body | {"language": "en", "page": page})
            if "stage" in answer.json():
                found.append(time.perf_counter() - pressed + REST)
            await asyncio.sleep(max(0.0, random.uniform(0.5, 1.5) * BETWEEN - (time.perf_counter() - pressed)))
    return found


async def _together(url: str, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    found = await asyncio.gather(*(_drafting(url, prompt, until) for prompt in PROMPTS[:VISITORS]))
    say(f"  drafts of each visitor: {[len(each) for each in found]}")
    return [each for visitor in found for each in visitor]


async def _job(url: str, others: int) -> float:
    """Return the seconds of a picture in full while so many others draft."""
    config = await asyncio.to_thread(read_config, url)
    drafting: list[Any] = [
        asyncio.create_task(_drafting(url, prompt, time.perf_counter() + 60)) for prompt in PROMPTS[:others]
    ]
    await asyncio.sleep(1.0)
    visitor = Visitor(url, config)
    started = time.perf_counter()
    await visitor.ask("text_to_image", prompt="red apple", seed=3, num_inference_steps=25)
    seconds = time.perf_counter() - started
    await visitor.leave()
    for each in drafting:
        each.cancel()
    await asyncio.gather(*drafting, return_exceptions=True)
    return seconds
