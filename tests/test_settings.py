"""Starting the app: the safe defaults, and one sentence in two languages for flags that cannot be."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError

from playground.errors import SettingsError
from playground.settings import Settings, read_settings
from tests.eventually import eventually
from tests.server import ROOT, Server, free_port


def start(*flags: str) -> subprocess.CompletedProcess[str]:
    """Run ``python app.py`` with flags that it cannot serve with."""
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "app.py", *flags]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def assert_refused(flags: list[str], english: str, chinese: str) -> None:
    ended = start(*flags)
    assert ended.returncode != 0
    assert english in ended.stderr and chinese in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "Open http" not in ended.stdout


def test_without_flags_only_this_machine_comes_in_and_nothing_is_shared() -> None:
    settings = read_settings([])
    assert (settings.host, settings.share, settings.auth) == ("127.0.0.1", False, None)
    assert settings.port in range(7860, 7960)
    assert (settings.outputs, settings.checkpoints) == (ROOT / "outputs", ROOT / "checkpoints")
    assert (settings.device, settings.language, settings.exact, settings.verbose) == ("auto", None, False, False)
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "127.0.0.2"])
def test_a_host_that_others_reach_needs_a_password(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(["--host", host])
    assert f"--host {host} lets other machines in: add --auth USER:PASSWORD, or --no-auth" in refused.value.en
    assert f"--host {host} 会让其他机器访问" in refused.value.zh


def test_the_app_does_not_start_on_all_addresses_without_a_password() -> None:
    assert_refused(["--host", "0.0.0.0"], "--host 0.0.0.0 lets other machines in: add --auth", "会让其他机器访问")


def test_a_public_tunnel_needs_a_password() -> None:
    assert_refused(["--share"], "--share lets other machines in: add --auth", "--share 会让其他机器访问")


def test_letting_everybody_in_must_be_said() -> None:
    assert read_settings(["--host", "0.0.0.0", "--no-auth"]).host == "0.0.0.0"
    assert read_settings(["--share", "--no-auth"]).share
    assert read_settings(["--host", "0.0.0.0", "--auth", "teacher:a:b"]).auth == ("teacher", "a:b")


@pytest.mark.parametrize("words", ["teacher", "teacher:", ":apple", ":", ""])
def test_a_password_flag_without_user_or_password_is_refused(words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(["--auth", words])
    assert "--auth needs a user and a password with a colon between them" in refused.value.en
    assert "--auth 需要用户名和密码" in refused.value.zh


def test_a_half_password_does_not_open_the_door() -> None:
    assert_refused(["--host", "0.0.0.0", "--auth", "teacher"], "--auth needs a user and a password", "需要用户名和密码")


@pytest.mark.parametrize("port", [-1, 0, 65536, 70000])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(["--port", str(port)])
    assert refused.value.en == f"--port must be from 1 to 65535; you gave {port}."
    assert refused.value.zh == f"--port 必须在 1 到 65535 之间；收到的是 {port}。"


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        english = f"Port {port} is taken by another program; give another one"
        assert_refused(["--port", str(port)], english, f"端口 {port} 已被其他程序占用")


def test_without_a_port_a_taken_one_is_passed_over() -> None:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", 7860))
        except OSError:
            pass  # another program of this machine has it already, which is as good
        else:
            other.listen()
        assert read_settings([]).port in range(7861, 7960)


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match="--host 203.0.113.9 is not an address of this machine"):
        read_settings(["--host", "203.0.113.9", "--no-auth"])


def test_the_app_does_not_start_on_an_unknown_device() -> None:
    assert_refused(
        ["--device", "tpu", "--port", str(free_port())],
        "--device tpu is not there: use --device auto, or cpu.",
        "没有 --device tpu 这个设备",
    )


def test_help_reads_well_and_starts_nothing() -> None:
    code = (
        "import sys, app\n"
        "sys.argv = ['app.py', '--help']\n"
        "try:\n    app.main()\nexcept SystemExit as end:\n    code = end.code\n"
        "assert code == 0 and not {'torch', 'gradio'} & set(sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    words = " ".join(shown.stdout.split())
    flags = "host port auth no-auth share device exact outputs checkpoints language verbose"
    for flag in flags.split():
        assert re.search(rf"--{flag}\b[^-]*\w", words), flag
    for heading in ("who can reach it", "how it works", "what it shows"):
        assert heading in words
    assert "python app.py" in words and "None" not in words and "%(" not in words


def test_an_unknown_flag_is_named() -> None:
    ended = start("--prot", "1")
    assert ended.returncode != 0 and "--prot" in ended.stderr and "Traceback" not in ended.stderr


def workers_of(server: Server) -> list[psutil.Process]:
    return eventually(lambda: psutil.Process(server.process.pid).children(recursive=True))


def until_gone(processes: list[psutil.Process]) -> None:
    gone, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive, alive


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_its_workers_when_asked_to(tmp_path: Path, asked: signal.Signals) -> None:
    with Server(tmp_path) as server:
        eventually(lambda: f"Open {server.url} " in server.log)
        workers, visitor = workers_of(server), server.client()
        visitor.submit(prompt="red apple", num_inference_steps=100, api_name="/text_to_image")  # open at the end
        for process in [*workers, server.process]:  # a terminal's Ctrl+C reaches all of them
            if asked is signal.SIGINT or process is server.process:
                process.send_signal(asked)
        assert server.process.wait(60) == 0
        until_gone(workers)
        assert "Traceback" not in server.log and "started again" not in server.log, server.log


def test_a_page_that_is_killed_leaves_no_worker_behind(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        workers = workers_of(server)
        server.process.kill()
        until_gone(workers)


def test_a_device_that_is_not_there_ends_the_start_with_a_sentence() -> None:
    ended = start("--device", "cuda:9")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert ended.stderr.startswith("--device cuda:9 is not there: use --device auto, or cpu.")


def test_a_password_is_really_asked(tmp_path: Path) -> None:
    with Server(tmp_path, "--auth", "teacher:apple") as server:
        for path in ("/config", "/gradio_api/info", "/gradio_api/queue/status"):
            assert httpx.get(server.url + path).status_code == 401, path
        assert httpx.post(server.url + "/gradio_api/queue/join", json={"data": [], "fn_index": 0}).status_code == 401
        assert httpx.post(server.url + "/gradio_api/call/digits_cvae", json={"data": []}).status_code == 401
        assert httpx.post(server.url + "/gradio_api/upload", files={"files": b"x"}).status_code == 401
        with pytest.raises(AuthenticationError):
            server.client()
        with pytest.raises((AuthenticationError, ValueError), match="Could not login"):
            server.client(auth=("teacher", "pear"))
        visitor: Client = server.client(auth=("teacher", "apple"))
        files, report = visitor.predict(digit=1, api_name="/digits_cvae")
        assert len(files) == 1 and report["request"]["digit"] == 1
        assert "apple" not in server.log
