"""A child process with a pipe to it, started by spawn. The page's process lives on when the child dies."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from playground.engine.workers.home import WorkerLost
from playground.language import Text

PR_SET_PDEATHSIG = 1
KILLED = Text(
    "was killed, as a system does that runs out of memory (signal {})", "被终止（信号 {}），系统内存不足时会这样做"
)
CRASHED = Text("crashed (signal {})", "崩溃（信号 {}）")
UNREADABLE = Text("sent what cannot be read ({})", "发来了无法读取的内容（{}）")
ENDED = Text("ended by itself (code {})", "自行结束（代码 {}）")


class Child:
    """A spawned process.

    Args:
        name: What it is called among the processes.
        live: What it does: a module's function of a pipe and the further arguments.
        arguments: The further arguments.
    """

    def __init__(self, name: str, live: Callable[..., None], *arguments: Any) -> None:
        self._name, self._live, self._arguments = name, live, arguments
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._sending = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Its number among the system's processes."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it lives, and once it was stopped."""
        return self._process.exitcode if self._process else None

    def start(self, died: Callable[[], None]) -> None:
        """Start it. Ctrl+C reaches a whole terminal, so the child is born deaf to it: the page ends it.

        On Linux the child dies with the thread that calls this, so that must live as long as the child.

        Args:
            died: Called on a thread of its own as soon as it is not there any more, unless it was stopped.
        """
        resource_tracker.ensure_running()  # or else starting the child would start this first, and hear Ctrl+C again
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        level = logging.getLogger("playground").level
        arguments = (self._live, theirs, level, self._arguments)
        process = spawn.Process(target=_be_a_child, args=arguments, name=self._name, daemon=True)
        process.start()
        theirs.close()
        self._process = process
        threading.Thread(target=self._watch, args=(process, died), name="watch", daemon=True).start()

    def send(self, message: Any) -> None:
        """Write into the pipe.

        Raises:
            WorkerLost: The child is not there any more.
        """
        pipe = self._pipe
        try:
            with self._sending:
                if pipe is None:
                    raise OSError("stopped")
                pipe.send(message)
        except OSError as error:
            raise self._lost() from error

    def receive(self, timeout: float | None = None) -> Any:
        """Read the pipe; None when nothing came in time.

        Raises:
            WorkerLost: The child is not there any more.
        """
        pipe = self._pipe
        try:
            if pipe is None:
                raise OSError("stopped")
            return pipe.recv() if timeout is None or pipe.poll(timeout) else None
        except (EOFError, OSError) as error:
            raise self._lost() from error
        except Exception as error:  # what unpickling raises cannot be listed
            raise WorkerLost(UNREADABLE.format(error)) from error

    def wait(self, timeout: float) -> None:
        """Wait until it has ended by itself, so many seconds at most."""
        if process := self._process:
            process.join(timeout)

    def stop(self) -> None:
        """Kill the child: it holds nothing that could be lost."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.join(5)
        with self._sending:
            pipe, self._pipe = self._pipe, None
        if pipe:
            pipe.close()

    def _watch(self, process: SpawnProcess, died: Callable[[], None]) -> None:
        wait([process.sentinel])
        # A dying child closes its pipes one after another: whoever looks now may find it alive.
        if hasattr(os, "waitid"):
            with suppress(ChildProcessError):
                os.waitid(os.P_PID, process.pid or 0, os.WEXITED | os.WNOWAIT)
        if self._process is process:
            died()

    def _lost(self) -> WorkerLost:
        process = self._process
        if process is None:
            return WorkerLost(ENDED.format(0))
        process.join(5)
        code = process.exitcode
        if code is None or code >= 0:
            return WorkerLost(ENDED.format(code))
        return WorkerLost((KILLED if -code == signal.SIGKILL else CRASHED).format(-code))


def _be_a_child(live: Callable[..., None], pipe: Connection[Any, Any], level: int, arguments: tuple[Any, ...]) -> None:
    """Live until the page is gone: what the child process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("playground").setLevel(level)
    try:
        live(pipe, *arguments)
    except (EOFError, OSError):
        os._exit(0)


def _die_with_parent() -> None:
    """Ask the system to end this process with its parent, whatever it computes; and look oneself, too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent: Any = multiprocessing.parent_process()

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
