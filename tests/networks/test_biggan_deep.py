"""BigGAN-deep computes what the package that published its weights computes, from the same files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from playground.networks.biggan_deep import BigGANDeep, fold_spectral_norm
from playground.networks.imagenet import imagenet_class_names
from tests.networks.biggan_reference import config, reference

TRUNCATIONS = (0.1, 0.15, 0.3, 0.437, 1.0)
NARROW = {"channel_width": 8, "z_dim": 24, "num_classes": 10}


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Two threads that share a busy machine wait for each other longer than they work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def write(folder: Path, settings: dict[str, Any], weights: dict[str, Tensor], name: str = "model.safetensors") -> None:
    (folder / "config.json").write_text(json.dumps(settings))
    if name.endswith(".bin"):
        torch.save(weights, folder / name)
    else:
        save_file({key: value.contiguous() for key, value in weights.items()}, folder / name)


def inputs(settings: dict[str, Any], count: int) -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    weights = torch.softmax(3 * torch.randn(count, settings["num_classes"]), dim=1)
    return torch.randn(count, settings["z_dim"]), weights


@pytest.mark.parametrize("side", [128, 256, 512])
def test_it_agrees_with_the_published_package_at_every_size_and_truncation(side: int, tmp_path: Path) -> None:
    settings = config(side, **NARROW)
    theirs = reference(settings)
    write(tmp_path, settings, theirs.state_dict())
    ours = BigGANDeep.from_pretrained(tmp_path).eval()
    assert (ours.image_size, ours.latent_dim, ours.num_classes) == (side, 24, 10)
    latents, weights = inputs(settings, len(TRUNCATIONS))
    with torch.inference_mode():
        together = ours(latents, weights, TRUNCATIONS)
        alone = [theirs(latents[i : i + 1], weights[i : i + 1], t) for i, t in enumerate(TRUNCATIONS)]
    assert together.shape == (len(TRUNCATIONS), 3, side, side)
    assert together.std() > 0.05, "it is no comparison when both are grey"
    assert (together - torch.cat(alone)).abs().max() <= 1e-4


def test_it_agrees_at_full_width_with_a_thousand_classes(tmp_path: Path) -> None:
    settings = config(128)
    theirs = reference(settings)
    write(tmp_path, settings, theirs.state_dict(), "pytorch_model.bin")
    ours = BigGANDeep.from_pretrained(tmp_path).eval()
    latents, weights = inputs(settings, 1)
    with torch.inference_mode():
        difference = (ours(latents, weights, [0.4]) - theirs(latents, weights, 0.4)).abs().max()
    assert difference <= 1e-4
    assert ours.class_names[207] == "golden retriever"


def test_weights_from_before_the_second_vector_was_stored_load_too() -> None:
    original = torch.diag(torch.tensor([3.0, 1.0]))
    folded = fold_spectral_norm({"a.weight_orig": original, "a.weight_u": torch.tensor([1.0, 0.0])})
    torch.testing.assert_close(folded, {"a.weight": original / 3})


def test_weights_of_another_network_are_told(tmp_path: Path) -> None:
    settings = config(128, **NARROW)
    weights = dict(reference(settings).state_dict())
    del weights["generator.bn.weight"]
    write(tmp_path, settings, weights)
    with pytest.raises(ValueError, match=r"lacks generator\.bn\.weight"):
        BigGANDeep.from_pretrained(tmp_path)


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    (tmp_path / "config.json").write_text(json.dumps(config(128, **NARROW)))
    torch.save({"trap": Trap()}, tmp_path / "pytorch_model.bin")
    with pytest.raises(Exception, match="(?i)weights.only"):
        BigGANDeep.from_pretrained(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_every_class_of_imagenet_has_a_name_of_its_own() -> None:
    names = imagenet_class_names()
    assert len(names) == len(set(names)) == 1000 and all(name == name.strip() and name for name in names)
    assert [names[place] for place in (0, 134, 207, 281, 517, 980)] == [
        "tench", "crane (bird)", "golden retriever", "tabby", "crane (machine)", "volcano",
    ]  # fmt: skip
