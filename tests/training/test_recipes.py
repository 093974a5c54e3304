"""Every recipe learns, can be interrupted without a trace, and exports what the page loads."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from playground.errors import DataError
from playground.networks.class_diffusion import ClassDiffusion
from playground.networks.class_flow import ClassFlow
from playground.networks.class_gan import ConditionalGenerator
from playground.networks.class_vae import ConditionalVAE
from playground.networks.pixelcnn import PixelCNN
from playground.training.__main__ import PLANS, main
from playground.training.augment import warp
from playground.training.class_flow import ClassFlowRecipe
from playground.training.class_gan import truncated_noise
from playground.training.class_vae import ClassVAE
from playground.training.data import CLOTHES_NAMES, load_digits
from playground.training.loop import Budget, Recipe, train
from playground.training.options import Options
from tests.training.resuming import assert_resumes, assert_same

# By recipe: the loss that falls soonest, and what opens the checkpoint.
LEARNS = {
    "class_vae": ("rebuild", ConditionalVAE),
    "class_gan": ("naming", ConditionalGenerator),
    "class_diffusion": ("mse", ClassDiffusion),
    "class_flow": ("mse", ClassFlow),
    "pixelcnn": ("bits", PixelCNN),
}
PICTURES = {name: plan for name, plan in PLANS.items() if plan.data in ("digits", "fashion")}


@pytest.fixture
def folder(request, digits_folder: Path, fashion_folder: Path) -> Path:
    kind = PLANS[request.node.callspec.params["name"]].data
    return {"fashion": fashion_folder, "digits": digits_folder}[kind]


def test_every_generator_is_trained_on_both_data_sets() -> None:
    recipes = {(plan.data, plan.recipe.split(".")[0]) for plan in PICTURES.values()}
    assert recipes == {(data, recipe) for data in ("digits", "fashion") for recipe in LEARNS}


def run(name: str, folder: Path, place: Path, steps: int) -> int:
    arguments = f"{name} --data {folder} --output {place / 'out'} --run {place / 'run'} --steps {steps}"
    return main([*arguments.split(), "--batch-size", "16", "--threads", "1", "--float32", "--seed", "3"])


def from_nothing(name: str) -> dict[str, object]:
    return {key: value for key, value in PLANS[name].settings.items() if key != "start"}


@pytest.mark.parametrize("name", PICTURES)
def test_a_few_steps_lower_the_loss_and_export_a_checkpoint(name: str, folder: Path, tmp_path: Path) -> None:
    options = Options(batch_size=32 if name == "fashion-gan" else 16, seed=3)
    recipe = PLANS[name]._replace(settings=from_nothing(name)).build(folder, options)
    losses = [recipe.step(torch.Generator().manual_seed(step), step / 100) for step in range(20)]
    watched, kind = LEARNS[PLANS[name].recipe.split(".")[0]]
    assert sum(x[watched] for x in losses[-4:]) < 0.99 * sum(x[watched] for x in losses[:4])
    recipe.export(tmp_path)
    opened = kind.from_pretrained(tmp_path)
    assert opened.class_names == list(load_digits(folder).class_names if "digits" in name else CLOTHES_NAMES)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.safetensors")) < 8_000_000
    assert (tmp_path / "README.md").read_text() == ""


@pytest.mark.parametrize("name", ["digits-cvae-2d", "fashion-gan", "digits-pixelcnn", "digits-diffusion"])
def test_a_run_that_is_resumed_ends_like_one_that_was_not(name: str, folder: Path, tmp_path: Path) -> None:
    options = Options(batch_size=8, seed=3)
    build = PLANS[name].build

    def without_sheets() -> Recipe:
        """A sheet is 120 pictures, which takes longer than all the steps here."""
        recipe = build(folder, options)
        recipe.sheet = lambda: torch.zeros(1, 1, 28, 28)
        return recipe

    assert_resumes(without_sheets, tmp_path, steps=4, after=2)


def test_the_command_line_trains_and_goes_on_from_its_run_folder(digits_folder: Path, tmp_path: Path) -> None:
    assert run("digits-cvae", digits_folder, tmp_path, 3) == 0
    first = load_file(tmp_path / "out" / "model.safetensors")
    assert run("digits-cvae", digits_folder, tmp_path, 5) == 0
    second = load_file(tmp_path / "out" / "model.safetensors")
    assert any(not torch.equal(first[key], second[key]) for key in first)
    assert (tmp_path / "run" / "sheet.png").stat().st_size > 1000
    assert (tmp_path / "out" / "samples.png").stat().st_size > 1000
    noted = dict(reversed(line.split("  ")) for line in (tmp_path / "out" / "SHA256SUMS").read_text().splitlines())
    assert noted.keys() == {"config.json", "model.safetensors"}
    content = (tmp_path / "out" / "model.safetensors").read_bytes()
    assert noted["model.safetensors"] == hashlib.sha256(content).hexdigest()


def test_a_damaged_run_folder_is_refused_in_a_sentence(digits_folder: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "checkpoint.pt").write_bytes(b"not a checkpoint")
    assert run("digits-cvae", digits_folder, tmp_path, 3) == 1
    said = capsys.readouterr().err
    assert "is damaged" in said and "delete it to start anew" in said and "已损坏" in said


def test_data_that_are_not_there_end_the_command_with_a_sentence(tmp_path: Path, capsys) -> None:
    assert run("fashion-gan", tmp_path / "nowhere", tmp_path, 3) == 1
    assert "give --data a folder that holds it" in capsys.readouterr().err


def test_a_recipe_refuses_the_checkpoint_of_another(digits_folder: Path, tmp_path: Path) -> None:
    digits = load_digits(digits_folder)
    train(ClassVAE(digits, Options(batch_size=4), 2), tmp_path, Budget(steps=1), quiet=True)
    with pytest.raises(DataError, match="does not belong to this recipe"):
        train(ClassVAE(digits, Options(batch_size=4), 16), tmp_path, Budget(steps=1), quiet=True)


def test_a_flow_begins_with_the_weights_of_a_diffusion_model(digits_folder: Path, tmp_path: Path) -> None:
    digits, options = load_digits(digits_folder), Options(batch_size=4, seed=3)
    diffusion = PLANS["digits-diffusion"].build(digits_folder, options)
    diffusion.step(torch.Generator().manual_seed(0), 0.5)
    diffusion.export(tmp_path)
    told = ClassDiffusion.from_pretrained(tmp_path).unet.state_dict()
    flow = ClassFlowRecipe(digits, options, tmp_path)
    assert all(torch.equal(weight, told[name]) for name, weight in flow.unet.state_dict().items())
    assert_same(flow.averaged_pipeline().unet.state_dict(), told)


def test_a_flow_without_its_diffusion_model_says_what_to_train(digits_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train digits-diffusion first"):
        ClassFlowRecipe(load_digits(digits_folder), Options(batch_size=4), tmp_path / "digits-diffusion")


@pytest.mark.parametrize("arguments", [["--help"], ["nothing"], ["digits-cvae", "--steps", "0"]])
def test_the_command_line_explains_itself(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    shown = capsys.readouterr()
    assert ended.value.code == (0 if "--help" in arguments else 2)
    assert "digits-cvae-2d" in shown.out + shown.err


def test_importing_the_package_and_its_help_need_no_torch() -> None:
    code = "import sys, playground.training.__main__ as m; m.parse(['fashion-gan']); "
    code += "print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_warps_follow_from_their_generator_and_vanish_at_strength_zero() -> None:
    images = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    first, second = (warp(images, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, second) and first.min() >= 0 and first.max() <= 1
    assert not torch.allclose(first, images, atol=0.05)
    torch.testing.assert_close(warp(images, torch.Generator(), strength=0), images, atol=1e-4, rtol=0)


def test_noise_is_cut_off_at_two() -> None:
    noise = truncated_noise(500, 64, torch.Generator().manual_seed(0))
    assert noise.abs().max() <= 2 and 0.8 < noise.std() < 0.95
