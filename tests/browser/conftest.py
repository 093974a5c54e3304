"""One real server process and one Chromium for all browser tests; every test opens its own visitors.

A visitor fails its test when the page logs an error, raises one, or asks anything of another address.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.server import Server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 30_000
LOADING_MS = 180_000
WIDE = {"width": 1440, "height": 1000}
CLOSE_TOASTS = "document.querySelectorAll('[data-testid=toast-close]').forEach((button) => button.click())"


class Site:
    """The running server.

    Args:
        folder: Receives what it writes.
        script: What is run.
        flags: Further flags.
        environment: Further environment variables.

    Attributes:
        url: Its address.
        log: The file that receives what it prints.
    """

    def __init__(self, folder: Path, script: str = "app.py", flags: tuple[str, ...] = (), **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "server.log"
        self._command = [
            sys.executable,
            script,
            "--port",
            str(port),
            "--outputs",
            str(folder / "outputs"),
            "--verbose",
            *(["--runtime", "torch"] if script == "app.py" else []),
            *flags,
        ]
        self._environment = (
            os.environ | {"GRADIO_TEMP_DIR": str(folder / "served"), "PYTHONPATH": str(ROOT)} | environment
        )
        self._start()

    def _start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=output, stderr=output
            )

    def start_again(self) -> None:
        """End it in the middle of whatever it does, and start it at the same address."""
        self.process.kill()
        self.process.wait()
        self._start()
        self.__enter__()

    def __enter__(self) -> Site:
        """Wait for its first answer."""
        until = time.monotonic() + 120
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=10).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        pytest.exit(f"The server did not come up:\n{self.printed()}", 3)

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def printed(self) -> str:
        """Return what it printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start ``python app.py`` on a free port; end it after the last test."""
    with Site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium: the system's if there is one, else Playwright's own."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


class Visitors:
    """Browser profiles that come to one site; what their pages complain about is kept.

    Args:
        site: Where they come.
        chromium: Their browser.
    """

    def __init__(self, site: Site | Server, chromium: Browser) -> None:
        expect.set_options(timeout=PATIENCE_MS)
        self._site, self._chromium = site, chromium
        self._reloading = False
        self.troubles: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __call__(self, address: str = "", **options: Any) -> Page:
        """Let a new visitor, with a browser profile of their own, open the page or what follows its address."""
        context = self._chromium.new_context(**{"viewport": WIDE, "locale": "en-US"} | options)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self._complain(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        page.on(
            "request", lambda request: _stays_here(request.url, self._site.url) or self.troubles.append(request.url)
        )
        page.goto(self._site.url + address)
        expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=LOADING_MS)
        return page

    def reload(self, page: Page, script: str = "location.reload()") -> None:
        """Load a page again: Gradio logs then that the page's streams end, which is no trouble.

        Args:
            page: The page.
            script: What loads it again, sooner or later.
        """
        self._reloading = True
        # No `expect_navigation`: an address that the page changes in place would do for it, too.
        page.evaluate(f"() => {{ window.wentBefore = true; {script} }}")
        # What the page that went has said is heard before this answers.
        page.wait_for_function("() => !window.wentBefore")
        page.wait_for_load_state()
        self._reloading = False

    def leave(self) -> None:
        """Close all pages; the server lives, and nobody complained."""
        for context in self.contexts:
            context.close()
        said = self._site.printed() if isinstance(self._site, Site) else self._site.log
        assert self._site.process.poll() is None, f"The server died:\n{said}"
        assert self.troubles == []

    def _complain(self, words: str) -> None:
        if not self._reloading:
            self.troubles.append(words)


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Visitors]:
    """Return a function that lets a new visitor open the page, for this test alone."""
    visitors = Visitors(site, chromium)
    yield visitors
    visitors.leave()


@pytest.fixture(scope="module")
def regulars(site: Site, chromium: Browser) -> Iterator[Visitors]:
    visitors = Visitors(site, chromium)
    yield visitors
    visitors.leave()


@pytest.fixture
def stay(regulars: Visitors) -> Callable[[], Page]:
    """Return a function that gives the page of one visitor who stays for all tests of a file.

    Opening the page is most of a short test's time. The form is as the test before left it.
    """

    def page() -> Page:
        if not regulars.contexts:
            return regulars()
        (open_page,) = regulars.contexts[0].pages
        open_page.evaluate(CLOSE_TOASTS)
        return open_page

    return page


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the server printed last below a failed test."""
    made = yield
    report = made.get_result()
    running = getattr(item, "funcargs", {}).get("site")
    if report.failed and running:
        report.sections.append(("server output", running.printed()[-3000:]))


def _stays_here(url: str, home: str) -> bool:
    return url.startswith((home, "data:", "blob:"))
