"""emoji-gan and emoji-diffusion are asked for what the held-out style shows, and measured against its drawings."""

from pathlib import Path

import pytest
import torch

from playground.training import emoji_evaluate
from playground.training.emoji_classes import CLASSES, class_latents
from playground.training.emoji_data import load_drawings
from playground.training.emoji_gan_evaluate import class_members, evaluate, generate, in_classes
from playground.training.emoji_judge import load_or_train, real_icons
from playground.training.emoji_sources import SETS
from playground.training.latent_gan import LatentGAN
from playground.training.options import Options
from tests.training.emoji_archives import write_archives

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def checkpoint(archives: Path, tiny_diffusion: Path, tmp_path_factory) -> Path:
    """A GAN with emoji-diffusion in the folder beside it."""
    folder = tmp_path_factory.mktemp("checkpoints")
    (folder / "emoji-diffusion").symlink_to(tiny_diffusion)
    LatentGAN(class_latents(archives, tiny_diffusion), Options(), tiny_diffusion).export(folder / "emoji-gan")
    return folder / "emoji-gan"


def test_the_held_out_style_and_the_others_share_no_drawing(archives: Path) -> None:
    drawings = load_drawings(archives)
    members = class_members(drawings)
    assert len(members) == len(CLASSES)
    held_out, others = (in_classes(drawings, members, held_out=held) for held in (True, False))
    assert {SETS[drawings.styles[index]].style for index in held_out} == {"firefox"}
    assert not set(held_out) & set(others) and len(others) > len(held_out) > 0


def test_pictures_of_a_class_follow_from_their_noise(checkpoint: Path) -> None:
    numbers = torch.tensor([0, 5, 5])
    first, second = (generate(checkpoint, numbers, torch.Generator().manual_seed(1)) for _ in range(2))
    assert first.shape == (3, 3, 128, 128) and first.min() >= 0 and first.max() <= 1
    assert torch.equal(first, second) and not torch.equal(first[1], first[2])


def test_both_get_their_figures(checkpoint: Path, archives: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(emoji_evaluate, "STEPS", 1)
    load_or_train(real_icons(load_drawings(archives)), tmp_path, epochs=1)
    figures = evaluate(checkpoint, tmp_path, samples=4, data=archives)
    assert figures["samples"] >= 4 and figures["samples"] % figures["held_out_drawings"] == 0
    for name in ("fid", "fid_of_emoji-diffusion", "fid_of_other_styles"):
        assert figures[name] >= 0
    for name in ("accuracy", "accuracy_of_emoji-diffusion"):
        assert 0 <= figures[name] <= 1
