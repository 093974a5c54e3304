"""The recipes of emoji-diffusion learn, go on where they were stopped, and write what diffusers opens."""

import shutil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, StableDiffusionPipeline
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

from playground.errors import DataError
from playground.training.__main__ import main
from playground.training.emoji_data import Drawings, Prepared, load_drawings, prepare
from playground.training.emoji_text import Distillation, EmojiText, likeness_loss
from playground.training.emoji_unet import UNET_LAYOUT, EmojiUNet, load_pipeline
from playground.training.emoji_vae import LAYOUT, EmojiVAE, fold_statistics, opponent_colours, rebuild_loss
from playground.training.emoji_words import Lesson, train_tokenizer
from playground.training.loop import draw_sheet
from playground.training.options import Options
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def drawings(archives: Path) -> Drawings:
    return load_drawings(archives)


@pytest.fixture(scope="module")
def prepared(drawings: Drawings, tiny_diffusion: Path, tmp_path_factory) -> Prepared:
    output = tmp_path_factory.mktemp("prepared") / "prepared.safetensors"
    return prepare(drawings, tiny_diffusion, output, Options(8), scenes=4)


@pytest.fixture(scope="module")
def taught() -> Lesson:
    texts = ["red apple", "apple", "rocket", "spaceship", "tree", "cat face", "kitty", "猫", "火箭", "blue heart"]
    return Lesson(texts, F.normalize(torch.randn(len(texts), 24, generator=torch.Generator().manual_seed(0)), dim=1))


def test_the_unet_learns_and_is_written_as_a_pipeline(prepared: Prepared, tiny_diffusion: Path, tmp_path: Path) -> None:
    recipe = EmojiUNet(prepared, Options(16, seed=1), tiny_diffusion, rate=5e-3)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0)["mse"] for step in range(30)]
    assert sum(losses[-5:]) < 0.95 * sum(losses[:5])
    recipe.export(tmp_path)
    pipeline = StableDiffusionPipeline.from_pretrained(tmp_path)
    assert pipeline.unet.config.cross_attention_dim == 16 and pipeline.safety_checker is None
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.safetensors")) < 400_000
    picture = pipeline("rocket", num_inference_steps=2, height=32, width=32).images[0]
    assert isinstance(picture, Image.Image)


def test_a_unet_that_is_resumed_ends_like_one_that_was_not(
    prepared: Prepared, tiny_diffusion: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(EmojiUNet, "sheet", lambda self: torch.zeros(1, 1, 3, 8, 8))

    def recipe() -> EmojiUNet:
        return EmojiUNet(prepared, Options(4, seed=3), tiny_diffusion)

    assert_resumes(recipe, tmp_path, steps=6, after=4)


def test_the_unet_can_learn_beside_the_teachers_lesson(
    prepared: Prepared, tiny_diffusion: Path, taught: Lesson
) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(tiny_diffusion / "tokenizer")
    distillation = Distillation(taught, tokenizer, width=16, batch_size=8)
    recipe = EmojiUNet(prepared, Options(4), tiny_diffusion, distillation=distillation)
    assert "distance" in recipe.step(torch.Generator().manual_seed(0), 0)
    assert "distillation" in recipe.state_dict()


def test_high_noise_weighs_as_much_as_it_should(prepared: Prepared, tiny_diffusion: Path) -> None:
    recipe = EmojiUNet(prepared, Options(4), tiny_diffusion)
    weights = recipe.step_weights
    assert weights[-1] == 1 and weights[0] < 0.01 and (weights.diff() >= 0).all()


def test_the_sheet_shows_the_bar_in_colour(
    prepared: Prepared, tiny_diffusion: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("playground.training.emoji_unet.SHEET_STEPS", 2)
    sheet = EmojiUNet(prepared, Options(4), tiny_diffusion).sheet()
    assert sheet.shape[:3] == (3, 10, 3) and sheet.min() >= 0 and sheet.max() <= 1
    draw_sheet(sheet, tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").size == (10 * sheet.shape[4], 3 * sheet.shape[3])


def test_an_untrained_unet_is_put_beside_the_other_parts(
    prepared: Prepared, tiny_diffusion: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setitem(UNET_LAYOUT, "block_out_channels", (16, 16, 16))
    for part in ("vae", "text_encoder", "tokenizer"):
        shutil.copytree(tiny_diffusion / part, tmp_path / part)
    recipe = EmojiUNet(prepared, Options(4), tmp_path, new=True)
    recipe.step(torch.Generator().manual_seed(0), 0)
    recipe.export(tmp_path)
    assert load_pipeline(tmp_path).unet.config.block_out_channels == [16, 16, 16]


def test_a_folder_that_is_no_pipeline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="give one with --init"):
        load_pipeline(tmp_path)


def test_the_command_line_prepares_and_trains(
    archives: Path, tiny_diffusion: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr("playground.training.emoji_unet.SHEET_STEPS", 1)
    places = ["--init", str(tiny_diffusion), "--prepared", str(tmp_path / "prepared.safetensors"), "--threads", "1"]
    assert main(["emoji-data", "--data", str(archives), "--scenes", "4", *places]) == 0
    run = ["--steps", "2", "--batch-size", "4", "--run", str(tmp_path / "run"), "--output", str(tmp_path / "out")]
    assert main(["emoji-unet", *run, *places]) == 0
    assert (tmp_path / "out" / "model_index.json").exists() and (tmp_path / "run" / "sheet.png").exists()
    assert "pictures" in capsys.readouterr().out


def test_the_vae_learns_and_its_latents_have_unit_variance(drawings: Drawings, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(LAYOUT, "block_out_channels", (8, 8, 8, 8))
    recipe = EmojiVAE(drawings, Options(4, seed=1), None, rate=3e-3)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0)["rebuild"] for step in range(25)]
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    assert recipe.sheet().shape[0] == 2 and recipe.psnr() > 0
    recipe.export(tmp_path)
    vae = AutoencoderKL.from_pretrained(tmp_path / "vae", dtype=torch.float32)
    again = EmojiVAE(drawings, Options(4, seed=1), tmp_path)
    assert vae.config.scaling_factor == 1 and again.psnr() == pytest.approx(recipe.psnr(), abs=0.1)


def test_folding_statistics_changes_latents_only() -> None:
    torch.manual_seed(0)
    vae = AutoencoderKL(**LAYOUT | {"block_out_channels": (8, 8, 8, 8)}).eval()
    pixels = torch.rand(2, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        before = vae.encode(pixels).latent_dist
        rebuilt = vae.decode(before.mean).sample
        mean, deviation = before.mean.mean((0, 2, 3)), before.mean.std((0, 2, 3))
        fold_statistics(vae, mean, deviation)
        after = vae.encode(pixels).latent_dist
        torch.testing.assert_close(vae.decode(after.mean).sample, rebuilt, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(after.mean.std((0, 2, 3)), torch.ones(4), atol=1e-3, rtol=0)
    torch.testing.assert_close(after.std, before.std / deviation.view(1, 4, 1, 1), atol=1e-4, rtol=1e-3)


def test_the_vaes_loss_sees_colour_where_brightness_is_right() -> None:
    green = torch.tensor([-0.6, 0.6, -0.6]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    grey = green.mean(1, keepdim=True).expand(1, 3, 32, 32)
    darker = green - green.mean() - 0.2
    assert rebuild_loss(green, green) == 0
    assert rebuild_loss(grey, green) > 2 * rebuild_loss(darker, green)
    assert (opponent_colours(grey)[:, :2] == 0).all()


def test_the_text_encoder_learns_its_lesson_from_random_weights(
    drawings: Drawings, taught: Lesson, tmp_path: Path
) -> None:
    recipe = EmojiText(drawings, Options(8, seed=1), tmp_path, new=True, taught=taught)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0)["distance"] for step in range(20)]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert recipe.sheet().shape[:3] == (1, 1, 10)
    recipe.export(tmp_path)
    text = CLIPTextModel.from_pretrained(tmp_path / "text_encoder", dtype=torch.float32)
    tokenizer = CLIPTokenizer.from_pretrained(tmp_path / "tokenizer")
    assert text.config.vocab_size == len(tokenizer) and (tmp_path / "text_projection.safetensors").exists()
    going_on = EmojiText(drawings, Options(8), tmp_path, taught=taught)
    assert going_on.text.state_dict().keys() == recipe.text.state_dict().keys()


def test_the_tokenizer_reads_any_text_in_lower_case() -> None:
    tokenizer = train_tokenizer(["red apple", "a rocket", "红苹果"] * 4, vocabulary=600)
    assert tokenizer("Red  APPLE").input_ids == tokenizer("red apple").input_ids
    ids = tokenizer("zebra 斑马 é 🦓").input_ids
    assert tokenizer.unk_token_id not in ids[1:-1] and tokenizer.model_max_length == 16


def test_likeness_is_nil_only_for_the_wanted_embeddings() -> None:
    wanted = torch.eye(6)
    assert likeness_loss(wanted, wanted) == pytest.approx(0, abs=1e-5)
    assert likeness_loss(wanted.roll(1, 0), wanted) > 1
