"""A class of thirty for ten minutes: at a lesson, with reloads, closed pages, one who floods, a restart in the middle.

``python -m tests.benchmarks.room`` prints what was lost, what was crossed, how long people waited against what they had
been told, and how the memory grew. Four of the guests are pages in Chromium, the others programs, each with a cookie of
its own. The app is killed after three tenths of the time and started again; what somebody was told of before then, and
did not leave, has to be in their gallery at the end. Memory is compared with that of the same process after its first
two minutes among guests (two tenths of the time). The one after the restart is another process, which fills anew what
is bounded: its two minutes begin when it answers.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import psutil

from playground.api.visitor import visitor_of
from playground.gallery import Entry, Gallery, Viewer
from tests.benchmarks.guests import SEEDS, Guest, Seen
from tests.benchmarks.pages import PRESSES, SILENT, Pages
from tests.benchmarks.table import HEAD, Row, machine
from tests.eventually import eventually
from tests.room.visiting import Visitor, code_of, key_of, promised, visitor
from tests.server import Server

TOLD, OFTEN, GROWTH = 1.3, 0.9, 0.05
"""The bars: a wait is at most so many times what was told, in so many cases; the memory grows by so much at most."""
OPTIONS = ("--workshop", "--host", "127.0.0.1", "--limit", "jobs=3")


def main() -> None:
    """Hold the lesson, and print what was seen."""
    flags = argparse.ArgumentParser(description="A class of thirty in a room.")
    flags.add_argument("--minutes", type=float, default=10.0)
    flags.add_argument("--guests", type=int, default=30)
    flags.add_argument("--pages", type=int, default=4, help="how many of the guests have a page in Chromium")
    given = flags.parse_args()
    before, minute = machine(), 60 * given.minutes / 10
    folder = Path(tempfile.mkdtemp(prefix="room-"))
    seen = Seen(Server(folder, *OPTIONS).__enter__())
    try:
        eventually(lambda: "The host:" in seen.server.log)
        said = code_of(seen.server), key_of(seen.server)
        ready(seen.server, said[1])
        started = time.monotonic()
        until = started + 10 * minute
        programs = [Guest(seen, number, until) for number in range(given.guests - given.pages)]
        pages = Pages(seen, range(given.guests - given.pages, given.guests), until)
        for each in (*programs, pages):
            each.start()
        Thread(target=watch_memory, args=(seen, minute, until), daemon=True).start()
        wait_until(started + 2 * minute)
        grown = [memory(seen.server)]
        wait_until(started + 3 * minute)
        grown.append(memory(seen.server))
        seen.server.__exit__()
        seen.server.__enter__()  # at the same address
        eventually(lambda: "The host:" in seen.server.log)
        assert (code_of(seen.server), key_of(seen.server)) == said
        wait_until(time.monotonic() + 2 * minute)
        grown.append(memory(seen.server))
        for each in (*programs, pages):
            each.join(max(0.0, until - time.monotonic()) + 180)
        grown.append(memory(seen.server))
        assert pages.trouble is None, pages.trouble
        gallery = Gallery(seen.server.outputs)
        eventually(lambda: not promised(seen.server), timeout=300)
        rows = [*found(seen, gallery), *on_the_wall(seen, ready(seen.server, said[1])), *waited(seen), *grew(grown)]
        print(f"\n{before}\n{given.guests} guests, {given.pages} with pages, {given.minutes:g} minutes: ", end="")
        print(dict(seen.counts))
        print("\n".join([HEAD, *map(str, rows)]))
        assert not re.search("Traceback", seen.server.log), seen.server.log[-3000:]
    finally:
        seen.server.__exit__()


def ready(server: Server, key: str) -> Visitor:
    """Return the host, once the checkpoints are loaded."""
    host = visitor(server)
    host.http.get(f"/h/{key}")
    eventually(lambda: host.http.get("/_page/status").json()["kind"] == "ready", timeout=300)
    return host


def wait_until(moment: float) -> None:
    """Wait until a moment of the monotonic clock."""
    time.sleep(max(0.0, moment - time.monotonic()))


def memory(server: Server) -> dict[str, float]:
    """Return the memory in MB of the page's process and of the workers'."""
    page = psutil.Process(server.process.pid)
    children = [child.memory_full_info().pss for child in page.children(recursive=True)]
    return {"page": page.memory_full_info().pss / 1e6, "workers": sum(children) / 1e6}


def watch_memory(seen: Seen, minute: float, until: float) -> None:
    """Print the memory every minute, for whoever wants to see whether it levels off."""
    started = time.monotonic()
    while time.monotonic() < until:
        time.sleep(minute)
        with suppress(psutil.Error):  # as while the app is started again
            held = memory(seen.server)
            print(f"  {(time.monotonic() - started) / 60:.1f} min: ", end="")
            print(", ".join(f"{name} {size:.0f} MB" for name, size in held.items()), flush=True)


def entries(seen: Seen, gallery: Gallery) -> Iterator[tuple[int, list[Entry]]]:
    """Yield each guest with what is in their gallery."""
    for number, cookies in seen.owners.items():
        request: Any = SimpleNamespace(headers={"cookie": cookies})
        yield number, gallery.shelf(Viewer(visitor_of(request)), count=100_000).entries


def found(seen: Seen, gallery: Gallery) -> Iterator[Row]:
    """Look for what everybody was told of, and for what is another's."""
    lost, crossed, told, there = [], seen.counts["crossed"], 0, 0
    for number, kept in entries(seen, gallery):
        there += len(kept)
        if number in seen.pages:
            told += len(seen.pages[number])
            lost += sorted(seen.pages[number] - {entry.id for entry in kept})
            continue
        seeds = {entry.record.seed for entry in kept}
        told += len(seen.told[number])
        lost += sorted(seen.told[number] - seeds)
        crossed += sum(seed is None or seed // SEEDS != number for seed in seeds)
    # Results of guests without a page are known by their seeds, those of pages by the names of their jobs.
    figure = f"results lost, of {told} that guests were told of ({there} in their galleries)"
    yield Row(figure, f"{len(lost)}", bar="0", reached=not lost)
    if lost:
        print("lost:", lost[:20])
    yield Row("results, names and answers that were another's", f"{crossed}", bar="0", reached=crossed == 0)
    silent, presses = seen.counts[SILENT], seen.counts[PRESSES]
    yield Row(
        f"presses of Generate, of {presses} in pages, that showed nothing", f"{silent}", bar="0", reached=not silent
    )


def on_the_wall(seen: Seen, host: Visitor) -> Iterator[Row]:
    """Compare the wall with what was put there, and by whom."""
    hung = host.http.get("/room/wall").json()["hung"]
    put = sum(map(len, seen.hung.values()))
    names = {f"Guest {number}" for number in seen.owners}
    whole = len(hung) == put and {each["name"] for each in hung} <= names
    yield Row(f"on the wall, of {put} results that were put there", f"{len(hung)}", bar="all", reached=whole)
    there = {each["name"] for each in host.http.get("/room/panel").json()["people"]}
    yield Row(
        "guests who are still in the room", f"{len(names & there)} of {len(names)}", bar="all", reached=names <= there
    )


def waited(seen: Seen) -> Iterator[Row]:
    """Compare how long people waited with what they had been told."""
    good = sum(took <= TOLD * told for told, took in seen.waits)
    share = good / max(1, len(seen.waits))
    ratios = sorted(took / told for told, took in seen.waits)
    middle = ratios[len(ratios) // 2] if ratios else 0.0
    said = (
        f"{share:.0%} of {len(seen.waits)} (median {middle:.2f} ×, 90 % within {ratios[int(0.9 * len(ratios))]:.2f} ×)"
    )
    worst = sorted(seen.waits, key=lambda wait: wait[1] / wait[0])[-12:]
    print("waits farthest above what was told:", ", ".join(f"{told:.1f} → {took:.1f} s" for told, took in worst))
    yield Row(f"waits of at most {TOLD} × what was told", said, bar=f"≥ {OFTEN:.0%}", reached=share >= OFTEN)


def grew(memories: list[dict[str, float]]) -> Iterator[Row]:
    """Compare the memory after the first two minutes of each start with that at its end."""
    for name in memories[0]:
        early, before, again, late = (each[name] for each in memories)
        said = f"{early:.0f} → {before:.0f} MB, after the restart {again:.0f} → {late:.0f} MB ({late / again - 1:+.1%})"
        reached = late <= again * (1 + GROWTH)
        yield Row(f"memory of the {name}, from the second minute on", said, bar=f"≤ +{GROWTH:.0%}", reached=reached)


if __name__ == "__main__":
    main()
