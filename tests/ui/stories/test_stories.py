"""A story is safe to put on the page, well-formed, and speaks of the controls by their labels."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from playground.language import LANGUAGES, Language, Text
from playground.ui.stories.caption import STORY as CAPTION
from playground.ui.stories.class_gan import STORY as CLASS_GAN
from playground.ui.stories.compare import STORY as COMPARE
from playground.ui.stories.digits_cvae import STORY as DIGITS_CVAE
from playground.ui.stories.sketch import STORY as SKETCH
from playground.ui.stories.text_to_image import STORY as TEXT_TO_IMAGE
from playground.ui.stories.text_to_video import STORY as TEXT_TO_VIDEO
from playground.ui.stories.write_text import STORY as WRITE_TEXT
from playground.ui.stories.zero_shot import STORY as ZERO_SHOT

STORIES = {
    "text_to_video": (
        TEXT_TO_VIDEO,
        Text("Prompt|Seed|Guidance|Motion weight|motion module", "提示词|种子|引导强度|运动权重|运动模块"),
    ),
    "digits_cvae": (DIGITS_CVAE, Text("Spread|Seed|Digit", "离散度|种子|数字")),
    "text_to_image": (
        TEXT_TO_IMAGE,
        Text(
            "Prompt|Negative prompt|Seed|Guidance|Steps|Scheduler|Watch it form, step by step",
            "提示词|反向提示词|种子|引导强度|步数|调度器|逐步观看形成过程",
        ),
    ),
    "sketch": (SKETCH, Text("Prompt|Strength|Guidance|Steps|Seed", "提示词|重绘强度|引导强度|步数|种子")),
    "compare": (COMPARE, Text("Class|Seed", "类别|种子")),
    "write_text": (WRITE_TEXT, Text("Temperature|Seed|Order (n)", "温度|种子|阶数 (n)")),
    "caption": (CAPTION, Text("Beam width|Temperature|Seed|Language", "束宽|温度|种子|语言")),
    "zero_shot": (ZERO_SHOT, Text("Words, one a line|Temperature", "词语，每行一个|温度")),
    "class_gan": (
        CLASS_GAN,
        Text("Truncation|Seed|Class|Second class|Mix|Walk", "截断|种子|类别|第二类别|混合|漫步"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_is_well_formed_and_brings_nothing_that_runs_or_loads(name: str, language: Language) -> None:
    html = STORIES[name][0].to(language)
    ElementTree.fromstring(f"<story>{html}</story>")
    assert not re.search(r"<script|\son\w+=|https?:|url\(|@import|\sid=", html)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_names_the_controls_and_the_four_words(name: str, language: Language) -> None:
    story, labels = STORIES[name]
    for label in labels.to(language).split("|"):
        assert f"<b>{label}</b>" in story.to(language)
    words = Text("Condition Noise Strength Steps", "条件 噪声 强度 步数").to(language).split()
    assert re.findall(r"<dt>(.*?)</dt>", story.to(language)) == words


@pytest.mark.parametrize("name", STORIES)
def test_both_languages_show_the_same_drawing_and_formulas(name: str) -> None:
    story = STORIES[name][0]
    for tag in ("svg", "rect", "polygon", "math", "mi", "mo", "li", "dt"):
        assert story.en.count(f"<{tag}") == story.zh.count(f"<{tag}") > 0
