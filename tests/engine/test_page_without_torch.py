"""The process that serves the page never loads torch, whatever it is used for; its workers do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from playground.catalog import Catalog
from tests.families.askable import TASKS, checkpoint_for, values_for
from tests.server import ROOT, Server

pytestmark = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what a process loads")
ASK_FAMILIES = """
from pathlib import Path
from playground.catalog import read_catalog
from playground.engine.grid import Grids
from playground.families import find_family
from playground.families.prompts import read_prompt
from playground.families.vary import changes
from tests.families.askable import TASKS, checkpoint_for, values_for

catalog = read_catalog(Path("checkpoints"))
for task in TASKS:
    family, checkpoint = find_family(task.family), checkpoint_for(catalog, task)
    family.options(checkpoint), family.unused(checkpoint), family.batch_limit(checkpoint), changes(task)
    request = family.read(task, checkpoint, values_for(task))
    family.code(checkpoint, request), [family.batch_key(each) for each in request.samples(checkpoint)]
    assert not hasattr(request, "prompt") or read_prompt(checkpoint.base or checkpoint, request.prompt).used
assert "libtorch" not in Path("/proc/self/maps").read_text()
"""


def loads_torch(pid: int) -> bool:
    return "libtorch" in Path(f"/proc/{pid}/maps").read_text(errors="replace")


def test_the_page_has_no_torch_in_its_memory_after_every_endpoint_was_used(catalog: Catalog, server: Server) -> None:
    client = server.client()
    for task in TASKS:
        values = values_for(task, **({"num_inference_steps": 1} if task.family.startswith("text") else {}))
        asked = {name: value for name, value in values.items() if not str(value).startswith("data:")}
        if len(asked) == len(values) and task.task != "text_to_video_weights":  # it takes as long as three clips
            checkpoint = checkpoint_for(catalog, task).id
            assert client.predict(checkpoint=checkpoint, **asked, api_name=f"/{task.task}")[0]
    assert not loads_torch(server.process.pid)
    assert any(loads_torch(child.pid) for child in psutil.Process(server.process.pid).children())


def test_what_a_page_asks_a_family_needs_no_torch() -> None:
    done = subprocess.run([sys.executable, "-c", ASK_FAMILIES], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
