"""A class of thirty for some minutes: at a lesson, with reloads, closed pages, one who floods, a restart in the middle.

``python -m tests.benchmarks.room --minutes 2.5`` prints what was lost, what was crossed, and how the memory grew. The
guests are HTTP clients: each keeps its cookie, generates with seeds of its own, and puts results on the wall.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from playground.media.reading import read_metadata
from tests.api import raw
from tests.eventually import eventually
from tests.room.visiting import Visitor, code_of, key_of, visitor
from tests.server import Server

TOLD = 1.3
"""A wait is as told while it is at most so many times what the page had said."""


@dataclass
class Seen:
    """What the guests saw.

    Attributes:
        counts: Results, refusals, broken connections, answers that were not one's own.
        waits: For every result of which a time was told: what was told, and what it took.
        hung: What was put on the wall, by guest.
        lock: Guards them.
    """

    counts: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)
    hung: dict[int, set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """Count one."""
        with self.lock:
            self.counts[what] += 1


class Guest(threading.Thread):
    """One person with a browser.

    Args:
        server: Where they are.
        number: Which one; the first floods.
        seen: What they write down.
        until: Monotonic seconds when the lesson ends.
    """

    def __init__(self, server: list[Server], number: int, seen: Seen, until: float) -> None:
        super().__init__(name=f"guest {number}", daemon=True)
        self.server, self.number, self.seen, self.until = server, number, seen, until
        self.chance = random.Random(number)
        self.me: Visitor = visitor(server[0])
        joined = self.me.ask("/join", code=code_of(server[0]), name=f"Guest {number}")
        assert joined.status_code == 200, joined.text
        offered = self.me.http.get("/gradio_api/info").json()["named_endpoints"]
        self.parameters = {
            task: {each["parameter_name"]: each["parameter_default"] for each in offered[f"/{task}"]["parameters"]}
            for task in ("digits_cvae", "text_to_image")
        }

    def run(self) -> None:
        """Walk through the lesson until it ends."""
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            try:
                self.me.http.base_url = self.server[0].url
                self._turn(turn)
            except httpx.ConnectError:
                time.sleep(0.5)  # the app is started again: the page says so, and tries
            except (httpx.HTTPError, KeyError, ValueError):
                self.seen.count("broken")  # what was on its way then: the person presses once more

    def _turn(self, turn: int) -> None:
        state = self.me.http.get("/room/state").json()
        if state["name"] != f"Guest {self.number}":
            self.seen.count("crossed")
        self.me.ask("/room/place", place={"lesson": "noise", "step": turn % 4})
        self.me.ask("/room/answer", lesson="noise", step=1, answer=self.chance.randrange(3))
        if self.chance.random() < 0.15:
            self.me.http.get("/")  # a reload
        tasks = [("digits_cvae", self.chance.randrange(10)), ("text_to_image", None)]
        task, digit = tasks[0] if self.chance.random() < 0.7 else tasks[1]
        if self.number == 0:
            for _ in range(6):
                self._post("text_to_image", None, 1)
        self._make(task, digit, 1000 * self.number + turn % 1000)
        time.sleep(self.chance.uniform(1, 4))

    def _post(self, task: str, digit: int | None, seed: int) -> str:
        known = self.parameters[task]
        wanted = {"digit": digit} if task == "digits_cvae" else {"prompt": "red apple", "num_inference_steps": 10}
        values = known | wanted | {"seed": seed}
        answer = self.me.http.post(f"/gradio_api/call/{task}", json={"data": list(values.values())})
        answer.raise_for_status()
        return str(answer.json()["event_id"])

    def _make(self, task: str, digit: int | None, seed: int) -> None:
        event, started, told = self._post(task, digit, seed), time.monotonic(), None
        with self.me.http.stream("GET", f"/gradio_api/call/{task}/{event}", timeout=120) as lines:
            for name, data in raw._parsed(lines.iter_lines()):
                if name == "generating" and told is None and (said := data[1].get("seconds_left")):
                    told = float(said)
                elif name == "generating" and self.chance.random() < 0.01:
                    return self.seen.count("left")  # closes the page
                elif name == "error":
                    return self.seen.count("refused")
                elif name == "complete":
                    return self._take(task, data, seed, told, time.monotonic() - started)
        return self.seen.count("broken")

    def _take(self, task: str, data: list[object], seed: int, told: float | None, took: float) -> None:
        files, report = data
        assert isinstance(files, list) and isinstance(report, dict)
        self.seen.count("results")
        if report["request"]["seed"] != seed or read_metadata(Path(files[0]["path"])).seed != seed:
            self.seen.count("crossed")
        if told:
            with self.seen.lock:
                self.seen.waits.append((told, took))
        id = Path(files[0]["path"]).name.rpartition("-")[0]
        if self.chance.random() < 0.4 and self.me.ask("/room/wall/put", id=id).status_code == 200:
            with self.seen.lock:
                self.seen.hung.setdefault(self.number, set()).add(id)


def main() -> None:
    """Hold the lesson, and print what was seen."""
    flags = argparse.ArgumentParser(description="A class of thirty in a room.")
    flags.add_argument("--minutes", type=float, default=10.0)
    flags.add_argument("--guests", type=int, default=30)
    given = flags.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="room-"))
    options = ("--workshop", "--host", "127.0.0.1", "--limit", "jobs=3")
    server, seen = [Server(folder, *options).__enter__()], Seen()
    try:
        eventually(lambda: "The host:" in server[0].log)
        code, key = code_of(server[0]), key_of(server[0])
        host = visitor(server[0])
        host.http.get(f"/h/{key}")
        eventually(lambda: host.http.get("/_page/status").json()["kind"] == "ready", timeout=300)
        guests = [Guest(server, number, seen, time.monotonic() + 60 * given.minutes) for number in range(given.guests)]
        for guest in guests:
            guest.start()
        time.sleep(60 * given.minutes * 0.4)
        server[0].__exit__()
        server[0] = Server(folder, *options).__enter__()
        eventually(lambda: "The host:" in server[0].log)
        assert (code_of(server[0]), key_of(server[0])) == (code, key)
        time.sleep(60 * given.minutes * 0.25)
        early = memory(server[0])
        for guest in guests:
            guest.join(60 * given.minutes + 120)
        late = memory(server[0])
        host = visitor(server[0])
        host.http.get(f"/h/{key}")
        panel, wall = host.http.get("/room/panel").json(), host.http.get("/room/wall").json()
        names = {each["name"] for each in panel["people"]}
        kept = [person for person in range(given.guests) if f"Guest {person}" in names]
        put = sum(map(len, seen.hung.values()))
        as_told = sum(took <= TOLD * told + 0.5 for told, took in seen.waits)
        print(f"{len(kept)} of {given.guests} guests are still there; {dict(seen.counts)}")
        print(f"wall: {len(wall['hung'])} of {put} results; crossed: {seen.counts['crossed']}")
        print(f"waits as told (× {TOLD}): {as_told} of {len(seen.waits)}")
        print(f"memory of the page's process: {early:.0f} MB, then {late:.0f} MB ({late / early - 1:+.1%})")
        assert not re.search("Traceback", server[0].log), server[0].log[-3000:]
    finally:
        server[0].__exit__()


def memory(server: Server) -> float:
    """Return the memory of the page's own process, in MB."""
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


if __name__ == "__main__":
    main()
