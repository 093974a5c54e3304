"""Ray clusters of several nodes on this machine, each a ``ray start`` that is killed with all that it started."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from tests.eventually import eventually
from tests.server import free_port

LEAN = ("--num-cpus=1", "--object-store-memory=80000000", "--disable-usage-stats", "--block")
PATIENCE = 90.0


class Node:
    """One machine of a cluster, as far as Ray knows.

    Args:
        words: What follows ``ray start``.
        inside: What it is started by, if not directly.

    Attributes:
        pid: Of the process that started it all.
    """

    def __init__(self, *words: str, inside: Sequence[str] = ()) -> None:
        command = [*inside, sys.executable, "-m", "ray.scripts.scripts", "start", *words, *LEAN]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
        self.pid = self._process.pid

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Cluster:
    """A head and further nodes.

    Args:
        folder: Where Ray keeps its sockets and logs.
        inside: What its nodes are started by, if not directly.

    Attributes:
        address: Where the head answers.
    """

    def __init__(self, folder: Path, inside: Sequence[str] = ()) -> None:
        self._folder, self._port, self._inside = folder, free_port(), inside
        self.address = f"127.0.0.1:{self._port}"
        self.head = self._start_head()
        self.nodes: list[Node] = []

    def add(self) -> Node:
        """Let another node join."""
        node = Node(f"--address={self.address}", inside=self._inside)
        self.nodes.append(node)
        return node

    def start_head_again(self) -> None:
        """Start a new head in place of one that was killed."""
        self.head = self._start_head()

    def kill(self) -> None:
        """End all of it."""
        for node in [*self.nodes, self.head]:
            node.kill()

    def _start_head(self) -> Node:
        head = Node(
            "--head", "--node-ip-address=127.0.0.1", f"--port={self._port}", "--include-dashboard=false",
            f"--temp-dir={self._folder}", inside=self._inside,
        )  # fmt: skip
        eventually(self._answers, timeout=PATIENCE)
        return head

    def _answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self._port)) == 0


@contextmanager
def cluster(inside: Sequence[str] = ()) -> Iterator[Cluster]:
    """Start a head, which asks for a token that this process knows; all nodes end with the block."""
    # Ray's sockets lie in this folder, and their paths must be short: that of a test would be too long.
    with (
        TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder,
        mock.patch.dict(os.environ, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32)),
    ):
        started = Cluster(Path(folder), inside)
        try:
            yield started
        finally:
            started.kill()
