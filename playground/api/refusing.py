"""What cannot be done, as Gradio tells it to a page and to every client: one sentence, no traceback."""

from __future__ import annotations

import gradio as gr

from playground.errors import PlaygroundError
from playground.language import Language


def as_toast(error: PlaygroundError, language: Language) -> gr.Error:
    """Turn an error of ours into what a page shows and the API raises."""
    return gr.Error(error.to(language), print_exception=False, duration=8)
