"""The captioner learns what a frozen tower sees, goes on where it was stopped, and is opened beside that tower."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import VisionTextDualEncoderModel

from playground.networks.captioning import open_captioner
from playground.networks.image_tower import WEIGHTS, OtherTower, see_places
from playground.training.emoji_caption import EmojiCaption
from playground.training.emoji_data import Drawings, load_drawings
from playground.training.emoji_pairs import Pair
from playground.training.options import Options
from tests.families.tiny_words import towers_folder
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Drawings:
    return load_drawings(write_archives(tmp_path_factory.mktemp("emoji")))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return towers_folder(tmp_path_factory.mktemp("checkpoints") / "emoji-clip", "dual")


def test_the_decoder_learns_in_both_languages_and_is_opened_with_the_tower_beside_it(
    drawings: Drawings, clip: Path
) -> None:
    recipe = EmojiCaption(drawings, Options(16, seed=1), clip, views=2)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0.1)["loss"] for step in range(60)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    assert recipe.seen.shape[1] == 64 and recipe.sheet().shape[2:] == (3, 64, 64)
    folder = clip.with_name("emoji-caption")
    recipe.export(folder)
    weights = (folder / "model.safetensors").stat().st_size
    assert weights < 5_000_000 and not any("encoder." in key for key in _keys(folder))
    captioner = open_captioner(folder, "cpu", torch.float32)
    pixels = recipe.pairs.pictures([Pair(0)])
    picture = Image.fromarray((pixels[0].permute(1, 2, 0) * 255).byte().numpy())
    english, chinese = (captioner.write(picture, language, 2, 0.0, 0) for language in ("en", "zh"))
    text = "".join(token.text for token in chinese[0][0])
    assert len(english) == 2 and english[0][0] and any("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert torch.equal(captioner.model.decoder.lm_head.weight, captioner.model.decoder.transformer.wte.weight)


def test_the_colour_of_every_place_is_seen(clip: Path) -> None:
    tower = VisionTextDualEncoderModel.from_pretrained(clip, dtype=torch.float32).vision_model.eval()
    pixels = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 4 - 2
    with torch.inference_mode():
        seen = see_places(tower, pixels)
    colours = seen[:, :, -3:].unflatten(1, (8, 8))
    torch.testing.assert_close(colours[1, 2, 5], pixels[1, :, 16:24, 40:48].mean((1, 2)))


def test_another_tower_is_refused(drawings: Drawings, tmp_path: Path) -> None:
    clip = towers_folder(tmp_path / "emoji-clip", "dual")
    EmojiCaption(drawings, Options(4), clip, views=1).export(tmp_path / "emoji-caption")
    towers_folder(clip, "dual", seed=1)
    with pytest.raises(OtherTower, match="emoji-clip"):
        open_captioner(tmp_path / "emoji-caption", "cpu", torch.float32)


def test_a_training_that_is_resumed_ends_like_one_that_was_not(drawings: Drawings, clip: Path, tmp_path: Path) -> None:
    def recipe() -> EmojiCaption:
        return EmojiCaption(drawings, Options(4, seed=3), clip, views=1)

    assert_resumes(recipe, tmp_path, steps=6, after=4)


def test_a_captioner_goes_on_from_one_that_saw_no_colours(drawings: Drawings, clip: Path, tmp_path: Path) -> None:
    fresh = EmojiCaption(drawings, Options(8, seed=4), clip, views=1)
    first = fresh.step(torch.Generator().manual_seed(0), 0.1)["loss"]
    for step in range(40):
        fresh.step(torch.Generator().manual_seed(step), 0.1)
    fresh.export(tmp_path)
    weights = load_file(tmp_path / WEIGHTS)
    seen = weights["enc_to_dec_proj.weight"] = weights["enc_to_dec_proj.weight"][:, :-3].contiguous()
    save_file(weights, tmp_path / WEIGHTS)
    longer = EmojiCaption(drawings, Options(8, seed=4), clip, views=1, captioner=tmp_path, rate=1e-3)
    projection = longer.model.enc_to_dec_proj.weight
    assert torch.equal(projection[:, :-3], seen.float()) and not projection[:, -3:].any()
    assert longer.step(torch.Generator().manual_seed(0), 0.1)["loss"] < 0.8 * first
    assert longer.adam.param_groups[0]["lr"] <= 1e-3


def _keys(folder: Path) -> list[str]:
    with safe_open(folder / "model.safetensors", "pt") as file:
        return list(file.keys())
