"""The guests of the room's benchmark that have real pages, in Chromium."""

from __future__ import annotations

import random
import re
import shutil
import threading
import time
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error as PageError
from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.guests import PATIENCE, Seen
from tests.room.visiting import code_of

ANEW = 3.0
"""Seconds after which a person opens a page anew that is not there."""
PRESSES, SILENT = "presses on pages", "presses that showed nothing"
SECONDS = re.compile(r"([\d.]+) s( left)?$")
STATE = """() => {
  const place = window.playground?.results?.text_to_image;
  return place && {run: place.status.querySelector('[data-run]')?.dataset.run ?? '', made: place.made?.id ?? '',
    said: place.status.innerText, done: Boolean(place.status.querySelector('.pg-done')),
    waits: Boolean(window.playground.waits.text_to_image),
    failed: Boolean(place.status.querySelector('.pg-failed')), name: window.playground.room?.state?.name ?? ''};
}"""


class Pages(threading.Thread):
    """People with real pages, all in one Chromium: they press Generate, walk on, reload, close the page, come again.

    Args:
        seen: What they write down.
        numbers: Which ones.
        until: Monotonic seconds when the lesson ends.
    """

    def __init__(self, seen: Seen, numbers: range, until: float) -> None:
        super().__init__(name="pages", daemon=True)
        self.seen, self.numbers, self.until = seen, numbers, until
        self.chance = random.Random(7)
        self.trouble: BaseException | None = None

    def run(self) -> None:
        """Look at one page after the other until the lesson ends."""
        try:
            with sync_playwright() as driver:
                chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                people = [_Person(self, number, chromium) for number in self.numbers]
                while time.monotonic() < self.until:
                    for person in people:
                        try:
                            person.look()
                        except PageError:
                            person.seen.count("page was away")
                    time.sleep(0.1)
                chromium.close()
        except BaseException as error:
            self.trouble = error
            raise


class _Person:
    def __init__(self, pages: Pages, number: int, chromium: Any) -> None:
        self.seen, self.number, self.chance = pages.seen, number, pages.chance
        self.context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.page.goto(f"{self.seen.server.url}/?lesson=noise")
        self.page.locator("#code").fill(code_of(self.seen.server))
        self.page.locator("#name").fill(f"Guest {number}")
        self.page.locator("#enter").click()
        self.page.locator("#pg-lesson h2").wait_for(timeout=180_000)
        cookies = {each["name"]: each["value"] for each in self.context.cookies()}
        self.seen.owners[number] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.seen.pages[number], self.seen.hung[number] = set(), set()
        self.asked_at = self.next_at = self.news_at = self.gone_at = 0.0
        self.shown, self.said, self.heard, self.promised = "", "", False, set[str]()
        self.told = (0.0, 0.0)

    def look(self) -> None:
        now, state = time.monotonic(), self.page.evaluate(STATE)
        if not state:
            self.gone_at = self.gone_at or now
            if now - self.gone_at > ANEW:
                self._open_anew()
            return
        self.gone_at = 0.0
        if state["said"] != self.said:
            self.said, self.news_at = state["said"], now
        if state["name"] not in ("", f"Guest {self.number}"):
            self.seen.count("crossed")
        if state["run"]:
            self.heard = True
            self.promised.add(f"text_to_image-{state['run']}")
            self.seen.pages[self.number] |= self.promised
            if not self.told[0] and (said := SECONDS.search(state["said"])):
                self.told = (float(said[1]), now)
        if self.asked_at and state["done"] and state["made"] != self.shown:
            self._take(state["made"], now)
        elif self.asked_at and state["failed"] and not state["waits"]:
            self.seen.count("refused on a page")
            self._rest(now)
        elif self.asked_at and now - max(self.asked_at, self.news_at) > PATIENCE:
            self.seen.count("never came on a page" if self.heard else SILENT)
            print(f"given up by guest {self.number}: {state}, {self.page.evaluate('window.playground.waits')}")
            self._rest(now)
        elif not self.asked_at and now > self.next_at:
            self._act(state, now)
        elif self.asked_at and self.chance.random() < 0.01:
            self.page.reload()
            self.seen.count("reloads in a run")
        elif self.asked_at and state["run"] and self.chance.random() < 0.003:
            self._rest(now)
            self._close()

    def _act(self, state: dict[str, Any], now: float) -> None:
        what = self.chance.random()
        self._rest(now)
        if what < 0.1:
            self._close()
        elif what < 0.2:
            self.page.reload()
        elif what < 0.35 and self.page.locator("#pg-lesson-next").count():
            self.page.locator("#pg-lesson-next").click()
        elif what < 0.45 and self.page.locator("#pg-lesson-back").count():
            self.page.locator("#pg-lesson-back").click()
        elif (button := self.page.locator("#text_to_image-generate")).is_visible():
            self._leave()
            self.shown, self.heard, self.told = state["made"], False, (0.0, 0.0)
            button.click()
            self.asked_at = now
            self.seen.count(PRESSES)

    def _close(self) -> None:
        """Close the page, and come again."""
        self.seen.count("pages closed")
        self._leave()
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(self.seen.server.url)

    def _leave(self) -> None:
        """Expect nothing of what the page still waits for: who closes it, or presses again, gives that up."""
        self.seen.pages[self.number] -= self.promised
        self.promised.clear()

    def _open_anew(self) -> None:
        """Open the page again in the same tab, as who sees that it is not there."""
        self.gone_at = 0.0
        with suppress(PageError):
            self.page.goto(self.seen.server.url)

    def _take(self, id: str, now: float) -> None:
        self.seen.count("results on pages")
        self.seen.pages[self.number].add(id)
        self.promised.discard(id)
        if self.told[0]:
            with self.seen.lock:
                self.seen.waits.append((self.told[0], now - self.told[1]))
        if self.chance.random() < 0.3:
            with self.page.expect_response("**/room/wall/put") as waiting:
                self.page.locator("#text_to_image-to-wall").click()
            if waiting.value.ok:
                self.seen.hung[self.number].add(id)
        self._rest(now)

    def _rest(self, now: float) -> None:
        self.asked_at, self.next_at = 0.0, now + self.chance.uniform(1, 4)
