"""Language models use the tasks as tools: over the protocol, with a client of the protocol's own."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from playground import settings as module
from playground.errors import SettingsError
from playground.families import in_order
from playground.gallery import Filter, Gallery, Viewer
from playground.media.reading import read_metadata
from playground.settings import read_settings
from tests.server import Server

mcp = pytest.importorskip("mcp")
PATH = "/gradio_api/mcp/"


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("tools"), "--mcp", script="tests/api/wordy_app.py") as running:
        yield running


def talk(server: Server, say: Callable[[Any], Awaitable[Any]], **headers: str) -> Any:
    from mcp.client.streamable_http import streamablehttp_client

    async def through() -> Any:
        async with (
            streamablehttp_client(server.url + PATH, headers=headers) as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await say(session)

    return asyncio.run(through())


def use(server: Server, name: str, **values: Any) -> Any:
    return talk(server, lambda session: session.call_tool(name, values))


def test_every_task_is_a_tool_with_its_fields_ranges_and_defaults(wordy: Server) -> None:
    found = {tool.name: tool for tool in talk(wordy, lambda session: session.list_tools()).tools}
    tasks = {task.task for family in in_order() for task in family.requests}
    assert set(found) == tasks | {"tales", "measures"}
    digits = found["digits_cvae"]
    assert digits.description.startswith("Digits · ") and "Gives pictures and a report." in digits.description
    fields = digits.inputSchema["properties"]
    assert list(fields)[:3] == ["checkpoint", "digit", "spread"] and "digits-cvae" in fields["checkpoint"]["enum"]
    assert (fields["digit"]["type"], fields["digit"]["minimum"], fields["digit"]["maximum"]) == ("integer", 0, 9)
    assert fields["spread"]["default"] == 1.0 and "Spread: a number from 0 to 2" in fields["spread"]["description"]
    assert "Bag" in found["class_gan"].inputSchema["properties"]["class_name"]["enum"]
    assert "required" not in digits.inputSchema


def test_a_tool_shows_its_pictures_and_tells_its_report(wordy: Server) -> None:
    answer = use(wordy, "digits_cvae", digit=3, seed=41, num_images=2)
    *pictures, report = answer.content
    assert not answer.isError and [each.type for each in pictures] == ["image", "image"]
    content = base64.b64decode(pictures[1].data)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (28, 28))
    told = json.loads(report.text)
    assert told["seeds"] == [41, 42] and told == answer.structuredContent
    kept = [next(wordy.outputs.rglob(name)) for name in told["files"]]
    assert kept[1].read_bytes() == content and read_metadata(kept[1]).seed == 42


def test_a_tool_of_texts_tells_them_without_a_picture(wordy: Server) -> None:
    answer = use(wordy, "tales", start="Once", seed=3)
    (report,) = answer.content
    assert json.loads(report.text)["texts"][0]["text"].startswith("Once")
    gallery = Gallery(wordy.outputs)
    assert gallery.shelf(Viewer("", sees_all=True), Filter(family="tales")).total == 1


def test_a_clip_is_shown_as_the_picture_that_moves(wordy: Server) -> None:
    picture, _ = use(wordy, "digits_morph", num_frames=4, seed=1).content
    assert picture.mimeType == "image/webp"


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("digits_cvae", {"digit": 11}, "Digit (digit) must be a whole number from 0 to 9; you sent 11."),
        ("digits_cvae", {"sede": 11}, "There is no field 'sede'; the fields are: digit, "),
        ("digits_cvae", {"checkpoint": "../x"}, "checkpoint must be one of: digits-cvae, "),
        ("digits_drawing", {"drawing": "/etc/passwd"}, "must be a PNG as text: data:image/png;base64,"),
        ("no_such_tool", {}, "There is no tool 'no_such_tool'; there are: "),
    ],
)
def test_a_refusal_is_the_same_sentence_as_everywhere(
    wordy: Server, name: str, values: dict[str, Any], told: str
) -> None:
    answer = use(wordy, name, **values)
    (sentence,) = answer.content
    assert answer.isError and told in sentence.text


def test_a_sentence_is_in_the_language_that_is_asked_for(wordy: Server) -> None:
    answer = talk(
        wordy, lambda session: session.call_tool("digits_cvae", {"digit": 11}), **{"accept-language": "zh-CN"}
    )
    assert answer.content[0].text == "数字（digit）必须是0 到 9 之间的整数；收到的是 11。"


def test_without_the_flag_there_are_no_tools(server: Server) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx.post(server.url + PATH, json=asked).status_code in (404, 405)


def test_a_password_is_asked_of_models_too(tmp_path: Any) -> None:
    with Server(tmp_path, "--mcp", "--auth", "class:apple", script="tests/api/wordy_app.py") as closed:
        asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for auth in (None, ("class", "pear"), ("class", "")):
            answer = httpx.post(closed.url + PATH, json=asked, auth=auth)
            assert answer.status_code == 401 and answer.json()["detail"].startswith("Send the user and password")
        key = "Basic " + base64.b64encode(b"class:apple").decode()
        assert talk(closed, lambda session: session.list_tools(), authorization=key).tools


def test_a_missing_package_is_a_sentence_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"--mcp needs the package mcp: pip install --no-deps mcp==1\.30\.0"):
        read_settings(["--mcp"])
