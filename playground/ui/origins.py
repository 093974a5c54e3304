"""Which result each open page shows in each tab, so that the next one knows what it was varied from."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST = 10_000


class Origins:
    """The shown results of all open pages; the oldest are forgotten."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: str, family: str) -> str:
        """Return the id of the result that a page shows in a family's tab; empty if it shows none."""
        with self._lock:
            return self._shown.get((session, family), "")

    def put(self, session: str, family: str, id: str) -> None:
        """Note which result a page shows in a family's tab; an empty id for none."""
        with self._lock:
            self._shown[session, family] = id
            self._shown.move_to_end((session, family))
            if len(self._shown) > MOST:
                self._shown.popitem(last=False)
