"""Class → Image tab: choose a class, drag the truncation, mix, walk, morph."""

from __future__ import annotations

from typing import Any

from playground.families import find_family
from playground.ui.family_tab import build_family_tab
from playground.ui.panel import Page
from playground.ui.texts.class_gan_story import STORY


def build(page: Page) -> list[tuple[Any, list[Any], Any]]:
    """Draw the tab; returns what fills it when the page opens."""
    return build_family_tab(page, find_family("class_gan"), STORY)
