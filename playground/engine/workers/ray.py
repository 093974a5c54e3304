"""Workers as Ray actors, on this machine or others. Ray places and reaches them; what is next we say ourselves.

Where the page's machine and an actor's see the same folders under the same paths, the actor finds every checkpoint.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import socket
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from playground.engine.workers.child import Child
from playground.engine.workers.home import Home, WorkerLost
from playground.engine.workers.messages import News, Order
from playground.engine.workers.ray_gateway import (
    HEAD_GONE,
    Close,
    Give,
    Joined,
    Key,
    Leave,
    Lost,
    NotJoined,
    Open,
    Said,
    live,
)
from playground.errors import SettingsError
from playground.language import Text

RAY = "2.60.0"
PATIENCE = 60.0
"""Seconds for a cluster to let us in."""
LEAVING = 3.0
"""Seconds to take leave; then the child is killed."""
NO_RAY = Text(
    f"--ray needs Ray, which is not installed here: pip install ray=={RAY}",
    f"--ray 需要 Ray，但此处未安装：pip install ray=={RAY}",
)
OTHER_RAY = Text(
    f"--ray needs Ray {RAY} on every machine, and {{}} is installed here: pip install ray=={RAY}",
    f"--ray 要求每台机器都安装 Ray {RAY}，此处为 {{}}：pip install ray=={RAY}",
)
OTHER_RAY_THERE = Text(
    f"--ray {{}}: Ray or Python has another version there than here: pip install ray=={RAY} on every machine ({{}})",
    f"--ray {{}}：该处的 Ray 或 Python 版本与此处不同：请在每台机器上 pip install ray=={RAY}（{{}}）",
)
NOBODY_THERE = Text(
    "--ray {}: no Ray answers there ({}). Start one with: ray start --head",
    "--ray {}：该地址没有 Ray 响应（{}）。请先启动：ray start --head",
)
NO_HEAD = Text("waits for Ray's head, which does not answer", "正在等待 Ray 主节点，它没有响应")
STOPPED = Text("was stopped", "已停止")


class RayCluster:
    """A cluster, reached through one child process for all homes. Joined when needed, left when no home needs it.

    Args:
        address: As ``ray.init`` takes it: "auto", "host:6379", "local" for a cluster of the child's own.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._joining = threading.Lock()
        self._child: Child | None = None
        self._homes: dict[Key, RayHome] = {}

    def join(self) -> int:
        """Join, unless joined; returns how many GPUs the cluster has.

        Raises:
            SettingsError: Nobody answers, or the version is another one.
        """
        host, colon, port = self.address.rpartition(":")
        if colon and port.isdigit():  # Ray itself tries for two minutes, and says so at length
            try:
                socket.create_connection((host.removeprefix("ray://"), int(port)), timeout=5).close()
            except (OSError, OverflowError) as error:
                raise SettingsError(*NOBODY_THERE.format(self.address, error)) from error
        answer: queue.Queue[Joined | NotJoined] = queue.Queue()
        threading.Thread(target=self._serve, args=(answer,), name="ray", daemon=True).start()
        match answer.get():
            case Joined(gpus):
                return gpus
            case NotJoined(reason):
                sentence = OTHER_RAY_THERE if "Version mismatch" in reason else NOBODY_THERE
                raise SettingsError(*sentence.format(self.address, reason))

    def open(self, home: RayHome, key: Key, resources: dict[str, float]) -> None:
        """Ask for an actor, whose news go to a home.

        Raises:
            WorkerLost: The cluster cannot be joined now.
        """
        with self._joining:
            if self._child is None:
                try:
                    self.join()
                except SettingsError as error:
                    raise WorkerLost(NO_HEAD) from error
            self._homes[key] = home
        self.send(Open(key, resources))

    def close(self, key: Key) -> None:
        """Let an actor end."""
        if self._homes.pop(key, None) and self._child:
            with contextlib.suppress(WorkerLost):  # and with it all its actors
                self._child.send(Close(key))

    def leave(self) -> None:
        """Leave the cluster, unless a home needs it."""
        with self._joining:
            child = self._child
            if child and not self._homes:
                self._child = None
                with contextlib.suppress(WorkerLost):
                    child.send(Leave())
                    child.wait(LEAVING)
                child.stop()

    def send(self, message: Open | Give) -> None:
        """Tell the child.

        Raises:
            WorkerLost: The cluster is out of reach.
        """
        child = self._child
        if child is None:
            raise WorkerLost(NO_HEAD)
        child.send(message)

    def _serve(self, answer: queue.Queue[Joined | NotJoined]) -> None:
        """Start the child, which dies with this thread, and hand out what it says until it ends."""
        child = Child("ray", live, self.address)
        child.start(lambda: None)
        try:
            first = child.receive(PATIENCE)
        except WorkerLost as lost:
            first = NotJoined(lost.how.en)
        if not isinstance(first, Joined):
            child.stop()
            answer.put(first or NotJoined(f"no answer within {PATIENCE:.0f} s"))
            return
        self._child = child
        answer.put(first)
        try:
            while True:
                match child.receive():
                    case Said(key, news) if home := self._homes.get(key):
                        home.hear(news)
                    case Lost(key, how) if home := self._homes.pop(key, None):
                        home.lose(how)
        except WorkerLost as lost:
            if self._child is child:
                self._child = None
                how = NO_HEAD if child.exit_code == HEAD_GONE else lost.how
                child.stop()
                homes, self._homes = self._homes, {}
                for home in homes.values():
                    home.lose(how)


class RayHome:
    """A Ray actor.

    Args:
        cluster: Where it lives.
        number: Tells it from the cluster's other homes.
        device: What it works on, as ``--device`` takes it.
        resources: What Ray sets aside for it: ``num_cpus``, ``num_gpus``.
    """

    def __init__(self, cluster: RayCluster, number: int, device: str, resources: dict[str, float]) -> None:
        self.device, self._resources = device, resources
        self._cluster, self._number, self._lives = cluster, number, itertools.count()
        self._key: Key | None = None
        self._news: queue.Queue[News | Text] = queue.Queue()
        self._died: Callable[[], None] = lambda: None

    def start(self, died: Callable[[], None]) -> None:
        """Ask Ray for an actor; it comes as soon as there is room for it."""
        self._close()
        self._news, self._died = queue.Queue(), died
        key = Key(self._number, next(self._lives))
        self._cluster.open(self, key, self._resources)
        self._key = key

    def send(self, order: Order) -> None:
        """Call the actor; calls arrive in their order."""
        if self._key is None:
            raise WorkerLost(STOPPED)
        self._cluster.send(Give(self._key, order))

    def receive(self, timeout: float | None = None) -> News | None:
        """Take what was said next."""
        if self._key is None:
            raise WorkerLost(STOPPED)
        try:
            found = self._news.get(timeout=timeout) if timeout != 0 else self._news.get_nowait()
        except queue.Empty:
            return None
        if isinstance(found, Text):
            self._news.put(found)  # for whoever asks again
            raise WorkerLost(found)
        return found

    def stop(self) -> None:
        """Kill the actor; whoever is the last leaves the cluster."""
        self._close()
        self._news.put(STOPPED)
        self._cluster.leave()

    def hear(self, news: News) -> None:
        """Take what the actor says; called by the cluster."""
        self._news.put(news)

    def lose(self, how: Text) -> None:
        """Learn that the actor is gone; called by the cluster."""
        self._news.put(how)
        self._died()

    def _close(self) -> None:
        key, self._key = self._key, None
        if key is not None:
            self._cluster.close(key)


def join(address: str, workers: int, device: str) -> list[Home]:
    """Join a Ray cluster.

    Args:
        address: As ``ray.init`` takes it: "auto", "host:6379", "local" for a cluster of its own.
        workers: How many workers to ask for; 0 takes one for each GPU, or one where there is none.
        device: As ``--device`` takes it.

    Returns:
        A home for each worker.

    Raises:
        SettingsError: Ray is not installed, is another version, or nobody answers at the address.
    """
    try:
        found = version("ray")
    except PackageNotFoundError as error:
        raise SettingsError(*NO_RAY) from error
    if found != RAY:
        raise SettingsError(*OTHER_RAY.format(found))
    cluster = RayCluster(address)
    gpus = cluster.join()
    if device == "cpu":
        gpus = 0
    resources: dict[str, float] = {"num_gpus": 1, "num_cpus": 1} if gpus else {"num_cpus": 1}
    named = device if device != "auto" or gpus else "cpu"
    return [RayHome(cluster, number, named, resources) for number in range(workers or max(1, gpus))]
