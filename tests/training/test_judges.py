"""The judges' folder has what the Compare tab reads: weights, classes, and equally many real pictures of each."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from playground.networks.judge import Judge
from playground.training.data import load_digits
from playground.training.judges import write_judges


def test_a_judge_and_real_pictures_of_every_class_are_written_and_sealed(digits_folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    runs, output = tmp_path / "runs", tmp_path / "judges"
    runs.mkdir()
    save_file(Judge().state_dict(), runs / "judge-digits.safetensors", {"real_accuracy": "0.5"})
    count = min(int((load_digits(digits_folder).held_out.labels == label).sum()) for label in range(10))
    write_judges(output, runs, digits_folder, ["digits"], each=min(count, 5))
    told = json.loads((output / "config.json").read_text())["data"]["digits"]
    assert told["class_names"] == list("0123456789") and told["accuracy"] == 0.5
    assert told["generators"]["vae"] == "digits-cvae" and told["generators"]["flow"] == "digits-flow"
    Judge().load_state_dict(load_file(output / told["judge"]))
    for part in ("reference", "held_out"):
        with Image.open(output / told[part]) as sheet:
            tiles = sheet.width // 28 * (sheet.height // 28)
            assert tiles == 10 * min(count, 5) and sheet.getextrema()[1] > 100
    assert "digits.safetensors" in (output / "SHA256SUMS").read_text()
