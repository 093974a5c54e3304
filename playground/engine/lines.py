"""A line of jobs, by owner: who has had a turn goes to its end. Every step costs the same for ten and for ten thousand.

The owners' turns are numbers that only grow, and are the same in all lines that an owner stands in. So people come at
the end and go at the front; only who leaves a line without a turn is looked for between.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from itertools import islice

from playground.engine.jobs import Job


class Line:
    """Jobs that wait for the same: in the order of their owners' turns, and each owner's in the order they came."""

    def __init__(self) -> None:
        self._turns: deque[tuple[int, str]] = deque()
        self._jobs: dict[str, list[Job]] = {}

    def __len__(self) -> int:
        """Count the owners."""
        return len(self._turns)

    def __iter__(self) -> Iterator[str]:
        """Yield the owners; whose turn is next comes first."""
        return (owner for _, owner in self._turns)

    @property
    def next(self) -> tuple[int, str]:
        """Whose turn is next: the turn and the owner."""
        return self._turns[0]

    def first(self, count: int) -> list[str]:
        """Return so many owners at most, whose turns are next."""
        return [owner for _, owner in islice(self._turns, count)]

    def of(self, owner: str) -> list[Job]:
        """Return an owner's jobs in their order."""
        return self._jobs.get(owner, [])

    def add(self, job: Job, turn: int, ahead: bool = False) -> None:
        """Put a job behind its owner's others, or ahead of them; who is not patient goes before those who are."""
        jobs = self._jobs.get(job.owner)
        if jobs is None:
            jobs = self._jobs[job.owner] = []
            self._enter(turn, job.owner)
        if ahead:
            jobs.insert(0, job)
        elif job.patient or not jobs or not jobs[-1].patient:
            jobs.append(job)
        else:
            jobs.insert(next(index for index, other in enumerate(jobs) if other.patient), job)

    def remove(self, job: Job, turn: int) -> None:
        """Take a job out that stands here."""
        jobs = self._jobs[job.owner]
        jobs.remove(job)
        if not jobs:
            del self._jobs[job.owner]
            self._leave(turn, job.owner)

    def move(self, owner: str, turn: int, new: int) -> None:
        """Give an owner who stands here a later turn."""
        self._leave(turn, owner)
        self._enter(new, owner)

    def _enter(self, turn: int, owner: str) -> None:
        if self._turns and (turn, owner) < self._turns[-1]:
            insort(self._turns, (turn, owner))
        else:
            self._turns.append((turn, owner))

    def _leave(self, turn: int, owner: str) -> None:
        if self._turns[0] == (turn, owner):
            self._turns.popleft()
        else:
            del self._turns[bisect_left(self._turns, (turn, owner))]
