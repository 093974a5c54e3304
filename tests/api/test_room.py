"""A workshop's server: who has no code gets nothing, a guest nothing of what is the host's, however they ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client.exceptions import AppError

from tests.eventually import eventually
from tests.room.visiting import Visitor, guest_of, key_of, visitor
from tests.server import Server

FEW = ("--limit", "pictures=4", "--limit", "jobs=2", "--catalog")
AWAY = """
[far-away]
family = "text_to_image"
title = { en = "Far away", zh = "远方" }
licence = "MIT"
repo = "example/far-away"
revision = "0000000000000000000000000000000000000000"
files = ["model_index.json"]
download = 1
side = 128
[far-away.defaults]
prompt = "apple"
guidance_scale = 4
num_inference_steps = 4
scheduler = "DDIM"
width = 128
height = 128
"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("workshop")
    (folder / "away.toml").write_text(AWAY)
    flags = ("--workshop", "--host", "127.0.0.1", *FEW, str(folder / "away.toml"))
    with Server(folder, *flags, environment={"HF_HUB_OFFLINE": "1"}) as running:
        eventually(lambda: "The host:" in running.log)
        yield running


@pytest.fixture(scope="module")
def host(workshop: Server) -> Visitor:
    came = visitor(workshop)
    assert came.http.get(f"/h/{key_of(workshop)}").url.path == "/"
    return came


@pytest.fixture(scope="module")
def guest(workshop: Server) -> Visitor:
    return guest_of(workshop, "小明")


HOSTS_PAGES = [
    "/present", "/room/panel", "/room/wall", "/room/wall.zip", "/room/wall.html", "/room/qr.svg", "/room/wall/file/0",
]  # fmt: skip
HOSTS_ACTS: dict[str, dict[str, Any]] = {
    "limits": {"limits": {"jobs": 0}},
    "lead": {"place": {"lesson": "noise", "step": 0}},
    "end": {"job": "0"},
    "end_all": {},
    "send_out": {"number": 1},
    "pause": {"on": True},
    "names": {"on": False},
    "spot": {"hung": ""},
    "hide": {"hung": "0"},
    "clear": {},
    "memory": {"mode": "whole"},
    "check": {},
    "close": {},
}


def test_the_terminal_shows_two_addresses_the_code_and_a_qr_code(workshop: Server) -> None:
    assert re.search(r"Guests: +http://127\.0\.0\.1:\d+ +code \w{3} \w{3}\n", workshop.log)
    assert re.search(r"The host: +http://127\.0\.0\.1:\d+/h/\w{12} ", workshop.log)
    assert "█▀" in workshop.log


def test_who_has_no_code_gets_nothing_but_the_page_that_asks_for_it(workshop: Server) -> None:
    stranger = httpx.Client(base_url=workshop.url, timeout=60)
    assert stranger.get("/?lesson=noise").headers["location"] == "/join?lesson=noise"
    assert 'id="code"' in stranger.get("/join").text
    for path in [
        *HOSTS_PAGES[1:],
        "/config",
        "/gradio_api/info",
        "/_page/page.js",
        "/_page/status",
        "/room/state",
        "/nothing",
    ]:
        assert stranger.get(path).status_code == 401, path
    assert stranger.get("/present").status_code == 303
    call = stranger.post("/gradio_api/call/digits_cvae", json={"data": []})
    assert call.status_code == 401 and call.json()["detail"] == "Give the room's code first, at /join."
    chinese = stranger.post("/room/wall/put", json={"id": "x"}, headers={"accept-language": "zh-CN"})
    assert chinese.json()["detail"] == "请先在 /join 输入房间码。"


def test_a_made_up_cookie_is_nobody(workshop: Server) -> None:
    for cookie in ("playground-visitor=" + "0" * 32, "playground-visitor=host", "playground-room=1"):
        assert httpx.get(f"{workshop.url}/room/state", headers={"cookie": cookie}).status_code == 401


@pytest.mark.parametrize("path", HOSTS_PAGES)
def test_a_guest_gets_no_page_of_the_hosts_at_its_address(guest: Visitor, path: str) -> None:
    answer = guest.http.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "Only the host of the room may do this.")


@pytest.mark.parametrize("act", HOSTS_ACTS)
def test_a_guest_who_sends_what_the_host_sends_is_refused_and_nothing_happens(
    workshop: Server, guest: Visitor, host: Visitor, act: str
) -> None:
    before = host.http.get("/room/panel").json()
    answer = guest.ask(f"/room/host/{act}", **HOSTS_ACTS[act])
    assert (answer.status_code, answer.json()["detail"]) == (403, "Only the host of the room may do this.")
    after = host.http.get("/room/panel").json()
    assert {name: after[name] for name in ("limits", "memory", "code")} == {
        name: before[name] for name in ("limits", "memory", "code")
    }
    assert [each["name"] for each in after["people"]] == [each["name"] for each in before["people"]]


def test_a_request_with_the_hosts_headers_but_a_guests_cookie_is_the_guests(
    workshop: Server, guest: Visitor, host: Visitor
) -> None:
    replayed = {
        "origin": workshop.url,
        "referer": f"{workshop.url}/",
        "user-agent": "host",
        "x-forwarded-for": "127.0.0.1",
    }
    answer = guest.http.post("/room/host/close", json={}, headers=replayed | {"accept-language": "zh"})
    assert (answer.status_code, answer.json()["detail"]) == (403, "只有房间的主持人可以这样做。")


def test_another_sites_form_changes_nothing(host: Visitor) -> None:
    answer = host.http.post("/room/host/close", content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415 and host.http.get("/room/panel").status_code == 200


def test_only_the_host_downloads_in_the_page_and_through_the_api(
    workshop: Server, guest: Visitor, host: Visitor
) -> None:
    with pytest.raises(AppError, match="Only the host of the room downloads checkpoints"):
        guest.client(workshop).predict("far-away", api_name="/download")
    with pytest.raises(AppError) as refused:
        host.client(workshop).predict("far-away", api_name="/download")
    assert "Only the host" not in str(refused.value), "the host is only stopped by the missing network"
    assert ask_part(guest, "start_download", checkpoint="far-away")["toast"].startswith("Only the host of the room")
    assert ask_part(guest, "look_at_checkpoint", checkpoint="far-away")["may_download"] is False
    assert ask_part(host, "look_at_checkpoint", checkpoint="far-away")["may_download"] is True


def ask_part(asking: Visitor, name: str, **data: Any) -> dict[str, Any]:
    """Ask a part of the page as its script does."""
    config = asking.http.get("/config").json()
    ids = [each["id"] for each in config["components"] if name in (each["props"].get("server_fns") or [])]
    body = {"data": {**data, "language": "en"}, "fn_name": name, "session_hash": "s", "component_id": ids[0]}
    answer = asking.http.post("/gradio_api/component_server/", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def test_limits_bound_a_guests_api_and_not_the_hosts(workshop: Server, guest: Visitor, host: Visitor) -> None:
    with pytest.raises(AppError, match="in this room at most 4; you asked for 5"):
        guest.client(workshop).predict(num_images=5, api_name="/digits_cvae")
    assert len(host.client(workshop).predict(num_images=5, api_name="/digits_cvae")[0]) == 5
    assert host.ask("/room/host/limits", limits={"tabs": ["class_gan"]}).status_code == 200
    with pytest.raises(AppError, match="The host does not offer this tab now"):
        guest.client(workshop).predict(api_name="/digits_cvae")
    assert host.ask("/room/host/limits", limits={"tabs": []}).status_code == 200
    assert host.ask("/room/host/limits", limits={"tabs": ["nowhere"]}).json()["detail"].startswith("tabs: there is no")


def test_the_host_sees_and_ends_everybodys_jobs(workshop: Server, guest: Visitor, host: Visitor) -> None:
    running = guest.client(workshop).submit(
        prompt="apple", num_inference_steps=100, num_images=4, api_name="/text_to_image"
    )
    jobs = eventually(lambda: host.http.get("/room/panel").json()["jobs"])
    assert (jobs[0]["name"], jobs[0]["what"]) == ("小明", "Draw your words · emoji-diffusion")
    assert guest.ask("/room/host/end", job=jobs[0]["id"]).status_code == 403
    assert host.ask("/room/host/end", job=jobs[0]["id"]).json() == {"ended": True}
    assert running.result(60)[1] == {"state": "cancelled"}


def test_wrong_keys_and_codes_are_counted_together(workshop: Server) -> None:
    guessing = Visitor(httpx.Client(base_url=workshop.url, timeout=60))
    statuses = [guessing.http.get(f"/h/{number:012}").status_code for number in range(15)]
    statuses += [guessing.ask("/join", code="WRONG", name="Eve").status_code for _ in range(15)]
    assert statuses[:20] == [403] * 20 and set(statuses[20:]) == {429}
    assert "location" not in guessing.http.get("/h/000000000000").headers


def test_the_wall_takes_ones_own_results_only(workshop: Server, guest: Visitor, host: Visitor) -> None:
    files, _ = guest.client(workshop).predict(digit=3, seed=1, api_name="/digits_cvae")
    id = Path(files[0]).name.rpartition("-")[0]
    assert host.ask("/room/wall/put", id=id).json()["detail"] == "This result is not in your gallery any more."
    hung = guest.ask("/room/wall/put", id=id).json()["hung"]
    assert guest.http.get("/room/state").json()["wall"] == {id: hung}
    shown = host.http.get("/room/wall").json()["hung"]
    assert [(each["id"], each["name"], each["words"][0], each["small"]) for each in shown] == [
        (hung, "小明", "3", True)
    ]
    assert host.http.get(f"/room/wall/file/{hung}").content[:4] == b"\x89PNG"
    assert host.http.get("/room/wall.html").text.count("<figure>") == 1
    assert host.http.get("/room/wall.zip").content[:2] == b"PK"
    assert guest.ask("/room/wall/take", hung=hung).status_code == 200
    assert host.http.get("/room/wall").json()["hung"] == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", json.dumps({"lesson": "x", "step": -1}).encode()])
def test_a_body_that_says_nothing_is_refused_in_words(guest: Visitor, body: bytes) -> None:
    answer = guest.http.post("/room/answer", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400 and answer.json()["detail"].endswith(".")


def test_how_memory_is_kept_is_the_hosts_to_say(host: Visitor) -> None:
    assert host.ask("/room/host/memory", mode="fast").json()["detail"].startswith("The ways to keep models are auto")
    assert host.ask("/room/host/memory", mode="model-offload").status_code == 200
    assert host.http.get("/room/panel").json()["memory"] == "model-offload"
