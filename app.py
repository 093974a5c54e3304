"""Starts the playground: flags → settings → engine → page. The only file that wires."""

from __future__ import annotations

import logging
import signal
import sys

from playground.catalog import read_catalog
from playground.errors import PlaygroundError
from playground.settings import Settings, prepare_environment, read_settings
from playground.starting import share_one_heap, uncollected


def main() -> None:
    """Start the app and serve until Ctrl+C."""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):  # a shell starts what runs in the background deaf to Ctrl+C
        signal.signal(asked_to_end, signal.default_int_handler)
    try:
        serve(read_settings())
    except KeyboardInterrupt:
        sys.exit()
    except PlaygroundError as error:
        sys.exit(f"{error.en}\n{error.zh}")


def serve(settings: Settings) -> None:
    """Open the page first; the engine looks for its device and loads behind it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("playground").setLevel(logging.DEBUG if settings.verbose else logging.INFO)
    prepare_environment()
    share_one_heap()
    from playground.engine import Engine

    catalog = read_catalog(settings.checkpoints, more=settings.catalog, loras=settings.loras)
    engine = Engine(
        catalog, settings.device, settings.exact, memory=settings.memory, blocked=settings.blocked_words,
        ray=settings.ray, workers=settings.workers, compiled=settings.compiled, regional=settings.regional,
    )  # fmt: skip
    if settings.check:
        from playground.preflight import check

        sys.exit(0 if check(engine, settings, lambda line: print(line, flush=True)) else 1)

    try:
        if settings.device not in ("auto", "cpu"):  # whether it is there is known before the page opens
            engine.start()
        with uncollected():
            from playground.ui.page import build_app, launch, serve_until_stopped, welcome

            app = launch(build_app(engine, settings), settings)
        engine.start()
        print(welcome(app, settings), flush=True)
        serve_until_stopped(app, engine.stop)
    finally:
        engine.stop()


if __name__ == "__main__":
    main()
