"""Who may see which results."""

from __future__ import annotations

from playground.gallery import Viewer
from playground.settings import Settings


def viewer_of(settings: Settings, owner: str) -> Viewer:
    """Return what a visitor may see: on a machine of one's own also what belongs to nobody known."""
    return Viewer(owner, sees_all=settings.gallery == "shared", adopts=not settings.reachable)
