"""Hands a file to a visitor: a second name for it, below the folder that Gradio serves, under an unguessable address.

A hard link takes no time and no room. Where the outputs folder lies on another disk, the file is copied. A day after it
was last handed out the second name goes, and with it the room of a file that the gallery has removed.
"""

from __future__ import annotations

import contextlib
import functools
import hmac
import os
import secrets
import shutil
import time
from pathlib import Path

from gradio.utils import get_upload_folder

from playground.gallery.keeping import Kept
from playground.media.writing import make_folder, output_error

FOLDER = "made"
AN_HOUR, A_DAY = 3600, 24 * 3600
TAKEN_BACK = A_DAY + 2 * AN_HOUR
"""Seconds; Gradio takes back what it knows of after a day, and remembers for good what is gone before that."""
_KEY = secrets.token_bytes(32)


def serve(path: Path) -> Path:
    """Return where a visitor may fetch a file; the same file has one address as long as the app runs.

    Raises:
        OutputError: It is gone, or the folder that is served cannot be written.
    """
    _withdraw_once(int(time.time() // AN_HOUR))
    told = hmac.digest(_KEY, os.fsencode(path.absolute()), "sha256").hex()[:32]
    folder = Path(get_upload_folder(), FOLDER, told)
    link = folder / path.name
    try:
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass
        except FileNotFoundError:
            make_folder(folder)
        try:
            os.link(path, link)
        except FileExistsError:
            _look_new(link)
        except FileNotFoundError:
            raise
        except OSError:  # another disk, or one without links
            _copy(path, link)
    except OSError as error:
        raise output_error(error, link) from error
    return link


def serve_kept(kept: Kept) -> list[Path]:
    """Return where a visitor may fetch a result's files.

    Raises:
        OutputError: As ``serve`` says.
    """
    return [serve(path) for path in kept.files]


def withdraw_old(now: float | None = None) -> int:
    """Take back what was handed out more than a day ago and that Gradio does not know of; returns how many files.

    Args:
        now: Seconds since 1970; None stands for the clock.
    """
    limit, taken = (now or time.time()) - TAKEN_BACK, 0
    with contextlib.suppress(OSError):
        for folder in list(os.scandir(Path(get_upload_folder()) / FOLDER)):
            with contextlib.suppress(OSError):  # another thread may be handing one out
                for file in os.scandir(folder):
                    if file.stat(follow_symlinks=False).st_ctime < limit:
                        os.unlink(file)
                        taken += 1
                os.rmdir(folder)
    return taken


@functools.lru_cache(maxsize=1)
def _withdraw_once(hour: int) -> None:
    """Withdraw what is old, the first time in an hour."""
    withdraw_old()


def _look_new(link: Path) -> None:
    """Change nothing but the time of the last change, so that a file that is handed out again stays."""
    with contextlib.suppress(FileNotFoundError):
        known = link.stat()
        os.utime(link, ns=(known.st_atime_ns, known.st_mtime_ns))


def _copy(path: Path, link: Path) -> None:
    part = link.with_name(f".{secrets.token_hex(8)}.part")
    try:
        shutil.copy2(path, part)
        os.replace(part, link)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
