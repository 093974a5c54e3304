"""A moment's wait for those who come in waves. Knows no model.

People who shared a pass get their results together and ask again together, within the milliseconds that a server
needs to tell them. Whoever starts a pass for the first of them finds the others waiting after it, and so on for ever:
passes of one and of fifteen in turns, or of eight and eight, where one of sixteen costs hardly more than either.
So before a pass the worker waits a moment for those of the last one, beside those who wait already. Where that was
in vain, for their way here is longer, it does without for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playground.engine.batching import Slot, WaitingJobs

SHARE, LONGEST = 0.5, 0.05
"""Of the last pass's seconds, what is waited at most; and in seconds."""
LONGEST_REST = 63
"""Passes that are not waited for, after many waits in vain."""


class Gathering:
    """How many owners should wait before the next pass starts, and how long they are waited for.

    Attributes:
        wanted: As many owners make it worth waking the worker; 1 unless it waits for more.
    """

    def __init__(self) -> None:
        self.wanted = 1
        self._expected, self._patience = 1, 0.0
        self._rest = self._resting = 0

    @contextmanager
    def passing(self, batch: Sequence[Slot], changed: threading.Condition, waiting: WaitingJobs) -> Iterator[None]:
        """Be in a pass, and remember it.

        Args:
            batch: Its samples.
            changed: Guards the jobs.
            waiting: The jobs.
        """
        started = time.monotonic()
        yield
        owners = {slot.job.owner for slot in batch}
        with changed:
            self._expected = waiting.owners + sum(not waiting.count(owner) for owner in owners)
        self._patience = min(SHARE * (time.monotonic() - started), LONGEST) if len(owners) > 1 else 0.0

    def wait(self, changed: threading.Condition, waiting: WaitingJobs) -> None:
        """Wait for who is expected, but for a moment only, and not where nobody waits or nobody else is expected.

        Args:
            changed: Is told when ``wanted`` owners wait; held by whoever calls.
            waiting: The jobs.
        """
        patience, self._patience = self._patience, 0.0
        if not patience or not len(waiting):
            return
        if self._resting:
            self._resting -= 1
            return
        self.wanted = self._expected
        came = changed.wait_for(lambda: waiting.owners >= self._expected, patience)
        self.wanted = 1
        self._rest = self._resting = 0 if came else min(2 * self._rest + 1, LONGEST_REST)
