"""The API costs the page little: endpoints share what describes their parameters, and still say each one's own."""

from __future__ import annotations

import json

import gradio as gr
import pytest

from playground.api.downloads import add_download_endpoint
from playground.api.endpoints import add_endpoint
from playground.api.offering import offer
from playground.catalog import Catalog
from playground.engine import Engine
from playground.families import in_order
from playground.hub.downloads import Downloads
from playground.room import Powers
from playground.settings import Settings


@pytest.fixture(scope="module")
def app(catalog: Catalog) -> gr.Blocks:
    engine = Engine(catalog)
    with gr.Blocks(analytics_enabled=False) as made:
        for family in in_order():
            for task in family.requests:
                add_endpoint(engine, Settings(), task)
        add_download_endpoint(engine, Downloads(), Settings(), Powers("everyone"))
    return made


def test_the_whole_api_is_at_most_forty_five_components(app: gr.Blocks) -> None:
    assert len(app.config["components"]) <= 45
    assert len(json.dumps(app.config["components"])) < 18_000


def test_every_parameter_has_its_own_name_type_and_default(app: gr.Blocks, catalog: Catalog) -> None:
    described = app.get_api_info()["named_endpoints"]
    for task in [task for family in in_order() for task in family.requests]:
        parameters = {each["parameter_name"]: each for each in described[f"/{task.task}"]["parameters"]}
        assert list(parameters) == ["checkpoint", *task.model_fields]
        assert all(each["parameter_has_default"] for each in parameters.values())
        for name, default in task.defaults().items():
            given = parameters[name]
            own = {each.defaults.get(name, default) for each in catalog.of_family(task.family)}
            assert given["parameter_default"] in {default, None, *own}, "of what checkpoints differ in, their own"
            kinds = {int: "integer", float: "number", bool: "boolean", str: ("string", "object")}[
                task.model_fields[name].annotation  # type: ignore[index]
            ]
            said = given["type"].get("type") or given["type"]["oneOf"][1]["type"]
            of_kind = isinstance(given["parameter_default"], bool) == (kinds == "boolean")
            assert said in kinds and of_kind, (task.task, name)


def test_defaults_that_are_equal_but_of_another_type_are_not_shared() -> None:
    def one(number: int = 1, share: float = 1.0, there: bool = True) -> str:
        return f"{number} {share} {there}"

    with gr.Blocks() as app:
        offer(one, "one")
    parameters = app.get_api_info()["named_endpoints"]["/one"]["parameters"]
    assert [(each["parameter_default"], each["type"]["type"]) for each in parameters] == [
        (1, "integer"), (1.0, "number"), (True, "boolean"),
    ]  # fmt: skip
    assert len(app.config["components"]) == 4


def test_an_endpoint_without_an_app_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside"):
        offer(lambda: None, "nothing")
