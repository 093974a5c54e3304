"""The further panels: a number, a drawing, the map, morphs, all classes."""

from __future__ import annotations

import av
import pytest
from PIL import Image
from playwright.sync_api import expect

from playground.media.reading import read_metadata
from tests.browser.panels import open_panel, pixels, save

DRAWING_BUTTON = "Read and rewrite it"


@pytest.mark.parametrize(
    ("family", "task", "title", "tiles", "slider"),
    [
        ("digits_cvae", "digits_number", "Write a number", 4, "Spread"),
        ("class_gan", "class_gan_sheet", "All classes under one seed", None, "Truncation"),
    ],
)
def test_what_is_quick_is_there_at_once_and_follows_its_controls(stay, family, task, title, tiles, slider):
    panel = open_panel(stay(), family, task, title)
    expect(panel.pictures).to_have_count(1)
    height, width = pixels(panel.source).shape[:2]
    assert tiles is None or width == tiles * height
    before = panel.source
    panel.slider(slider).fill("0.4")
    panel.moved_on(before)
    expect(panel.downloads).to_have_count(0)


def test_a_number_is_written_in_one_hand(stay, tmp_path):
    panel = open_panel(stay(), "digits_cvae", "digits_number", "Write a number")
    panel.words.fill("31415")
    panel.make()
    height, width = pixels(panel.source).shape[:2]
    assert width == 5 * height
    settings = read_metadata(save(panel.page, panel.downloads.first, tmp_path))
    assert (settings.task, settings.request["number"]) == ("digits_number", "31415")


def test_an_empty_drawing_is_refused_with_a_sentence(stay):
    panel = open_panel(stay(), "digits_cvae", "digits_drawing", "Draw your own")
    panel.generate.click()
    expect(panel.status).to_contain_text("The drawing is empty")


def test_a_drawn_digit_is_read_rebuilt_and_written_as_all_ten(stay):
    page = stay()
    panel = open_panel(page, "digits_cvae", "digits_drawing", "Draw your own")
    expect(panel.generate).to_have_text(DRAWING_BUTTON)
    draw_a_one(panel)
    panel.make()
    height, width = pixels(panel.source).shape[:2]
    assert width == 11 * height
    expect(panel.status).to_contain_text("Read as a ")


def test_a_click_on_the_map_sets_the_point_and_writes_it_out(stay):
    page = stay()
    panel = open_panel(page, "digits_cvae", "digits_point", "Map of all handwritings")
    plane = page.locator("#digits-plane img")
    expect(plane).to_be_visible()
    place = plane.bounding_box()
    assert place
    side = min(place["width"], place["height"])
    plane.click(position={"x": place["width"] / 2 + 0.45 * side, "y": place["height"] / 2 - 0.45 * side})
    expect(panel.slider("First latent number")).not_to_have_value("0")
    expect(panel.pictures.first).to_be_visible()
    x, y = (float(panel.slider(f"{rank} latent number").input_value()) for rank in ("First", "Second"))
    assert x > 1.5
    assert y > 1.5
    before = panel.source
    panel.slider("First latent number").fill("-2")
    panel.moved_on(before)
    panel.make()
    expect(panel.downloads.first).to_be_visible()


@pytest.mark.parametrize(
    ("family", "task", "title"),
    [
        ("digits_cvae", "digits_morph", "Morph between two seeds"),
        ("class_gan", "class_gan_morph", "Morph clip"),
    ],
)
def test_a_morph_loops_and_comes_as_mp4_gif_and_webp(stay, tmp_path, family, task, title):
    page = stay()
    panel = open_panel(page, family, task, title)
    panel.slider("Frames").and_(panel.area.locator("[max='96']")).fill("8")
    panel.make()
    expect(panel.pictures).to_have_count(1)
    assert panel.pictures.first.evaluate("(image) => image.decode().then(() => image.naturalWidth)") >= 224
    expect(panel.downloads).to_have_text(["MP4", "GIF", "WEBP"])
    files = [save(page, link, tmp_path) for link in panel.downloads.all()]
    for path in files:
        assert read_metadata(path).task == task
    for path in files[1:]:
        with Image.open(path) as clip:
            assert (clip.n_frames, clip.info["loop"]) == (8, 0)
    with av.open(str(files[0])) as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sum(1 for _ in clip.decode(stream)) == 8


def test_all_classes_stand_under_one_seed(stay, tmp_path):
    panel = open_panel(stay(), "class_gan", "class_gan_sheet", "All classes under one seed")
    panel.type_seed(7)
    panel.make()
    assert panel.seed == 7
    assert min(pixels(panel.source).shape[:2]) > 2 * 28
    settings = read_metadata(save(panel.page, panel.downloads.first, tmp_path))
    assert (settings.task, settings.seed) == ("class_gan_sheet", 7)


def draw_a_one(panel) -> None:
    """Draw an upright stroke with the mouse."""
    canvas = panel.area.locator("canvas").first
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    x, y, height = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2, place["height"]
    mouse = panel.page.mouse
    mouse.move(x, y - 0.25 * height)
    mouse.down()
    for step in range(11):
        mouse.move(x, y - 0.25 * height + 0.05 * step * height)
    mouse.up()
