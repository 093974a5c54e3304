"""Parts: pieces of the page that a script of ours draws in the browser. Knows no family and no engine.

Gradio copies the configuration of every component for every page that is opened, so a group of controls is one
component here: what it needs to draw itself goes with it once, as JSON text, since the browser watches every member of
every object that Gradio hands it; and what it holds is one value. A part's script is registered under its kind in the
folder that the part belongs to (``form/form.js`` draws ``form``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

# The scripts may arrive after the page's first parts: whoever comes first waits in a list for the other.
MOUNT = """
(window.playgroundParts ||= []).push({kind: KIND, element, trigger, props, server, upload, watch, events: [EVENTS]});
window.playgroundMount?.();
"""


def part(
    kind: str,
    value: Any = None,
    *,
    spec: Any = None,
    events: Sequence[str] = (),
    functions: Sequence[Callable[..., Any]] = (),
    id: str | None = None,
    classes: str = "",
) -> gr.HTML:
    """Put a part on the page.

    Args:
        kind: Which script draws it.
        value: What it holds at first; anything that JSON can say.
        spec: What it is drawn from; never changes.
        events: Names of the events that it raises, beside ``change``; each may get listeners.
        functions: What its script may ask the server; each takes one argument and the request.
        id: Its element's id.
        classes: Further classes of its element.
    """
    script = MOUNT.replace("KIND", json.dumps(kind)).replace("EVENTS", ", ".join(f"'{event}'" for event in events))
    return gr.HTML(
        value,
        html_template="",
        js_on_load=script,
        apply_default_css=False,
        container=False,
        padding=False,
        elem_id=id,
        elem_classes=["pg-part", *classes.split()],
        server_functions=list(functions) or None,
        spec=json.dumps(spec, ensure_ascii=False, separators=(",", ":")),
    )
