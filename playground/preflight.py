"""``python app.py --check``: what somebody wants to know before others come. Nothing is assumed, all of it is tried."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from playground.catalog import Checkpoint
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.families import in_order
from playground.families.base import Family
from playground.families.controls import Drawing
from playground.language import Language, Text
from playground.media.pictures import data_url
from playground.media.writing import make_folder, write_whole
from playground.room.addresses import own_addresses
from playground.settings import Settings

GUESTS = 30
PATIENCE = 30.0
"""Seconds that thirty people wait without losing interest."""
FEWEST_STEPS = 4
"""Below these, pictures are soft."""
MOVES_A_SECOND = 8
"""Of a slider that somebody drags."""
GB = 1e9
SIGN = Path(__file__).parent / "assets" / "favicon.png"
GOOD, CARE, BAD = "✓", "!", "✗"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at.

    Attributes:
        mark: Whether it is as it should be, wants care, or fails.
        words: What was found, and what to do.
    """

    mark: str
    words: Text


def check(engine: Engine, settings: Settings, say: Callable[[str], None]) -> bool:
    """Look at the machine, run every checkpoint that is here, and say what it means for a class.

    Args:
        engine: Not started yet; it is stopped at the end.
        settings: What the person who starts the app decided.
        say: Takes each line as soon as it is known.

    Returns:
        Whether nothing failed.
    """
    language: Language = settings.language or "en"
    good = True
    engine.start()
    try:
        for line in look(engine, settings):
            say(f"{line.mark} {line.words.to(language)}")
            good &= line.mark != BAD
    finally:
        engine.stop()
    return good


def look(engine: Engine, settings: Settings, running: bool = False) -> Iterator[Line]:
    """Look at the machine, run every checkpoint that is here, and yield what was found as soon as it is known.

    Args:
        engine: Started.
        settings: What the person who starts the app decided.
        running: Whether the app listens already, while this is done.
    """
    yield from _address(settings, running)
    yield from _outputs(settings)
    yield from _memory(settings)
    yield from _device(engine)
    for family in in_order():
        known = engine.catalog.of_family(family.name)
        here = [checkpoint for checkpoint in known if checkpoint.on_disk]
        for checkpoint in here:
            yield from _checkpoint(engine, family, checkpoint)
        if here:
            yield from _class(engine, family, here[0])
        if away := len(known) - len(here):
            words = Text("{}: {} more can be downloaded in the page.", "{}：另有 {} 个可在页面中下载。")
            yield Line(GOOD, words.format(family.title, away))


def _both(first: Text, second: Text) -> Text:
    return Text("{}{}", "{}{}").format(first, second)


def _address(settings: Settings, running: bool) -> Iterator[Line]:
    """Listen where the app will, unless it does already, and come in from every address of this machine."""
    if not settings.reachable:
        words = Text(
            "Address: http://{}:{}, which only this machine opens. For others: --host 0.0.0.0 --auth USER:PASSWORD.",
            "地址：http://{}:{}，只有本机能打开。要让他人访问：--host 0.0.0.0 --auth 用户名:密码。",
        )
        yield Line(GOOD, words.format(settings.host, settings.port))
        return
    kind = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(kind) as door:
        if not running:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((settings.host, settings.port or 0))
            door.listen()
        reached = [address for address in own_addresses() if _answers(address, settings.port or door.getsockname()[1])]
    if reached:
        words = Text(
            "Address for others: {}. A firewall between the machines cannot be seen from here.",
            "供他人访问的地址：{}。机器之间的防火墙无法在此检测。",
        )
        urls = ", ".join(f"http://{address}:{settings.port}" for address in reached)
        yield Line(GOOD, words.format(urls))
    else:
        words = Text(
            "No address of this machine answers from outside on --host {}: is it in a network?",
            "在 --host {} 上，本机没有可从外部访问的地址：是否已联网？",
        )
        yield Line(BAD, words.format(settings.host))


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True


def _outputs(settings: Settings) -> Iterator[Line]:
    try:
        folder = make_folder(settings.outputs)
        write_whole(folder / ".check", b"x").unlink()
    except PlaygroundError as error:
        yield Line(BAD, Text(error.en, error.zh))
        return
    free = shutil.disk_usage(folder).free / GB
    words = Text("Files go to {}, where {:.0f} GB are free.", "文件保存到 {}，剩余 {:.0f} GB。")
    if free > settings.gallery_limit:
        yield Line(GOOD, words.format(folder, free))
        return
    lower = Text(
        " The gallery may grow to {:g} GB: lower --gallery-limit.", " 图库上限为 {:g} GB：请调低 --gallery-limit。"
    )
    yield Line(CARE, _both(words.format(folder, free), lower.format(settings.gallery_limit)))


def _memory(settings: Settings) -> Iterator[Line]:
    memory = psutil.virtual_memory()
    words = Text("Memory: {:.0f} of {:.0f} GB are free.", "内存：共 {1:.0f} GB，剩余 {0:.0f} GB。")
    yield Line(GOOD if memory.available > 3 * GB else CARE, words.format(memory.available / GB, memory.total / GB))


def _device(engine: Engine) -> Iterator[Line]:
    engine.wait_until_ready()
    for worker in engine.status.workers:
        words = Text("Worker: {} ({}).", "工作进程：{}（{}）。")
        yield Line(BAD if worker.lost else GOOD, words.format(worker.device, worker.lost or "ready"))


def _checkpoint(engine: Engine, family: Family[Any], checkpoint: Checkpoint) -> Iterator[Line]:
    """Make the family's first result twice: once with loading, once without."""
    try:
        first, second = (_seconds(engine, family, checkpoint, 1) for _ in range(2))
    except PlaygroundError as error:
        yield Line(BAD, Text(f"{checkpoint.id}: {error.en}", f"{checkpoint.id}：{error.zh}"))
        return
    words = Text(
        "{}, {}: a result took {:.2f} s ({:.1f} s the first time).",
        "{}，{}：一个结果需 {:.2f} 秒（首次 {:.1f} 秒）。",
    )
    yield Line(GOOD, words.format(family.title, checkpoint.id, second, first))


def _class(engine: Engine, family: Family[Any], checkpoint: Checkpoint) -> Iterator[Line]:
    """Let as many ask at once as a pass takes, and reckon how long thirty would wait."""
    together = min(GUESTS, family.batch_limit(checkpoint))
    try:
        rate = together / _seconds(engine, family, checkpoint, together)
    except PlaygroundError:
        return  # which its own line has told
    wait = GUESTS / rate
    if family.live:
        words = Text("{}: {:.0f} people can drag a slider at once.", "{}：可供 {:.0f} 人同时拖动滑块。")
        people = rate / MOVES_A_SECOND
        yield Line(GOOD if people >= GUESTS else CARE, words.format(family.title, people))
        return
    words = Text(
        "{0}: {1:.0f} can ask at once (the last waits {2:.0f} s); of {3}, the last waits about {4:.0f} s.",
        "{0}：可供 {1:.0f} 人同时提交（最后一位等 {2:.0f} 秒）；{3} 人同时提交时，最后一位约等 {4:.0f} 秒。",
    )
    found = words.format(family.title, max(1, rate * PATIENCE), PATIENCE, GUESTS, wait)
    yield Line(GOOD, found) if wait <= PATIENCE else Line(CARE, _both(found, _lower(family, checkpoint, wait)))


def _lower(family: Family[Any], checkpoint: Checkpoint, wait: float) -> Text:
    """Say what to lower, so that the last of thirty waits no longer than people do."""
    sample = family.read(family.requests[0], checkpoint, _asked(family, 0)).samples(checkpoint)[0]
    usual = family.steps(sample)
    steps = int(usual * PATIENCE / wait)
    if usual > 1 and steps >= FEWEST_STEPS:
        words = Text(" For {}: --limit steps={} instead of {}.", " {} 人时：用 --limit steps={}（默认 {}）。")
        return words.format(GUESTS, steps, usual)
    words = Text(
        " For {}: show it from one page, and leave it out of --limit tabs=….",
        " {} 人时：只在一个页面上演示，并且不要列入 --limit tabs=…。",
    )
    return words.format(GUESTS)


def _asked(family: Family[Any], seed: int) -> dict[str, Any]:
    """Return what is asked of a family: its defaults, and what it begins with: an example's, or the page's own sign."""
    task = family.requests[0]
    drawings = [name for name, control in task.controls().items() if isinstance(control, Drawing)]
    asked: dict[str, Any] = {"seed": seed} if "seed" in task.model_fields else {}
    if not drawings:
        return asked
    for _, values in family.examples:
        if set(drawings) <= values.keys():
            return asked | {name: values[name] for name in drawings}
    from PIL import Image

    with Image.open(SIGN) as sign:
        picture = data_url(sign.convert("RGB"))
    return asked | dict(next((values for _, values in family.examples), {})) | dict.fromkeys(drawings, picture)


def _seconds(engine: Engine, family: Family[Any], checkpoint: Checkpoint, people: int) -> float:
    """Return the seconds until each of so many people has a result."""
    started = time.perf_counter()
    with engine.together():
        jobs = [
            engine.submit(f"check {number}", family.requests[0], _asked(family, number), checkpoint.id)
            for number in range(people)
        ]
    for job in jobs:
        job.result()
    return time.perf_counter() - started
