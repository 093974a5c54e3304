"""Words drawn into pictures: a font that has both scripts, and lines that fit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from PIL import ImageFont

LINES = 3
INK, FAINT, PAPER = "#0f172a", "#64748b", "white"
# Fonts that have Chinese, as systems name them; Pillow looks where the system keeps its fonts.
CHINESE_FONTS = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc",
    "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "simhei.ttf",
)  # fmt: skip
LATIN_FONTS = ("DejaVuSans.ttf", "Arial.ttf")


def wrapped(label: str, room: float, length: Callable[[str], float], lines_at_most: int = LINES) -> list[str]:
    """Break a label into at most so many lines, at blanks where there are some and inside words where not."""
    lines: list[str] = []
    rest = " ".join(label.split())
    while rest and len(lines) < lines_at_most:
        end = len(rest)
        while end > 1 and length(rest[:end]) > room:
            end -= 1
        blank = rest.rfind(" ", 0, end + 1) if end < len(rest) else -1
        end = blank if blank > 0 else end
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest:
        last = lines[-1]
        while last and length(last + "…") > room:
            last = last[:-1]
        lines[-1] = last + "…"
    return lines or [""]


@cache
def font_of(size: float) -> ImageFont.FreeTypeFont:
    """Return a font that has Chinese, where the system has one; else one that has letters."""
    for name in CHINESE_FONTS + LATIN_FONTS:
        with suppress(OSError):  # the third face of Noto's collection is the one for simplified Chinese
            return ImageFont.truetype(name, size, index=2 if name == CHINESE_FONTS[0] else 0)
    default = ImageFont.load_default(size)
    if not isinstance(default, ImageFont.FreeTypeFont):
        raise OSError("Pillow was built without FreeType")
    return default


def has_chinese(font: ImageFont.FreeTypeFont) -> bool:
    """Tell whether a font draws Chinese, and not a box in its place."""
    return bytes(font.getmask("生")) != bytes(font.getmask("\U0010ffff"))
