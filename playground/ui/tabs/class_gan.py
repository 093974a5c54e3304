"""Class → Image tab: choose a class, drag the truncation, mix, walk, morph."""

from __future__ import annotations

from playground.families import find_family
from playground.ui.stories.class_gan import STORY
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab


def build(house: TabHouse) -> None:
    """Draw the tab."""
    build_family_tab(house, find_family("class_gan"), Tab(STORY))
