"""Where drafts are quick enough to follow a hand: measured, for each checkpoint on this device. Knows no job."""

from __future__ import annotations

import threading

QUICK = 0.4
"""Seconds that a draft may take at most."""
NEWEST = 0.3
"""How much the newest measurement counts against those before it."""


class DraftPace:
    """What a draft takes, by checkpoint: as drafts took, or, before the first one, as real passes' steps did."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drafts: dict[str, float] = {}
        self._steps: dict[str, float] = {}

    def measured(self, id: str, seconds: float, steps: int, samples: int, draft: bool) -> None:
        """Remember what a pass took; of one sample only, as a crowd's passes say nothing of one visitor's."""
        if samples != 1:
            return
        with self._lock:
            known, value = (self._drafts, seconds) if draft else (self._steps, seconds / steps)
            # What it once took it can take; that the machine did something else meanwhile says little.
            known[id] = min(value, (1 - NEWEST) * known.get(id, value) + NEWEST * value)

    def quick(self, id: str, steps: int) -> bool:
        """Tell whether a checkpoint's draft of so many steps follows a hand; not before it was ever run.

        A slow moment of the machine is forgotten: each time the answer is no, the measurement counts less.
        """
        with self._lock:
            if id in self._drafts:
                if self._drafts[id] <= QUICK:
                    return True
                self._drafts[id] *= 1 - NEWEST / 10
                return False
            return id in self._steps and self._steps[id] * steps <= QUICK
