"""The visible mark that public use of generated pictures asks for in some places: a line of words in a corner."""

from __future__ import annotations

from PIL import Image, ImageDraw

from playground.media.lettering import font_of, has_chinese
from playground.media.pictures import enlarge, opaque

BOTH, LATIN = "AI 生成 · AI-generated", "AI-generated"
SMALLEST_SIDE, ENLARGED_SIDE = 128, 256
"""Pixels: a picture whose shorter side is below the first has no room for words, and is enlarged to the second."""
SHARE, SMALLEST_LETTERS = 0.05, 11
"""Height of the letters: this part of the shorter side, as GB 45438-2025 asks at least, and so many pixels at least."""
PLATE, INK = (15, 23, 42, 170), (255, 255, 255, 255)


def labelled(picture: Image.Image) -> Image.Image:
    """Return an RGB picture with the mark in its lower right corner; a small one is enlarged, with square pixels."""
    least = min(picture.size)
    shown = opaque(picture)
    if least < SMALLEST_SIDE:
        shown = enlarge(shown, -(-ENLARGED_SIDE // least))
    size = max(SMALLEST_LETTERS, SHARE * min(shown.size))
    font = font_of(size)
    words = BOTH if has_chinese(font) else LATIN
    while font.getlength(words) > shown.width - size and size > 6:  # a narrow picture
        size -= 1
        font = font_of(size)
    left, top, right, bottom = font.getbbox(words)
    margin = size / 3
    x, y = shown.width - (right - left) - 2 * margin, shown.height - (bottom - top) - 2 * margin
    layer = Image.new("RGBA", shown.size)
    draw = ImageDraw.Draw(layer)
    draw.rectangle((x - margin, y - margin, shown.width, shown.height), fill=PLATE)
    draw.text((x - left + margin / 2, y - top + margin / 2), words, font=font, fill=INK)
    return Image.alpha_composite(shown.convert("RGBA"), layer).convert("RGB")
