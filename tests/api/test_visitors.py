"""Several visitors at once, with a slow model: each sees their own, leaving stops one's own job and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from playground.media.reading import read_metadata
from tests.api import raw
from tests.eventually import eventually
from tests.server import Server

ENDLESS = 100_000


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("slow"), script="tests/api/slow_app.py") as running:
        yield running


def body(group: str = "", steps: int = 1, seed: int = 0, num_images: int = 1) -> str:
    return json.dumps({"data": ["dummy-weights", group, "", steps, seed, num_images]})


def started(following: Iterator[tuple[str, Any]]) -> None:
    """Read a job's events until it runs."""
    for name, data in following:
        assert name == "generating", data
        if data[1]["state"] == "step":
            return
    raise AssertionError("It ended before it ran.")


def test_a_family_that_the_page_has_never_seen_has_its_endpoint(slow: Server) -> None:
    files, report = slow.client().predict(steps=2, seed=5, num_images=2, api_name="/dummy")
    assert report["seeds"] == [5, 6] and [read_metadata(file).seed for file in files] == [5, 6]


def test_whoever_waits_sees_their_place_and_whoever_runs_their_steps_and_seconds(slow: Server) -> None:
    with raw.events(slow.url, "dummy", body("a", ENDLESS)) as running:
        started(running)
        with raw.events(slow.url, "dummy", body("b")) as first, raw.events(slow.url, "dummy", body("c")) as second:
            assert next(first)[1][1]["place"] == 1
            state = next(second)[1][1]
            assert (state["state"], state["place"]) == ("queued", 2)
            name, (files, step) = next(running)
            assert (name, files, step["state"], step["of"]) == ("generating", [], "step", ENDLESS)
            assert step["seconds_left"] > 0


def test_a_visitor_who_hangs_up_stops_only_their_own_job(slow: Server) -> None:
    with raw.events(slow.url, "dummy", body("a", ENDLESS)) as endless:
        started(endless)
        neighbour = slow.client().submit(group="b", seed=77, api_name="/dummy")
        eventually(lambda: any(state.get("place") == 1 for _, state in neighbour.outputs()))
        assert not neighbour.done()
    _, report = neighbour.result(60)
    assert report["seeds"] == [77]


def test_a_visitor_who_hangs_up_while_waiting_is_taken_out_of_the_queue(slow: Server) -> None:
    with raw.events(slow.url, "dummy", body("a", ENDLESS)) as endless:
        started(endless)
        with raw.events(slow.url, "dummy", body("b", ENDLESS)) as leaver:
            assert next(leaver)[1][1]["place"] == 1
            with raw.events(slow.url, "dummy", body("c")) as behind:
                assert next(behind)[1][1]["place"] == 2
        with raw.events(slow.url, "dummy", body("d", ENDLESS)) as next_one:
            places = (data[1]["place"] for _, data in next_one)
            assert next(place for place in places if place == 1) == 1
    assert raw.outcome(slow.url, "dummy", body("e"))[0] == "complete"


def test_cancelling_through_gradio_client_stops_the_job(slow: Server) -> None:
    visitor = slow.client()
    endless = visitor.submit(group="a", steps=ENDLESS, api_name="/dummy")
    eventually(lambda: any(state.get("state") == "step" for _, state in endless.outputs()))
    endless.cancel()
    _, report = slow.client().predict(group="b", seed=3, api_name="/dummy")
    assert report["seeds"] == [3]


def test_two_visitors_at_once_share_a_pass_and_see_only_their_own(slow: Server) -> None:
    with raw.events(slow.url, "dummy", body("a", ENDLESS)) as running:
        started(running)
        visitors = [slow.client() for _ in range(2)]
        jobs = [
            visitor.submit(group="same", seed=100 * turn, num_images=2, api_name="/dummy")
            for turn, visitor in enumerate(visitors, 1)
        ]
        for job in jobs:
            eventually(lambda job=job: job.outputs())  # type: ignore[misc]
    results = [job.result(60) for job in jobs]
    assert [report["seeds"] for _, report in results] == [[100, 101], [200, 201]]
    assert {shape["size"] for _, report in results for shape in report["batches"]} == {4}
    for (files, report), job in zip(results, jobs, strict=True):
        assert [read_metadata(file).seed for file in files] == report["seeds"]
        assert not any(others != files and others for others, _ in job.outputs())


def test_a_visitor_of_too_many_jobs_is_told(slow: Server) -> None:
    with raw.events(slow.url, "dummy", body("a", ENDLESS)) as running:
        started(running)
        greedy = slow.client()
        jobs = [greedy.submit(group="b", api_name="/dummy") for _ in range(3)]
        for job in jobs:
            eventually(lambda job=job: job.outputs())  # type: ignore[misc]
        with pytest.raises(AppError, match="You have 3 jobs waiting, which is the limit"):
            greedy.predict(api_name="/dummy")
        modest = slow.client().submit(group="b", seed=9, api_name="/dummy")
        eventually(modest.outputs)
    assert modest.result(60)[1]["seeds"] == [9]
    assert all(job.result(60) for job in jobs)


def test_sixteen_visitors_at_once_all_get_their_own_digit(server: Server) -> None:
    def ask(turn: int) -> tuple[Client, Any]:
        return server.client().predict(digit=turn % 10, seed=turn, api_name="/digits_cvae")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))
    assert [report["request"]["digit"] for _, report in answers] == [turn % 10 for turn in range(16)]
    assert [report["seeds"] for _, report in answers] == [[turn] for turn in range(16)]
    assert len({files[0] for files, _ in answers}) == 16
