"""Motions are tracks that a drawing is moved along, and moving clips are followed as they are."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import CLIPTokenizer

from playground.errors import DataError
from playground.training.emoji_clips import Clips, captions, clip, left_out, load_clips, place, shift, tracks
from playground.training.emoji_motion_evaluate import DIRECTIONS, distance, flicker, follow, moves_as_asked
from playground.training.emoji_motions import CELL, FRAMES, MOTIONS, Pose

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
NAMES = list(MOTIONS)
OPPOSITES = (("roll left", "roll right"), ("rise", "fall"), ("grow", "shrink"), ("fade in", "fade out"))


@pytest.fixture(scope="module")
def followed() -> dict[str, torch.Tensor]:
    """Every motion of a drawing with a dark corner, tracked."""
    drawing = np.zeros((128, 128, 4), np.uint8)
    drawing[30:98, 20:108] = (220, 60, 60, 255)
    drawing[30:60, 20:50] = (20, 20, 60, 255)
    return {name: follow(frames(drawing, name)) for name in NAMES}


def frames(drawing: np.ndarray, name: str) -> torch.Tensor:
    pictures = np.stack([place(drawing, pose) for pose in MOTIONS[name].poses()])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255


@pytest.mark.parametrize("one, other", OPPOSITES)
def test_opposite_motions_are_one_track_forwards_and_backwards(one: str, other: str) -> None:
    assert MOTIONS[one].poses() == MOTIONS[other].poses()[::-1]


def test_a_thing_in_motion_never_leaves_the_picture_by_more_than_its_empty_edge() -> None:
    for motion in MOTIONS.values():
        for pose in motion.poses():
            assert max(abs(pose.x), abs(pose.y)) + 64 * pose.size * 0.8 <= 68
            near, right, down = pose.by_cells()
            assert (near.x + CELL * right, near.y + CELL * down) == (pose.x, pose.y)


def test_every_pose_is_drawn_once_and_tracks_lead_through_all_of_them() -> None:
    poses, found = tracks()
    assert len(set(poses)) == len(poses) < 40 and all(len(track.poses) == FRAMES for track in found)
    assert set(torch.cat([track.poses for track in found]).tolist()) == set(range(len(poses)))


def test_shifted_latents_move_the_thing_and_leave_the_edges() -> None:
    empty = torch.randn(4, 16, 16)
    thing = empty.clone()
    thing[:, 7:9, 7:9] += 5
    moved = shift(thing, empty, right=3, down=-4)
    assert torch.allclose(moved[:, 3:5, 10:12], empty[:, 3:5, 10:12] + 5)
    moved[:, 3:5, 10:12] = empty[:, 3:5, 10:12]
    assert torch.equal(moved, empty)
    away = shift(empty + 0.3, empty, right=-5, down=2)
    assert torch.allclose(away, empty + 0.3, atol=1e-5), "no stripe where it came from"


def test_a_clip_of_some_frames_is_part_of_the_whole() -> None:
    poses, found = tracks()
    clips = Clips(torch.randn(1, len(poses), 4, 16, 16), torch.zeros(4, 16, 16), torch.tensor([0]), [("cat", "猫")])
    chosen = torch.tensor([1, 6, 15])
    assert torch.equal(clip(clips, 0, found[3], chosen), clip(clips, 0, found[3])[chosen])


def test_captions_name_thing_and_motion_in_both_languages_and_fit_the_text_encoder() -> None:
    tokenizer = CLIPTokenizer.from_pretrained(CHECKPOINTS / "emoji-diffusion" / "tokenizer")
    for motion in MOTIONS.values():
        said = captions(("smiling face", "笑脸"), motion)
        assert sum(weight for _, weight in said) == pytest.approx(1)
        assert said[0].text == f"smiling face {motion.english[0]}" and f"笑脸{motion.chinese[0]}" in dict(said)
        assert all(len(tokenizer(text).input_ids) <= 16 for text, _ in said)


def test_one_pair_in_seven_is_left_out_and_no_motion_or_thing_much_oftener_than_another() -> None:
    pairs = left_out(24)
    assert 0.12 < pairs.float().mean() < 0.16
    assert (pairs.sum(1) == 2).all() and pairs.sum(0).max() - pairs.sum(0).min() <= 2


def test_followed_things_go_the_way_they_were_moved(followed: dict[str, torch.Tensor]) -> None:
    for asked in DIRECTIONS:
        assert [name for name in DIRECTIONS if moves_as_asked(followed[name], asked)] == [asked]
    assert followed["spin left"][-1, 4] > 300 and followed["spin right"][-1, 4] < -300
    assert followed["still"][:, 4].abs().max() == 0


def test_every_motion_is_nearest_to_itself(followed: dict[str, torch.Tensor]) -> None:
    for name, track in followed.items():
        noisy = track + 0.01 * torch.randn(track.shape, generator=torch.Generator().manual_seed(0))
        assert min(NAMES, key=lambda other: distance(noisy, followed[other])) == name


def test_an_empty_clip_is_followed_without_a_number_that_is_none() -> None:
    white = torch.ones(4, 3, 64, 64)
    assert follow(white).isfinite().all() and flicker(white) == 0


def test_a_pose_fades_towards_white() -> None:
    drawing = np.full((128, 128, 4), (200, 0, 0, 255), np.uint8)
    assert (place(drawing, Pose(opacity=0)) == 255).all()
    assert place(drawing, Pose(opacity=0.5))[64, 64].tolist() == pytest.approx([228, 128, 128], abs=2)


def test_clips_that_are_not_there_say_how_to_make_them(tmp_path) -> None:
    with pytest.raises(DataError, match="emoji-motion"):
        load_clips(tmp_path / "clips.safetensors")
