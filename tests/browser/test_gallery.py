"""What was made is there after a reload, is found, goes back to its tab, is made again, and can be handed out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from gradio_client import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, expect

from tests.browser.carrying import DROP, carried
from tests.browser.panels import Panel, fits, open_tab, save
from tests.browser.test_restoring import choose_file

HOSTILE = '<img src=x onerror="document.title=\'hacked\'"> & "quotes"'


@pytest.fixture
def give(site):
    """Return a function that makes results through the API, for the visitor of a page."""
    clients = {}

    def make(page: Page, task: str, **values: object) -> None:
        (cookie,) = (cookie for cookie in page.context.cookies() if cookie["name"] == "playground-visitor")
        header = {"Cookie": f"playground-visitor={cookie['value']}"}
        if cookie["value"] not in clients:
            clients[cookie["value"]] = Client(site.url, verbose=False, headers=header, download_files=False)
        clients[cookie["value"]].predict(**values, api_name=f"/{task}")

    return make


def open_gallery(page: Page, count: int | None = None) -> Page:
    page.locator("#gallery-tab-button").click()
    expect(page.locator("#gallery-search")).to_be_visible()
    if count is not None:
        expect(page.locator(".pg-tile")).to_have_count(count)
    return page


def test_a_result_survives_reload_goes_back_to_its_tab_and_is_made_again(visit):
    page = visit()
    maker = open_tab(page, "digits_cvae")
    maker.slider("Digit").fill("4")
    maker.slider("Spread").fill("1.35")
    maker.make()
    seed = maker.seed
    page.reload()
    expect(page.locator(".pg-state.pg-ready")).to_be_visible()
    open_gallery(page, 1).locator(".pg-tile-open").click()
    expect(page.locator("#gallery-settings")).to_contain_text("Spread")
    expect(page.locator("#gallery-settings")).to_contain_text(str(seed))
    expect(page.locator("#gallery-stage img")).to_be_visible()
    page.locator("#gallery-again").click()
    expect(page.locator("#gallery-proof")).to_contain_text("bit-equal")
    page.locator("#gallery-send-back").click()
    panel = Panel(page, "digits_cvae")
    expect(panel.generate).to_be_visible()
    expect(panel.slider("Spread")).to_have_value("1.35")
    expect(panel.field("Seed")).to_have_value(str(seed))
    open_gallery(visit(), 0)


def test_words_filters_stars_pages_and_undo(visit, give):
    page = visit()
    for number in range(25):
        give(page, "digits_cvae", digit=3, seed=1000 + number)
    give(page, "class_gan", class_name="Ankle boot")
    tiles = page.locator(".pg-tile")
    open_gallery(page, 24)
    expect(page.locator("#gallery-said")).to_contain_text("26 results · page 1 of 2")
    page.locator("#gallery-older").click()
    expect(tiles).to_have_count(2)
    search = page.locator("#gallery-search textarea, #gallery-search input")
    for words, count in (("boot ankle", 1), ("短靴", 1), ("1007", 1), ("nothing like this", 0), ("", 24)):
        search.fill(words)
        expect(tiles).to_have_count(count)
    page.locator(".pg-tile-star").nth(2).click()
    page.get_by_label("Only favourites").check()
    expect(tiles).to_have_count(1)
    tiles.locator(".pg-tile-open").click()
    expect(page.locator("#gallery-star")).to_have_text("★ Favourite")
    page.locator("#gallery-delete").click()
    expect(tiles).to_have_count(0)
    page.locator("#gallery-undo").click()
    expect(tiles).to_have_count(1)
    page.get_by_text("中文", exact=True).click()
    expect(page.locator("#gallery-said")).to_contain_text("1 个结果")
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)


def test_chosen_results_are_compared_and_handed_out_and_hostile_words_stay_words(visit, give, tmp_path: Path):
    page = visit()
    give(page, "text_to_image", prompt=HOSTILE, num_inference_steps=1)
    give(page, "digits_morph", num_frames=4)
    open_gallery(page, 2)
    page.locator("#gallery-compare").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("Choose results")
    for box in page.locator(".pg-tile > input").all():
        box.check()
    expect(page.locator("#gallery-chosen")).to_contain_text("2 chosen")
    page.locator("#gallery-compare").click()
    expect(page.locator("#gallery-difference ins").first).to_be_visible()
    expect(page.locator("#gallery-slider img").first).to_be_visible()
    packed = zipfile.ZipFile(save(page, page.locator("#gallery-zip"), tmp_path))
    names = packed.namelist()
    assert sorted(Path(name).suffix for name in names) == [".gif", ".html", ".mp4", ".png", ".webp"]
    sheet = save(page, page.locator("#gallery-page"), tmp_path)
    reader = page.context.browser.new_page()
    asked = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(sheet.as_uri())
    expect(reader.locator("article")).to_have_count(2)
    expect(reader.locator("h2").last).to_have_text(HOSTILE)
    assert reader.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
    assert reader.evaluate("document.querySelector('video').videoWidth") > 0
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert "hacked" not in reader.title() + page.title()
    reader.close()


def test_a_dropped_file_is_made_again_and_another_programs_file_fills_text_to_image(visit, give, tmp_path: Path):
    page = visit()
    maker = open_tab(page, "class_gan")
    maker.make()
    choose_file(page, save(page, maker.downloads.first, tmp_path))
    expect(page.locator("#pg-proof")).to_be_visible()
    page.locator("#pg-proof button").click()
    expect(page.locator("#pg-proof")).to_contain_text("bit-equal")
    settings = PngInfo()
    words = "two apples\nNegative prompt: pears\nSteps: 150, Sampler: Euler a, CFG scale: 6.5, Seed: 99, Size: 256x128"
    settings.add_text("parameters", f"{words}, Model: other")
    Image.new("RGB", (8, 8)).save(tmp_path / "theirs.png", pnginfo=settings)
    choose_file(page, tmp_path / "theirs.png")
    panel = Panel(page, "text_to_image")
    expect(panel.words).to_have_value("two apples")
    expect(panel.field("Seed")).to_have_value("99")
    expect(panel.slider("Steps")).to_have_value("100")
    expect(panel.slider("Guidance")).to_have_value("6.5")
    expect(page.get_by_test_id("toast-body").last).to_contain_text("Steps 150 → 100")


def test_a_file_is_asked_where_it_comes_from_by_choosing_and_by_dropping(visit, tmp_path):
    page = visit()
    maker = open_tab(page, "digits_cvae")
    maker.make()
    with page.expect_download() as fetched:
        maker.downloads.first.click()
    fetched.value.save_as(tmp_path / "digit.png")
    open_gallery(page)
    with page.expect_file_chooser() as waiting:
        page.locator("#gallery-origin").click()
    waiting.value.set_files(tmp_path / "digit.png")
    said = page.locator("#gallery-origin-said")
    expect(said.locator("li")).to_have_count(3)
    expect(said).to_contain_text("Its settings say that this program made it: digits_cvae with digits-cvae")
    expect(said).to_contain_text("trainedAlgorithmicMedia")
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.jpg")
    page.evaluate(DROP, ["#gallery-origin", *carried(tmp_path / "plain.jpg")])
    expect(said).to_contain_text("That proves nothing")
    assert page.locator("#gallery-origin").is_visible(), "nothing was restored"
