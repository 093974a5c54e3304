"""Names that follow from what they are for, so that the same thing is found again by them, also after a restart.

A browser says what it pressed, not how the job is called: nobody can choose the name of another visitor's result.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading

from playground.errors import PlaygroundError
from playground.gallery.database import Database

log = logging.getLogger(__name__)


class Names:
    """Makes names from words and a secret that lies in the gallery's index.

    Args:
        database: The gallery's; None keeps the secret for as long as the app runs.
    """

    def __init__(self, database: Database | None) -> None:
        self._database = database
        self._secret = b""
        self._lock = threading.Lock()

    def of(self, *words: str, length: int = 12) -> str:
        """Return the name, in hexadecimal digits.

        Args:
            words: What it is for.
            length: How many digits.
        """
        with self._lock:
            self._secret = self._secret or self._read()
        return hmac.digest(self._secret, "\0".join(words).encode(), "sha256").hex()[:length]

    def _read(self) -> bytes:
        try:
            if self._database:
                with self._database.writing() as index:
                    return bytes(index.execute("SELECT secret FROM secrets").fetchone()[0])
        except PlaygroundError as error:  # only a restart will not find these names again
            log.warning("%s", error)
        return secrets.token_bytes(32)
