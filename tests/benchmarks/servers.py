"""Servers as processes of their own, and a visitor who talks to them as the page does: join, then listen."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
LAUNCH = """app.queue(default_concurrency_limit=None)
app.launch(server_port={port}, quiet=True, run_history=False, enable_monitoring=False, footer_links=["api", "settings"],
    theme=gr.themes.Soft(), max_file_size="210mb")
"""
HELLO = 'import gradio as gr\nwith gr.Blocks(analytics_enabled=False) as app:\n    gr.HTML("Hello, world")\n' + LAUNCH


class Server:
    """A running server process.

    Attributes:
        url: Its address.
        started: When the process was started, on the clock of ``time.perf_counter``.
        process: The process.
    """

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.url, self._log = f"http://127.0.0.1:{port}", log
        environment = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": str(log.parent / "served")}
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)

    def answers(self) -> float:
        """Wait for the first HTTP 200; returns the seconds since the process was started."""
        while time.perf_counter() - self.started < PATIENCE:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(self.url, timeout=PATIENCE).status_code == 200:
                    return time.perf_counter() - self.started
            except httpx.TransportError:
                time.sleep(0.01)
        raise RuntimeError(f"The server did not come up:\n{self._log.read_text(errors='replace')}")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


TORCH = ("--runtime", "torch")
"""Flags for what measures pages and calls: a new machine compiles networks behind them for minutes, on their cores."""


@contextmanager
def playground(*flags: str) -> Iterator[Server]:
    """Run ``python app.py``, with further flags."""

    def words(port: int, folder: Path) -> list[str]:
        return ["app.py", "--port", str(port), "--outputs", str(folder / "outputs"), *flags]

    with _running(words) as server:
        yield server


@contextmanager
def program(source: str) -> Iterator[Server]:
    """Run a small Gradio program; ``{port}`` in it becomes the port."""
    with _running(lambda port, folder: ["-c", source.replace("{port}", str(port))]) as server:
        yield server


@contextmanager
def _running(arguments: Any) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as name:
        port, folder = free_port(), Path(name)
        server = Server([sys.executable, *arguments(port, folder)], port, folder / "log")
        try:
            yield server
        finally:
            server.stop()


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Visitor:
    """One open page: its own session, plain HTTP, no files fetched.

    Args:
        url: The server's address.
        config: What ``read_config`` gave; saves each visitor from asking anew.
    """

    def __init__(self, url: str, config: dict[str, Any]) -> None:
        self._url, self._session = url + "/gradio_api", secrets.token_hex(6)
        self._functions = {made["api_name"]: made["id"] for made in config["dependencies"]}
        self._defaults = {
            name[1:]: {each["parameter_name"]: each.get("parameter_default") for each in endpoint["parameters"]}
            for name, endpoint in httpx.get(f"{self._url}/info", timeout=PATIENCE).json()["named_endpoints"].items()
        }
        self._http = httpx.AsyncClient(timeout=PATIENCE)

    async def ask(self, name: str, **values: Any) -> Any:
        """Call a named endpoint and return the last thing it gives; what is not given keeps its default."""
        return (await self.run(self._functions[name], list((self._defaults[name] | values).values())))["data"]

    async def run(self, function: int, data: list[Any]) -> Any:
        """Queue a call and read its events until the last one."""
        body = {"data": data, "fn_index": function, "session_hash": self._session}
        answer = await self._http.post(f"{self._url}/queue/join", json=body)
        answer.raise_for_status()
        address = f"{self._url}/queue/data?session_hash={self._session}"
        async with self._http.stream("GET", address) as events:
            async for line in events.aiter_lines():
                if not line.startswith("data:"):
                    continue
                event = json.loads(line[5:])
                if event["msg"] == "process_completed":
                    if not event["success"]:
                        raise RuntimeError(str(event["output"]))
                    return event["output"]
        raise RuntimeError("The server closed the stream before the end.")

    async def leave(self) -> None:
        """Close the connection."""
        await self._http.aclose()


def read_config(url: str) -> dict[str, Any]:
    """Return what the page reads first: its components and functions."""
    answer = httpx.get(f"{url}/config", timeout=PATIENCE)
    answer.raise_for_status()
    config: dict[str, Any] = answer.json()
    return config
