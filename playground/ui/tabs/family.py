"""A family's tab, drawn from its request types: the first is the tab's own form, the others are further panels.

A family without a file of its own in ``ui/tabs`` gets this tab as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.engine.grid import Grids
from playground.families import Family, find_family, in_order
from playground.families.controls import Drawing
from playground.families.requests import Request
from playground.gallery.indexing import Meaning
from playground.hub.downloads import Downloads
from playground.language import Text
from playground.outcomes.pictures import Pictures
from playground.room import Powers
from playground.ui.form import texts as form_texts
from playground.ui.form.checkpoints import checkpoint_questions, checkpoint_state
from playground.ui.form.form import examples_of, form_spec
from playground.ui.form.questions import drawing_question, token_question
from playground.ui.form.wand import wand_question
from playground.ui.grid.grid import cell_questions, connect_vary, grid_part, vary_spec
from playground.ui.history.history import history_questions
from playground.ui.result.details import code_question
from playground.ui.result.live import FOLLOWING, first_result
from playground.ui.result.running import Desk, connect_generate
from playground.ui.result.stage import empty_stage
from playground.ui.shell.parts import part
from playground.ui.shell.wording import Wording
from playground.ui.stories.story import story_question


@dataclass(frozen=True)
class TabHouse:
    """What a tab stands on.

    Attributes:
        desk: Where its jobs are asked for and kept.
        grids: All grids of the server.
        downloads: All downloads of the server.
        powers: Who may fetch checkpoints.
        say: Builds what Gradio itself labels, in the visitor's language.
        happened: Tells what happened, for a report of a fault.
        meaning: Where results lie beside words; None where none are kept.
    """

    desk: Desk
    grids: Grids
    downloads: Downloads
    powers: Powers
    say: Wording
    happened: Callable[..., Any]
    meaning: Meaning | None


@dataclass(frozen=True)
class Tab:
    """What makes a family's tab more than its request types say.

    Attributes:
        story: How the family works, as HTML in each language.
        panels: Request types that draw their panel themselves.
        hidden: Request types without a panel.
        form: What its own form has beside its fields, by the names that ``form.js`` knows.
        wand: Words that a prompt which is offered had better hold; None where none are offered.
        film: The request type that shows how a picture formed, and what its script may ask.
        buttons: What the button of a further panel says, by its request type.
        below_result: What stands below the result and what is known about it, and functions of it.
        below_story: What stands below the story, by the names that ``story.js`` knows, and functions of it.
    """

    story: Text | None = None
    panels: dict[type[Request], Callable[[TabHouse, type[Request]], None]] | None = None
    hidden: tuple[type[Request], ...] = ()
    form: dict[str, Any] | None = None
    wand: Sequence[str] | None = None
    film: tuple[type[Request], Sequence[Callable[..., Any]]] | None = None
    buttons: dict[type[Request], Text] | None = None
    below_result: Callable[[TabHouse], None] | None = None
    below_story: Callable[[TabHouse], None] | None = None


def build_family_tab(house: TabHouse, family: Family[Any], tab: Tab) -> None:
    """Draw a family's tab.

    Args:
        house: What it stands on.
        family: The family.
        tab: What makes it its own.
    """
    own, *others = family.requests
    desk = house.desk
    with house.say(gr.Tab, label=family.title, id=family.name, elem_id=f"{family.name}-tab"):
        with gr.Row(elem_classes="pg-columns"):
            form = part(
                "form", None, **_own_form(house, family, tab), events=["generate", "stop"], id=f"{own.task}-form"
            )
            with gr.Column(scale=7, min_width=300, elem_classes="pg-right"):
                result = _result_part(house, own, first=not _follows(family, own))
                part(
                    "details", None, spec=_details(house, family, tab), functions=_details_questions(house, family, tab)
                )
                if tab.below_result:
                    tab.below_result(house)
        connect_generate(desk, own, form, result)
        connect_vary(desk, house.grids, own, form, result)
        grid_part(desk, house.grids, own, form)
        panels = [task for task in others if task not in (family.process, *tab.hidden)]
        guests = [guest for guest in in_order() if guest.within == family.name]
        panels += [task for guest in guests for task in guest.requests if task not in tab.hidden]
        if panels:
            part("heading", None, spec=form_texts.MORE)
            with gr.Tabs(elem_id=f"{family.name}-more", overflow_behavior="wrap"):
                for task in panels:
                    with panel_tab(house, task):
                        if special := (tab.panels or {}).get(task):
                            special(house, task)
                        else:
                            button = (tab.buttons or {}).get(task, form_texts.GENERATE)
                            build_panel(house, task, button=button, live=_follows(find_family(task.family), task))
        if tab.story:
            part(
                "story",
                None,
                spec={"family": family.name},
                functions=[story_question(tab.story)],
                id=f"{family.name}-story",
            )
        if tab.below_story:
            tab.below_story(house)


def panel_tab(house: TabHouse, task: type[Request]) -> Any:
    """Return the inner tab of a further panel, whose form and result stand beside each other."""
    id = f"{task.task}-panel"
    return house.say(gr.Tab, label=task.title, id=task.task, elem_id=id, elem_classes="pg-side-by-side")


def build_panel(
    house: TabHouse,
    task: type[Request],
    *,
    button: Text = form_texts.GENERATE,
    live: bool = False,
    checkpoint: str = "",
    chooser: bool = False,
    form: dict[str, Any] | None = None,
    questions: Sequence[Callable[..., Any]] = (),
) -> tuple[Any, Any]:
    """Draw a form and its result's place; returns both parts.

    Args:
        house: What they stand on.
        task: The request type.
        button: What the button says.
        live: Whether the picture follows the controls.
        checkpoint: A checkpoint of its own; empty follows the tab's chooser.
        chooser: Whether another one than that may be chosen here.
        form: What the form has beside its fields.
        questions: What its script may ask beside what every form's may.
    """
    engine = house.desk.engine
    found = engine.catalog.of_family(task.family)
    first = engine.catalog.find(checkpoint, task.family) if found else None
    state = checkpoint_state(engine, house.downloads, first, "en") if first else None
    more: dict[str, Any] = {"checkpoint": checkpoint} if checkpoint else {}
    more["drafted"] = list(find_family(task.family).drafted.get(task.task, ()))
    spec = form_spec(task, engine.catalog, state, button=button, live=live, **more, **(form or {}))
    asks = [drawing_question(), *questions]
    if find_family(task.family).within and _is_own(task):
        spec["examples"] = examples_of(find_family(task.family))
        chooser = True
    if chooser:
        asks += checkpoint_questions(engine, house.downloads, house.powers, task.family)
        spec["checkpoints"] = bool(found)
    drawn = part("form", None, spec=spec, events=["generate", "stop"], functions=asks, id=f"{task.task}-form")
    result = _result_part(house, task, first=False)
    connect_generate(house.desk, task, drawn, result)
    return drawn, result


def _own_form(house: TabHouse, family: Family[Any], tab: Tab) -> dict[str, Any]:
    engine, own = house.desk.engine, family.requests[0]
    known = engine.catalog.of_family(family.name)
    state = checkpoint_state(engine, house.downloads, known[0], "en") if known else None
    more: dict[str, Any] = {"checkpoints": bool(known), "examples": examples_of(family), **(tab.form or {})}
    more["drafted"] = list(family.drafted.get(own.task, ()))
    more["wand"] = tab.wand is not None
    spec = form_spec(own, engine.catalog, state, live=_follows(family, own), **more)
    asks = [
        *checkpoint_questions(engine, house.downloads, house.powers, family.name),
        token_question(engine, family.name),
        drawing_question(),
    ]
    if tab.wand is not None:
        asks.append(wand_question(engine, tab.wand))
    return {"spec": spec, "functions": asks}


def _result_part(house: TabHouse, task: type[Request], first: bool) -> Any:
    spec = {
        "task": task.task,
        "family": task.family,
        "empty": empty_stage(task.makes),
        "vary": vary_spec(task) if _is_own(task) else None,
        "first": first,
        "sketched": task.makes == Pictures.name,
        "read": any(checkpoint.on_disk for checkpoint in house.desk.engine.catalog.of_family("zero_shot")),
    }
    functions = cell_questions(house.desk, house.grids, task)
    if first:
        functions.append(first_result(house.desk.engine, task))
    return part("result", None, spec=spec, events=["vary"], functions=functions, id=f"{task.task}-result")


def _details(house: TabHouse, family: Family[Any], tab: Tab) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "task": family.requests[0].task,
        "family": family.name,
        "history": house.desk.gallery is not None,
        "film": tab.film[0].task if tab.film else None,
    }
    if family.process and family.live:
        shared = [name for name in family.process.model_fields if name in family.requests[0].model_fields]
        spec["process"] = {"task": family.process.task, "title": family.process.title, "fields": shared}
    return spec


def _details_questions(house: TabHouse, family: Family[Any], tab: Tab) -> Sequence[Callable[..., Any]]:
    asks = [code_question(house.desk.engine, family), house.happened]
    if house.desk.gallery:
        asks += history_questions(house.desk.engine, house.desk.gallery, family)
    if tab.film:
        asks += tab.film[1]
    return asks


def _follows(family: Family[Any], task: type[Request]) -> bool:
    """Tell whether a request type's picture follows its controls."""
    drawn = any(isinstance(control, Drawing) for control in task.controls().values())
    return family.live and task.makes in FOLLOWING and not drawn


def _is_own(task: type[Request]) -> bool:
    return find_family(task.family).requests[0] is task
