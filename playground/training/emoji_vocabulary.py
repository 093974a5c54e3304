"""The words that emoji-diffusion knows, as a file beside its weights: whoever types others is told what lies near."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from playground.training.emoji_captions import CHINESE_COLOURS, chinese_names, english_names
from playground.training.emoji_everyday import read_everyday
from playground.training.emoji_motions import MOTIONS
from playground.training.emoji_pictures import COLOURS
from playground.training.emoji_sources import SETS, Concept
from playground.training.emoji_words import ADJECTIVES, teacher_words

FILE = "words.json"
SMALL_WORDS = (
    "a", "an", "the", "and", "or", "of", "in", "on", "at", "with", "without", "to", "for", "from", "by", "is", "are",
    "my", "your", "his", "her", "its", "their", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "some", "many", "big", "large", "small", "tiny", "little", "huge", "old", "new", "brown", "black", "white",
    "grey", "gray", "red", "background", "style", "left", "right", "up", "down",
)  # fmt: skip
CHINESE_SMALL_WORDS = list("的了在和与一二三四五六七八九十两个只张朵颗条辆座把大小老新上下左右里有色风格背景棕黑白灰")
EMPTY = (
    "masterpiece", "best quality", "high quality", "highest quality", "4k", "8k", "uhd", "hd", "hdr", "highly detailed",
    "ultra detailed", "very detailed", "detailed", "intricate", "sharp focus", "trending on artstation", "artstation",
    "award winning", "professional", "photorealistic", "realistic", "octane render", "unreal engine", "cinematic",
    "cinematic lighting", "studio lighting", "high resolution", "absurdres", "highres", "beautiful", "stunning",
)  # fmt: skip
EMPTY_STARTS = (
    "please draw me", "please draw", "please", "draw me", "draw", "generate", "create", "show me", "i want",
    "a photo of", "photo of", "a picture of", "picture of", "an image of", "image of", "a drawing of", "drawing of",
    "an illustration of", "illustration of", "an emoji of", "emoji of", "请画", "画", "请生成", "生成",
)  # fmt: skip


def vocabulary(concepts: Iterable[Concept]) -> dict[str, list[str]]:
    """Collect what is known.

    Returns:
        ``things``: names that can be drawn; ``words``: single words that are understood; ``chinese``: words without
        blanks between them; ``empty``: phrases that say nothing about the picture; ``empty_starts``: likewise, before
        what they are about.
    """
    everyday, things, words, chinese = read_everyday(), set[str](), set(SMALL_WORDS), set(CHINESE_SMALL_WORDS)
    for concept in concepts:
        names = [name.lower() for name in english_names(concept, everyday.get(concept.label))]
        things |= {name for name in names if re.fullmatch(r"[a-z][a-z' -]*", name)}
        for text in (*names, *concept.keywords):
            words |= set(re.findall(r"[a-z]+", text.lower()))
        chinese |= {*chinese_names(concept, everyday.get(concept.label)), *concept.chinese_keywords}
    words |= {*COLOURS, *ADJECTIVES, *(icons.style for icons in SETS), *teacher_words()}
    for motion in MOTIONS.values():
        words |= set(re.findall(r"[a-z]+", " ".join(motion.english).lower()))
        chinese |= set(motion.chinese)
    chinese |= set(CHINESE_COLOURS.values())
    return {
        "things": sorted(things),
        "words": sorted(words),
        "chinese": sorted(chinese),
        "empty": list(EMPTY),
        "empty_starts": list(EMPTY_STARTS),
    }


def write_vocabulary(folder: Path, concepts: Iterable[Concept]) -> Path:
    """Write the file into a checkpoint's folder."""
    file = folder / FILE
    file.write_text(json.dumps(vocabulary(concepts), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    from playground.training import data
    from playground.training.emoji_sources import read_concepts

    write_vocabulary(Path("checkpoints/emoji-diffusion"), read_concepts(data.CACHE / "emoji").values())
