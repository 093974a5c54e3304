"""The model families: one file each. Importing this package registers them all and loads no model."""

from __future__ import annotations

import importlib
import pkgutil

from playground.families.base import REGISTRY, Family, find_family, in_order, tasks

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["REGISTRY", "Family", "find_family", "in_order", "tasks"]
