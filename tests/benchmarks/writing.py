"""Language models: a keystroke until all bars of next words are painted, and how fast each model writes."""

from __future__ import annotations

import random
import re
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.servers import TORCH, playground
from tests.benchmarks.table import Row, number, say

KEYS, TEXTS = "a small red apple on a blue background and a green tree beside", 6
MOST_SECONDS, LEAST_TOKENS = 0.08, 60
TYPE = """([box, text]) => new Promise((resolve, reject) => {
  const area = document.querySelector(box), frame = () => new Promise((done) => requestAnimationFrame(done));
  const columns = [...document.querySelectorAll('.pg-writer .pg-bars')], waited = new Set(columns);
  const giveUp = setTimeout(() => reject(new Error('no bars')), 8000);
  let started = 0;
  const watch = new MutationObserver(async (changes) => {
    changes.forEach(({target}) => waited.delete(target));
    if (waited.size) return;
    watch.disconnect();
    clearTimeout(giveUp);
    await frame();
    await frame();
    resolve(performance.now() - started);
  });
  columns.forEach((column) => watch.observe(column, {childList: true}));
  started = performance.now();
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, text);
  area.dispatchEvent(new Event('input', {bubbles: true}));
})"""


def measure() -> list[Row]:
    """Type in Chromium, one visitor, then let all models write."""
    with playground(*TORCH) as server:
        server.answers()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 1200})
            page.goto(server.url)
            page.wait_for_selector(".pg-state.pg-ready", timeout=180_000)
            page.locator("#write_text-tab-button").click()
            page.wait_for_selector("#writer-words-gpt2 .pg-bars button", timeout=60_000)
            bars, speeds = _bars(page), _speeds(page)
            browser.close()
    median, late = statistics.median(bars), statistics.quantiles(bars, n=20)[-1]
    told = f"median {1000 * median:.0f} ms, p95 {1000 * late:.0f} ms"
    figure = "keystroke → next-word bars of three language models painted"
    return [
        Row(figure, told, bar=f"≤ {1000 * MOST_SECONDS:.0f} ms", reached=median <= MOST_SECONDS),
        *(
            Row(
                f"{name} writes", number(speed, "tokens/s"), bar=f"≥ {LEAST_TOKENS} tokens/s",
                reached=speed >= LEAST_TOKENS,
            )
            for name, speed in speeds.items()
        ),
    ]  # fmt: skip


def _bars(page: Page) -> list[float]:
    """Type at a person's pace; between keys the page has come to rest."""
    seconds = []
    for end in range(1, len(KEYS) + 1):
        seconds.append(page.evaluate(TYPE, ["#write_text-form textarea", KEYS[:end]]) / 1000)
        page.wait_for_timeout(random.uniform(80, 200))
    say(f"  keys: {[round(each, 3) for each in seconds]}")
    return seconds[3:]


def _speeds(page: Page) -> dict[str, float]:
    """Read what the page says of each model's speed, a few times."""
    found: dict[str, list[float]] = {}
    page.locator("#write_text-form textarea").first.fill("a")  # what has been typed is all that a prompt needs
    page.wait_for_timeout(1000)
    for _ in range(TEXTS):
        page.locator("#writers-write").click()
        page.wait_for_function("!document.querySelector('#writers-write').disabled")
        for written in page.locator(".pg-writer").all():
            speed = re.search(r"(\d+) tokens/s", written.inner_text())
            if speed is None:
                raise RuntimeError(f"No speed in {written.inner_text()!r}.")
            found.setdefault(written.locator("h3").inner_text(), []).append(float(speed[1]))
    return {name: statistics.median(speeds) for name, speeds in found.items()}
