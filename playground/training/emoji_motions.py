"""How things move in emoji-motion's clips: where, how large and how turned they are in each of 16 frames.

Every motion runs on one fixed track, large and plain, so that a small network learns it soon. Opposite motions
are one track played forwards and backwards. What is rarest comes last. Knows no drawing and no network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

FRAMES = 16
SMALL, MIDDLE = 0.5, 0.6875
"""Sides of a thing that travels, and of one that stays in its place, as parts of the picture's side."""
CELL = 8
"""Pixels to a latent: places that differ by whole cells differ in nothing else."""


class Pose(NamedTuple):
    """A thing in one frame."""

    x: int = 0
    """Pixels of 128 that its centre is right of the middle."""
    y: int = 0
    """Pixels below the middle."""
    size: float = MIDDLE
    """Its side, as a part of the picture's."""
    angle: float = 0.0
    """Degrees, counterclockwise."""
    opacity: float = 1.0
    """0 to 1."""

    def by_cells(self) -> tuple[Pose, int, int]:
        """Split it into the same thing near the middle and a shift by whole cells: (pose, right, down)."""
        return self._replace(x=self.x % CELL, y=self.y % CELL), self.x // CELL, self.y // CELL


class Motion(NamedTuple):
    """A way to move, and the words that ask for it."""

    english: tuple[str, ...]
    """The first is said most; each follows the thing's name."""
    chinese: tuple[str, ...]
    track: Callable[[int], Pose]
    """Frame 0 to 15 → pose."""

    def poses(self) -> list[Pose]:
        """Give the poses of all frames."""
        return [self.track(frame) for frame in range(FRAMES)]


def _backwards(track: Callable[[int], Pose]) -> Callable[[int], Pose]:
    return lambda frame: track(FRAMES - 1 - frame)


def _fours(pixels: float) -> int:
    """Round to four pixels, so that the poses of travelling things are few."""
    return 4 * round(pixels / 4)


def _roll_right(frame: int) -> Pose:
    return Pose(x=4 * frame - 32, size=SMALL)


def _rise(frame: int) -> Pose:
    return Pose(y=28 - 4 * frame, size=SMALL)


def _bounce(frame: int) -> Pose:
    return Pose(y=_fours(30 - 60 * abs(math.sin(2 * math.pi * frame / FRAMES))), size=SMALL)


def _spin_left(frame: int) -> Pose:
    return Pose(angle=360 * frame / FRAMES)


def _spin_right(frame: int) -> Pose:
    return Pose(angle=-360 * frame / FRAMES % 360)


def _grow(frame: int) -> Pose:
    return Pose(size=0.25 + 0.0875 * (frame // 2))


def _shake(frame: int) -> Pose:
    return Pose(x=2 * CELL * (0, 1, 0, -1)[frame % 4])


def _swing(frame: int) -> Pose:
    swung = (0, 1, 2, 1, 0, -1, -2, -1)[frame % 8]
    return Pose(x=2 * CELL * swung, y=(0, 0, -CELL)[abs(swung)], angle=22.5 * swung % 360)


def _orbit(frame: int) -> Pose:
    angle = 2 * math.pi * frame / FRAMES
    return Pose(_fours(30 * math.sin(angle)), _fours(-30 * math.cos(angle)), SMALL)


def _fade_in(frame: int) -> Pose:
    return Pose(opacity=(frame // 2) / 7)


def _still(frame: int) -> Pose:
    return Pose()


MOTIONS = {
    "roll left": Motion(("rolling left", "moving left"), ("向左滚动", "向左移动"), _backwards(_roll_right)),
    "roll right": Motion(("rolling right", "moving right"), ("向右滚动", "向右移动"), _roll_right),
    "rise": Motion(("rising", "flying up"), ("上升", "向上飞"), _rise),
    "fall": Motion(("falling", "falling down"), ("下落", "下降"), _backwards(_rise)),
    "grow": Motion(("growing", "getting bigger"), ("变大",), _grow),
    "shrink": Motion(("shrinking", "getting smaller"), ("变小",), _backwards(_grow)),
    "still": Motion(("standing still", "not moving"), ("静止", "不动"), _still),
    "spin left": Motion(("spinning left",), ("向左旋转", "逆时针旋转"), _spin_left),
    "spin right": Motion(("spinning right", "spinning"), ("向右旋转", "旋转"), _spin_right),
    "bounce": Motion(("bouncing", "jumping"), ("弹跳", "跳"), _bounce),
    "fade in": Motion(("fading in", "appearing"), ("淡入", "出现"), _fade_in),
    "fade out": Motion(("fading out", "disappearing"), ("淡出", "消失"), _backwards(_fade_in)),
    "shake": Motion(("shaking",), ("摇晃",), _shake),
    "swing": Motion(("swinging",), ("摆动",), _swing),
    "orbit": Motion(("orbiting", "going in circles"), ("转圈",), _orbit),
}
"""Spinning right is clockwise, and what "spinning" alone means; an orbit runs clockwise from the top."""
OPPOSITES = {
    "roll left": "roll right", "rise": "fall", "grow": "shrink", "spin left": "spin right", "fade in": "fade out",
}  # fmt: skip
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}
