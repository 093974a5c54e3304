"""Tiny data in the real formats: no test of this folder needs a network."""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest


def write_idx(path: Path, values: np.ndarray) -> None:
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(header + values.astype(np.uint8).tobytes()))


def blobs(labels: np.ndarray) -> np.ndarray:
    """A bright square for each label, at a place of its own, with a little noise: (N, 28, 28), 0 to 255."""
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 30, (len(labels), 28, 28))
    for picture, label in zip(pictures, labels, strict=True):
        row, column = 2 + 5 * (label % 5), 4 + 12 * (label // 5)
        picture[row : row + 5, column : column + 8] = 255
    return pictures


@pytest.fixture(scope="session")
def digits_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("digits") / "package" / "src" / "digits"
    folder.mkdir(parents=True)
    for digit in range(10):
        pictures = blobs(np.full(20, digit)) / 255
        (folder / f"{digit}.json").write_text(json.dumps({"data": pictures.round(3).ravel().tolist()}))
    return folder.parents[2]


@pytest.fixture(scope="session")
def fashion_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("fashion") / "usr"
    folder.mkdir()
    for part, count in (("train", 200), ("t10k", 40)):
        labels = np.arange(count) % 10
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", blobs(labels))
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    return folder.parent


@pytest.fixture(scope="session")
def tiny_diffusion(tmp_path_factory) -> Path:
    """A Stable Diffusion folder of a few thousand weights, in the layout of the bundled one."""
    from tests.training.emoji_dummies import write_tiny_diffusion

    return write_tiny_diffusion(tmp_path_factory.mktemp("diffusion"))
