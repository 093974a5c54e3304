"""Who may do what: the host what is the host's; who sits at this machine, or everybody, may fetch checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.errors import PlaygroundError, RoomError

if TYPE_CHECKING:
    from playground.room.room import Room


@dataclass(frozen=True)
class Powers:
    """What a visitor may do beside generating.

    Attributes:
        downloads: "machine", or "everyone", as ``--downloads`` says.
        room: The room; None without ``--workshop``.
        proxied: Whether everybody seems to come from this machine, because a proxy stands between.
    """

    downloads: str = "machine"
    room: Room | None = None
    proxied: bool = False

    def may_download(self, person: str, local: bool) -> bool:
        """Tell whether somebody may fetch checkpoints.

        Args:
            person: The visitor.
            local: Whether their request comes from this machine.
        """
        if self.room:
            return self.room.is_host(person)
        return self.downloads == "everyone" or (local and not self.proxied)

    def check_download(self, person: str, local: bool) -> None:
        """Refuse whoever may not fetch checkpoints.

        Raises:
            RoomError: They may not; the sentence says who may.
        """
        if self.may_download(person, local):
            return
        if self.room:
            raise RoomError("Only the host of the room downloads checkpoints.", "只有房间的主持人可以下载检查点。", 403)
        raise RoomError(
            "Checkpoints are downloaded from the machine that runs the playground; with --downloads everyone, from "
            "everywhere.",
            "检查点只能在运行本程序的机器上下载；加上 --downloads everyone 后，任何人都可以下载。",
            403,
        )


def check_host(room: Room | None, person: str) -> Room:
    """Return the room if it is somebody's.

    Raises:
        RoomError: There is no room, or it is another's.
    """
    if room is None or not room.is_host(person):
        raise RoomError("Only the host of the room may do this.", "只有房间的主持人可以这样做。", 403)
    return room


def said(error: PlaygroundError) -> int:
    """Return the HTTP status that says an error to programs."""
    return error.status if isinstance(error, RoomError) else 400
