"""The Compare tab: pictures form side by side, figures fill, a sample shows its nearest, a room guesses."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import expect

from tests.browser.conftest import LOADING_MS
from tests.browser.panels import Panel, fits, open_panel, open_tab, pixels


def compared(stay, samples: str = "12") -> Panel:
    page = stay()
    open_tab(page, "compare")
    panel = Panel(page, "compare")
    expect(panel.generate).to_be_visible()
    panel.box("Samples of each").fill(samples)
    panel.box("Samples of each").press("Tab")
    return panel


def test_every_generator_has_its_column_and_the_table_its_figures(stay):
    panel = compared(stay)
    panel.type_seed(3)
    panel.generate.click()
    forming = panel.stage.locator(".pg-forming")
    expect(forming.first).to_be_visible(timeout=LOADING_MS)
    expect(panel.downloads.first).to_be_visible(timeout=LOADING_MS)
    columns = panel.stage.locator("section h2").all_inner_texts()
    assert columns[:2] == ["Conditional VAE", "GAN"] and columns[-1] == "Real" and len(columns) >= 4
    expect(forming).to_have_count(0)
    asked = panel.stage.locator(".pg-figures tbody tr").first
    expect(asked.locator("th")).to_have_text("As asked ↑")
    shares = asked.locator("td").all_inner_texts()
    assert len(shares) == len(columns) and all("%" in share for share in shares)
    expect(panel.stage.locator("circle")).to_have_count(len(columns))
    assert [name for name in panel.downloads.all_inner_texts() if name == "CSV"] == ["CSV"]


def test_who_does_not_take_part_has_neither_column_nor_slider(stay):
    panel = compared(stay)
    panel.area.get_by_label("Diffusion", exact=True).uncheck()
    expect(panel.slider("Diffusion · guidance")).to_be_hidden()
    expect(panel.slider("GAN · truncation")).to_be_visible()
    all_of_them = panel.stage.locator("section").count()
    panel.generate.click()
    expect(panel.stage.locator("section")).to_have_count(all_of_them - 1, timeout=LOADING_MS)
    expect(panel.stage.locator(".pg-forming")).to_have_count(0, timeout=LOADING_MS)
    assert "Diffusion" not in panel.stage.locator("section h2").all_inner_texts()
    panel.area.get_by_label("Diffusion", exact=True).check()
    expect(panel.slider("Diffusion · guidance")).to_be_visible()


def test_a_strength_that_is_moved_makes_its_own_column_anew_from_the_same_seed(stay):
    panel = compared(stay)
    panel.type_seed(11)  # what was compared before is remembered, and forms no more
    panel.generate.click()
    expect(panel.stage.locator(".pg-forming").first).to_be_visible(timeout=LOADING_MS)
    expect(panel.stage.locator(".pg-forming")).to_have_count(0, timeout=LOADING_MS)
    sheets = panel.stage.locator(".pg-samples")
    before = [pixels(source) for source in sheets.evaluate_all("all => all.map((one) => one.src)")]
    names = panel.stage.locator("section").evaluate_all("all => all.map((one) => one.dataset.name)")
    above = panel.page.locator("#compare-strengths")
    # Each strength stands above the column that it belongs to.
    left = above.get_by_label("number input for GAN · truncation").bounding_box()["x"]
    column = panel.stage.locator("section[data-name=gan]").bounding_box()
    assert column["x"] - 2 <= left <= column["x"] + column["width"]
    above.get_by_label("number input for GAN · truncation").fill("0.2")
    above.get_by_label("number input for GAN · truncation").press("Tab")
    expect(panel.stage.locator(".pg-trail")).to_have_count(1, timeout=LOADING_MS)
    after = [pixels(source) for source in sheets.evaluate_all("all => all.map((one) => one.src)")]
    changed = [name for name, one, other in zip(names, before, after, strict=True) if not np.array_equal(one, other)]
    assert changed == ["gan"]


def test_a_click_on_a_sample_shows_the_training_pictures_nearest_to_it(stay):
    panel = compared(stay)
    panel.stage.locator(".pg-samples").first.click(position={"x": 5, "y": 5})
    near = panel.page.locator("#compare-nearest figure")
    expect(near).to_have_count(5)
    apart = [float(words) for words in near.locator("figcaption").all_inner_texts()]
    assert apart == sorted(apart) and 0 < apart[0] < 0.5


def test_ten_rounds_of_guessing_end_with_a_score_and_the_table_of_all_guesses(stay):
    page = compared(stay).page
    page.locator("#compare-game-fold button").first.click()
    game = page.locator("#compare-game")
    for _ in range(10):
        game.get_by_role("button", name="Real").click()
        game.get_by_role("button").first.click()
    expect(game).to_contain_text("of 10 right")
    guesses = [int(cell) for cell in game.locator("td").all_inner_texts()]
    assert sum(guesses) == 10
    columns = len(game.locator("thead th").all()) - 1
    assert sum(guesses[columns - 1 :: columns]) == 10, "everything was said to be real"


def test_a_phone_shows_all_of_it_without_scrolling_to_the_side(visit):
    page = visit(viewport={"width": 390, "height": 844}, locale="zh-CN")
    open_tab(page, "compare")
    expect(page.locator("#compare-stage .pg-compared")).to_be_visible(timeout=LOADING_MS)
    assert fits(page)


def test_a_generator_alone_has_its_panel(stay):
    panel = open_panel(stay(), "compare", "class_flow", "Flow matching by class")
    panel.type_seed(5)
    panel.make()
    assert pixels(panel.source).shape[:2] == (28, 28)


def test_clothes_are_compared_from_a_link_that_names_a_class_of_theirs(visit):
    page = visit("/?tab=compare&class_name=Bag&data=clothes&num_images=5&seed=6")
    panel = Panel(page, "compare")
    expect(panel.field("Data")).to_have_value("Clothes")
    expect(panel.field("Class")).to_have_value("Bag")
    panel.generate.click()
    expect(panel.downloads.first).to_be_visible(timeout=LOADING_MS)
    columns = panel.stage.locator("section").evaluate_all("all => all.map((one) => one.dataset.name)")
    assert columns == ["vae", "gan", "pixelcnn", "diffusion", "flow", "real"]


def test_clothes_are_completed_by_the_panels_own_chooser(stay):
    panel = open_panel(stay(), "compare", "pixelcnn_complete", "Complete a half-erased picture")
    expect(panel.field("Class")).to_have_value("7")
    panel.field("Checkpoint").click()
    panel.area.get_by_role("option", name="Clothes, pixel by pixel (bundled)").click()
    expect(panel.field("Class")).to_have_value("Sneaker")
    expect(panel.box("Number of samples")).to_have_value("4")
    panel.make()
    made = pixels(panel.source)
    assert made.shape[:2] == (28, 28) and (made[14:] > 40).sum() > 40, "the lower half of a sneaker is drawn"


def test_what_a_visitor_wipes_away_is_drawn_anew_and_the_rest_stays(stay):
    panel = open_panel(stay(), "compare", "pixelcnn_complete", "Complete a half-erased picture")
    canvas = panel.area.locator("canvas")
    expect(canvas).to_be_visible()
    panel.area.get_by_role("button", name="Wipe nothing").click()
    box = canvas.bounding_box()
    panel.page.mouse.move(box["x"] + 5, box["y"] + box["height"] * 0.8)
    panel.page.mouse.down()
    panel.page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] * 0.8, steps=8)
    panel.page.mouse.up()
    panel.box("Number of samples").fill("3")
    panel.make()
    expect(panel.pictures).to_have_count(3)
    made = [pixels(source) for source in panel.pictures.evaluate_all("all => all.map((one) => one.src)")]
    tops = [picture[: int(28 * 0.7)] for picture in made]
    assert all(np.abs(top - tops[0]).max() <= 1 for top in tops) and tops[0].max() > 100
    assert any(not np.array_equal(picture, made[0]) for picture in made[1:]), "each sample has its own idea"
    panel.pictures.first.hover()
    odds = panel.page.locator("#pixelcnn_complete-odds")
    expect(odds).to_contain_text(re.compile(r"Row 1[45], column 1[45]: grey level \d+, which cost [\d.]+ bits"))
    expect(odds.locator("i")).to_have_count(32)
    expect(odds.locator(".pg-here")).to_have_count(1)
