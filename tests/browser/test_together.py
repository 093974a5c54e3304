"""Several visitors at once: each sees only their own."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.panels import open_tab, same


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
