"""The page: header, one tab a family, the restore field, the API. Composes; draws nothing itself."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr

from playground.api.downloads import add_download_endpoint
from playground.api.endpoints import add_endpoint
from playground.api.following import LISTEN
from playground.api.limits import LimitBody
from playground.api.mcp import add_tools
from playground.api.sessions import bound_sessions
from playground.api.visitor import KnowVisitor
from playground.engine import Engine
from playground.families import Family, in_order
from playground.language import LANGUAGES, Language
from playground.settings import Settings
from playground.ui import html
from playground.ui.family_tab import build_family_tab
from playground.ui.gallery_tab import build_gallery_tab
from playground.ui.gallery_words import open_gallery, tidy_up
from playground.ui.grid import resume_grids
from playground.ui.links import FOLLOW, connect_links
from playground.ui.panel import Page
from playground.ui.restore import DROP_ANYWHERE, Proof
from playground.ui.returning import REMEMBER_RUNS, take_up_runs
from playground.ui.texts import page as texts
from playground.ui.theme import CSS_FILE, theme
from playground.ui.wording import Wording

NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}
A_DAY = 24 * 3600
LONGEST_UPLOAD = "210mb"
CHOSEN_LANGUAGE = """() => {
    const chosen = localStorage.getItem('playground-language') || FIXED;
    const code = chosen || ((navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en');
    document.documentElement.lang = code;
    return code;
}"""
REMEMBER_LANGUAGE = "(code) => { localStorage.setItem('playground-language', code); }"
TELL_BROWSER = "(code) => { document.documentElement.lang = code; }"
# Gradio scopes page.css to what is inside this frame.
NARROW_FRAME = "<style>@media (max-width: 640px) { .main.fillable.app { padding: 16px 12px !important; } }</style>"
CTRL_ENTER = """
<script>
// Ctrl+Enter presses the Generate button that can be seen.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  const buttons = [...document.querySelectorAll('button[id$="-generate"]')].filter((b) => b.offsetParent);
  const panel = document.activeElement && document.activeElement.closest('.pg-columns');
  const button = buttons.find((b) => panel && panel.contains(b)) || buttons[0];
  if (button) { event.preventDefault(); button.click(); }
});
</script>
"""


def build_app(engine: Engine, settings: Settings) -> gr.Blocks:
    """Build the page and its API; nothing is loaded and nobody is let in yet."""
    gallery = open_gallery(engine, settings)
    with gr.Blocks(title=texts.TITLE.en, analytics_enabled=False, delete_cache=(3600, A_DAY), fill_width=True) as app:
        wording = Wording(settings.language or "en")
        with gr.Row(elem_classes="pg-top"):
            header = gr.HTML(html.header(engine.status, wording.language), elem_classes="pg-block", elem_id="pg-header")
            restore = wording(
                gr.UploadButton, label=texts.RESTORE, size="sm", scale=0, min_width=150, elem_id="pg-restore",
                file_types=[".png", ".mp4", ".gif", ".webp"], type="filepath",
            )  # fmt: skip
            language = gr.Radio(
                [(NAMES[code], code) for code in LANGUAGES], value=wording.language, show_label=False, container=False,
                elem_id="pg-language", scale=0, min_width=190,
            )  # fmt: skip
        wording.chosen = language
        page = Page(engine, settings.outputs, wording, header, gallery)
        proof = Proof(page)
        page.remembered = gr.BrowserState({}, storage_key="playground-grids", secret="playground")
        with gr.Tabs(elem_id="pg-tabs", overflow_behavior="wrap") as page.tabs:
            fills = [fill for family in in_order() for fill in _build_tab(page, family)]
            build_gallery_tab(page, settings)
        proof.connect(restore)
        opened = _follow_language(app, page, settings)
        # Through the queue, which takes one of the six connections that a browser opens: while a long job runs, these
        # wait, and by connections of their own they would keep everything else from the server.
        for function, inputs, output in fills:
            opened.then(function, inputs, output, **LISTEN)
        opened.then(_watch_engine(engine), language, header, **LISTEN)
        for history in page.histories:
            history.connect()
        resume_grids(page, opened)
        connect_links(page, opened)
        take_up_runs(page, opened)
        for family in in_order():
            for task in family.requests:
                add_endpoint(engine, settings, task, gallery)
        add_download_endpoint(engine, page.downloads, settings)
    _show_progress_nowhere(app)
    app.visitor_arrived = page.runs.returned  # for launch, which stands before the first request
    app.playground = (engine, gallery)
    if gallery:
        tidy_up(gallery)
    return app


def launch(app: gr.Blocks, settings: Settings) -> None:
    """Open the doors; returns at once."""
    app.queue(default_concurrency_limit=None)
    app.launch(
        server_name=settings.host,
        server_port=settings.port,
        auth=settings.auth,
        share=settings.share,
        theme=theme(),
        css_paths=CSS_FILE,
        head=NARROW_FRAME + DROP_ANYWHERE + CTRL_ENTER + FOLLOW + REMEMBER_RUNS,
        max_file_size=LONGEST_UPLOAD,
        footer_links=["api", "settings"],
        run_history=False,
        enable_monitoring=False,
        favicon_path=Path(__file__).parent.parent / "assets" / "favicon.png",
        app_kwargs={"middleware": [*LimitBody.middleware(), *KnowVisitor.middleware(app.visitor_arrived)]},
        prevent_thread_lock=True,
        quiet=True,
    )
    bound_sessions(app)
    engine, gallery = app.playground
    add_tools(app, engine, settings, gallery)


def serve_until_stopped(app: gr.Blocks) -> None:
    """Keep the process until Ctrl+C or the end of the app; then close the doors, also those of open pages."""
    try:
        while app.is_running:
            time.sleep(0.2)
    except KeyboardInterrupt:
        app.close(verbose=False)


def _build_tab(page: Page, family: Family[Any]) -> list[tuple[Any, list[Any], Any]]:
    module = f"playground.ui.tabs.{family.name}"
    if importlib.util.find_spec(module):
        fills: list[tuple[Any, list[Any], Any]] = importlib.import_module(module).build(page)
        return fills
    return build_family_tab(page, family)


def _show_progress_nowhere(app: gr.Blocks) -> None:
    """Keep the browser from writing every event's state into every output it ever had.

    It does so each time anything happens, whether a component shows it or not: measured, a third of the time between
    a slider's move and the new picture. Our own status lines tell the progress.
    """
    for listener in app.fns.values():
        listener.show_progress_on = []


def _follow_language(app: gr.Blocks, page: Page, settings: Settings) -> Any:
    """Take the visitor's language when the page opens; change all words when they choose another.

    Returns:
        The listener after which an open page knows its language.
    """

    def say(language: Language) -> list[Any]:
        return [*page.wording.updates(language), html.header(page.engine.status, language)]

    quick = LISTEN | {"queue": False}
    page.language.change(say, page.language, [*page.wording.components, page.header], **quick)
    page.language.change(None, page.language, None, js=TELL_BROWSER, **quick)
    page.language.input(None, page.language, None, js=REMEMBER_LANGUAGE, **quick)
    fixed = f"'{settings.language}'" if settings.language else "null"
    return app.load(None, None, page.language, js=CHOSEN_LANGUAGE.replace("FIXED", fixed), api_visibility="private")


def _watch_engine(engine: Engine) -> Any:
    """Tell an open page when the models are there."""

    async def watch(language: Language) -> AsyncIterator[str]:
        while not engine.status.ready:
            yield html.header(engine.status, language)
            await asyncio.sleep(0.2)
        yield html.header(engine.status, language)

    return watch
