"""The kinds of results: one file each. A kind knows its files and pictures; it knows no model, no job and no page."""

from __future__ import annotations

import importlib
import pkgutil

from playground.outcomes.base import KINDS, Again, Destination, Kind, Layout, find_kind, kind_of

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["KINDS", "Again", "Destination", "Kind", "Layout", "find_kind", "kind_of"]
