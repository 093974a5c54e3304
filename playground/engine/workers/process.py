"""A worker in a process of its own on this machine, started by spawn. The page's process lives on when it dies."""

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
from playground.engine.workers.messages import News, Order
from playground.language import Text

log = logging.getLogger(__name__)
PR_SET_PDEATHSIG = 1
KILLED = Text(
    "was killed, as a system does that runs out of memory (signal {})", "被终止（信号 {}），系统内存不足时会这样做"
)
CRASHED = Text("crashed (signal {})", "崩溃（信号 {}）")
UNREADABLE = Text("sent what cannot be read ({})", "发来了无法读取的内容（{}）")
ENDED = Text("ended by itself (code {})", "自行结束（代码 {}）")


class ProcessHome:
    """A spawned child process.

    Args:
        device: What it works on, as ``--device`` takes it.
    """

    def __init__(self, device: str = "auto") -> None:
        self.device = device
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Order, News] | None = None
        self._sending = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Its number among the system's processes."""
        return self._process.pid if self._process else None

    def start(self, died: Callable[[], None]) -> None:
        """Start the child. Ctrl+C reaches a whole terminal, so the child is born deaf to it: the page ends it.

        On Linux the child dies with the thread that calls this, so that must live as long as the worker.
        """
        resource_tracker.ensure_running()  # or else starting the child would start this first, and hear Ctrl+C again
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        process = spawn.Process(
            target=live, args=(theirs, logging.getLogger("playground").level), name=f"worker {self.device}", daemon=True
        )
        process.start()
        theirs.close()
        self._process = process
        threading.Thread(target=self._watch, args=(process, died), name="watch", daemon=True).start()

    def send(self, order: Order) -> None:
        """Write it into the pipe."""
        pipe = self._pipe
        try:
            with self._sending:
                if pipe is None:
                    raise OSError("stopped")
                pipe.send(order)
        except OSError as error:
            raise self._lost() from error

    def receive(self, timeout: float | None = None) -> News | None:
        """Read the pipe; it ends with the child."""
        pipe = self._pipe
        try:
            if pipe is None:
                raise OSError("stopped")
            return pipe.recv() if timeout is None or pipe.poll(timeout) else None
        except (EOFError, OSError) as error:
            raise self._lost() from error
        except Exception as error:  # what unpickling raises cannot be listed
            raise WorkerLost(UNREADABLE.format(error)) from error

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


class PipeInbox:
    """Orders out of a pipe.

    Args:
        pipe: The worker's end of it.
    """

    def __init__(self, pipe: Connection[News, Order]) -> None:
        self._pipe = pipe

    def get(self) -> Order:
        """Wait for an order.

        Raises:
            EOFError: Nobody gives orders any more.
        """
        return self._pipe.recv()

    def waits(self) -> bool:
        """Tell whether ``get`` would return at once."""
        return self._pipe.poll()


def live(pipe: Connection[News, Order], level: int) -> None:
    """Be a worker until the page is gone: what the child process does.

    Args:
        pipe: Where orders come from and news go to.
        level: What of our own is logged.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("playground").setLevel(level)
    from playground.engine.workers.serving import Serving

    try:
        Serving(PipeInbox(pipe), pipe.send).run()
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
