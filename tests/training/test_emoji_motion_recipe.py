"""emoji-motion learns, goes on where it was stopped, and writes what AnimateDiffPipeline opens."""

import shutil
from pathlib import Path

import pytest
import torch
from diffusers import AnimateDiffPipeline, MotionAdapter, StableDiffusionPipeline

from playground.catalog import read_catalog
from playground.errors import DataError
from playground.settings import Settings
from playground.training import emoji_motion_evaluate
from playground.training.__main__ import main
from playground.training.emoji_adapter import join, new_adapter, positions
from playground.training.emoji_clips import CLIPS, Clips, load_clips, prepare_clips
from playground.training.emoji_data import PREPARED, Prepared, load_drawings, load_prepared, prepare
from playground.training.emoji_motion import BASE, SHARED_NOISE, EmojiMotion, some_frames, twins
from playground.training.emoji_motion_evaluate import evaluate, load_moving
from playground.training.emoji_unet import load_pipeline
from playground.training.options import Options
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")

FOUR = ("roll left", "roll right", "rise", "fall")


@pytest.fixture(scope="module")
def data(tiny_diffusion: Path, tmp_path_factory) -> Path:
    """A folder with prepared pictures and clips."""
    folder = tmp_path_factory.mktemp("data")
    drawings = load_drawings(write_archives(folder / "archives"))
    prepare(drawings, tiny_diffusion, folder / PREPARED, Options(8), scenes=0)
    prepare_clips(drawings, tiny_diffusion, folder / CLIPS, Options(32))
    return folder


@pytest.fixture(scope="module")
def clips(data: Path) -> Clips:
    return load_clips(data / CLIPS)


@pytest.fixture(scope="module")
def prepared(data: Path) -> Prepared:
    return load_prepared(data / PREPARED)


@pytest.fixture
def recipe(clips: Clips, prepared: Prepared, tiny_diffusion: Path):
    return lambda **settings: EmojiMotion(clips, prepared, Options(8, seed=1), tiny_diffusion, **settings)


def test_clips_know_what_they_show(clips: Clips) -> None:
    assert clips.names[:2] == [("apple", "苹果"), ("cat", "猫")] and clips.latents.shape[2:] == (4, 16, 16)
    assert clips.things.tolist() == list(range(len(clips.names)))


def test_it_learns_and_both_folders_open_as_a_pipeline_of_clips(recipe, tmp_path: Path) -> None:
    motion = recipe(motions=FOUR, rate=5e-3)
    losses = [motion.step(torch.Generator().manual_seed(step), 0)["clips"] for step in range(30)]
    assert sum(losses[-5:]) < 0.97 * sum(losses[:5])
    motion.export(tmp_path)
    pictures = StableDiffusionPipeline.from_pretrained(tmp_path / BASE, local_files_only=True)
    adapter = MotionAdapter.from_pretrained(tmp_path / "emoji-motion")
    assert adapter.config.motion_max_seq_length == 32
    shared = {name: pictures.components[name] for name in ("vae", "text_encoder", "tokenizer", "unet", "scheduler")}
    pipeline = AnimateDiffPipeline(**shared, motion_adapter=adapter)
    drawn = pipeline("apple rising", num_frames=8, num_inference_steps=1, height=32, width=32, output_type="np")
    assert drawn.frames.shape == (1, 8, 32, 32, 3)
    further = recipe(modules=tmp_path / "emoji-motion").model.state_dict()
    for name, weight in adapter.state_dict().items():
        assert torch.equal(further[name], weight.float())
    with pytest.raises(DataError, match="holds no motion modules"):
        recipe(modules=tmp_path / BASE / "vae")


def test_a_run_that_is_resumed_ends_like_one_that_was_not(recipe, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(EmojiMotion, "sheet", lambda self: torch.zeros(1, 1, 3, 8, 8))
    assert_resumes(recipe, tmp_path, steps=5, after=3)


def test_untrained_motion_modules_leave_every_frame_as_the_image_model_draws_it(tiny_diffusion: Path) -> None:
    unet = load_pipeline(tiny_diffusion).unet.eval()
    model = join(unet, new_adapter(unet)).eval()
    noisy, states = torch.randn(2, 4, 3, 16, 16), torch.randn(2, 16, 16)
    steps = torch.tensor([900, 100])
    with torch.no_grad():
        moving = model(noisy, steps, states.repeat_interleave(3, 0)).sample
        frame = unet(noisy[:, :, 1], steps, states).sample
    torch.testing.assert_close(moving[:, :, 1], frame, atol=1e-4, rtol=1e-4)


def test_pictures_and_clips_train_the_same_weights(recipe) -> None:
    motion = recipe()
    held = {id(weight) for weight in motion.model.parameters()}
    assert all(id(weight) in held for weight in motion.unet.parameters())


def test_opposites_are_shown_one_way_first_and_then_side_by_side(recipe) -> None:
    motion = recipe(motions=FOUR)
    assert set(motion.one_way_pairs[:, 1].tolist()) == {0, 2} and set(motion.pairs[:, 1].tolist()) == {0, 1, 2, 3}
    pairs = torch.tensor([[0, 0], [0, 1], [0, 2], [1, 2]])
    drawn = twins(pairs, 40, torch.Generator().manual_seed(0))
    for (thing, one), (same, other) in zip(drawn[::2], drawn[1::2], strict=True):
        assert thing == same and {one, other} in ({0, 1}, {0, 2}, {1, 2}, {2})
        assert {one, other} == {0, 1} or 2 in (one, other)


def test_some_frames_keep_their_order_and_place(tiny_diffusion: Path) -> None:
    frames = some_frames(4, torch.Generator().manual_seed(0))
    assert (frames // 4).tolist() == [0, 1, 2, 3] and torch.equal(some_frames(16, torch.Generator()), torch.arange(16))
    assert (some_frames(4, torch.Generator().manual_seed(0), 8) // 2).tolist() == [0, 1, 2, 3]
    unet = load_pipeline(tiny_diffusion).unet
    model = join(unet, new_adapter(unet))
    table = model.mid_block.motion_modules[0].transformer_blocks[0].pos_embed
    whole = table.pe
    with positions(model, frames):
        assert torch.equal(table.pe, whole[:, frames])
    assert table.pe is whole


def test_the_command_trains_and_its_checkpoint_is_judged(
    data: Path, tiny_diffusion: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(EmojiMotion, "sheet", lambda self: torch.zeros(1, 1, 3, 8, 8))
    monkeypatch.setattr(emoji_motion_evaluate, "STEPS", 1)
    files = ["--clips", str(data / CLIPS), "--prepared", str(data / PREPARED), "--init", str(tiny_diffusion)]
    places = ["--run", str(tmp_path / "run"), "--output", str(tmp_path / "out"), "--threads", "1"]
    assert main(["emoji-motion", "--steps", "1", "--motions", "roll left, roll right", *files, *places]) == 0
    figures = evaluate(tmp_path / "out" / "emoji-motion", tmp_path / "runs", samples=1, data=data)
    assert figures["samples"] == 1 and 0 <= figures["nearest"] <= figures["nearest_ceiling"] <= 1
    assert (tmp_path / "runs" / "emoji-motion.png").exists()


def test_modules_that_go_on_see_what_they_know_half_as_often(recipe, tmp_path: Path) -> None:
    recipe(motions=FOUR).export(tmp_path)
    motion = recipe(motions=("rise", "orbit"), modules=tmp_path / "emoji-motion")
    pairs, counts = motion.pairs.unique(dim=0, return_counts=True)
    assert {(way, count) for (_, way), count in zip(pairs.tolist(), counts.tolist(), strict=True)} == {(2, 1), (14, 2)}


def test_an_unknown_motion_is_refused_in_one_sentence(capsys) -> None:
    assert main(["emoji-motion", "--motions", "rise, sing"]) == 1
    assert "There is no motion sing; there are roll left," in capsys.readouterr().err


def test_a_folder_without_a_motion_adapter_is_refused(tiny_diffusion: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_diffusion, tmp_path / BASE)
    with pytest.raises(DataError, match="train one with"):
        load_moving(tmp_path / "emoji-motion")


def test_the_page_shares_as_much_noise_as_was_taught() -> None:
    entry = read_catalog(Settings.checkpoints).find("emoji-motion", "text_to_video").entry
    assert (entry.shared_noise, entry.base) == (SHARED_NOISE, BASE)
