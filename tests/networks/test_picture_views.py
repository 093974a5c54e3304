"""A picture is looked at as often as a checkpoint asks for, and what was seen is averaged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from transformers import AutoModel, CLIPImageProcessor

from playground.networks.picture_views import see, views_of
from tests.families.tiny_words import towers_folder

LOOKS = {"margins": [0.0, 0.25], "mirrored": True}


def drawing() -> Image.Image:
    picture = Image.new("RGB", (40, 80), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, 19, 79), fill="red")
    return picture


def test_views_have_margins_and_mirrors_and_without_settings_there_is_the_picture_alone() -> None:
    picture = drawing()
    assert views_of(picture, SimpleNamespace()) == [picture]
    views = views_of(picture, SimpleNamespace(views=LOOKS))
    assert [view.size for view in views] == [(40, 80), (60, 120)] * 2
    assert [view.getpixel((20, 60)) for view in views] == [(0, 0, 255), (255, 0, 0), (255, 0, 0), (0, 0, 255)]
    assert views[1].getpixel((5, 10)) == views[3].getpixel((55, 110)) == (255, 255, 255)
    assert views[2].getpixel((39, 0)) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["dual", "clip"])
def test_a_picture_is_the_mean_of_its_views_and_as_long_as_one(kind: str, tmp_path: Path) -> None:
    folder = towers_folder(tmp_path / kind, kind)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    processor = CLIPImageProcessor.from_pretrained(folder)
    with torch.inference_mode():
        alone = torch.cat([see(model, processor, view) for view in views_of(drawing(), SimpleNamespace(views=LOOKS))])
        model.config.views = LOOKS
        seen = see(model, processor, drawing())
    torch.testing.assert_close(seen, F.normalize(alone.mean(0, keepdim=True), dim=1), atol=1e-5, rtol=1e-4)
    assert float(seen.norm()) == pytest.approx(1, abs=1e-5) and not torch.allclose(seen, alone[:1], atol=1e-4)
