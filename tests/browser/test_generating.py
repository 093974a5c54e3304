"""Generate, seeds, sliders, samples, examples: what both tabs share, and what each adds."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from playground.media.reading import read_metadata
from tests.browser.panels import Panel, open_tab, pixels, same, save

FAMILIES = {"digits_cvae": "Spread", "class_gan": "Truncation"}
FAST_DRAG = """(slider) => {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  for (let step = 1; step <= 40; step++) {
    set.call(slider, step / 20);
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  }
}"""


@pytest.mark.parametrize("family", FAMILIES)
def test_generate_shows_a_result_with_its_seed_and_a_file_that_carries_the_settings(stay, tmp_path, family):
    page = stay()
    panel = open_tab(page, family)
    panel.make()
    expect(panel.status).to_contain_text(re.compile(r"seed \d+ · [\d.]+ s on .+ · b?float(16|32)"))
    expect(panel.field("Seed")).to_have_value(str(panel.seed))
    path = save(page, panel.downloads.first, tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    settings = read_metadata(path)
    assert (settings.family, settings.task, settings.seed) == (family, family, panel.seed)
    assert settings.request["seed"] == panel.seed


@pytest.mark.parametrize("family", FAMILIES)
def test_a_kept_seed_gives_the_same_picture_and_a_free_one_another(stay, family):
    panel = open_tab(stay(), family)
    panel.make()
    seed, first = panel.seed, panel.source
    panel.lock.check()
    panel.make()
    assert panel.seed == seed
    assert same(panel.source, first)
    panel.lock.uncheck()
    panel.make()
    assert panel.seed != seed
    assert not same(panel.source, first)


@pytest.mark.parametrize(("family", "label"), FAMILIES.items())
def test_dragging_the_strength_changes_the_picture(stay, family, label):
    page = stay()
    panel = open_tab(page, family)
    before, slider = panel.source, panel.slider(label)
    held = float(slider.input_value())
    slider.scroll_into_view_if_needed()
    place = slider.bounding_box()
    assert place
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, middle)
    page.mouse.down()
    for share in (0.45, 0.4, 0.35, 0.3):
        page.mouse.move(place["x"] + share * place["width"], middle)
    page.mouse.up()
    panel.moved_on(before)
    assert float(slider.input_value()) < held
    expect(panel.stage).to_contain_text(re.compile(r"live · seed \d+ · \d+ ms"))


def test_the_last_position_of_a_fast_drag_is_the_one_that_stays(stay):
    panel = open_tab(stay(), "digits_cvae")
    slider = panel.slider("Spread")
    for value in ("2", "0"):
        before = panel.source
        slider.fill(value)
        panel.moved_on(before)
        last = before if value == "0" else ""
    slider.evaluate(FAST_DRAG)
    expect(slider).to_have_value("2")
    expect(panel.pictures.first).to_have_attribute("src", last)


def test_each_of_many_samples_has_its_seed_and_its_file(stay, tmp_path):
    page = stay()
    panel = open_tab(page, "digits_cvae")
    panel.type_seed(41)
    panel.slider("Number of samples").fill("5")
    panel.make()
    expect(panel.pictures).to_have_count(5)
    expect(panel.stage.locator("figcaption")).to_have_text(["41", "42", "43", "44", "45"])
    assert read_metadata(save(page, panel.stage.locator("a").nth(3), tmp_path)).seed == 44
    large = save(page, page.locator("#digits_cvae-downloads").get_by_text("Large"), tmp_path)
    assert read_metadata(large).request["num_images"] == 5
    panel.slider("Number of samples").fill("1")


def test_the_die_draws_another_seed_and_control_and_enter_generate(visit):
    panel = open_tab(visit(), "digits_cvae")
    panel.area.get_by_role("button", name="Random").click()
    expect(panel.field("Seed")).not_to_have_value("0")
    panel.field("Seed").press("Control+Enter")
    panel.wait_until_done()
    expect(Panel(panel.page, "digits_number").status).not_to_contain_text("seed")


@pytest.mark.parametrize(
    ("family", "chip", "shown"),
    [
        ("digits_cvae", "A wild 2", {"Digit": "2", "Spread": "1.8"}),
        ("class_gan", "Half boot, half sandal", {"Mix": "0.5", "Truncation": "0.7"}),
    ],
)
def test_an_example_is_one_click_away(stay, family, chip, shown):
    panel = open_tab(stay(), family)
    before = panel.source
    panel.page.get_by_role("button", name=chip).click()
    for label, value in shown.items():
        expect(panel.slider(label)).to_have_value(value)
    panel.moved_on(before)


def test_two_classes_mix(stay):
    page = stay()
    panel = open_tab(page, "class_gan")
    choose(panel, "Class", "Trouser")
    panel.type_seed(5)
    panel.make()
    trousers = panel.source
    choose(panel, "Second class", "Bag")
    panel.slider("Mix").fill("1")
    panel.make()
    mixed = panel.source
    assert not same(mixed, trousers)
    choose(panel, "Class", "Bag")
    panel.slider("Mix").fill("0")
    panel.make()
    assert same(panel.source, mixed)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_thrown_die_is_drawn_at_once_and_is_what_generate_makes(stay, family):
    panel = open_tab(stay(), family)
    before = panel.source
    panel.area.locator(".pg-die").first.click()
    panel.moved_on(before)
    expect(panel.lock).to_be_checked()
    rolled = panel.field("Seed").input_value()
    expect(panel.stage).to_contain_text(f"seed {rolled}")
    drawn = panel.source
    panel.make()
    assert str(panel.seed) == rolled
    assert same(panel.source, drawn)


def test_a_refused_live_value_is_told_and_the_picture_stays(stay):
    panel = open_tab(stay(), "digits_cvae")
    panel.make()
    before = panel.source
    panel.field("Seed").fill(str(2**40))
    expect(panel.status).to_contain_text("Seed (seed) must be a whole number from 0 to 4294967295")
    assert same(panel.source, before)
    panel.field("Seed").fill("3")
    panel.moved_on(before)


def test_another_checkpoint_draws_another_picture(stay):
    panel = open_tab(stay(), "digits_cvae")
    before = panel.source
    choose(panel, "Checkpoint", "Digits on a 2-D map (bundled)")
    expect(panel.area.locator(".pg-about")).to_contain_text("digits-cvae-2d")
    panel.moved_on(before)
    assert pixels(panel.source).shape == (28, 28)


def choose(panel: Panel, label: str, option: str) -> None:
    """Pick an option of a list."""
    panel.field(label).click()
    panel.page.get_by_role("option", name=option, exact=True).click()
