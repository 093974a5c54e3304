"""The jobs of everybody in the room: the engine asks here before it takes one, and the host sees and ends them here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from playground.engine import Job
from playground.errors import RoomError, TooManyJobs
from playground.families import find_family
from playground.room.people import Member

if TYPE_CHECKING:
    from playground.room.room import Room


class RoomJobs:
    """What people wait for.

    Args:
        room: Knows who is in it, and what each may ask for.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}

    def admit(self, job: Job) -> None:
        """Let a job through to the engine, or refuse it. Owners are ``person/page``; others are the house itself.

        Raises:
            RoomError: Its owner is not in the room, or the room is closed.
            TooManyJobs: Its owner has as many as one person may have.
            InvalidInput: It asks for more than a guest may.
        """
        person, slash, _ = job.owner.partition("/")
        if not slash:
            return
        room, member = self._room, self._room.find(person)
        if member is None or room.closed:
            raise RoomError("You are not in the room: give its code first.", "您不在房间里：请先输入房间码。", 403)
        if not member.host:
            room.limits.check(job.request, job.checkpoint)
        if job.draft:
            return
        live = _is_live(job)
        most = 0 if member.host else room.limits.most_jobs(live)
        with self._lock:
            waiting = sum(_person(each) == person and _is_live(each) == live for each in self._jobs.values())
            if most and waiting >= most and not job.accepted:
                raise TooManyJobs(
                    f"You have {waiting} jobs waiting; in this room one person may have {most}. Wait for one to "
                    "finish, or stop one.",
                    f"您已有 {waiting} 个任务在排队；本房间每人最多 {most} 个。请等待其中一个完成，或停止一个。",
                )
            self._jobs[job.id] = job
        job.when_ended(self._forget)

    def all(self) -> list[tuple[Member | None, Job]]:
        """Return everybody's jobs that have not ended, with whose they are, the oldest first."""
        with self._lock:
            known = list(self._jobs.values())
        return [(self._room.find(_person(job)), job) for job in known if not job.ended]

    def end(self, id: str) -> bool:
        """End anybody's job; tells whether it was there."""
        job = self._jobs.get(id)
        if job:
            job.cancel()
        return job is not None

    def end_all(self, person: str = "") -> int:
        """End somebody's jobs, or everybody's; returns how many."""
        with self._lock:
            ending = [job for job in self._jobs.values() if not person or _person(job) == person]
        for job in ending:
            job.cancel()
        return len(ending)

    def _forget(self, job: Job) -> None:
        with self._lock:
            self._jobs.pop(job.id, None)


def _person(job: Job) -> str:
    return job.owner.partition("/")[0]


def _is_live(job: Job) -> bool:
    return find_family(job.checkpoint.family).live
