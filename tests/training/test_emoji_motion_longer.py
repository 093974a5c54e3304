"""What the judge of longer clips is shown: the thing alone, wherever and however large it is."""

from __future__ import annotations

import torch

from playground.training.emoji_motion_longer import ASKED, SAID, thing_alone


def test_a_thing_is_cut_out_wherever_it_is() -> None:
    frame = torch.ones(3, 128, 128)
    frame[1:, 100:120, 4:24] = 0
    moved = torch.ones(3, 128, 128)
    moved[1:, 40:60, 60:80] = 0
    assert torch.allclose(thing_alone(frame), thing_alone(moved), atol=1e-4)
    assert thing_alone(frame).shape == (3, 64, 64)
    assert 0.7 < float((thing_alone(frame)[1] < 0.5).float().mean()) < 0.95, "it fills its square"


def test_where_nothing_is_seen_the_frame_is_shown_whole() -> None:
    assert torch.equal(thing_alone(torch.ones(3, 128, 128)), torch.ones(3, 64, 64))


def test_twenty_clips_are_asked_for_in_words_that_are_known() -> None:
    assert len(ASKED) == 20 and {motion for _, motion in ASKED} == set(SAID)
