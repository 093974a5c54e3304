"""A worker that nobody asks for a while gives back what it does not need; a busy one does not stop for that."""

from __future__ import annotations

import pytest

from playground.engine.workers import serving
from playground.engine.workers.messages import Knock, Order
from playground.engine.workers.serving import Serving


class Waits:
    """Orders, and None for each moment in which none comes; in the end nobody gives any more."""

    def __init__(self, *orders: Order | None) -> None:
        self.orders = list(orders)

    def get(self, patience: float | None = None) -> Order | None:
        if not self.orders:
            raise EOFError
        order = self.orders.pop(0)
        assert order is not None or patience is not None, "waited for ever where nothing comes"
        return order


@pytest.mark.parametrize(
    ("orders", "times"), [((Knock(), Knock(), Knock()), 0), ((Knock(), None, Knock(), None, Knock()), 2)]
)
def test_memory_is_given_back_once_in_each_rest(
    orders: tuple[Order | None, ...], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(serving, "give_back", lambda: given.append("back"))
    with pytest.raises(EOFError):
        Serving(Waits(*orders), lambda news: None).run()
    assert len(given) == times
