"""Which samples run next: round robin over owners, equal batch keys together. Knows no model and no thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from playground.engine.jobs import Job
from playground.engine.lines import Line

DRAFTS = 1 << 60
"""The first turn of those who wait for drafts; an owner has drafts only, or none."""


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

    Each job stands in three lines: with all others, with those of its checkpoint, and with those of its batch key.

    Args:
        key: Tells which samples may share a forward pass.
        limit: Tells how many samples of a job's kind fit one forward pass.
        exact: Whether every sample runs alone.
    """

    def __init__(self, key: Callable[[Slot], Hashable], limit: Callable[[Job], int], exact: bool = False) -> None:
        self._key, self._limit, self._exact = key, limit, exact
        self._all = Line()
        self._of_checkpoint: dict[str, Line] = {}
        self._of_key: dict[Hashable, Line] = {}
        self._keys: dict[Job, Hashable] = {}
        self._turns: dict[str, int] = {}
        self._next_turn = itertools.count()
        self._let_in: dict[str, int] = {}

    def __len__(self) -> int:
        """Count the jobs."""
        return len(self._keys)

    @property
    def owners(self) -> int:
        """Count those who wait."""
        return len(self._all)

    def add(self, job: Job, ahead: bool = False) -> None:
        """Put a job behind its owner's others, or ahead of them; who is not patient goes before those who are."""
        turn = self._turns.get(job.owner)
        if turn is None:
            turn = self._turns[job.owner] = self._new_turn(job.draft)
        self._keys[job] = self._key(Slot(job, job.waiting[0]))
        self._all.add(job, turn, ahead)
        self._of_checkpoint.setdefault(job.checkpoint.id, Line()).add(job, turn, ahead)
        if not job.shapes:  # who has shapes runs alone
            self._of_key.setdefault(self._keys[job], Line()).add(job, turn, ahead)

    def count(self, owner: str) -> int:
        """Count an owner's jobs."""
        return len(self._all.of(owner))

    def of(self, owner: str) -> list[Job]:
        """Return an owner's jobs in their order."""
        return self._all.of(owner)

    def remove(self, job: Job) -> bool:
        """Take a job out; tells whether it was there."""
        if job not in self._keys:
            return False
        turn = self._turns[job.owner]
        self._all.remove(job, turn)
        _leave(self._of_checkpoint, job.checkpoint.id, job, turn)
        if not job.shapes:
            _leave(self._of_key, self._keys[job], job, turn)
        del self._keys[job]
        if not self._all.of(job.owner):
            del self._turns[job.owner]
        return True

    def firsts(self) -> Iterator[Job]:
        """Yield for each checkpoint that somebody waits for the job that is next."""
        for line in self._of_checkpoint.values():
            yield line.of(line.next[1])[0]

    def take(self, fits: Callable[[Job], bool] | None = None, let_in: bool = False) -> list[Slot]:
        """Take the samples of the next forward pass; empty when nobody waits.

        The owner whose turn it is gives the first sample. The pass is filled one sample an owner at a time, so
        that a job of many samples does not push out its neighbours. A job with shapes of its own runs alone, and those
        of its samples that had a pass to themselves have it again.

        Args:
            fits: Which jobs' checkpoints may run; None takes any.
            let_in: Whether it goes between the steps of another one: such passes go round among the owners who have
                some, and cost nobody the turn.
        """
        leader = self._leader(fits, let_in)
        if leader is None:
            return []
        alone, limit, key = self._exact or bool(leader.shapes), self._limit(leader), self._keys[leader]
        batch = [self._pop(leader) for _ in range(self._whole_pass(leader))]
        grown = not alone
        while grown and len(batch) < limit and (line := self._of_key.get(key)):
            before = len(batch)
            for owner in line.first(limit - before):
                batch.append(self._pop(line.of(owner)[0]))
            grown = len(batch) > before
        if not let_in:
            self._move_on(leader.owner)
        return batch

    def put_back(self, batch: list[Slot]) -> None:
        """Let samples wait again that were taken but not made; those of an ended job are dropped."""
        for slot in reversed(batch):
            if slot.job.ended:
                continue
            slot.job.waiting.appendleft(slot.index)
            if slot.job not in self._keys:
                self.add(slot.job, ahead=True)

    def in_order(self) -> Iterator[Job]:
        """Yield the jobs in the order of their turns: everybody's first one, everybody's second one, and so on.

        Drafts come behind all others.
        """
        owned = [self._all.of(owner) for owner in self._all]
        for draft in (False, True):
            rows, rank = [jobs for jobs in owned if jobs[0].draft is draft], 0
            while rows := [row for row in rows if len(row) > rank]:
                yield from (row[rank] for row in rows)
                rank += 1

    def key_of(self, job: Job) -> Hashable:
        """Return a waiting job's batch key."""
        return self._keys[job]

    def passes(self, job: Job, before: int) -> int:
        """Count the passes that a job adds to those of so many samples of its key before it."""
        size = 1 if self._exact else self._limit(job)
        return -(-(before + len(job.waiting)) // size) - -(-before // size)

    def _leader(self, fits: Callable[[Job], bool] | None, let_in: bool) -> Job | None:
        if fits is None:
            return self._all.of(self._all.next[1])[0] if len(self._all) else None
        fitting = {job.checkpoint.id for job in self.firsts() if fits(job)}
        if not fitting:
            return None
        if let_in:
            owner = self._next_to_let_in([self._of_checkpoint[id] for id in fitting])
        else:
            owner = min(self._of_checkpoint[id].next for id in fitting)[1]
        return next(job for job in self._all.of(owner) if job.checkpoint.id in fitting)

    def _next_to_let_in(self, lines: list[Line]) -> str:
        """Choose who was let in longest ago; who never was comes first."""
        found = list[tuple[int, int, str]]()
        for line in lines:
            for owner in line:
                found.append((self._let_in.get(owner, 0), self._turns[owner], owner))
                if not found[-1][0]:
                    break
        owner = min(found)[2]
        self._let_in = {other: turn for other, turn in self._let_in.items() if other in self._turns}
        self._let_in[owner] = 1 + max(self._let_in.values(), default=0)
        return owner

    def _whole_pass(self, job: Job) -> int:
        """Count the samples from the next one on that were once a whole pass; 1 where they were not."""
        if not job.shapes:
            return 1
        first = job.waiting[0]
        size = job.shapes[first].size
        ahead = list(itertools.islice(job.waiting, size)) if size <= len(job.waiting) else []
        places = [(index - first, job.shapes[index].size, job.shapes[index].position) for index in ahead[1:]]
        whole = len(ahead) == size <= self._limit(job) and not self._exact
        return size if whole and all(place == (at, size, at) for at, place in enumerate(places, 1)) else 1

    def _pop(self, job: Job) -> Slot:
        slot = Slot(job, job.waiting[0])
        if len(job.waiting) == 1:
            self.remove(job)
            job.waiting.popleft()
            return slot
        job.waiting.popleft()
        key, turn = self._key(Slot(job, job.waiting[0])), self._turns[job.owner]
        if key != self._keys[job] and not job.shapes:
            _leave(self._of_key, self._keys[job], job, turn)
            self._of_key.setdefault(key, Line()).add(job, turn, ahead=True)
        self._keys[job] = key
        return slot

    def _new_turn(self, draft: bool) -> int:
        """Return the next turn; those of drafts come after all others."""
        return next(self._next_turn) + (DRAFTS if draft else 0)

    def _move_on(self, owner: str) -> None:
        turn = self._turns.get(owner)
        if turn is None:
            return
        new = self._turns[owner] = self._new_turn(turn >= DRAFTS)
        self._all.move(owner, turn, new)
        jobs = self._all.of(owner)
        for id in {job.checkpoint.id for job in jobs}:
            self._of_checkpoint[id].move(owner, turn, new)
        for key in {self._keys[job] for job in jobs if not job.shapes}:
            self._of_key[key].move(owner, turn, new)


def _leave(lines: dict[Any, Line], name: Hashable, job: Job, turn: int) -> None:
    """Take a job out of a line, and let go of a line that is empty."""
    lines[name].remove(job, turn)
    if not len(lines[name]):
        del lines[name]
