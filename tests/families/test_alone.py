"""What a family promises outside the app: its Python lines make the same picture, and loading needs no network."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from playground.engine import Engine
from playground.families import find_family
from playground.families.requests import Request
from playground.outcomes.scores import Scores
from playground.settings import Settings
from tests.families.alike import assert_alike
from tests.families.askable import FAMILIES, TASKS, checkpoint_for, drawn_seven, values_for
from tests.server import ROOT

ASKED: dict[str, list[dict[str, Any]]] = {
    "digits_cvae": [{"digit": 4, "spread": 0.8}, {"digit": 9, "num_images": 3, "walk": 0.3}],
    "digits_number": [{"number": "2026"}],
    "text_to_image": [
        {"prompt": "ghost", "scheduler": "Euler a", "second_seed": 5, "walk": 0.2},
        {"prompt": "猫", "negative_prompt": "dog", "guidance_scale": 6.3, "scheduler": "Euler a", "num_images": 2},
    ],
    "text_to_video": [
        {"prompt": "猫旋转", "negative_prompt": "dog", "num_inference_steps": 2, "motion_scale": 0.5},
    ],
    "class_gan": [
        {"class_name": "Bag", "truncation": 0.7},
        {"class_name": "Coat", "mix_class_name": "Dress", "mix": 0.3, "walk": 0.4, "second_seed": 9, "num_images": 2},
    ],
}
ASKED |= {
    "class_vae": [{"class_name": "4", "spread": 0.8, "num_images": 2}],
    "pixelcnn": [{"class_name": "4", "temperature": 0.8, "guidance_scale": 1.5}],
    "class_diffusion": [{"class_name": "4", "guidance_scale": 1.5, "num_inference_steps": 4, "num_images": 2}],
    "class_flow": [{"class_name": "4", "num_inference_steps": 3}],
}
CASES = [(task, values) for task in TASKS for values in ASKED.get(task.task, [])]
NO_NETWORK = """
import os, socket
os.environ.pop("HF_HUB_OFFLINE", None)

def refuse(*words, **more):
    raise AssertionError(f"somebody asked for the network: {words}")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
"""


def run(code: str, folder: Path) -> str:
    """Run lines in a fresh process, whose folder looks like the repository's; give what they print."""
    if not (folder / "checkpoints").exists():
        (folder / "checkpoints").symlink_to(Settings.checkpoints)
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("task", "values"), CASES, ids=lambda value: getattr(value, "task", None) or str(len(value)))
def test_the_python_lines_make_the_same_picture(
    engine: Engine, task: type[Request], values: dict[str, Any], tmp_path: Path
) -> None:
    checkpoint = checkpoint_for(engine.catalog, task)
    done = engine.submit("tester", task, values_for(task, **values), checkpoint.id).result(120)
    request = task.model_validate(done.report.request)
    run(find_family(task.family).code(checkpoint, request, engine.status.device), tmp_path)
    files = sorted(tmp_path.glob("*.png"))
    assert len(files) == len(done.made)
    for file, picture in zip(files, done.made, strict=True):
        with Image.open(file) as saved:
            assert_alike(saved.convert(picture.mode), picture, done.report.dtype)
            single = len(files) == 1 or task.makes == "clip"
            assert not single or saved.tobytes() == picture.tobytes(), "what ran alone is equal to the bit"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("zero_shot", {"words": "seven\nhouse\n苹果", "temperature": 0.7}),
        ("caption", {"language": "en", "num_beams": 2}),
        ("caption", {"language": "zh", "num_beams": 1, "temperature": 0.8, "seed": 3}),
        ("write_text", {"text": "a red ", "seed": 5, "max_new_tokens": 6, "temperature": 0.9}),
    ],
)
def test_the_python_lines_say_the_same_words_and_numbers(
    engine: Engine, name: str, values: dict[str, Any], tmp_path: Path
) -> None:
    family = find_family(name)
    task, asked = family.requests[0], values
    if "image" in task.model_fields:
        asked = values | {"image": drawn_seven()}
        (tmp_path / "picture.png").write_bytes(base64.b64decode(drawn_seven().partition(",")[2]))
    checkpoint = checkpoint_for(engine.catalog, task)
    done = engine.submit("tester", task, values_for(task) | asked, checkpoint.id).result(120)
    printed = run(family.code(checkpoint, task.model_validate(done.report.request), engine.status.device), tmp_path)
    (made, *_) = done.made
    if isinstance(made, Scores):
        assert printed.splitlines() == [
            f"{word}: {row[0]:.3f}" for word, row in zip(made.rows, made.values, strict=True)
        ]
    else:
        written = printed + "".join(file.read_text("utf-8") for file in tmp_path.glob("text-0.txt"))
        assert made.text.strip() and made.text.strip() in written


def test_every_family_shows_the_lines_of_its_own_form() -> None:
    # What a comparison's lines make is several generators' pictures: tests/families/test_compare.py runs them.
    # Clips of motion modules that begin with a picture are the playground's own; texts and likenesses are no pictures.
    elsewhere = {"compare", "image_to_video", "write_text", "caption", "zero_shot"} & {each.name for each in FAMILIES}
    assert {family.name for family in FAMILIES if family.requests[0].task not in ASKED} == elsewhere


def test_every_checkpoint_loads_and_generates_without_a_network(tmp_path: Path) -> None:
    code = (
        NO_NETWORK
        + """
from pathlib import Path
from playground.catalog import read_catalog
from playground.engine import Engine
from playground.families import find_family
from tests.families.askable import drawn_seven

engine = Engine(read_catalog(Path("checkpoints")), device="cpu")
engine.start()
assert engine.wait_until_ready(200)
for checkpoint in [c for c in engine.catalog.all() if c.bundled]:
    task = find_family(checkpoint.family).requests[0]
    few = {"num_inference_steps": 2, "num_frames": 8, "diffusion_steps": 2, "flow_steps": 2}
    few |= {"num_images": 2} if task.task == "compare" else {}
    few |= {"image": drawn_seven()}
    quick = {name: value for name, value in few.items() if name in task.model_fields}
    assert engine.submit("tester", task, quick, checkpoint.id).result(100).made
assert not engine.status.problems and len(engine.status.loaded) == sum(c.bundled for c in engine.catalog.all())
"""
    )
    run(code, tmp_path)


QUICK = """
import sys
from pathlib import Path
from playground.catalog import read_catalog
from playground.families import find_family
from playground.families.base import Device

catalog, device = read_catalog(Path("checkpoints")), Device("cpu", "CPU", 1, "float32")
for family, checkpoint in (("digits_cvae", "digits-cvae"), ("class_gan", "fashion-gan")):
    find_family(family).load(catalog.find(checkpoint, family), device)
assert not {"diffusers", "transformers"} & set(sys.modules)
"""


def test_what_is_there_first_loads_no_library_that_it_does_not_need() -> None:
    """Three seconds of imports would stand between a new page and its first pictures."""
    done = subprocess.run([sys.executable, "-c", QUICK], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
