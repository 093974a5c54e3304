"""`python -m playground.catalog --check` says what of a catalogue the hub has, and what has gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.hub.conftest import environment_for
from tests.hub.server import COMMIT, Hub
from tests.server import ROOT

ENTRY = """
[{id}]
family = "text_to_image"
title = {{ en = "{id}", zh = "{id}" }}
licence = "MIT"
repo = "acme/{id}"
revision = "{revision}"
files = {files}
download = {download}
"""


def test_what_is_there_what_has_gone_and_what_has_another_size(hub: Hub, tmp_path: Path) -> None:
    size = sum(file.stat().st_size for name, file in hub.files("acme/tiny").items() if name.endswith(".safetensors"))
    both = '["*.safetensors"]'
    entries = [
        {"id": "tiny", "revision": COMMIT, "files": both, "download": size},
        {"id": "branch", "revision": COMMIT, "files": '["*.safetensors", "no_such/*.json"]', "download": size},
        {"id": "slow", "revision": COMMIT, "files": both, "download": 10 * size},
        {"id": "no-revision", "revision": "ab" * 20, "files": both, "download": size},
        {"id": "missing", "revision": COMMIT, "files": both, "download": size},
    ]
    (tmp_path / "mine.toml").write_text("".join(ENTRY.format(**entry) for entry in entries))
    sent = dict(hub.sent)
    ran = subprocess.run(
        [sys.executable, "-m", "playground.catalog", "--check", "--catalog", tmp_path / "mine.toml"],
        cwd=ROOT, env=os.environ | environment_for(hub, tmp_path), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    told = ran.stdout.splitlines()
    state = {line.split()[1]: line.split()[0] for line in told if line[:1] != " "}
    assert state == {"tiny": "ok", "branch": "GONE", "slow": "GONE", "no-revision": "GONE", "missing": "GONE"}
    assert "no file is named like no_such/*.json" in ran.stdout and "the catalogue says" in ran.stdout
    assert dict(hub.sent) == sent, "nothing is fetched"
