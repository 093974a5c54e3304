"""Text → Video tab: type a thing, add a motion, watch the clip form; see what the motion modules add and look at."""

from __future__ import annotations

import gradio as gr

from playground.families import find_family
from playground.families.image_to_video_film import PictureFilmRequest, PictureLensRequest
from playground.families.image_to_video_requests import ImageToVideoRequest
from playground.families.requests import Request
from playground.families.text_to_video import ClipFilmRequest, FramesLensRequest, MotionWeightsRequest, VideoRequest
from playground.language import Text
from playground.ui.film.clip_film import clip_film_part
from playground.ui.stories import texts
from playground.ui.stories.text_to_video import STORY
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab, build_panel

MOTIONS = (
    Text("rolling left", "向左滚动"),
    Text("rolling right", "向右滚动"),
    Text("rising", "上升"),
    Text("falling", "下落"),
    Text("growing", "变大"),
    Text("shrinking", "变小"),
    Text("bouncing", "弹跳"),
    Text("shaking", "摇晃"),
    Text("swinging", "摆动"),
    Text("orbiting", "转圈"),
    Text("fading in", "淡入"),
    Text("fading out", "淡出"),
    Text("standing still", "静止"),
)


def build(house: TabHouse) -> None:
    """Draw the tab."""
    tab = Tab(
        STORY,
        hidden=(MotionWeightsRequest, ClipFilmRequest, FramesLensRequest, PictureFilmRequest, PictureLensRequest),
        panels={ImageToVideoRequest: _from_picture},
        form={
            "counts": True,
            "chips": {"prompt": MOTIONS},
            "elsewhere": (ImageToVideoRequest.family, ImageToVideoRequest.task),
        },
        wand=[words for motion in MOTIONS for words in motion],
        below_result=_film,
        below_story=_weights,
    )
    build_family_tab(house, find_family("text_to_video"), tab)


def _from_picture(house: TabHouse, task: type[Request]) -> None:
    """Draw the panel of clips that begin with a picture."""
    build_panel(house, task, form={"chips": {"prompt": MOTIONS}, "explains": texts.FROM_PICTURE_HELP})
    clip_film_part(house.desk.engine, task, PictureFilmRequest, PictureLensRequest)


def _film(house: TabHouse) -> None:
    """Draw how the clip forms, and which of its frames look at which."""
    clip_film_part(house.desk.engine, VideoRequest, ClipFilmRequest, FramesLensRequest)


def _weights(house: TabHouse) -> None:
    """Draw what makes the story's point with the visitor's own prompt and seed: one clip at three weights."""
    borrowing = {"borrows": "text_to_video", "explains": texts.WEIGHTS_HELP}
    with gr.Column(elem_classes="pg-with-story"):
        build_panel(house, MotionWeightsRequest, button=texts.WEIGHTS_MAKE, form=borrowing)
