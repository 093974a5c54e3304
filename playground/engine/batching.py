"""Which samples run next: round robin over owners, equal batch keys together. Knows no model and no thread."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from playground.engine.jobs import Job


@dataclass(frozen=True)
class Slot:
    """One sample of one job.

    Attributes:
        job: The job.
        index: Which of its samples.
    """

    job: Job
    index: int

    @property
    def sample(self) -> Any:
        """The sample itself."""
        return self.job.samples[self.index]


class WaitingJobs:
    """The jobs that wait, by owner; whose turn it is goes round.

    Args:
        key: Tells which samples may share a forward pass.
        limit: Tells how many samples of a job's kind fit one forward pass.
        exact: Whether every sample runs alone.
    """

    def __init__(self, key: Callable[[Slot], Hashable], limit: Callable[[Job], int], exact: bool = False) -> None:
        self._owners: OrderedDict[str, list[Job]] = OrderedDict()
        self._key, self._limit, self._exact = key, limit, exact
        self._let_in: dict[str, int] = {}

    def __len__(self) -> int:
        """Count the jobs."""
        return sum(map(len, self._owners.values()))

    @property
    def owners(self) -> int:
        """Count those who wait."""
        return len(self._owners)

    def add(self, job: Job) -> None:
        """Put a job behind its owner's others; who is not patient goes before those who are."""
        jobs = self._owners.setdefault(job.owner, [])
        place = next((index for index, other in enumerate(jobs) if other.patient), len(jobs))
        jobs.insert(len(jobs) if job.patient else place, job)

    def count(self, owner: str) -> int:
        """Count an owner's jobs."""
        return len(self._owners.get(owner, ()))

    def remove(self, job: Job) -> bool:
        """Take a job out; tells whether it was there."""
        jobs = self._owners.get(job.owner, [])
        if job not in jobs:
            return False
        jobs.remove(job)
        if not jobs:
            del self._owners[job.owner]
        return True

    def any(self, fits: Callable[[Job], bool]) -> bool:
        """Tell whether a job waits that fits."""
        return any(fits(job) for jobs in self._owners.values() for job in jobs)

    def take(self, fits: Callable[[Job], bool] | None = None) -> list[Slot]:
        """Take the samples of the next forward pass; empty when nobody waits.

        The owner whose turn it is gives the first sample. The pass is filled one sample an owner at a time, so
        that a job of many samples does not push out its neighbours. A job with shapes of its own runs alone, and those
        of its samples that had a pass to themselves have it again.

        Args:
            fits: Which jobs' checkpoints may run; None takes any. Such passes go round among the owners who have
                some, and cost nobody the turn.
        """
        leader = self._leader(fits)
        if leader is None:
            return []
        alone = self._exact or bool(leader.shapes)
        batch = [self._pop(leader) for _ in range(self._whole_pass(leader))]
        limit = 1 if alone else self._limit(leader)
        key = self._key(batch[0])
        while len(batch) < limit:
            before = len(batch)
            for job in self._one_each(key):
                if len(batch) < limit:
                    batch.append(self._pop(job))
            if len(batch) == before:
                break
        if fits is None:
            self._owners_move_on(leader.owner)
        return batch

    def put_back(self, batch: list[Slot]) -> None:
        """Let samples wait again that were taken but not made; those of an ended job are dropped."""
        for slot in reversed(batch):
            if slot.job.ended:
                continue
            slot.job.waiting.appendleft(slot.index)
            jobs = self._owners.setdefault(slot.job.owner, [])
            if slot.job not in jobs:
                jobs.insert(0, slot.job)

    def _leader(self, fits: Callable[[Job], bool] | None) -> Job | None:
        if fits is None:
            return next(iter(self._owners.values()))[0] if self._owners else None
        found = {owner: job for owner, jobs in self._owners.items() if (job := next(filter(fits, jobs), None))}
        if not found:
            return None
        owner = min(found, key=lambda owner: self._let_in.get(owner, 0))  # who was let in longest ago
        self._let_in = {other: turn for other, turn in self._let_in.items() if other in self._owners}
        self._let_in[owner] = 1 + max(self._let_in.values(), default=0)
        return found[owner]

    def ahead(self, job: Job) -> list[Job]:
        """Return the jobs that have their turn before this one."""
        owners = list(self._owners)
        if job.owner not in owners or job not in self._owners[job.owner]:
            return []
        turn, rank = owners.index(job.owner), self._owners[job.owner].index(job)
        jobs = self._owners[job.owner][:rank]
        for other, owner in enumerate(owners):
            if owner != job.owner:
                jobs = jobs + self._owners[owner][: rank + (1 if other < turn else 0)]
        return jobs

    def passes(self, jobs: list[Job]) -> list[tuple[Job, int]]:
        """Group jobs that share forward passes: one job of each group, and how many passes the group takes."""
        groups: dict[Hashable, list[Job]] = {}
        for job in jobs:
            if job.waiting:
                groups.setdefault(self._key(Slot(job, job.waiting[0])), []).append(job)
        return [
            (
                group[0],
                math.ceil(sum(len(job.waiting) for job in group) / (1 if self._exact else self._limit(group[0]))),
            )
            for group in groups.values()
        ]

    def _whole_pass(self, job: Job) -> int:
        """Count the samples from the next one on that were once a whole pass; 1 where they were not."""
        if not job.shapes:
            return 1
        first = job.waiting[0]
        size = job.shapes[first].size
        ahead = list(job.waiting)[:size]
        places = [(index - first, job.shapes[index].size, job.shapes[index].position) for index in ahead[1:]]
        whole = len(ahead) == size <= self._limit(job) and not self._exact
        return size if whole and all(place == (at, size, at) for at, place in enumerate(places, 1)) else 1

    def _one_each(self, key: Hashable) -> Iterator[Job]:
        for jobs in [list(jobs) for jobs in self._owners.values()]:
            for job in jobs:
                if job.waiting and not job.shapes and self._key(Slot(job, job.waiting[0])) == key:
                    yield job
                    break

    def _pop(self, job: Job) -> Slot:
        slot = Slot(job, job.waiting.popleft())
        if not job.waiting:
            self.remove(job)
        return slot

    def _owners_move_on(self, owner: str) -> None:
        if owner in self._owners:
            self._owners.move_to_end(owner)
