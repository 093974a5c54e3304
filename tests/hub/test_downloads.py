"""A checkpoint of the hub is fetched when somebody asks, whole and checked; what goes wrong is told with its remedy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from tests.eventually import eventually
from tests.hub.conftest import environment_for
from tests.hub.server import Hub
from tests.server import ROOT, Server

UNET = "unet/diffusion_pytorch_model.safetensors"


def refusal(visitor: Client, checkpoint: str) -> str:
    with pytest.raises(AppError) as refused:
        visitor.predict(checkpoint=checkpoint, api_name="/download")
    return str(refused.value)


@pytest.fixture
def visitor(app: Server) -> Client:
    return app.client()


def test_nothing_is_asked_of_the_hub_before_somebody_asks(app: Server, hub: Hub, visitor: Client) -> None:
    assert visitor.predict(digit=3, api_name="/digits_cvae")[1]["seeds"]
    assert not hub.sent


def test_what_is_not_here_yet_is_refused_with_what_to_do(visitor: Client, app: Server) -> None:
    with pytest.raises(AppError) as refused:
        visitor.predict(checkpoint="slow", api_name="/text_to_image")
    assert str(refused.value) == (
        "slow is not on this machine yet: choose it in the page and press “Download 2 MB”."
    )
    with pytest.raises(AppError, match="尚未下载到本机"):
        app.client("zh").predict(checkpoint="slow", api_name="/text_to_image")


@pytest.mark.parametrize("name", ["tiny", "branch"])
def test_a_checkpoint_is_fetched_with_progress_and_draws(name: str, visitor: Client, hub: Hub) -> None:
    job = visitor.submit(checkpoint=name, api_name="/download")
    last = job.result(60)
    assert last["state"] == "done" and last["done"] == last["total"] > 1_000_000
    assert hub.sent[f"acme/{name}/{UNET}"] == hub.files(f"acme/{name}")[UNET].stat().st_size
    files, report = visitor.predict(checkpoint=name, seed=5, api_name="/text_to_image")
    assert report["checkpoint"] == name and report["request"]["width"] == 64
    assert report["revision"] == ("c0ffee000000" if name == "tiny" else "main")
    with Image.open(files[0]) as picture:
        assert picture.size == (64, 64) and "parameters" in picture.info
    asked = dict(hub.sent)
    assert visitor.predict(checkpoint=name, api_name="/download")["state"] == "done"
    assert hub.sent == asked, "it is fetched once"


def test_a_download_that_breaks_goes_on_where_it_broke(visitor: Client, hub: Hub) -> None:
    assert visitor.predict(checkpoint="cut-once", api_name="/download")["state"] == "done"
    for name, file in hub.files("acme/cut-once").items():
        if name.endswith(".safetensors"):
            assert hub.sent[f"acme/cut-once/{name}"] == file.stat().st_size, "bytes already there are not sent again"
    begun = [place for key, places in hub.ranges.items() if "cut-once" in key for place in places]
    assert {100_000, 200_000} <= set(begun), "twice it went on from where it was"


def test_a_line_that_stays_dead_is_told_and_what_arrived_is_kept(visitor: Client, hub: Hub) -> None:
    trouble = hub.troubles["acme/cut-off"]
    file = "acme/cut-off/text_encoder/model.safetensors"
    job = visitor.submit(checkpoint="cut-off", api_name="/download")
    eventually(lambda: hub.sent[file] >= 100_000, timeout=30)
    hub.stop()
    with pytest.raises(AppError) as refused:
        job.result(60)
    kept = hub.sent[file]
    hub.start()
    assert str(refused.value) == (
        "The download of acme/cut-off broke off; what has arrived is kept. Press Download to go on from there."
    )
    trouble.cuts = 0
    assert visitor.predict(checkpoint="cut-off", api_name="/download")["state"] == "done"
    whole = hub.files("acme/cut-off")["text_encoder/model.safetensors"].stat().st_size
    assert kept in hub.ranges[file] and hub.sent[file] == whole


def test_a_cancelled_download_keeps_what_arrived_and_others_are_served_meanwhile(visitor: Client, hub: Hub) -> None:
    job = visitor.submit(checkpoint="slow", api_name="/download")
    eventually(lambda: sum(hub.sent[key] for key in list(hub.sent) if "/slow/" in key and "safet" in key), timeout=30)
    assert visitor.predict(digit=4, api_name="/digits_cvae")[1]["seeds"]
    assert not job.done(), "the job was served during the download"
    assert any(told["speed"] > 0 and told["total"] > told["done"] for told in job.outputs())
    assert visitor.predict(checkpoint="slow", cancel=True, api_name="/download")["state"] == "stopped"
    hub.troubles["acme/slow"].pause = 0.0
    assert visitor.predict(checkpoint="slow", api_name="/download")["state"] == "done"
    assert any(place > 0 for key, places in hub.ranges.items() if "/slow/" in key for place in places)


REFUSALS = {
    "wrong": ("arrived damaged (its hash differs) and was thrown away: press Download again", "已损坏"),
    "huge": ("The disk is too small for acme/huge: it needs", "磁盘空间不足以存放 acme/huge"),
    "private": ("There is no repository acme/private, or it is private", "仓库 acme/private 不存在或为私有"),
    "missing": ("There is no repository acme/missing, or it is private: correct the catalogue's entry", "不存在"),
    "gated": ("acme/gated is gated: accept its licence at http://127.0.0.1", "需要授权"),
    "no-revision": (f"acme/no-revision has no revision {'ab' * 20}: correct the revision", "没有版本"),
    "overloaded": ("The hub cannot serve acme/overloaded now (it answered 503)", "暂时无法提供"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_goes_wrong_is_told_with_its_remedy_and_the_app_goes_on(name: str, app: Server, visitor: Client) -> None:
    told, chinese = REFUSALS[name]
    sentence = refusal(visitor, name)
    assert told in sentence and "\n" not in sentence
    assert chinese in refusal(app.client("zh"), name)
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["seeds"]


def test_damaged_bytes_are_not_kept(app: Server, visitor: Client) -> None:
    refusal(visitor, "wrong")
    left = [file for file in (app.folder / "home" / "hub" / "models--acme--wrong").rglob("*") if file.is_file()]
    assert not [file for file in left if file.stat().st_size > 530_000 or file.name.endswith(".part")]


def test_no_network_is_told_and_the_next_attempt_succeeds_or_is_told_again(visitor: Client, hub: Hub) -> None:
    hub.stop()
    try:
        told = refusal(visitor, "private")
    finally:
        hub.start()
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+ cannot be reached to fetch acme/private: check this machine's network "
        r"\(or HF_ENDPOINT\), then press Download again\.",
        told,
    )


def test_an_unknown_checkpoint_is_told(visitor: Client) -> None:
    assert "There is no checkpoint 'nobody' in the catalogue." in refusal(visitor, "nobody")


ALONE = """
import sys
from playground.hub.downloads import Download
from playground.hub.sources import HubSource
download = Download(HubSource(sys.argv[1], "c0ffee" + "0" * 34, ["*.json", "*.safetensors"]))
download.run()
print(download.progress.state, download.progress.error)
"""


def alone(hub: Hub, home: Path, name: str, **environment: str) -> str:
    """Fetch in a process of its own, under other environment variables."""
    import os

    done = subprocess.run(
        [sys.executable, "-c", ALONE, f"acme/{name}"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        env=os.environ | environment_for(hub, home) | environment,
    )  # fmt: skip
    return done.stdout.strip()


def test_offline_is_told(hub: Hub, tmp_path: Path) -> None:
    assert alone(hub, tmp_path, "tiny", HF_HUB_OFFLINE="1").startswith(
        "failed Downloads are switched off (HF_HUB_OFFLINE is set)"
    )


def test_a_token_is_used_and_its_refusal_is_told(hub: Hub, tmp_path: Path) -> None:
    told = alone(hub, tmp_path, "gated", HF_TOKEN="hf_secret")
    assert "Your token may not read acme/gated: accept its licence at" in told
    assert "hf_secret" in hub.tokens
    told = alone(hub, tmp_path, "private", HF_TOKEN="hf_secret")
    assert "The hub refused your token" in told and "hf_secret" not in told
