"""What a guest may ask for at most. The host decides: at the start with ``--limit``, later in their panel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput, RoomError, SettingsError
from playground.families import REGISTRY, in_order
from playground.families.requests import Request
from playground.language import Text

FIELDS = {"steps": "num_inference_steps", "pictures": "num_images", "frames": "num_frames"}
"""Which field of a request each limit bounds."""
LARGEST = {"guests": 500, "jobs": 32, "steps": 1000, "pictures": 500, "frames": 1000}
LIVE = 6
"""So many times as many jobs may wait where pictures follow a control, and are there in a moment."""


@dataclass(frozen=True)
class Limits:
    """What a guest may do; 0, or nothing, sets no limit of the room's own.

    Attributes:
        guests: How many people are let in.
        jobs: Jobs that one person has waiting or running.
        steps: Steps of a job.
        pictures: Pictures of a job.
        frames: Frames of a clip.
        tabs: The tabs that are offered, by their families' names.
        checkpoints: The checkpoints that are offered, by their ids.
    """

    guests: int = 40
    jobs: int = 4
    steps: int = 0
    pictures: int = 0
    frames: int = 0
    tabs: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()

    def check(self, request: Request, checkpoint: Checkpoint) -> None:
        """Refuse what is over a limit.

        Raises:
            InvalidInput: A field is above its limit; the sentence says which and how far.
            RoomError: The tab or the checkpoint is not offered.
        """
        family = type(request).family
        home = REGISTRY[family].within or family if family in REGISTRY else family
        if self.tabs and home not in self.tabs:
            raise RoomError("The host does not offer this tab now.", "主持人目前没有开放这个标签页。")
        if self.checkpoints and checkpoint.id not in self.checkpoints:
            raise RoomError(
                f"The host offers other checkpoints here: {', '.join(self.checkpoints)}.",
                f"主持人在这里只开放以下检查点：{'、'.join(self.checkpoints)}。",
            )
        controls = type(request).controls()
        for limit, name in FIELDS.items():
            most, asked = getattr(self, limit), getattr(request, name, 0)
            if most and name in controls and asked > most:
                label = controls[name].label
                raise InvalidInput(
                    name,
                    f"{label.en}: in this room at most {most}; you asked for {asked}.",
                    f"{label.zh}：本房间最多 {most}；您要求 {asked}。",
                )

    def most_jobs(self, live: bool) -> int:
        """Return how many jobs of a kind one person may have waiting; 0 for no limit of the room's own."""
        return self.jobs * LIVE if live else self.jobs

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def bounds(self) -> dict[str, int]:
        """Return the largest value of each bounded field."""
        return {field: getattr(self, name) for name, field in FIELDS.items() if getattr(self, name)}


def changed(limits: Limits, wanted: Mapping[str, Any], checkpoints: Collection[str]) -> Limits:
    """Return limits with some of them changed.

    Args:
        limits: As they are.
        wanted: New values by name, as a page or a command line gives them.
        checkpoints: The ids that can be offered.

    Raises:
        RoomError: There is no such limit, or a value is not allowed; nothing is changed then.
    """
    new: dict[str, Any] = {}
    for name, value in wanted.items():
        if name in LARGEST:
            new[name] = _whole(name, value)
        elif name in ("tabs", "checkpoints"):
            known = [each.name for each in in_order() if not each.within] if name == "tabs" else checkpoints
            new[name] = _some(name, value, known)
        else:
            names = ", ".join(asdict(limits))
            raise RoomError(
                f"There is no limit {name[:40]!r}; there are: {names}.",
                f"没有名为 {name[:40]!r} 的限制；可用：{names}。",
            )
    return replace(limits, **new)


def read_limits(words: Iterable[str], checkpoints: Collection[str]) -> Limits:
    """Read what follows ``--limit``: ``steps=30``, ``tabs=digits_cvae,class_gan``.

    Raises:
        SettingsError: One of them says no limit.
    """
    wanted = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise SettingsError(
                f"--limit takes NAME=VALUE, such as --limit steps=30; it was given {word!r}.",
                f"--limit 的形式为 NAME=VALUE，例如 --limit steps=30；收到的是 {word!r}。",
            )
        wanted[name.strip()] = value
    try:
        return changed(Limits(), wanted, checkpoints)
    except RoomError as error:
        raise SettingsError(f"--limit: {error.en}", f"--limit：{error.zh}") from error


def _whole(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if isinstance(value, bool) or not 0 <= number <= LARGEST[name]:
        words = Text("{0} must be a whole number from 0 (no limit) to {1}.", "{0} 必须是 0（不限）到 {1} 的整数。")
        raise RoomError(*words.format(name, LARGEST[name]))
    return number


def _some(name: str, value: Any, known: Collection[str]) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else [""]
    wanted = [str(each).strip() for each in given if str(each).strip()]
    if strangers := [each for each in wanted if each not in known]:
        words = Text("{0}: there is no {1!r}; there are: {2}.", "{0}：没有 {1!r}；可用：{2}。")
        raise RoomError(*words.format(name, strangers[0][:60], ", ".join(known)))
    return tuple(dict.fromkeys(wanted))
