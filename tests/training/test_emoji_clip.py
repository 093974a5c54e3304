"""emoji-clip's towers match drawings with names, and go on from towers that are there or from where they stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from transformers import AutoModel, AutoTokenizer

from playground.training.emoji_clip import EmojiClip
from playground.training.emoji_data import Drawings, load_drawings
from playground.training.emoji_pairs import Pairs
from playground.training.emoji_sources import OTHER_SETS, SETS
from playground.training.emoji_words import Lesson
from playground.training.options import Options
from playground.training.style_mixing import StyleMixing
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")
INIT = Path("checkpoints/emoji-diffusion")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def drawings(archives: Path) -> Drawings:
    return load_drawings(archives)


@pytest.fixture(scope="module")
def taught() -> Lesson:
    texts = ["red apple", "rocket", "tree", "cat face", "猫", "火箭", "blue heart", "house"]
    return Lesson(texts, F.normalize(torch.randn(len(texts), 24, generator=torch.Generator().manual_seed(0)), dim=1))


def test_words_are_learned_first_and_then_locked_while_pictures_learn(
    drawings: Drawings, taught: Lesson, tmp_path: Path
) -> None:
    recipe = EmojiClip(drawings, Options(8, seed=1), INIT, taught)
    words = [recipe.step(torch.Generator().manual_seed(step), 0.1)["meaning"] for step in range(12)]
    assert words[-1] < 0.8 * words[0]
    losses = [recipe.step(torch.Generator().manual_seed(step), 0.4)["named"] for step in range(40)]
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    recipe.export(tmp_path / "towers")
    before = AutoModel.from_pretrained(tmp_path / "towers", dtype=torch.float32).state_dict()
    assert AutoTokenizer.from_pretrained(tmp_path / "towers")("red apple").input_ids
    longer = EmojiClip(drawings, Options(8, seed=2), INIT, towers=tmp_path / "towers")
    assert set(longer.step(torch.Generator().manual_seed(0), 0.0)) == {"matched", "named", "right"}
    after = longer.model.state_dict()
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"vision_model", "visual_projection", "logit_scale"}


def test_a_training_that_is_resumed_ends_like_one_that_was_not(
    drawings: Drawings, taught: Lesson, tmp_path: Path
) -> None:
    assert_resumes(lambda: EmojiClip(drawings, Options(4, seed=3), INIT, taught), tmp_path, steps=6, after=4)


def test_with_other_sets_the_same_is_held_out(archives: Path, drawings: Drawings) -> None:
    pairs, more = Pairs(drawings), Pairs(load_drawings(archives, (*SETS, *OTHER_SETS)))
    assert len(more.labels) > len(pairs.labels) and more.concepts == pairs.concepts
    assert (more.new, more.held_out_style) == (pairs.new, pairs.held_out_style)


def test_pictures_lend_each_other_their_style_and_keep_what_is_where(drawings: Drawings, taught: Lesson) -> None:
    tower = EmojiClip(drawings, Options(4), INIT, taught).model.vision_model
    mixing, pictures = StyleMixing(tower), torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    tower.eval()
    with torch.no_grad():
        as_they_are = tower.embedder(pictures)
        seeds = [seed for seed in range(20) if torch.rand(1, generator=torch.Generator().manual_seed(seed)) < 0.5]
        with mixing.mixed(torch.Generator().manual_seed(seeds[0])):
            mixed = tower.embedder(pictures)
        assert torch.equal(tower.embedder(pictures), as_they_are)
    assert not torch.allclose(mixed, as_they_are)
    own, lent = (maps.flatten(2) - maps.flatten(2).mean(2, True) for maps in (as_they_are, mixed))
    telling = (own.std(2) > 0.05) & (lent.std(2) > 0.05)
    assert telling.sum() > 20 and F.cosine_similarity(own, lent, dim=2)[telling].min() > 0.999
