"""The guests of the room's benchmark that are programs with a cookie, and what all guests saw."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from playground.media.reading import read_metadata
from tests.api import raw
from tests.room.visiting import Visitor, code_of, visitor
from tests.server import Server

SEEDS = 100_000
"""How many seeds are each guest's own, from its number times this on."""
FLOOD = SEEDS // 2
"""Where the seeds begin of jobs that nobody follows."""
PATIENCE = 120.0


@dataclass
class Seen:
    """What the guests saw.

    Attributes:
        server: Where they are.
        counts: Results, refusals, broken connections, pages that were closed, what was not one's own.
        waits: For every result of which a time was told: what was told, and what it took from then on.
        told: By guest: the seeds of jobs of which they were told anything, and did not leave.
        pages: By guest with a page: the ids of results that they were told of, and did not leave.
        hung: By guest: the results that were put on the wall.
        owners: By guest: the cookies of their browser.
        lock: Guards them.
    """

    server: Server
    counts: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)
    told: dict[int, set[int]] = field(default_factory=dict)
    pages: dict[int, set[str]] = field(default_factory=dict)
    hung: dict[int, set[str]] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """Count one."""
        with self.lock:
            self.counts[what] += 1


class Guest(threading.Thread):
    """One program with a cookie that walks through the lesson.

    Args:
        seen: What they write down.
        number: Which one; the first floods.
        until: Monotonic seconds when the lesson ends.
    """

    def __init__(self, seen: Seen, number: int, until: float) -> None:
        super().__init__(name=f"guest {number}", daemon=True)
        self.seen, self.number, self.until = seen, number, until
        self.chance = random.Random(number)
        self.me: Visitor = visitor(seen.server)
        joined = self.me.ask("/join", code=code_of(seen.server), name=f"Guest {number}")
        assert joined.status_code == 200, joined.text
        seen.owners[number], seen.told[number], seen.hung[number] = self.me.cookies, set(), set()
        offered = self.me.http.get("/gradio_api/info").json()["named_endpoints"]
        self.parameters = {
            task: {each["parameter_name"]: each["parameter_default"] for each in offered[f"/{task}"]["parameters"]}
            for task in ("digits_cvae", "text_to_image")
        }
        self.floods = 0

    def run(self) -> None:
        """Walk through the lesson until it ends."""
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            try:
                self._turn(turn)
            except httpx.ConnectError:
                time.sleep(0.5)  # the app is started again: the page says so, and tries
            except (httpx.HTTPError, KeyError, ValueError):
                self.seen.count("broken")  # what was on its way then; its result is looked for at the end

    def _turn(self, turn: int) -> None:
        state = self.me.http.get("/room/state").json()
        if state["name"] != f"Guest {self.number}":
            self.seen.count("crossed")
        self.me.ask("/room/place", place={"lesson": "noise", "step": turn % 4})
        self.me.ask("/room/answer", lesson="noise", step=1, answer=self.chance.randrange(3))
        if self.chance.random() < 0.15:
            self.me.http.get("/")  # a reload
        if self.number == 0:
            for _ in range(6):
                self.floods += 1
                self._post("text_to_image", {}, SEEDS * self.number + FLOOD + self.floods)
        seed = SEEDS * self.number + turn
        if self.chance.random() < 0.7:
            self._make("digits_cvae", {"digit": self.chance.randrange(10)}, seed)
        else:
            self._make("text_to_image", {}, seed)
        time.sleep(self.chance.uniform(1, 4))

    def _post(self, task: str, wanted: dict[str, Any], seed: int) -> str:
        picture = {"prompt": "red apple", "num_inference_steps": 10} if task == "text_to_image" else {}
        values = self.parameters[task] | picture | wanted | {"seed": seed}
        answer = self.me.http.post(f"/gradio_api/call/{task}", json={"data": list(values.values())})
        answer.raise_for_status()
        return str(answer.json()["event_id"])

    def _make(self, task: str, wanted: dict[str, Any], seed: int) -> None:
        event, told, told_at = self._post(task, wanted, seed), 0.0, 0.0
        with self.me.http.stream("GET", f"/gradio_api/call/{task}/{event}", timeout=PATIENCE) as lines:
            for name, data in raw._parsed(lines.iter_lines()):
                if name == "generating":
                    self.seen.told[self.number].add(seed)
                    if not told and (said := data[1].get("seconds_left")):
                        told, told_at = float(said), time.monotonic()
                    if self.chance.random() < 0.01:
                        self.seen.told[self.number].discard(seed)
                        return self.seen.count("left")  # closes the page
                elif name == "error":
                    return self.seen.count("refused")
                elif name == "complete":
                    return self._take(task, data, seed, wanted, (told, time.monotonic() - told_at))
        return self.seen.count("broken")

    def _take(self, task: str, data: list[Any], seed: int, wanted: dict[str, Any], wait: tuple[float, float]) -> None:
        files, report = data
        if not files:
            return self.seen.count("stopped")
        self.seen.count("results")
        self.seen.told[self.number].add(seed)
        asked = {name: report["request"][name] for name in wanted}
        path = Path(files[0]["path"])
        if report["request"]["seed"] != seed or asked != wanted or read_metadata(path).seed != seed:
            self.seen.count("crossed")
        if wait[0]:
            with self.seen.lock:
                self.seen.waits.append(wait)
        id = path.name.rpartition("-")[0]
        if self.chance.random() < 0.15 and self.me.ask("/room/wall/put", id=id).status_code == 200:
            self.seen.hung[self.number].add(id)
        return None
