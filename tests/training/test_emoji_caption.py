"""The captioner learns what a frozen tower sees, goes on where it was stopped, and is opened beside that tower."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors import safe_open

from playground.networks.captioning import open_captioner
from playground.networks.image_tower import OtherTower
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


def _keys(folder: Path) -> list[str]:
    with safe_open(folder / "model.safetensors", "pt") as file:
        return list(file.keys())
