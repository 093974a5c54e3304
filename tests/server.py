"""The app as a person starts it: a process of its own on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from gradio_client import Client

from tests.eventually import eventually

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running app; ``with Server(folder) as server`` starts it and stops it.

    Args:
        folder: Receives its outputs, its temporary files and its log.
        flags: Further words after ``python app.py``.
        script: What to run instead of app.py.
        environment: Further environment variables.
        inside: What it is started by, if not directly.
    """

    def __init__(
        self,
        folder: Path,
        *flags: str,
        script: str = "app.py",
        environment: dict[str, str] | None = None,
        inside: Sequence[str] = (),
    ) -> None:
        self._environment = environment or {}
        self.folder, self.outputs, self.cache = folder, folder / "outputs", folder / "cache"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "log.txt"
        # What a test sees must not depend on whether somebody's cache holds compiled networks.
        torch = [] if script != "app.py" else ["--runtime", "torch"]
        where = ["--port", str(self.port), "--outputs", str(self.outputs)]
        self._command = [*inside, sys.executable, script, *where, *torch, *flags]

    @property
    def log(self) -> str:
        """Everything it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def __enter__(self) -> Server:
        """Start it and wait for its first answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ours = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "GRADIO_TEMP_DIR": str(self.cache)}
        environment = os.environ | ours | self._environment
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            eventually(self._answers, timeout=120)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it at once; that it also ends politely is tested by itself."""
        self.process.kill()
        self.process.wait()

    def client(self, language: str = "en", **options: Any) -> Client:
        """Return a new visitor, who prefers a language; files they fetch lie below ``folder``."""
        headers = {"Accept-Language": language, **options.pop("headers", {})}
        return Client(self.url, verbose=False, download_files=str(self.folder / "fetched"), headers=headers, **options)

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"The app ended with code {self.process.returncode}:\n{self.log}"
        try:
            return httpx.get(self.url, timeout=10).status_code in (200, 303)  # a room asks for its code first
        except httpx.HTTPError:
            return False
