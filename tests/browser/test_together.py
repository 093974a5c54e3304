"""Several visitors at once: each sees only their own, and Stop or a closed tab ends only their own job."""

from __future__ import annotations

import json
import secrets
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.panels import open_tab, same

CLASSMATES, PICTURES = 24, 100


@pytest.fixture
def busy(site):
    """Return a function that queues a hundred pictures for each of many classmates, which keeps the server busy."""
    with urllib.request.urlopen(f"{site.url}/config", timeout=30) as answer:
        functions = json.load(answer)["dependencies"]
    function = next(made["id"] for made in functions if made["api_name"] == "digits_cvae")
    owners: list[str] = []

    def start(jobs: int = 2) -> None:
        for _ in range(CLASSMATES):
            owners.append(secrets.token_hex(6))
            for _ in range(jobs):
                _join(site.url, function, owners[-1], ["digits-cvae", 7, 1.0, -1, PICTURES, 0, 0])

    yield start
    until = time.monotonic() + 60
    while time.monotonic() < until and any(finished(site, owner) == 0 for owner in owners):
        time.sleep(0.2)


def test_two_browsers_at_once_see_only_their_own(visit):
    one, other = (open_tab(visit(), "digits_cvae") for _ in range(2))
    for panel, digit, seed in ((one, "1", 100), (other, "8", 900)):
        panel.slider("Digit").fill(digit)
        panel.type_seed(seed)
        panel.slider("Number of samples").fill("30")
    one.generate.click()
    other.generate.click()
    for panel, seed in ((one, 100), (other, 900)):
        panel.wait_until_done()
        expect(panel.stage.locator("figcaption")).to_have_text([str(seed + index) for index in range(30)])
        assert panel.seed == seed
    assert not same(one.source, other.source)


def test_stop_ends_my_job_and_keeps_what_i_had(visit, busy):
    panel = open_tab(visit(), "digits_cvae")
    panel.type_seed(3)
    panel.make()
    earlier = panel.source
    busy()
    panel.slider("Number of samples").fill(str(PICTURES))
    panel.generate.click()
    panel.stop.click()
    expect(panel.status).to_contain_text("Stopped.")
    expect(panel.pictures).to_have_count(1)
    assert panel.source == earlier
    panel.slider("Number of samples").fill("1")
    panel.make()
    assert same(panel.source, earlier)


def finished(site, session: str, task: str = "digits_cvae") -> int:
    """Count a session's jobs that the server says are done."""
    return site.printed().count(f"{task} of {session[:8]} done")


def _join(url: str, function: int, session: str, data: list[object]) -> None:
    body = json.dumps({"data": data, "fn_index": function, "session_hash": session}).encode()
    head = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{url}/gradio_api/queue/join", body, head), timeout=30).close()
