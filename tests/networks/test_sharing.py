"""Equal weights of several networks lie in memory once, and nobody's results change."""

from __future__ import annotations

import torch
from torch import nn

from playground.networks.sharing import LEAST, share_weights

WIDTH = 128


def network(seed: int = 0, dtype: torch.dtype = torch.float32) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Conv2d(16, 32, 3)).to(dtype)


def weights_of(made: nn.Module) -> list[torch.Tensor]:
    return [weight for weight in made.parameters() if weight.nbytes >= LEAST]


def places(made: nn.Module) -> list[int]:
    return [weight.data_ptr() for weight in weights_of(made)]


def test_equal_weights_are_held_once() -> None:
    first, second = network(), network()
    assert share_weights([first]) == 0
    assert share_weights([second]) == sum(weight.nbytes for weight in weights_of(second))
    assert places(first) == places(second)


def test_what_it_computes_stays_the_same_bit_by_bit() -> None:
    first, second, inputs = network(1), network(1), torch.randn(3, WIDTH)
    before = second[0](inputs)
    share_weights([first]), share_weights([second])
    assert torch.equal(second[0](inputs), before)


def test_other_values_another_type_or_another_layout_are_not_shared() -> None:
    first, others = network(2), [network(3), network(2, torch.bfloat16)]
    laid_out = network(2).to(memory_format=torch.channels_last)
    assert share_weights([first, *others]) == 0
    assert share_weights([laid_out]) == laid_out[0].weight.nbytes
    assert laid_out[1].weight.stride() != first[1].weight.stride()


def test_they_outlive_the_network_that_brought_them() -> None:
    first, second = network(4), network(4)
    share_weights([first]), share_weights([second])
    kept = [weight.clone() for weight in weights_of(second)]
    del first
    third = network(4)
    assert share_weights([third]) > 0
    assert all(torch.equal(was, now) for was, now in zip(kept, weights_of(third), strict=True))
    assert places(second) == places(third)


def test_what_is_no_network_is_left_out() -> None:
    assert share_weights([None, "tokenizer", 3]) == 0
