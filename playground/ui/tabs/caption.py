"""Words tab: what a picture says, how words sit beside pictures; families that write stand here as guests."""

from __future__ import annotations

from playground.families import find_family
from playground.families.zero_shot_requests import ZeroShotRequest
from playground.ui.tabs import texts
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab


def build(house: TabHouse) -> None:
    """Draw the tab."""
    tab = Tab(buttons={ZeroShotRequest: texts.COMPARE_WORDS})
    build_family_tab(house, find_family("caption"), tab)
