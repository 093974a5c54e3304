"""The page: header, one tab a family, the gallery, the API. Composes; draws nothing itself."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import itertools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from playground.api.door import KeepDoor
from playground.api.downloads import add_download_endpoint
from playground.api.endpoints import add_endpoint
from playground.api.limits import LimitBody
from playground.api.mcp import tool_routes
from playground.api.round_trip import add_round_trip_endpoint
from playground.api.search import add_search_endpoint
from playground.api.sessions import bound_sessions
from playground.api.visitor import KnowVisitor
from playground.engine import Engine
from playground.engine.failures import give_back
from playground.engine.grid import Grids
from playground.families import in_order
from playground.gallery.indexing import Meaning
from playground.gallery.keeping import Outputs
from playground.gallery.naming import Names
from playground.hub.downloads import Downloads
from playground.lessons import read_all
from playground.media.signing import open_certificate
from playground.room import Powers, open_room
from playground.room.invitation import invitation_lines
from playground.settings import Settings
from playground.ui.gallery.again import connect_again
from playground.ui.gallery.gallery import gallery_part
from playground.ui.gallery.texts import GALLERY
from playground.ui.gallery.words import open_gallery, tidy_up
from playground.ui.grid.outliving import take_up_grids
from playground.ui.history.history import reopener
from playground.ui.lessons.lessons import lessons_part
from playground.ui.restoring.links import link_question
from playground.ui.restoring.restore import restore_question
from playground.ui.result.happened import LastLines, happened_question
from playground.ui.result.live import live_routes
from playground.ui.result.returning import connect_returning, go_on
from playground.ui.result.running import Desk
from playground.ui.result.runs import Runs
from playground.ui.room.hosting import MODES, guests_address
from playground.ui.room.routes import room_routes
from playground.ui.shell import texts
from playground.ui.shell.asking import read_event
from playground.ui.shell.assets import script_address, script_route, script_tag, styles
from playground.ui.shell.header import BOOT, header_part
from playground.ui.shell.parts import part
from playground.ui.shell.ready import KeepReady, preloads
from playground.ui.shell.theme import theme
from playground.ui.shell.wording import Wording
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab
from playground.warming import warm

A_DAY = 24 * 3600
GIVES_BACK_AFTER = 40
"""Looks at whether the app runs, 0.2 s each, until memory that is free again is given back: a film, or a clip that was
written, leaves much of it."""
LONGEST_UPLOAD = "210mb"
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
# Gradio scopes styles to what is inside this frame.
NARROW_FRAME = "<style>@media (max-width: 640px) { .main.fillable.app { padding: 12px !important; } }</style>"


def build_app(engine: Engine, settings: Settings) -> gr.Blocks:
    """Build the page and its API; nothing is loaded and nobody is let in yet."""
    gallery, room = open_gallery(engine, settings), open_room(engine, settings)
    lessons = read_all(engine.catalog, sorted(settings.lessons.glob("*.toml")) if settings.lessons else ())
    if settings.c2pa:
        open_certificate(settings.c2pa)  # what is wrong with it is told before the page opens
    if settings.warm:
        warm(engine, lessons, settings.warm)
    powers = Powers(settings.downloads, room, bool(settings.root_path))
    outputs, names = Outputs(settings.outputs, settings.label, settings.c2pa), gallery.names if gallery else Names(None)
    desk, grids = Desk(engine, outputs, gallery, Runs(), names), Grids(engine)
    downloads = Downloads()
    with gr.Blocks(title=texts.TITLE.en, analytics_enabled=False, delete_cache=(3600, A_DAY), fill_width=True) as app:
        say = Wording(settings.language or "en")
        header = header_part()
        asks = [restore_question(engine), link_question(engine.catalog)]
        if room:
            part("room", None, spec={"modes": MODES}, id="pg-room")
        lessons_part(lessons)
        courier = part("courier", None, events=["take_up", "again"], functions=asks, id="pg-courier")
        lines = LastLines()
        logging.getLogger("playground").addHandler(lines)
        meaning = Meaning(engine, gallery) if gallery else None
        happened = happened_question(engine, settings, lines)
        house = TabHouse(desk, grids, downloads, powers, say, happened, meaning)
        with gr.Tabs(elem_id="pg-tabs", overflow_behavior="wrap"):
            for family in in_order():
                if not family.within:
                    _build_tab(house, family)
            if gallery and meaning:
                with say(gr.Tab, label=GALLERY, id="gallery", elem_id="gallery-tab"):
                    shelf = gallery_part(engine, gallery, settings, meaning)
                connect_again(engine, shelf, gallery, settings)
        connect_returning(desk, reopener(engine, gallery), courier)
        connect_again(engine, courier, gallery, settings)

        def speak(request: gr.Request, event: gr.EventData) -> list[Any]:
            return say.updates(read_event(event, request).language)

        header.speak(speak, None, say.components, **QUICK)
        for family in in_order():
            for task in family.requests:
                add_endpoint(engine, settings, task, gallery)
        if meaning:
            add_search_endpoint(meaning, settings)
        add_round_trip_endpoint(engine, settings, gallery)
        add_download_endpoint(engine, downloads, settings, powers)
        _remember_signatures(app)
    _show_progress_nowhere(app)
    app.visitor_arrived = desk.runs.returned  # for launch, which stands before the first request
    app.plain_routes = [
        *live_routes(engine),
        *tool_routes(engine, settings, gallery),
        *room_routes(engine, settings, room, gallery, lessons),
    ]
    app.before_end = desk.close
    app.room, app.door = room, KeepDoor.middleware(room, settings.root_path)
    go_on(desk)
    take_up_grids(desk, grids)
    if gallery and meaning:
        tidy_up(gallery)
        meaning.keep_up()
    return app


def launch(app: gr.Blocks, settings: Settings) -> gr.Blocks:
    """Open the doors; returns at once, with the same app."""
    app.launch(
        server_name=settings.host,
        server_port=settings.port,
        auth=settings.auth,
        share=settings.share,
        root_path=settings.root_path,
        theme=theme(),
        css=styles(),
        head=script_tag(settings.language, settings.root_path, BOOT) + NARROW_FRAME,
        max_file_size=LONGEST_UPLOAD,
        footer_links=["api", "settings"],
        run_history=False,
        enable_monitoring=False,
        favicon_path=Path(__file__).parent.parent / "assets" / "favicon.png",
        app_kwargs={
            "middleware": [
                *LimitBody.middleware(),
                *KnowVisitor.middleware(app.visitor_arrived),
                *app.door,
                *KeepReady.middleware(settings.auth is None, lambda: _hints(app, settings)),
            ],
            "routes": [script_route(settings.language), *app.plain_routes],
        },
        prevent_thread_lock=True,
        quiet=True,
    )
    bound_sessions(app)
    return app


def welcome(app: gr.Blocks, settings: Settings) -> str:
    """Say where the page is opened: the room's two addresses, or the only one."""
    if app.room:
        return invitation_lines(app.room, guests_address(settings), settings.language)
    return f"Open http://{settings.host}:{settings.port}   (stop with Ctrl+C)"


def serve_until_stopped(app: gr.Blocks, end: Callable[[], None]) -> None:
    """Keep the process until Ctrl+C or the end of the app; then end the work and close the doors of open pages."""
    looks = itertools.count(1)
    try:
        while app.is_running:
            time.sleep(0.2)
            if not next(looks) % GIVES_BACK_AFTER:
                give_back()
    except KeyboardInterrupt:
        app.before_end()
        end()
        logging.disable()  # what pages keep open is not waited for, and need not be told about
        app.server.force_exit = True
        app.close(verbose=False)


def _hints(app: gr.Blocks, settings: Settings) -> str:
    """Name in the page's head at once what its browser will ask for."""
    kinds = {block.get_block_name() for block in app.blocks.values()}
    theme = f"{settings.root_path}/theme.css?v={app.theme_hash}"
    scripts = f"{settings.root_path}{script_address(settings.language)}"
    return preloads(kinds, [(theme, "style"), (scripts, "script")], settings.root_path)


def _build_tab(house: TabHouse, family: Any) -> None:
    module = f"playground.ui.tabs.{family.name}"
    if importlib.util.find_spec(module):
        importlib.import_module(module).build(house)
    else:
        build_family_tab(house, family, Tab())


def _remember_signatures(app: gr.Blocks) -> None:
    """Keep how each component is made: Gradio looks it up for every single one, each time it describes the page."""
    for kind in {type(block) for block in app.blocks.values()}:
        made: Any = kind.__init__
        made.__signature__ = inspect.signature(made)


def _show_progress_nowhere(app: gr.Blocks) -> None:
    """Keep the browser from writing every event's state into every output it ever had.

    It does so each time anything happens, whether a component shows it or not. Our own status lines tell the progress.
    """
    for listener in app.fns.values():
        listener.show_progress_on = []
