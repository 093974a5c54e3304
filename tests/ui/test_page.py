"""How the page is put together, where the browser would only show that something is odd."""

from __future__ import annotations

import gradio as gr
import pytest

from playground.catalog import Catalog
from playground.engine import Engine
from playground.settings import Settings
from playground.ui.page import build_app


@pytest.fixture(scope="module")
def app(catalog: Catalog) -> gr.Blocks:
    """The page, not launched."""
    return build_app(Engine(catalog), Settings())


def test_tabs_hold_nothing_but_tabs(app: gr.Blocks) -> None:
    bars = [block for block in app.blocks.values() if isinstance(block, gr.Tabs)]
    assert len(bars) >= 3
    for bar in bars:  # anything else between them makes the browser show a tab twice
        assert [child for child in bar.children if not isinstance(child, gr.Tab)] == []


def test_no_listener_makes_the_browser_count_pending_outputs(app: gr.Blocks) -> None:
    assert {str(listener.get_config()["show_progress_on"]) for listener in app.fns.values()} == {"[]"}
