"""Class → Image tab: choose a class, drag the truncation, mix, walk, morph; or let a diffusion transformer draw it."""

from __future__ import annotations

from playground.families import find_family
from playground.families.class_dit import ClassDiTRequest
from playground.families.requests import Request
from playground.ui.stories import texts
from playground.ui.stories.class_gan import STORY
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab, build_panel


def build(house: TabHouse) -> None:
    """Draw the tab."""
    build_family_tab(house, find_family("class_gan"), Tab(STORY, panels={ClassDiTRequest: _by_diffusion}))


def _by_diffusion(house: TabHouse, task: type[Request]) -> None:
    """Draw the panel of the diffusion transformer, beside what the GAN does."""
    build_panel(house, task, form={"explains": texts.BY_DIFFUSION_HELP})
