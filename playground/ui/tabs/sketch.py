"""Sketch → Image tab: draw or take a photo, and watch it become; make a part anew; see it at every strength."""

from __future__ import annotations

import gradio as gr

from playground.families.image_to_image_requests import FROM_PICTURES, StrengthsRequest
from playground.ui.shell.parts import part
from playground.ui.stories.sketch import STORY
from playground.ui.stories.story import story_question
from playground.ui.tabs import texts
from playground.ui.tabs.family import TabHouse, build_panel, panel_tab

NAME = "sketch"


def build_sketch_tab(house: TabHouse) -> None:
    """Draw the tab; its pictures are made by the checkpoint that Text → Image has chosen."""
    with house.say(gr.Tab, label=texts.SKETCH, id=NAME, elem_id=f"{NAME}-tab"):
        with gr.Tabs(elem_id=f"{NAME}-more", overflow_behavior="wrap"):
            for task in FROM_PICTURES:
                borrows = {"borrows": FROM_PICTURES[0].task} if task is StrengthsRequest else {}
                explains = texts.STRENGTHS if borrows else texts.SKETCH_CHECKPOINT
                with panel_tab(house, task):
                    build_panel(house, task, form={"explains": explains, **borrows})
        part("story", None, spec={"family": NAME}, functions=[story_question(STORY)], id=f"{NAME}-story")
