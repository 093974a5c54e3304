"""Text → Video tab: type a thing, add a motion, watch the clip form; see what the motion modules add."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.errors import CheckpointError
from playground.families import find_family
from playground.families.text_to_video import MotionWeightsRequest, most_frames
from playground.language import Text
from playground.ui.family_tab import PRESS_GENERATE, build_family_tab
from playground.ui.motion_weights import MotionWeights
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts
from playground.ui.texts.text_to_video_story import STORY
from playground.ui.token_count import count_tokens

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
# One motion at a time: the one that was there gives way. Chinese prompts get Chinese words, without a blank.
APPEND = """(prompt) => {
  let thing = prompt || '';
  for (const word of WORDS) if (thing.trim().endsWith(word)) thing = thing.trim().slice(0, -word.length);
  thing = thing.trim();
  return /[\\u4e00-\\u9fff]/.test(thing) ? thing + 'ZH' : (thing ? thing + ' ' : '') + 'EN';
}"""


def build(page: Page) -> list[tuple[Any, list[Any], Any]]:
    """Draw the tab; nothing fills it until a visitor asks: a clip takes too long to be made for everybody."""
    weights = MotionWeights(page, MotionWeightsRequest)
    fill = build_family_tab(
        page,
        find_family("text_to_video"),
        STORY,
        below_field={"prompt": lambda prompt: _motion_chips(page, prompt)},
        below_story=weights.draw,
    )
    panel = page.panels["text_to_video"]
    weights.connect(panel)
    count_tokens(page, panel)
    _bound_frames(page, panel)
    press = PRESS_GENERATE.replace("TASK", panel.form.task.task)
    panel.form.fields["prompt"].submit(None, None, None, js=press, api_visibility="private")
    return fill


def _motion_chips(page: Page, prompt: Any) -> None:
    """Draw a button for every motion, which writes it behind the prompt."""
    words = json.dumps([word for motion in MOTIONS for word in (motion.en, motion.zh)], ensure_ascii=False)
    page.wording(gr.Markdown, value=texts.MOTION_CHIPS, elem_classes="pg-small")
    with gr.Row(elem_classes="pg-chips", elem_id="text_to_video-motions"):
        for motion in MOTIONS:
            chip = page.wording(gr.Button, value=motion, size="sm", min_width=60)
            script = APPEND.replace("WORDS", words).replace("EN", motion.en).replace("ZH", motion.zh)
            chip.click(None, prompt, prompt, js=script, api_visibility="private")


def _bound_frames(page: Page, panel: Panel) -> None:
    """Let the slider of frames end where the chosen checkpoint does."""
    frames, catalog = panel.form.fields["num_frames"], page.engine.catalog

    def bound(id: str) -> Any:
        try:
            return gr.update(maximum=most_frames(catalog.find(id, "text_to_video")))
        except CheckpointError:
            return gr.skip()

    frames.maximum = most_frames(catalog.find("", "text_to_video"))
    panel.checkpoint.change(bound, panel.checkpoint, frames, **LISTEN | {"queue": False})
