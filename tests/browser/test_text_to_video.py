"""The tab of clips: a motion at a click, frames that form, a film that plays, files that play elsewhere."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import av
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import LOADING_MS
from tests.browser.panels import Panel, open_tab, save
from tests.browser.test_grid import GridPart

PLAYS = "document.querySelector('#text_to_video-stage video').currentTime > 0.05"


def opened(page) -> Panel:
    page.locator("#text_to_video-tab-button").click()
    panel = Panel(page, "text_to_video")
    expect(panel.generate).to_be_visible()
    panel.box("Frames").fill("8")
    panel.box("Steps").fill("4")
    panel.box("Steps").blur()
    return panel


def chip(page, word: str):
    return page.locator("#text_to_video-motions").get_by_role("button", name=word, exact=True)


def test_the_tab_opens_with_a_clip_that_never_comes_back_over_a_visitors_own(stay):
    page = stay()
    panel = opened(page)
    expect(panel.stage).to_contain_text("seed 0 ·", timeout=LOADING_MS)
    expect(panel.stage).to_contain_text("made when this tab was first opened")
    expect(panel.stage.locator(".pg-strip img")).to_have_count(8)
    assert panel.source.startswith("data:image/webp")
    panel.make()
    page.locator("#digits_cvae-tab-button").click()
    page.locator("#text_to_video-tab-button").click()
    expect(panel.generate).to_be_visible()
    expect(panel.stage.locator("video")).to_have_count(1)


def test_a_motion_is_a_click_away_in_the_language_of_the_prompt(stay):
    page = stay()
    panel = opened(page)
    panel.words.fill("red apple")
    chip(page, "rolling left").click()
    expect(panel.words).to_have_value("red apple rolling left")
    chip(page, "rising").click()
    expect(panel.words).to_have_value("red apple rising")
    panel.words.fill("火箭")
    chip(page, "rising").click()
    expect(panel.words).to_have_value("火箭上升")


def test_a_clip_forms_plays_and_comes_as_files_that_make_it_again(visit, tmp_path):
    page = visit()
    panel = opened(page)
    panel.generate.click()
    expect(panel.status).to_contain_text(re.compile(r"Step \d of 5"))
    expect(panel.stage.locator(".pg-strip")).to_have_count(0)
    expect(panel.pictures.first).to_be_visible()  # the middle frame, forming
    panel.wait_until_done()
    page.wait_for_function(PLAYS)
    film = panel.stage.locator("video")
    assert film.evaluate("film => film.loop && film.muted && !film.paused && film.videoWidth === 384 && !!film.poster")
    expect(panel.stage.locator(".pg-strip img")).to_have_count(8)
    expect(panel.downloads).to_have_count(3)
    mp4 = save(page, panel.downloads.first, tmp_path)
    with av.open(str(mp4)) as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 8)
        assert sum(1 for _ in clip.decode(stream)) == 8
    webp = save(page, panel.downloads.nth(2), tmp_path)
    panel.words.fill("something else")
    page.locator(".pg-top input[type=file]").set_input_files(webp)
    expect(panel.words).to_have_value("red apple rolling left")
    expect(panel.lock).to_be_checked()
    page.locator("#pg-proof button").click()
    expect(page.locator("#pg-proof-said")).to_contain_text("bit-equal")


def test_a_grid_of_clips_moves_opens_and_downloads(visit, tmp_path):
    page = visit()
    panel = opened(page)
    panel.box("Steps").fill("1")
    panel.box("Steps").blur()
    panel.words.fill("red heart rising")
    grid = GridPart(page, "text_to_video")
    grid.open()
    grid.axis(0, "Prompt", "rising => rising, falling")
    grid.axis(1, "Guidance", "3")
    grid.make.click()
    expect(grid.status).to_contain_text("2 of 2 done")
    expect(grid.cells).to_have_count(2)
    for name in grid.cells.locator("img").evaluate_all("images => images.map(image => image.src)"):
        assert name.endswith(".webp")
    expect(grid.downloads).to_have_count(2)
    with zipfile.ZipFile(save(page, grid.downloads.nth(1), tmp_path)) as archive:
        assert [Path(name).suffix for name in archive.namelist()] == [".mp4", ".gif", ".webp"] * 2
    grid.cells.nth(1).click()
    expect(panel.words).to_have_value("red heart falling")
    expect(panel.lock).to_be_checked()
    page.wait_for_function(PLAYS)
    expect(panel.downloads).to_have_count(3)


def test_stop_in_the_middle_and_the_next_clip(stay):
    page = stay()
    panel = opened(page)
    panel.box("Steps").fill("100")
    panel.box("Steps").blur()
    panel.generate.click()
    expect(panel.status).to_contain_text(re.compile(r"Step \d+ of 101"))
    panel.stop.click()
    expect(panel.status).to_contain_text("Stopped")
    panel.box("Steps").fill("1")
    panel.box("Steps").blur()
    panel.make()
    page.wait_for_function(PLAYS)


def test_how_it_works_makes_the_same_seed_at_three_weights(stay):
    page = stay()
    panel = opened(page)
    panel.box("Steps").fill("1")
    panel.box("Steps").blur()
    page.locator("#text_to_video-how").get_by_role("button").first.click()
    page.locator("#text_to_video_weights-generate").click()
    clip = page.locator("#text_to_video_weights-stage .pg-weights img")
    expect(clip).to_be_visible()
    assert clip.evaluate("image => image.decode().then(() => image.naturalWidth > 3 * 128)")


def test_a_clip_shows_its_steps_and_a_click_shows_which_frames_look_at_which(stay):
    page = stay()
    panel = opened(page)
    panel.make()
    page.locator("#text_to_video_film-fold").get_by_role("button").first.click()
    sheet, told = page.locator("#text_to_video_film-sheet"), page.locator("#text_to_video_film-told")
    expect(sheet).to_be_visible()
    expect(told).to_contain_text(re.compile(r"From this place frame \d looks at frame \d most"))
    expect(page.locator("#text_to_video_film-bars i")).to_have_count(8)
    box = sheet.bounding_box()
    assert box
    sheet.click(position={"x": box["width"] * 2.5 / 8, "y": box["height"] * 0.9})
    expect(told).to_contain_text("From this place frame 3 looks at")
    expect(page.locator("#text_to_video_film-frame")).to_have_value("3")
    across = page.locator("#text_to_video_film-across")
    before = int(across.input_value())
    sheet.press("ArrowRight")
    expect(across).to_have_value(str(before + 5))
    page.locator("#text_to_video_film-level").select_option("coarse")
    expect(page.locator("#text_to_video_film-stage")).to_contain_text("layers of 4 × 4 places")


def test_a_picture_of_another_tab_is_animated_with_the_words_that_it_was_made_of(stay):
    page = stay()
    made = open_tab(page, "digits_cvae")
    made.make()
    page.locator("#digits_cvae-animate").click()
    panel = Panel(page, "image_to_video")
    expect(panel.generate).to_be_visible()
    page.wait_for_function("() => playground.forms.image_to_video?.values.image")
    page.locator("#image_to_video-motions").get_by_role("button", name="growing", exact=True).click()
    for name in ("Frames", "Steps"):
        panel.box(name).fill("8" if name == "Frames" else "3")
    panel.area.get_by_label("Loop").check()
    panel.make()
    expect(panel.downloads).to_have_text(["MP4", "GIF", "WEBP"])
    expect(panel.stage.locator("video")).to_have_count(1)
    page.locator("#text_to_video-from-picture").click()
    expect(panel.generate).to_be_visible()


def test_a_clip_from_a_picture_that_moved_says_so_and_shows_its_steps_and_where_its_frames_look(visit, tmp_path):
    frames = [Image.new("RGB", (90, 60), colour) for colour in ("white", "navy", "gold")]
    frames[0].paste("red", (30, 15, 60, 45))
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    page = visit()
    page.locator("#text_to_video-tab-button").click()
    page.locator("#text_to_video-from-picture").click()
    panel = Panel(page, "image_to_video")
    expect(panel.generate).to_be_visible()
    panel.area.locator("input[type=file]").first.set_input_files(tmp_path / "moving.gif")
    page.wait_for_function("() => playground.forms.image_to_video?.values.image")
    for name in ("Frames", "Steps"):
        panel.box(name).fill("8" if name == "Frames" else "6")
        panel.box(name).blur()
    page.locator("#image_to_video_film-fold").get_by_role("button").first.click()
    expect(page.locator("#image_to_video_film-stage")).to_contain_text("Generate a clip first")
    panel.make()
    expect(panel.status).to_contain_text("its first frame of 3 was taken")
    sheet, told = page.locator("#image_to_video_film-sheet"), page.locator("#image_to_video_film-told")
    expect(sheet).to_be_visible()
    expect(page.locator("#image_to_video_film-known")).to_contain_text("Steps 1 to 2 begin with noise")
    expect(page.locator("#image_to_video_film-bars i")).to_have_count(8)
    box = sheet.bounding_box()
    assert box
    sheet.click(position={"x": box["width"] * 2.5 / 8, "y": box["height"] * 0.9})
    expect(told).to_contain_text("From this place frame 3 looks at")
