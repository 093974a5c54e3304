"""A workshop's server that is started again, and flags that do not go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.errors import SettingsError
from playground.settings import read_settings
from tests.eventually import eventually
from tests.room.visiting import code_of, guest_of, key_of, visitor
from tests.server import Server


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
