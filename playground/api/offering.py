"""Offers a function to programs under a name. Knows no task.

Gradio describes the parameters of an endpoint by components, of which each is sent to every page and looked at in every
session. They show nothing, so endpoints share them: one for each type. What a parameter is when it is left out stands
in the function, and is told from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

from gradio.blocks import Blocks
from gradio.components.api_component import Api
from gradio.context import get_blocks_context
from gradio.utils import get_function_params
from gradio_client.utils import python_type_to_json_schema

from playground.api.refusing import refuse_in_words


def offer(call: Callable[..., Any], name: str) -> None:
    """Offer a function of the page that is being built, or of an app without one.

    Args:
        call: Its parameters and what it returns have type hints; its docstring is the endpoint's description.
        name: The endpoint's name.
    """
    config = get_blocks_context()
    if config is None:
        raise RuntimeError("An endpoint belongs to an app: offer it inside `with gr.Blocks()`.")
    root: Blocks = config.root_block
    given = get_type_hints(call).get("return")
    inputs = [_slot(root, kind) for _, _, _, kind in get_function_params(call)]
    config.set_event_trigger(
        [],
        call,
        inputs,
        [_slot(root, kind) for kind in (get_args(given) if get_origin(given) is tuple else [given])],
        preprocess=False,
        postprocess=False,
        show_progress="hidden",
        api_name=name,
        concurrency_limit=None,
        trigger_mode=None,
    )
    refuse_in_words(root)
    _tell_defaults(root)


def _slot(root: Blocks, kind: Any) -> Api:
    """Return the component that stands for a type; the first endpoint that needs it makes it."""
    schema = python_type_to_json_schema(kind)
    for block in root.blocks.values():
        if isinstance(block, Api) and block._api_info == schema:
            return block
    return Api(None, schema, "value")


def _tell_defaults(app: Blocks) -> None:
    """Let the description of the API tell each parameter's default as its function has it, not its component.

    Args:
        app: The app; doing it twice does nothing more.
    """
    if "get_api_info" in vars(app):
        return
    describe = app.get_api_info

    def described(*args: Any, **kwargs: Any) -> Any:
        info = describe(*args, **kwargs)
        public = [made for made in app.fns.values() if made.api_visibility == "public"]
        offered = {f"/{made.api_name}": made.fn for made in public if made.fn}
        for name, endpoint in info["named_endpoints"].items():
            known = {name: default for name, there, default, _ in get_function_params(offered[name]) if there}
            for parameter in endpoint["parameters"]:
                if parameter["parameter_name"] in known:
                    default = known[parameter["parameter_name"]]
                    parameter |= {"parameter_has_default": True, "parameter_default": default}
                    if default is not None:
                        parameter["example_input"] = default
        return info

    app.get_api_info = described  # type: ignore[method-assign]
