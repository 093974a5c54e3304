"""The judge of emoji learns real drawings, and the figures stand between floor and ceiling."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from playground.training import emoji_evaluate, emoji_sheet
from playground.training.emoji_data import Drawings, load_drawings
from playground.training.emoji_evaluate import evaluate, prompts
from playground.training.emoji_judge import EmojiJudge, load_or_train, ranks, real_icons, vary
from tests.training.emoji_archives import write_archives

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def drawings(archives: Path) -> Drawings:
    return load_drawings(archives)


def test_one_drawing_of_a_concept_is_held_out(drawings: Drawings) -> None:
    icons = real_icons(drawings)
    assert icons.held_out.sum() == len(icons.codes)
    assert sorted(icons.labels[icons.held_out].tolist()) == list(range(len(icons.codes)))


def test_the_judge_learns_and_is_kept(drawings: Drawings, tmp_path: Path) -> None:
    icons = real_icons(drawings)
    judge = load_or_train(icons, tmp_path, epochs=14)
    pictures = icons.pictures[icons.held_out].float() / 255
    places = ranks(judge, pictures, [{int(label)} for label in icons.labels[icons.held_out]])
    assert (places == 0).float().mean() >= 0.6
    again = load_or_train(icons, tmp_path, epochs=0)
    assert torch.equal(judge.concepts, again.concepts)


def test_the_place_of_the_best_right_concept_counts() -> None:
    torch.manual_seed(0)
    judge = EmojiJudge(5).eval()
    pictures = torch.rand(2, 3, 64, 64)
    orders = judge(pictures).argsort(1, descending=True)
    right = [{int(orders[0, 3])}, {int(orders[1, 4]), int(orders[1, 1])}]
    assert ranks(judge, pictures, right).tolist() == [3, 1]


def test_variations_follow_from_their_generator_and_stay_in_range() -> None:
    pictures = torch.rand(3, 3, 64, 64)
    one, two = (vary(pictures, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(one, two) and one.min() >= 0 and one.max() <= 1
    white = vary(torch.ones(1, 3, 64, 64), torch.Generator().manual_seed(2))
    assert white.min() > 0.85


def test_prompts_begin_with_what_is_asked_for_most(drawings: Drawings) -> None:
    icons = real_icons(drawings)
    english = [text for text, _ in prompts(drawings, icons, "en")]
    assert set(english[:3]) <= {"apple", "cat", "rocket", "tree"} and "dna" not in english
    assert "火箭" in [text for text, _ in prompts(drawings, icons, "zh")]


def test_a_checkpoint_gets_all_its_figures(archives: Path, tiny_diffusion: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(emoji_evaluate, "STEPS", 1)
    load_or_train(real_icons(load_drawings(archives)), tmp_path, epochs=1)
    figures = evaluate(tiny_diffusion, tmp_path, samples=3, data=archives, curve=(1.0, 4.0))
    assert list(figures["guidance"]) == ["1", "4"] and figures["samples"] == 3
    for shares in (figures["ceiling"], figures["floor"], figures["chinese"], *figures["guidance"].values()):
        assert 0 <= shares["top_1"] <= shares["top_5"] <= 1


def test_the_cards_sheets_are_drawn(tiny_diffusion: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(emoji_evaluate, "STEPS", 1)
    arguments = ["--checkpoint", str(tiny_diffusion), "--output", str(tmp_path), "--seeds", "1"]
    assert emoji_sheet.main(arguments) == 0
    width, height = Image.open(tmp_path / "sheet.jpg").size
    assert width == 10 * height and (tmp_path / "sheet-more.jpg").exists()
    assert emoji_sheet.main(["--checkpoint", str(tmp_path)]) == 1 and "--init" in capsys.readouterr().err
