"""Which marks on a paper belong to what somebody wrote there: not its ruling, not a speck, not its edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

LONGEST_STROKE = 0.7
"""Share of a paper's width that a stroke reaches at most; what is longer and thin is ruling."""
THICKEST_LINE = 0.03
"""Share of a paper's side that a ruled line is thick at most."""
REACH = 0.3
"""How far off the main mark, in its own sizes, others belong to it."""
LEAST_PART = 0.08
"""Share of the main mark's area that others have at least."""


def without_ruling(mask: Mask) -> Mask:
    """Take away lines across the whole paper, along and down; where a stroke crosses them, it stays."""
    for turn in (False, True):
        mask = (_without_lines(mask.T).T if turn else _without_lines(mask)).copy()
    return mask


def main_region(mask: Mask) -> Mask:
    """Return the largest mark, with what lies near and is not much smaller; marks at the edge come last."""
    marks = _marks(_grown(mask, 1))
    height, width = mask.shape
    sizes = []
    for rows, columns in marks:
        own = int(mask[rows, columns].sum())
        at_edge = rows.min() == 0 or columns.min() == 0 or rows.max() == height - 1 or columns.max() == width - 1
        sizes.append(own * (0.1 if at_edge else 1.0))
    first = int(np.argmax(sizes))
    top, bottom, left, right = _box(marks[first])
    far = REACH * max(bottom - top, right - left)
    kept = np.zeros_like(mask)
    for (rows, columns), size in zip(marks, sizes, strict=True):
        up, down, west, east = _box((rows, columns))
        near = up < bottom + far and down > top - far and west < right + far and east > left - far
        if size >= LEAST_PART * sizes[first] and near:
            kept[rows, columns] = True
    return kept & mask


def _without_lines(mask: Mask) -> Mask:
    """Take away thin lines from side to side, level or up to four degrees askew."""
    height, width = mask.shape
    thick = max(2, round(THICKEST_LINE * height))
    long = np.zeros_like(mask)
    for rise in range(-round(0.07 * width), round(0.07 * width) + 1, 2):
        rows = (np.arange(height)[:, None] + np.round(np.linspace(0, rise, width)).astype(int)) % height
        level = _grown(mask[rows, np.arange(width)], 1, across=False)
        if level.sum(axis=1).max() >= LONGEST_STROKE * width:
            found = _run_lengths(level) >= LONGEST_STROKE * width
            long[rows[found], np.nonzero(found)[1]] = True
    # A stroke that crosses a line is thicker there than the line is.
    heights = _run_lengths(mask.T).T
    left: Mask = mask & ~(long & (heights <= thick))
    return left


def _run_lengths(mask: Mask) -> NDArray[np.int64]:
    """Return for every pixel how many marked ones stand side by side with it in its row."""
    height, width = mask.shape
    left, right = np.zeros((height, width + 1), int), np.zeros((height, width + 1), int)
    for column in range(width):
        left[:, column + 1] = (left[:, column] + 1) * mask[:, column]
        back = width - 1 - column
        right[:, back] = (right[:, back + 1] + 1) * mask[:, back]
    return (left[:, 1:] + right[:, :-1] - 1) * mask


def _grown(mask: Mask, by: int, across: bool = True) -> Mask:
    grown = mask.copy()
    for step in range(1, by + 1):
        grown[step:] |= mask[:-step]
        grown[:-step] |= mask[step:]
    if across:
        tall = grown.copy()
        for step in range(1, by + 1):
            grown[:, step:] |= tall[:, :-step]
            grown[:, :-step] |= tall[:, step:]
    return grown


def _marks(mask: Mask) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the rows and columns of every connected mark, corners counting as connections."""
    left = mask.copy()
    height, width = mask.shape
    found = []
    for start in zip(*np.nonzero(mask), strict=True):
        if not left[start]:
            continue
        left[start] = False
        waiting, taken = [start], [start]
        while waiting:
            row, column = waiting.pop()
            for below in range(max(0, row - 1), min(height, row + 2)):
                for beside in range(max(0, column - 1), min(width, column + 2)):
                    if left[below, beside]:
                        left[below, beside] = False
                        waiting.append((below, beside))
                        taken.append((below, beside))
        rows, columns = np.array(taken).T
        found.append((rows, columns))
    return found


def _box(mark: Sequence[NDArray[np.int64]]) -> tuple[int, int, int, int]:
    rows, columns = mark
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
