"""The likelihood of held-out digits is exact, of ink and paper too, and sums the class out where it says so."""

import json
import math
from pathlib import Path

import pytest
import torch

from playground.errors import DataError
from playground.networks.pixelcnn import PixelCNN
from playground.training.__main__ import main as train
from playground.training.data import DIGIT_NAMES, load_digits
from playground.training.options import Options
from playground.training.pixelcnn import PixelCNNRecipe, binarise
from playground.training.pixelcnn_evaluate import evaluate, main


@pytest.fixture(scope="module")
def folder(digits_folder: Path, tmp_path_factory) -> Path:
    recipe = PixelCNNRecipe(load_digits(digits_folder), Options(batch_size=4, seed=3), binarised=True)
    recipe.step(torch.Generator().manual_seed(0), 0.1)
    place = tmp_path_factory.mktemp("weights")
    recipe.export(place)
    return place


def test_pixels_become_ink_as_often_as_their_level_says() -> None:
    grey = torch.tensor([0, 51, 255], dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 1, 100, 100)
    ink = binarise(grey, torch.Generator().manual_seed(0))
    assert set(ink.unique().tolist()) == {0, 255}
    assert ink[0].max() == 0 and ink[2].min() == 255
    assert (ink[1] == 255).float().mean().item() == pytest.approx(0.2, abs=0.02)
    assert torch.equal(ink, binarise(grey, torch.Generator().manual_seed(0)))


def test_it_begins_with_the_weights_of_another_or_says_what_to_train(folder: Path, digits_folder: Path) -> None:
    digits, options = load_digits(digits_folder), Options(batch_size=4, seed=5)
    told = PixelCNN.from_pretrained(folder, strict=True).state_dict()
    begun = PixelCNNRecipe(digits, options, start=folder).model.state_dict()
    assert all(torch.equal(weight, told[name]) for name, weight in begun.items())
    with pytest.raises(DataError, match="train digits-pixelcnn first"):
        PixelCNNRecipe(digits, options, start=folder / "digits-pixelcnn")


def test_it_learns_from_ink_and_paper_alone(digits_folder: Path, monkeypatch) -> None:
    recipe = PixelCNNRecipe(load_digits(digits_folder), Options(batch_size=4, seed=3), binarised=True)
    seen = []
    forward = recipe.model.forward
    monkeypatch.setattr(
        recipe.model, "forward", lambda images, classes: seen.append(images) or forward(images, classes)
    )
    recipe.step(torch.Generator().manual_seed(0), 0.1)
    assert set(seen[0].unique().tolist()) == {0.0, 1.0}


def test_a_digit_of_any_class_costs_at_most_the_class_more_than_one_of_its_own(
    folder: Path, digits_folder: Path
) -> None:
    figures = evaluate(folder, binarised=True, data=digits_folder)
    assert figures["nats"] == pytest.approx(figures["bits_per_dimension"] * 784 * math.log(2), rel=1e-3)
    assert 0 < figures["nats_of_any_class"] <= figures["nats"] + math.log(len(DIGIT_NAMES)) + 1e-3


def test_the_command_prints_the_figures_or_a_sentence(
    folder: Path, digits_folder: Path, tmp_path: Path, capsys
) -> None:
    assert main([str(folder), "--data", str(digits_folder)]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["bits_per_dimension"] > 0
    assert main([str(folder), "--data", str(tmp_path / "nowhere")]) == 1
    assert "give --data a folder" in capsys.readouterr().err


def test_weights_to_compare_with_stay_in_the_run_folder(digits_folder: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(PixelCNNRecipe, "sheet", lambda recipe: torch.zeros(1, 1, 28, 28))
    arguments = [
        "digits-pixelcnn-plain",
        "--data",
        str(digits_folder),
        "--steps",
        "1",
        "--batch-size",
        "2",
        "--threads",
        "1",
    ]
    assert train(arguments) == 0
    written = tmp_path / "runs" / "digits-pixelcnn-plain" / "weights"
    assert json.loads((written / "config.json").read_text())["attention"] is False
    assert not (tmp_path / "checkpoints").exists()
