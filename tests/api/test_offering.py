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


def test_the_whole_api_is_at_most_fifteen_components(app: gr.Blocks) -> None:
    assert len(app.config["components"]) <= 15
    assert len(json.dumps(app.config["components"])) < 7_000


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


def test_endpoints_share_what_stands_for_a_type_and_tell_their_own_defaults() -> None:
    def one(number: int = 1, share: float = 1.0, there: bool = True) -> str:
        return f"{number} {share} {there}"

    def other(number: int = 2, share: float = 0.0, there: bool = False) -> str:
        return f"{number} {share} {there}"

    with gr.Blocks() as app:
        offer(one, "one")
        offer(other, "other")
    described = app.get_api_info()["named_endpoints"]
    for name, defaults in {"/one": (1, 1.0, True), "/other": (2, 0.0, False)}.items():
        parameters = described[name]["parameters"]
        assert [each["type"]["type"] for each in parameters] == ["integer", "number", "boolean"]
        assert [each["parameter_default"] for each in parameters] == list(defaults)
        assert [type(each["parameter_default"]) for each in parameters] == [int, float, bool]
    assert len(app.config["components"]) == 4


def test_an_endpoint_without_an_app_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside"):
        offer(lambda: None, "nothing")
