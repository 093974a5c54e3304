"""Damaged checkpoints: the app starts, each says in one sentence why it cannot be used, the others work."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from gradio_client.exceptions import AppError

from playground.catalog import read_catalog
from playground.engine.workers.model_cache import ModelCache
from playground.errors import CheckpointError
from playground.families import find_family
from playground.families.base import Device
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
def damaged(copy_checkpoints: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """digits-cvae has a flipped byte, digits-cvae-2d no weights, and fashion-gan's config.json is cut off."""
    folder = copy_checkpoints()
    weights = folder / "digits-cvae" / "model.safetensors"
    seal(weights.parent)
    content = bytearray(weights.read_bytes())
    content[-1000] ^= 0x10
    weights.write_bytes(content)
    (folder / "digits-cvae-2d" / "model.safetensors").unlink()
    unseal(folder / "digits-cvae-2d")
    (folder / "fashion-gan" / "config.json").write_text('{"class_names": ["T-shirt/top",')
    with Server(tmp_path_factory.mktemp("damaged"), "--checkpoints", str(folder)) as running:
        yield running


def refusal(server: Server, endpoint: str, checkpoint: str, language: str = "en") -> str:
    with pytest.raises(AppError) as refused:
        server.client(language).predict(checkpoint=checkpoint, api_name=endpoint)
    return str(refused.value)


def test_a_flipped_byte_is_told(damaged: Server) -> None:
    told = refusal(damaged, "/digits_cvae", "digits-cvae")
    assert told == (
        f"Checkpoint digits-cvae cannot be used: model.safetensors is damaged. {RESTORE.format('digits-cvae')}"
    )
    chinese = refusal(damaged, "/digits_cvae", "digits-cvae", "zh")
    assert "检查点 digits-cvae 无法使用：model.safetensors 已损坏。" in chinese


def test_weights_cut_off_are_told(copy_checkpoints: Copy) -> None:
    """They are unsealed, so that only their reader can notice."""
    folder = copy_checkpoints()
    cut = folder / "digits-cvae-2d" / "model.safetensors"
    unseal(cut.parent)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    catalog, models = read_catalog(folder), ModelCache(Device("cpu", "CPU", 1, "float32"), 1 << 40)
    family = find_family("digits_cvae")
    with pytest.raises(CheckpointError) as refused:
        models.get(catalog.find("digits-cvae-2d", "digits_cvae"), family)
    told = refused.value.en
    assert told.startswith("Checkpoint digits-cvae-2d cannot be used: its weights are damaged or belong to another")
    assert told.endswith(RESTORE.format("digits-cvae-2d"))
    assert models.get(catalog.find("digits-cvae", "digits_cvae"), family), "the other of its family works"


def test_a_missing_file_is_told(damaged: Server) -> None:
    told = refusal(damaged, "/digits_cvae", "digits-cvae-2d")
    assert told == (
        f"Checkpoint digits-cvae-2d cannot be used: a file of it is missing. {RESTORE.format('digits-cvae-2d')}"
    )
    assert "缺少文件" in refusal(damaged, "/digits_cvae", "digits-cvae-2d", "zh")


@pytest.mark.parametrize("endpoint", ["/class_gan", "/class_gan_sheet", "/class_gan_strength", "/class_gan_morph"])
def test_a_broken_config_is_told(damaged: Server, endpoint: str) -> None:
    told = refusal(damaged, endpoint, "fashion-gan")
    assert told == (
        f"Checkpoint fashion-gan cannot be used: config.json cannot be read. {RESTORE.format('fashion-gan')}"
    )


def test_the_other_checkpoints_work(damaged: Server) -> None:
    files, report = damaged.client().predict(num_inference_steps=1, api_name="/text_to_image")
    assert len(files) == 1 and report["checkpoint"] == "emoji-diffusion"


def test_the_app_says_in_its_log_what_is_damaged_and_is_ready_all_the_same(damaged: Server) -> None:
    eventually(lambda: "Ready on" in damaged.log)
    for id in ("digits-cvae", "digits-cvae-2d", "fashion-gan"):
        assert f"Checkpoint {id} cannot be used" in damaged.log
    assert "Traceback" not in damaged.log, damaged.log


def test_folders_that_go_while_the_app_runs_are_told_and_serve_again_once_they_are_back(
    copy_checkpoints: Copy, tmp_path: Path
) -> None:
    """The worker is killed, too, so that it holds nothing that it has read before."""
    folder = copy_checkpoints()
    with Server(tmp_path, "--checkpoints", str(folder)) as server:
        assert server.client().predict(api_name="/digits_cvae")[0]
        away = folder.rename(tmp_path / "away")
        for child in psutil.Process(server.process.pid).children():
            child.kill()
        for endpoint, id in (("/text_to_image", "emoji-diffusion"), ("/digits_cvae", "digits-cvae")):
            gone = f"Checkpoint {id} cannot be used: its folder is not on the machine {socket.gethostname()}. "
            assert refusal(server, endpoint, id) == gone + RESTORE.format(id)
        assert "上没有它的文件夹" in refusal(server, "/class_gan", "fashion-gan", "zh")
        away.rename(folder)
        assert server.client().predict(api_name="/digits_cvae")[0]
        assert "Traceback" not in server.log, server.log


def test_an_empty_folder_of_checkpoints_still_starts(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with Server(tmp_path, "--checkpoints", str(tmp_path / "none")) as server:
        assert "config.json is missing" in refusal(server, "/digits_cvae", "")
        assert "config.json is missing" in refusal(server, "/class_gan", "")
        assert "Checkpoint emoji-diffusion cannot be used" in refusal(server, "/text_to_image", "")
        eventually(lambda: "Ready on" in server.log)
        assert "Traceback" not in server.log and "not on this machine yet" not in server.log
        page = httpx.get(server.url + "/config").json()["components"]
        forms = {component["props"].get("elem_id"): component["props"].get("props", {}) for component in page}
        # Without emoji-motion the tab opens with what must be fetched.
        away = json.loads(forms["text_to_video-form"]["spec"])["state"]
        assert not away["on_disk"] and away["offer"][0].startswith("Download ")
        assert json.loads(forms["digits_cvae-form"]["spec"])["state"]["on_disk"]
