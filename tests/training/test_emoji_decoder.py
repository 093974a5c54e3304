"""The decoder learns from what the UNet believes; encoder, latents and the UNet stay as they are."""

from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKL

from playground.errors import DataError
from playground.training.__main__ import main
from playground.training.emoji_data import Drawings, Prepared, load_drawings, prepare
from playground.training.emoji_decoder import EmojiDecoder, PatchJudge
from playground.training.options import Options
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")
SCENES = 4


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def drawings(archives: Path) -> Drawings:
    return load_drawings(archives)


@pytest.fixture(scope="module")
def prepared(drawings: Drawings, tiny_diffusion: Path, tmp_path_factory) -> Prepared:
    output = tmp_path_factory.mktemp("prepared") / "prepared.safetensors"
    return prepare(drawings, tiny_diffusion, output, Options(8), scenes=SCENES)


@pytest.fixture(autouse=True)
def few_steps(monkeypatch) -> None:
    monkeypatch.setattr("playground.training.emoji_decoder.JUDGED_AFTER", 2)
    monkeypatch.setattr("playground.training.emoji_decoder.SHEET_STEPS", 1)


def test_the_decoder_learns_and_nothing_else_changes(
    drawings: Drawings, prepared: Prepared, tiny_diffusion: Path, tmp_path: Path
) -> None:
    recipe = EmojiDecoder(drawings, prepared, Options(8), tiny_diffusion, SCENES, rate=3e-3)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0) for step in range(30)]
    assert sum(loss["rebuild"] for loss in losses[-5:]) < 0.9 * sum(loss["rebuild"] for loss in losses[:5])
    assert losses[0]["weight"] == 0 and losses[-1]["weight"] > 0
    sheet = recipe.sheet()
    assert sheet.shape[:2] == (4, 13) and not torch.equal(sheet[0], sheet[1])
    recipe.export(tmp_path)
    before = AutoencoderKL.from_pretrained(tiny_diffusion / "vae", dtype=torch.float16).state_dict()
    after = AutoencoderKL.from_pretrained(tmp_path / "vae", dtype=torch.float16).state_dict()
    changed = {name for name, weight in after.items() if not torch.equal(weight, before[name])}
    assert changed and all(name.startswith("decoder.") for name in changed)


def test_a_decoder_that_is_resumed_ends_like_one_that_was_not(
    drawings: Drawings, prepared: Prepared, tiny_diffusion: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(EmojiDecoder, "sheet", lambda self: torch.zeros(1, 1, 3, 8, 8))

    def recipe() -> EmojiDecoder:
        return EmojiDecoder(drawings, prepared, Options(4), tiny_diffusion, SCENES)

    assert_resumes(recipe, tmp_path, steps=5, after=3)


def test_data_of_other_pictures_are_refused(drawings: Drawings, prepared: Prepared, tiny_diffusion: Path) -> None:
    with pytest.raises(DataError, match="prepared with"):
        EmojiDecoder(drawings, prepared, Options(4), tiny_diffusion, SCENES + 1)


def test_the_judge_looks_at_patches() -> None:
    assert PatchJudge()(torch.zeros(2, 3, 128, 128)).shape == (2, 1, 14, 14)


def test_the_command_line_trains_it(archives: Path, tiny_diffusion: Path, tmp_path: Path) -> None:
    places = ["--init", str(tiny_diffusion), "--prepared", str(tmp_path / "prepared.safetensors"), "--threads", "1"]
    places += ["--data", str(archives), "--scenes", str(SCENES)]
    assert main(["emoji-data", *places]) == 0
    run = ["--steps", "2", "--batch-size", "4", "--run", str(tmp_path / "run"), "--output", str(tmp_path / "out")]
    assert main(["emoji-decoder", *run, *places]) == 0
    assert (tmp_path / "out" / "vae" / "config.json").exists() and (tmp_path / "run" / "sheet.png").exists()
