"""What a program's call costs against a hello-world endpoint of as many fields, alone and with sixteen, and what stays.

Every call has a fresh session, as each ``curl`` and each new ``gradio_client.Client`` has.
"""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
from playwright.sync_api import Browser, sync_playwright

from playground.catalog import read_catalog
from playground.engine import Engine
from playground.families import find_family
from playground.gallery import Gallery
from playground.gallery.keeping import Outputs, keep
from playground.settings import Settings
from tests.benchmarks.servers import LAUNCH, PATIENCE, TORCH, Server, playground, program
from tests.benchmarks.table import Row, at_least, at_most, in_turns, say, seconds_of
from tests.eventually import eventually

CLIENTS, CALLS, ROUNDS = 16, 10, 5
ALONE, UNMEASURED = 40, 300
MANY, WARM = 5000, 1000
PAGES, FIRST_PAGES = 300, 50
FAMILIES = {"digits_cvae": "digits", "class_gan": "class → image"}
HELLO = (
    "import gradio as gr\n"
    "async def hello({fields}) -> tuple[list[dict], dict]:\n"
    "    yield [], {{'hello': 'world'}}\n"
    "with gr.Blocks(analytics_enabled=False) as app:\n"
    '    gr.HTML("Hello, world")\n'
    '    gr.api(hello, api_name="hello", concurrency_limit=None)\n'
)


def measure() -> list[Row]:
    """Run our app and the hello-world one side by side."""
    fields = len(find_family("digits_cvae").requests[0].model_fields) + 1
    named = ", ".join(f"field_{number}: int = {number}" for number in range(fields))
    rows = []
    with playground(*TORCH) as ours, program(HELLO.format(fields=named) + LAUNCH) as hello:
        ours.answers()
        hello.answers()
        eventually(lambda: httpx.get(f"{ours.url}/_page/status").json()["kind"] == "ready", timeout=300)
        there = Caller(hello.url, "hello")
        for family, title in FAMILIES.items():
            here = Caller(ours.url, family)
            rows += _calls(here, there, title)
        rows += [_memory(Caller(ours.url, "digits_cvae"), ours), _pages(ours)]
    return [*rows, _hundred()]


def _calls(here: Caller, there: Caller, title: str) -> list[Row]:
    for caller in (here, there):
        caller.many(UNMEASURED)
    alone = in_turns(ROUNDS, *(lambda caller=caller: caller.many(ALONE) / ALONE for caller in (here, there)))
    together = in_turns(ROUNDS, *(lambda caller=caller: CLIENTS * CALLS / caller.at_once() for caller in (here, there)))
    name = "hello-world endpoint of as many fields"
    return [
        at_most(f"one call, fresh session, {title}", 1000 * alone[0], 1000 * alone[1], 1.5, "ms", name),
        at_least(f"{CLIENTS} clients at once, {title}", *together, 0.8, "calls/s", name),
    ]


def _memory(here: Caller, server: Server) -> Row:
    here.many(WARM)
    before = _held(server)
    for _ in range(MANY // WARM):
        here.many(WARM)
        say(f"  {_held(server) / 1e6:.1f} MB")
    return _growth(f"memory after {MANY} calls with fresh sessions", before, _held(server))


def _pages(server: Server) -> Row:
    """Open and close pages in Chromium, each a new visitor who waits for the first picture."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(FIRST_PAGES):
            _look_in(browser, server.url)
        before = _held(server)
        for number in range(1, PAGES + 1):
            _look_in(browser, server.url)
            if number % FIRST_PAGES == 0:
                say(f"  {_held(server) / 1e6:.1f} MB")
        browser.close()
    return _growth(f"memory after {PAGES} opened and closed pages", before, _held(server))


def _look_in(browser: Browser, url: str) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector("#text_to_image-stage img", timeout=PATIENCE * 1000)
    page.context.close()


def _held(server: Server) -> int:
    """Return the bytes that the app's processes hold."""
    process = psutil.Process(server.process.pid)
    return sum(part.memory_info().rss for part in [process, *process.children(recursive=True)])


def _growth(figure: str, before: int, after: int) -> Row:
    growth = after / before - 1
    return Row(
        figure, f"{after / 1e6:.0f} MB", f"{before / 1e6:.0f} MB (before)", f"{growth:+.1%}", "≤ +3 %", growth <= 0.03
    )


def _hundred() -> Row:
    """Make a hundred digits with their files and their gallery entry, against the model's own call."""
    engine = Engine(read_catalog(Settings.checkpoints))
    engine.start()
    engine.wait_until_ready()
    family = find_family("digits_cvae")
    task, checkpoint = family.requests[0], engine.catalog.find("", "digits_cvae")
    request: Any = family.read(task, checkpoint, {"seed": 1, "num_images": 100})
    samples, size = request.samples(checkpoint), family.max_batch
    from playground.engine.devices import find_device

    model = family.load(checkpoint, find_device("cpu"))

    def bare() -> None:
        for start in range(0, len(samples), size):
            family.generate(model, samples[start : start + size], lambda *step: None)

    with TemporaryDirectory() as folder:
        gallery = Gallery(Path(folder))

        def whole() -> None:
            done = engine.submit("me", task, {"seed": 1, "num_images": 100}).result()
            keep(done, request, Outputs(Path(folder)), gallery=gallery, owner="me")

        whole()
        ours, other = in_turns(ROUNDS, lambda: 1000 * seconds_of(whole), lambda: 1000 * seconds_of(bare))
    engine.stop()
    return at_most("100 digits with their files", ours, other, 4, "ms", "the bare model call")


class Caller:
    """A program that calls one endpoint with its defaults, as ``curl`` does."""

    def __init__(self, url: str, name: str) -> None:
        described = httpx.get(f"{url}/gradio_api/info", timeout=PATIENCE).json()["named_endpoints"][f"/{name}"]
        self._body = json.dumps({"data": [field["parameter_default"] for field in described["parameters"]]})
        self._host, self._path = url.removeprefix("http://"), f"/gradio_api/call/{name}"

    def many(self, count: int) -> float:
        """Call so often, one after the other; returns the seconds."""

        def work() -> None:
            line = http.client.HTTPConnection(self._host, timeout=PATIENCE)
            for _ in range(count):
                self._call(line)
            line.close()

        return seconds_of(work)

    def at_once(self) -> float:
        """Let all clients call at once, each several times; returns the seconds."""
        clients = [threading.Thread(target=self.many, args=(CALLS,)) for _ in range(CLIENTS)]

        def work() -> None:
            for client in clients:
                client.start()
            for client in clients:
                client.join()

        return seconds_of(work)

    def _call(self, line: http.client.HTTPConnection) -> None:
        line.request("POST", self._path, self._body, {"Content-Type": "application/json"})
        id = json.loads(line.getresponse().read())["event_id"]
        line.request("GET", f"{self._path}/{id}")
        told = line.getresponse().read()
        if b"event: complete" not in told:
            raise RuntimeError(told.decode(errors="replace")[:500])
