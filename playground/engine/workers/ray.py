"""A worker as a Ray actor, on this machine or another one. Ray places it and reaches it; what is next we say ourselves.

The actor carries out orders on a thread of its own and streams its news; orders reach it beside that stream. Where the
page's machine and the actor's see the same folders under the same paths, the actor finds every checkpoint.
"""

from __future__ import annotations

import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from playground.engine.workers.home import Home, WorkerLost
from playground.engine.workers.messages import News, Order
from playground.errors import SettingsError
from playground.language import Text

log = logging.getLogger(__name__)

RAY = "2.60.0"
GONE = Text("is out of reach ({})", "无法联系（{}）")
NO_RAY = Text(
    f"--ray needs Ray, which is not installed here: pip install ray=={RAY}",
    f"--ray 需要 Ray，但此处未安装：pip install ray=={RAY}",
)
OTHER_RAY = Text(
    f"--ray needs Ray {RAY} on every machine, and {{}} is installed here: pip install ray=={RAY}",
    f"--ray 要求每台机器都安装 Ray {RAY}，此处为 {{}}：pip install ray=={RAY}",
)
NOBODY_THERE = Text(
    "--ray {}: no Ray answers there ({}). Start one with: ray start --head",
    "--ray {}：该地址没有 Ray 响应（{}）。请先启动：ray start --head",
)


class QueueInbox:
    """Orders out of a queue."""

    def __init__(self) -> None:
        self.orders: queue.Queue[Order] = queue.Queue()

    def get(self) -> Order:
        """Wait for an order."""
        return self.orders.get()

    def waits(self) -> bool:
        """Tell whether ``get`` would return at once."""
        return not self.orders.empty()


class Actor:
    """What runs as a Ray actor."""

    def __init__(self) -> None:
        self._inbox = QueueInbox()
        self._news: queue.Queue[News] = queue.Queue()

    def news(self) -> Iterator[News]:
        """Be a worker, and yield its news until killed."""
        from playground.engine.workers.serving import Serving

        threading.Thread(target=Serving(self._inbox, self._news.put).run, name="worker", daemon=True).start()
        while True:
            yield self._news.get()

    def order(self, order: Order) -> None:
        """Take an order."""
        self._inbox.orders.put(order)


class RayHome:
    """A Ray actor; ``join`` must have been called.

    Args:
        device: What it works on, as ``--device`` takes it.
        resources: What Ray sets aside for it: ``num_cpus``, ``num_gpus``.
    """

    def __init__(self, device: str, resources: dict[str, float]) -> None:
        self.device, self._resources = device, resources
        self._actor: Any = None
        self._news: Any = None
        self._ready: Any = None

    def start(self, died: Callable[[], None]) -> None:
        """Ask Ray for an actor; it comes as soon as there is room for it."""
        import ray

        library: Any = ray  # whose types do not know concurrency groups
        groups = {"orders": 1, "news": 1}  # threads: orders must arrive while the stream goes on
        as_actor = library.remote(concurrency_groups=groups, max_restarts=0, **self._resources)
        try:
            self._actor = as_actor(Actor).remote()
            self._news = self._actor.news.options(num_returns="streaming", concurrency_group="news").remote()
        except Exception as error:  # Ray raises what it likes where its head is gone
            raise WorkerLost(GONE.format(_first_line(error))) from error
        threading.Thread(target=self._watch, args=(self._actor, self._news, died), name="watch", daemon=True).start()

    def send(self, order: Order) -> None:
        """Call the actor; calls arrive in their order."""
        actor = self._actor
        if actor is None:
            raise WorkerLost(GONE.format("stopped"))
        try:
            actor.order.options(concurrency_group="orders").remote(order)
        except Exception as error:
            raise WorkerLost(GONE.format(_first_line(error))) from error

    def receive(self, timeout: float | None = None) -> News | None:
        """Take the next news out of the stream."""
        import ray

        news = self._news
        if news is None:
            raise WorkerLost(GONE.format("stopped"))
        try:
            found = news._next_sync(timeout_s=-1 if timeout is None else timeout)
            return None if found.is_nil() else ray.get(found)
        except StopIteration as error:
            raise WorkerLost(GONE.format("its stream ended")) from error
        except Exception as error:
            raise WorkerLost(GONE.format(_first_line(error))) from error

    def stop(self) -> None:
        """Kill the actor."""
        import ray

        actor, self._actor, self._news = self._actor, None, None
        if actor is not None and ray.is_initialized():
            try:
                ray.kill(actor)
            except Exception as error:  # it, or Ray, is gone already
                log.debug("Killing a Ray actor: %s", error)

    def _watch(self, actor: Any, news: Any, died: Callable[[], None]) -> None:
        """Wait until the stream has ended, which it does with the actor alone."""
        import ray

        try:
            ray.get(news.completed())
        except Exception as error:
            log.debug("A Ray actor ended: %s", error)
        if self._actor is actor:
            died()


def join(address: str, workers: int, device: str) -> list[Home]:
    """Join a Ray cluster.

    Args:
        address: As ``ray.init`` takes it: "auto", "host:6379", "local" for a cluster of this process's own.
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
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():  # Ray itself tries for two minutes, and says so at length
        try:
            socket.create_connection((host.removeprefix("ray://"), int(port)), timeout=5).close()
        except (OSError, OverflowError) as error:
            raise SettingsError(*NOBODY_THERE.format(address, error)) from error
    import ray

    try:
        ray.init(
            address=address, namespace="playground", log_to_driver=False, logging_level=logging.ERROR,
            include_dashboard=False if address == "local" else None,
        )  # fmt: skip
    except Exception as error:  # ConnectionError, RuntimeError, ValueError, as the reason is
        raise SettingsError(*NOBODY_THERE.format(address, _first_line(error))) from error
    cluster: Any = ray
    gpus = int(cluster.cluster_resources().get("GPU", 0)) if device != "cpu" else 0
    resources: dict[str, float] = {"num_gpus": 1, "num_cpus": 1} if gpus else {"num_cpus": 1}
    named = device if device != "auto" or gpus else "cpu"
    return [RayHome(named, resources) for _ in range(workers or max(1, gpus))]


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
