"""Lines that say how something is, with a bar as far as that is known. Everything from outside is escaped."""

from __future__ import annotations

from html import escape


def progress_line(words: str, share: float) -> str:
    """Say how far something of many parts is."""
    return line(words, "running" if share < 1 else "done", share if share < 1 else None)


def note(words: str, kind: str = "waiting") -> str:
    """Say one line; an empty one takes no room."""
    return line(words, kind) if words else ""


def line(words: str, kind: str, share: float | None = None) -> str:
    """Write a line.

    Args:
        words: What it says.
        kind: "waiting", "running", "done" or "failed".
        share: What part is done, for a bar.
    """
    bar = f'<span class="pg-bar"><span style="width:{100 * share:.0f}%"></span></span>' if share is not None else ""
    return f'<div class="pg-status pg-{kind}" role="status" aria-live="polite"><span>{escape(words)}</span>{bar}</div>'


def rounded(seconds: float) -> str:
    """Write seconds with as many digits as anybody reads."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
