"""Only files made for this visitor are served; the disk may fill up and the app goes on."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from tests.api import raw
from tests.server import ROOT, Server

FILE = "/gradio_api/file="
PRIVATE = [
    "/etc/passwd", "//etc/passwd", "/etc/../etc/passwd", "../../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "%252e%252e/%252e%252e/etc/passwd", "/proc/self/environ",
    "file:///etc/passwd", "app.py", "./app.py", "playground/settings.py", "requirements.txt", ".git/config",
    f"{ROOT}/app.py", f"{ROOT}/checkpoints/digits-cvae/model.safetensors", "checkpoints/digits-cvae/config.json",
    "\x00", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def visitor(server: Server) -> Client:
    return server.client()


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("route", [FILE, "/file=", "/gradio_api/file/", "/static/", "/gradio_api/stream/"])
def test_files_of_this_machine_are_not_served(server: Server, route: str, path: str) -> None:
    answer = ask_as_it_stands(server, route + path)
    assert not answer.startswith(b"HTTP/1.1 200"), answer[:300]
    assert b"root:x:" not in answer and b"import" not in answer


def ask_as_it_stands(server: Server, target: str) -> bytes:
    """Send a request whose path no client library has tidied up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        target = target.replace("\x00", "%00").replace(" ", "%20")
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_the_outputs_folder_itself_is_not_served(server: Server, visitor: Client) -> None:
    visitor.predict(digit=2, api_name="/digits_cvae")
    kept = next(server.outputs.rglob("*.png"))
    for path in (kept, kept.parent, server.outputs):
        assert httpx.get(server.url + FILE + quote(str(path))).status_code in (403, 404)


def test_a_result_is_fetched_only_by_its_name_which_nobody_can_guess(server: Server) -> None:
    _, (files, _) = raw.outcome(server.url, "digits_cvae", '{"data": ["digits-cvae", 3, 1, 5, 1, 0, 0]}')
    url, name = files[0]["url"], files[0]["orig_name"]
    assert httpx.get(url).content.startswith(b"\x89PNG")
    secret = name.split("-")[1]
    assert len(secret) == 12 and int(secret, 16) >= 0
    guessed = url.replace(secret, f"{int(secret, 16) ^ 1:012x}")
    assert httpx.get(guessed).status_code in (403, 404)
    folder = url.rsplit("/", 1)[0]
    assert httpx.get(folder).status_code in (403, 404) and httpx.get(folder + "/").status_code in (403, 404)
    _, (again, _) = raw.outcome(server.url, "digits_cvae", '{"data": ["digits-cvae", 3, 1, 5, 1, 0, 0]}')
    assert again[0]["url"] != url, "the same picture has another name for the next visitor"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "https://a.org/x.png", "HTTP://a.org", "http%3A//a"])
@pytest.mark.parametrize("route", [FILE, "/file="])
def test_the_file_route_fetches_nothing_from_elsewhere(server: Server, route: str, address: str) -> None:
    answer = httpx.get(server.url + route + address, follow_redirects=False)
    assert answer.status_code in (403, 404)
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/call/digits_cvae", "/login", "/"])
def test_a_large_body_is_refused_by_its_length(server: Server, path: str) -> None:
    answer = httpx.post(server.url + path, content=b'{"data": ["' + b"a" * 3_000_000 + b'"]}', timeout=60)
    assert answer.status_code == 413 and "at most 2,000,000 bytes" in answer.text


@pytest.mark.parametrize("length", ["-5", "many", "1e9"])
def test_a_length_that_is_no_number_is_refused(server: Server, length: str) -> None:
    headers = {"content-length": length, "content-type": "application/json"}
    try:
        answer = httpx.post(server.url + "/gradio_api/call/digits_cvae", headers=headers, content=b"{}", timeout=60)
    except httpx.HTTPError:
        return  # the server hung up, or the client did not even send it
    assert answer.status_code in (400, 413)


def test_a_large_body_in_pieces_without_a_length_is_cut_off(server: Server, visitor: Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"data": ["'
        for _ in range(300):
            yield b"a" * 10_000
        yield b'"]}'

    try:
        answer = httpx.post(server.url + "/gradio_api/call/digits_cvae", content=pieces(), timeout=60)
        assert answer.status_code >= 400
    except httpx.HTTPError:
        pass  # cut off
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["request"]["digit"] == 1


def test_uploads_are_bounded(server: Server, tmp_path: Path) -> None:
    huge = tmp_path / "a.png"
    huge.touch()
    os.truncate(huge, 222_000_000)
    try:
        with huge.open("rb") as file:
            answer = httpx.post(server.url + "/gradio_api/upload", files={"files": file}, timeout=120)
        assert answer.status_code == 413
    except httpx.HTTPError:
        pass  # hung up on


def refusal(visitor: Client, **values: object) -> str:
    with pytest.raises(AppError) as refused:
        visitor.predict(**values, api_name="/digits_cvae")
    return str(refused.value)


@pytest.fixture
def no_folder(server: Server) -> Iterator[Path]:
    """The outputs folder while it is gone; it comes back afterwards."""
    aside = server.outputs.with_name("aside")
    server.outputs.mkdir(exist_ok=True)
    server.outputs.rename(aside)
    yield server.outputs
    if server.outputs.is_file():
        server.outputs.unlink()
    shutil.rmtree(server.outputs, ignore_errors=True)
    aside.rename(server.outputs)


def test_a_file_in_place_of_the_outputs_folder_is_told_and_the_app_goes_on(
    server: Server, visitor: Client, no_folder: Path
) -> None:
    no_folder.write_text("in the way")
    told = refusal(visitor, digit=1)
    assert str(no_folder) in told and "\n" not in told
    assert refusal(server.client("zh"), digit=1) != told
    no_folder.unlink()
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["seeds"]


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """Mount a disk of 64 kB on a folder for a while; where that is not allowed, the test is skipped."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size=64k{options}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_folder_that_may_not_be_written_is_told_and_the_app_goes_on(visitor: Client, no_folder: Path) -> None:
    with small_disk(no_folder, ",ro"):
        told = refusal(visitor, digit=1)
        assert str(no_folder) in told and "Allow writing to it or start with another --outputs folder." in told
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["seeds"]


def test_a_full_disk_is_told_and_the_app_goes_on(visitor: Client, no_folder: Path) -> None:
    with small_disk(no_folder, ""):
        (no_folder / "filling").write_bytes(bytes(60 * 1024))
        told = refusal(visitor, digit=1, num_images=8)
        assert told.startswith("The disk is full") and "Free some space or start with another --outputs" in told
        assert not list(no_folder.rglob("*.part"))
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["seeds"]
