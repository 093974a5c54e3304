"""Damaged checkpoints: the app starts, each says in one sentence why it cannot be used, the others work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gradio_client.exceptions import AppError

from tests.eventually import eventually
from tests.server import Server

Copy = Callable[[], Path]
RESTORE = "Restore its folder (git checkout checkpoints/{}) or choose another."


def seal(folder: Path) -> None:
    """Write SHA256SUMS for every file of a checkpoint, as ``sha256sum`` does."""
    files = [file for file in sorted(folder.iterdir()) if file.name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines))


def unseal(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def flipped_and_truncated(copy_checkpoints: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """digits-cvae has a flipped byte; digits-cvae-2d is cut off and unsealed, so that only its reader can notice."""
    folder = copy_checkpoints()
    weights = folder / "digits-cvae" / "model.safetensors"
    seal(weights.parent)
    content = bytearray(weights.read_bytes())
    content[-1000] ^= 0x10
    weights.write_bytes(content)
    cut = folder / "digits-cvae-2d" / "model.safetensors"
    unseal(cut.parent)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    with Server(tmp_path_factory.mktemp("flipped"), "--checkpoints", str(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def missing_and_broken(copy_checkpoints: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """digits-cvae-2d has no weights; fashion-gan's config.json is cut off."""
    folder = copy_checkpoints()
    (folder / "digits-cvae-2d" / "model.safetensors").unlink()
    unseal(folder / "digits-cvae-2d")
    (folder / "fashion-gan" / "config.json").write_text('{"class_names": ["T-shirt/top",')
    with Server(tmp_path_factory.mktemp("missing"), "--checkpoints", str(folder)) as running:
        yield running


def refusal(server: Server, endpoint: str, checkpoint: str, language: str = "en") -> str:
    with pytest.raises(AppError) as refused:
        server.client(language).predict(checkpoint=checkpoint, api_name=endpoint)
    return str(refused.value)


def test_a_flipped_byte_is_told(flipped_and_truncated: Server) -> None:
    told = refusal(flipped_and_truncated, "/digits_cvae", "digits-cvae")
    assert told == (
        f"Checkpoint digits-cvae cannot be used: model.safetensors is damaged. {RESTORE.format('digits-cvae')}"
    )
    chinese = refusal(flipped_and_truncated, "/digits_cvae", "digits-cvae", "zh")
    assert "检查点 digits-cvae 无法使用：model.safetensors 已损坏。" in chinese


def test_weights_cut_off_are_told(flipped_and_truncated: Server) -> None:
    told = refusal(flipped_and_truncated, "/digits_cvae", "digits-cvae-2d")
    assert told.startswith("Checkpoint digits-cvae-2d cannot be used: its weights are damaged or belong to another")
    assert told.endswith(RESTORE.format("digits-cvae-2d"))


def test_a_missing_file_is_told(missing_and_broken: Server) -> None:
    told = refusal(missing_and_broken, "/digits_cvae", "digits-cvae-2d")
    assert told == (
        f"Checkpoint digits-cvae-2d cannot be used: a file of it is missing. {RESTORE.format('digits-cvae-2d')}"
    )
    assert "缺少文件" in refusal(missing_and_broken, "/digits_cvae", "digits-cvae-2d", "zh")


@pytest.mark.parametrize("endpoint", ["/class_gan", "/class_gan_sheet", "/class_gan_strength", "/class_gan_morph"])
def test_a_broken_config_is_told(missing_and_broken: Server, endpoint: str) -> None:
    told = refusal(missing_and_broken, endpoint, "fashion-gan")
    assert told == (
        f"Checkpoint fashion-gan cannot be used: config.json cannot be read. {RESTORE.format('fashion-gan')}"
    )


def test_the_other_checkpoints_work(flipped_and_truncated: Server, missing_and_broken: Server) -> None:
    files, _ = flipped_and_truncated.client().predict(api_name="/class_gan")
    assert len(files) == 1
    files, report = missing_and_broken.client().predict(digit=4, api_name="/digits_cvae")
    assert len(files) == 1 and report["checkpoint"] == "digits-cvae"


def test_the_app_says_in_its_log_what_is_damaged_and_is_ready_all_the_same(
    flipped_and_truncated: Server, missing_and_broken: Server
) -> None:
    for server, damaged in (
        (flipped_and_truncated, ("digits-cvae", "digits-cvae-2d")),
        (missing_and_broken, ("fashion-gan",)),
    ):
        eventually(lambda server=server: "Ready on" in server.log)  # type: ignore[misc]
        for id in damaged:
            assert f"Checkpoint {id} cannot be used" in server.log
        assert "Traceback" not in server.log, server.log


def test_an_empty_folder_of_checkpoints_still_starts(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with Server(tmp_path, "--checkpoints", str(tmp_path / "none")) as server:
        assert "config.json is missing" in refusal(server, "/digits_cvae", "")
        assert "config.json is missing" in refusal(server, "/class_gan", "")
        assert "Checkpoint emoji-diffusion cannot be used" in refusal(server, "/text_to_image", "")
        assert "Traceback" not in server.log
