"""The Dockerfile holds no fault that a linter knows and names what is there; built and started where an engine is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import yaml

from tests.server import ROOT, free_port

FOLDER = ROOT / ".docker"
LINTER = Path(sys.executable).with_name("hadolint")


def run(*command: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)


def engine() -> str:
    """Return the name of a container engine that answers; empty where there is none."""
    return next((name for name in ("docker", "podman") if shutil.which(name) and not run(name, "info").returncode), "")


def test_the_linter_finds_nothing() -> None:
    linted = run(str(LINTER), "--no-color", str(FOLDER / "Dockerfile"))
    assert linted.returncode == 0 and not linted.stdout, linted.stdout + linted.stderr


def test_what_is_copied_is_there_and_is_let_through_to_the_build() -> None:
    copied = [
        name
        for line in re.findall(r"^COPY (.+) \S+$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
        for name in line.split()
    ]
    let_through = re.findall(r"^!(\S+)$", (FOLDER / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(let_through) and all((ROOT / name).exists() for name in copied)
    assert re.search(r"^torch==\S+$", (ROOT / "requirements.txt").read_text(), re.MULTILINE), "which is installed first"


def test_both_services_build_the_one_file_and_only_one_asks_for_a_gpu() -> None:
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    assert set(services) == {"cpu", "cuda"}
    assert {
        (FOLDER / each["build"]["context"] / each["build"]["dockerfile"]).resolve() for each in services.values()
    } == {FOLDER / "Dockerfile"}
    assert [name for name, each in services.items() if "deploy" in each] == ["cuda"]
    assert services["cuda"]["build"]["args"]["DEVICE"].startswith("cu") and "args" not in services["cpu"]["build"]


@pytest.mark.timeout(1800)
def test_it_is_built_and_opens_a_room_where_there_is_an_engine() -> None:
    found = engine()
    if not found:
        pytest.skip("No container engine answers here.")
    built = run(found, "build", "-q", "-f", ".docker/Dockerfile", "-t", "playground-test", ".", seconds=1500)
    assert built.returncode == 0, built.stderr
    port = free_port()
    started = run(found, "run", "-d", "--rm", "-p", f"{port}:7860", "playground-test")
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if 'id="code"' in httpx.get(f"http://127.0.0.1:{port}/join", timeout=5).text:
                    return
            except httpx.HTTPError:
                time.sleep(0.5)
        raise AssertionError(run(found, "logs", started.stdout.strip()).stdout)
    finally:
        run(found, "kill", started.stdout.strip())
