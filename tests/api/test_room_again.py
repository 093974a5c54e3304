"""A workshop's server that is started again, and flags that do not go together."""

from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from playground.api.visitor import visitor_of
from playground.errors import SettingsError
from playground.gallery import Gallery, Viewer
from playground.settings import read_settings
from tests.eventually import eventually
from tests.room.visiting import code_of, guest_of, key_of, promised, visitor
from tests.server import Server

EVERYBODY = Viewer("", sees_all=True)


def test_a_guest_and_the_wall_survive_a_restart_and_a_closed_room_does_not(tmp_path: Path) -> None:
    with Server(tmp_path, "--workshop", "--host", "127.0.0.1") as server:
        eventually(lambda: "The host:" in server.log)
        said, anna = (code_of(server), key_of(server)), guest_of(server, "Anna")
        anna.ask("/room/place", place={"lesson": "noise", "step": 2})
        files, _ = anna.client(server).predict(digit=3, seed=1, api_name="/digits_cvae")
        assert anna.ask("/room/wall/put", id=Path(files[0]).name.rpartition("-")[0]).status_code == 200
    with Server(tmp_path, "--workshop", "--host", "127.0.0.1") as server:
        eventually(lambda: "The host:" in server.log)
        assert (code_of(server), key_of(server)) == said
        anna.http.base_url = server.url
        state = anna.http.get("/room/state").json()
        assert (state["name"], state["place"], len(state["wall"])) == ("Anna", {"lesson": "noise", "step": 2}, 1)
        host = visitor(server)
        host.http.get(f"/h/{said[1]}")
        assert host.ask("/room/host/close").status_code == 200
        assert anna.http.get("/room/state").status_code == 401
        assert "The room is closed" in anna.http.get("/").text
        assert anna.ask("/join", code=said[0], name="Anna").json()["detail"] == "The room is closed."


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_jobs_that_run_and_wait_at_a_restart_are_made_after_it(tmp_path: Path, how: signal.Signals) -> None:
    with Server(tmp_path, "--workshop", "--host", "127.0.0.1") as server:
        eventually(lambda: "The host:" in server.log)
        anna, ben, host = guest_of(server, "Anna"), guest_of(server, "Ben"), visitor(server)
        host.http.get(f"/h/{key_of(server)}")
        eventually(lambda: host.http.get("/_page/status").json()["kind"] == "ready", timeout=300)
        wanted = {"prompt": "red apple", "num_inference_steps": 100, "num_images": 2, "api_name": "/text_to_image"}
        asked = [each.client(server).submit(seed=seed, **wanted) for each, seed in ((anna, 1), (anna, 20), (ben, 300))]
        stopped = anna.client(server).submit(seed=4000, **wanted)
        jobs = eventually(lambda: len(found := host.http.get("/room/panel").json()["jobs"]) == 4 and found)
        assert host.ask("/room/host/end", job=jobs[3]["id"]).json() == {"ended": True}
        eventually(lambda: "step" in str(host.http.get("/room/panel").json()["jobs"]))
        eventually(lambda: promised(server) == 3)
        server.process.send_signal(how)
        server.process.wait(30)
        del asked, stopped
    with Server(tmp_path, "--workshop", "--host", "127.0.0.1") as server:
        gallery = Gallery(server.outputs)
        shelf = eventually(lambda: (found := gallery.shelf(EVERYBODY)).total == 3 and found, timeout=300)
        seeds = {entry.id: [file.seed for file in entry.files][:2] for entry in shelf.entries}
        assert sorted(seeds.values()) == [[1, 2], [20, 21], [300, 301]]
        assert {entry.id.rpartition("-")[2] for entry in shelf.entries} == {each["id"] for each in jobs[:3]}
        for each, count in ((anna, 2), (ben, 1)):
            name = visitor_of(SimpleNamespace(headers={"cookie": each.cookies}))  # type: ignore[arg-type]
            assert gallery.shelf(Viewer(name)).total == count
        assert promised(server) == 0


def test_flags_of_a_workshop_that_do_not_go_together_are_told() -> None:
    assert (
        read_settings(["--workshop"]).host == "0.0.0.0" and read_settings(["--workshop", "--host", "::1"]).host == "::1"
    )
    for flags, sentence in [
        (["--limit", "steps=3"], "add --workshop"),
        (["--workshop", "--auth", "a:b"], "leave --auth out"),
        (["--workshop", "--gallery", "off"], "leave --gallery off out"),
    ]:
        with pytest.raises(SettingsError, match=sentence):
            read_settings(flags)
