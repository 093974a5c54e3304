"""How long a picture that was put on the wall takes until the projector has painted it, ten times, in Chromium."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.table import Row, number, say
from tests.eventually import eventually
from tests.room.visiting import guest_of, key_of
from tests.server import Server

TIMES, BAR = 10, 1.0
# A tile counts as painted in the second frame after its picture was decoded.
WATCH = """() => {
  window.painted = {};
  const painted = (tile) => requestAnimationFrame(() => requestAnimationFrame(() => {
    window.painted[tile.dataset.id] = Date.now();
  }));
  const look = () => document.querySelectorAll('#wall figure').forEach((tile) => {
    if (tile.watched) return;
    tile.watched = true;
    tile.querySelector('img').decode().then(() => painted(tile));
  });
  new MutationObserver(look).observe(document.getElementById('wall'), {childList: true});
}"""


def measure() -> list[Row]:
    """Put ten results on the wall, one after the other, and compare the slowest with the bar."""
    folder = Path(tempfile.mkdtemp(prefix="presenting-"))
    with Server(folder, "--workshop", "--host", "127.0.0.1") as server, sync_playwright() as driver:
        eventually(lambda: "The host:" in server.log)
        guest = guest_of(server, "Anna")
        client = guest.client(server)
        files = [client.predict(digit=each, seed=each, api_name="/digits_cvae")[0] for each in range(TIMES)]
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{server.url}/h/{key_of(server)}")
        page.goto(f"{server.url}/present")
        page.locator("#empty img").wait_for()
        page.evaluate(WATCH)
        took = []
        for made in files:
            time.sleep(0.37)  # no multiple of the page's own rhythm
            started = time.time()
            answer = guest.ask("/room/wall/put", id=Path(made[0]).name.rpartition("-")[0]).json()
            page.wait_for_function(f"window.painted['{answer['hung']}']")
            took.append(page.evaluate(f"window.painted['{answer['hung']}']") / 1000 - started)
        chromium.close()
    say("  " + " ".join(f"{each:.2f}" for each in took))
    slowest, middle = max(took), statistics.median(took)
    figure = f"put on the wall → painted on the projector's page, slowest of {TIMES} (median {number(middle, 's')})"
    return [Row(figure, number(slowest, "s"), bar=f"≤ {BAR:g} s", reached=slowest <= BAR)]
