"""The judge learns real pictures, is kept, and gives figures of the shipped checkpoints."""

import json
from pathlib import Path

import pytest
import torch

from playground.training import judge as judging
from playground.training.data import CACHE, Labelled, load_digits, load_fashion
from playground.training.evaluate import (
    TARGETS,
    evaluate,
    frechet_distance,
    likeness,
    main,
    pairwise_distance,
)

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
RUNS = CHECKPOINTS.parent / "runs"


@pytest.fixture(scope="module")
def runs(digits_folder: Path, fashion_folder: Path, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for kind, data in (("digits", load_digits(digits_folder)), ("fashion", load_fashion(fashion_folder))):
        judging.load_or_train(kind, data, folder, epochs=40)
    return folder


def test_a_judge_learns_and_is_kept(digits_folder: Path, runs: Path) -> None:
    digits = load_digits(digits_folder)
    judge, real_accuracy = judging.load_or_train("digits", digits, runs)
    assert real_accuracy > 0.9 and real_accuracy == judging.accuracy(judge, digits.held_out)


def test_a_damaged_judge_is_trained_anew(digits_folder: Path, runs: Path, tmp_path: Path) -> None:
    (tmp_path / "judge-digits.safetensors").write_bytes(b"damaged")
    _, real_accuracy = judging.load_or_train("digits", load_digits(digits_folder), tmp_path, epochs=1)
    assert 0 <= real_accuracy <= 1
    assert (tmp_path / "judge-digits.safetensors").stat().st_size > 1000


def test_a_judge_of_another_make_is_kept_beside_it(fashion_folder: Path, tmp_path: Path) -> None:
    clothes = load_fashion(fashion_folder)
    judge, real_accuracy = judging.load_or_train("fashion", clothes, tmp_path, epochs=60, make="residual")
    assert real_accuracy > 0.4 and judge.features(torch.rand(2, 1, 28, 28)).shape == (2, judge.num_features)
    assert [kept.name for kept in tmp_path.iterdir()] == ["judge-fashion-residual.safetensors"]
    again = judging.load_or_train("fashion", clothes, tmp_path, epochs=1, make="residual")
    assert again.real_accuracy == real_accuracy
    assert frechet_distance(judge, clothes.train, clothes.train) < 1e-3


@pytest.mark.parametrize("name", [name for name in TARGETS if (CHECKPOINTS / name).exists()])
def test_every_shipped_checkpoint_can_be_judged(
    name: str, digits_folder: Path, fashion_folder: Path, runs: Path
) -> None:
    data = digits_folder if TARGETS[name].kind == "digits" else fashion_folder
    figures = evaluate(name, CHECKPOINTS / name, runs, samples=40, data=data)
    assert 0 <= figures["accuracy"] <= 1 and figures["diversity"] > 0 and figures["fid"] >= 0
    assert -1 <= figures["ms_ssim"] <= 1


def test_the_command_prints_and_writes_the_same_figures(
    digits_folder: Path, runs: Path, tmp_path: Path, capsys
) -> None:
    for kept in runs.glob("judge-*"):
        (tmp_path / kept.name).write_bytes(kept.read_bytes())
    arguments = ["digits-cvae", "--samples", "40", "--data", str(digits_folder), "--runs", str(tmp_path)]
    assert main([*arguments, "--checkpoints", str(CHECKPOINTS)]) == 0
    printed = capsys.readouterr().out
    written = json.loads((tmp_path / "digits-cvae.figures.json").read_text())
    assert json.loads(printed[printed.index("{") :]) == written


def test_pictures_that_are_all_alike_have_no_diversity_and_full_likeness() -> None:
    picture = torch.randint(256, (1, 1, 28, 28), dtype=torch.uint8)
    same = Labelled(picture.repeat(20, 1, 1, 1), torch.arange(20) % 2)
    assert pairwise_distance(same) == 0 and likeness(same) == pytest.approx(1, abs=1e-4)


def test_the_frechet_distance_of_a_set_to_itself_is_nil(digits_folder: Path, runs: Path) -> None:
    digits = load_digits(digits_folder)
    judge = judging.load_or_train("digits", digits, runs).judge
    itself = frechet_distance(judge, digits.train, digits.train)
    inverted = Labelled(255 - digits.train.images, digits.train.labels)
    assert itself < 0.01 * frechet_distance(judge, digits.train, inverted)


@pytest.mark.parametrize("name, bar", [("digits-cvae", 0.97), ("digits-cvae-2d", 0.9), ("fashion-gan", 0.9)])
def test_shipped_weights_keep_their_promise_by_the_judge_of_real_data(name: str, bar: float) -> None:
    kind = TARGETS[name].kind
    real = CACHE / {"digits": "mnist", "fashion": "fashion-mnist"}[kind]
    if not (real.exists() and (RUNS / f"judge-{kind}.safetensors").exists()):
        pytest.skip("needs the real data and the judge: run python -m playground.training.evaluate first")
    figures = evaluate(name, CHECKPOINTS / name, RUNS, samples=500, data=real)
    assert figures["accuracy"] >= bar and figures["diversity"] >= (0.8 if name == "digits-cvae" else 0)
