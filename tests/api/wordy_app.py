"""The API alone, without a page, with two families whose results are words and numbers.

Started like app.py: python tests/api/wordy_app.py --port 7999 --outputs FOLDER
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playground.catalog import Catalog, read_catalog
from playground.engine import Engine
from playground.settings import prepare_environment, read_settings
from tests.wordy import registered_words, words_catalog


def main() -> None:
    """Serve until ended."""
    settings = read_settings()
    prepare_environment()
    import gradio as gr

    from playground.api.endpoints import add_endpoint
    from playground.api.limits import LimitBody
    from playground.api.mcp import tool_routes
    from playground.api.sessions import bound_sessions
    from playground.api.visitor import KnowVisitor
    from playground.families import in_order
    from playground.gallery import Gallery

    with registered_words(), tempfile.TemporaryDirectory() as folder:
        weights = words_catalog(Path(folder)).all()
        engine = Engine(Catalog([*read_catalog(settings.checkpoints).all(), *weights]), settings.device)
        with gr.Blocks() as app:
            for family in in_order():
                for task in family.requests:
                    add_endpoint(engine, settings, task, Gallery(settings.outputs))
        app.queue(default_concurrency_limit=None)
        middleware = [*LimitBody.middleware(), *KnowVisitor.middleware(lambda visitor: None)]
        app.launch(
            server_name=settings.host, server_port=settings.port, prevent_thread_lock=True, quiet=True,
            app_kwargs={"middleware": middleware, "routes": tool_routes(engine, settings, Gallery(settings.outputs))},
        )  # fmt: skip
        bound_sessions(app)
        engine.start()
        app.block_thread()


if __name__ == "__main__":
    main()
