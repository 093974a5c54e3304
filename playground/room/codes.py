"""Room codes and host keys: short enough to read out, and too many to try in a workshop's time."""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what looks alike on a whiteboard: 0 and O, 1 and I and L."""
CODE, KEY = 6, 12
"""Letters of a room's code (31⁶, 890 million of them) and of its host's key (31¹²)."""
MOST_ADDRESSES = 10_000


def new_code(length: int = CODE) -> str:
    """Draw a code."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def plain(code: str) -> str:
    """Return a code as it is kept: what people type between its letters is left out."""
    return "".join(letter for letter in code.upper() if letter in LETTERS)


def grouped(code: str) -> str:
    """Return a code as people read it: two groups of three letters."""
    return f"{code[:3]} {code[3:]}" if len(code) == CODE else code


class Bucket:
    """Lets so many through at once, and then one in so many seconds.

    Args:
        at_once: How many.
        seconds: Until the next one.
    """

    def __init__(self, at_once: int, seconds: float) -> None:
        self._most, self._seconds = at_once, seconds
        self._left, self._since = float(at_once), 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next one may come; 0 where that is now."""
        self._left = min(self._most, self._left + (now - self._since) / self._seconds)
        self._since = now
        return max(0.0, (1 - self._left) * self._seconds)

    def take(self) -> None:
        """Count one."""
        self._left -= 1


class Turnstile:
    """Counts wrong codes, by the address that they come from and all together.

    Thirty people behind one router have one address: only wrong codes count. In four hours one address tries 2,900
    codes and all of them together 29,000, of 890 million.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(200, 0.5)
        self._of: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return the seconds until an address may try a code again."""
        now = self._clock()
        return max(self._all.wait(now), self._bucket(address).wait(now))

    def wrong(self, address: str) -> None:
        """Count a wrong code."""
        self._all.take()
        self._bucket(address).take()

    def _bucket(self, address: str) -> Bucket:
        network = _network(address)
        found = self._of.pop(network, None) or Bucket(20, 5.0)
        self._of[network] = found
        while len(self._of) > MOST_ADDRESSES:
            self._of.popitem(last=False)
        return found


def _network(address: str) -> str:
    """Return whose an address is: of IPv6 everybody owns a whole network of them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{known}/64", strict=False))
    return address
