"""Links: the address bar holds the tab and the settings of its form; a link opens the page with them.

A link may also name a further panel by its endpoint (``?tab=digits_number&number=2026``), or a tab without settings.

The address is written by the browser alone (``links.js``), when nothing has moved for a moment. A page without settings
in its address asks nothing of the server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from playground.catalog import Catalog
from playground.errors import PlaygroundError
from playground.families import find_family, tasks
from playground.families.controls import Drawing, Seed
from playground.families.requests import Request
from playground.language import Text
from playground.ui.restoring import texts
from playground.ui.shell.asking import Asked, answers

TAB, CHECKPOINT = "tab", "checkpoint"
OPENS = {"sketch": "image_to_image"}
WITHOUT_SETTINGS = ("gallery",)
LONGEST_LINK = 8_000
OTHERS = ("view", "lesson", "step")
"""What an address may say beside settings, as what begins with two underscores: Gradio's own, and where a lesson is."""


@dataclass(frozen=True)
class Opened:
    """What a link asks for.

    Attributes:
        family: The tab, or whose panel it is.
        task: The request type whose form takes the values; empty where the tab takes none.
        checkpoint: The checkpoint's id; empty for the one that is chosen.
        values: The form's values.
        ignored: What cannot be used, and why.
    """

    family: str
    task: str
    checkpoint: str
    values: dict[str, Any]
    ignored: list[Text]


def link_question(catalog: Catalog) -> Callable[..., Any]:
    """Return a question that reads the settings of an address."""

    @answers
    async def open_link(asked: Asked) -> dict[str, Any]:
        opened = read_link(catalog, asked.text("query", LONGEST_LINK))
        told: dict[str, Any] = {}
        if opened.ignored:
            words = " ".join(reason.to(asked.language) for reason in opened.ignored)
            told["toast"] = texts.IGNORED.to(asked.language).format(words)
        if opened.family:
            told |= {"family": opened.family, "task": opened.task}
            told |= {"checkpoint": opened.checkpoint, "values": opened.values}
        return told

    return open_link


def read_link(catalog: Catalog, query: str) -> Opened:
    """Read a link's settings; each is checked beside those before it, and what is wrong is left out with its reason.

    The order is the form's, whatever the link's is: which classes there are depends on the data.
    """
    asked = dict(parse_qsl(query[:LONGEST_LINK].lstrip("?"), keep_blank_values=True, max_num_fields=60))
    tab = asked.pop(TAB, "")
    if tab in WITHOUT_SETTINGS:
        return Opened(tab, "", "", {}, [])
    task, ignored = tasks().get(OPENS.get(tab, tab)), list[Text]()
    if task is None:
        return Opened("", "", "", {}, [texts.NO_SUCH_TAB.format(tab[:60])])
    family = task.family
    id = asked.pop(CHECKPOINT, "")
    try:
        checkpoint = catalog.find(id, family)
    except PlaygroundError as error:
        ignored.append(Text(error.en, error.zh))
        checkpoint, id = catalog.find("", family), ""
    controls, values = task.controls(), dict[str, Any]()
    start = catalog.find("", family).defaults
    for name in sorted(asked, key=lambda name: list(controls).index(name) if name in controls else len(controls)):
        text = asked[name]
        if name.startswith("__") or name in OTHERS:
            continue
        if name not in controls or isinstance(controls[name], Drawing):
            ignored.append(texts.NO_SUCH_FIELD.format(find_family(family).title, name[:60]))
            continue
        try:
            read = find_family(family).read(task, checkpoint, {**_known(task, start), **values, name: text})
            values[name] = -1 if isinstance(controls[name], Seed) and text == "-1" else getattr(read, name)
        except PlaygroundError as error:
            ignored.append(Text(error.en, error.zh))
    return Opened(family, task.task, id, values, ignored)


def _known(task: type[Request], start: Any) -> dict[str, Any]:
    return {name: value for name, value in start.items() if name in task.model_fields}
