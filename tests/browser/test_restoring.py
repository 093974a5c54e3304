"""A file that was made here brings back its tab and its controls; another file gets a sentence."""

from __future__ import annotations

import base64

from playwright.sync_api import expect

from playground.media.reading import read_metadata
from tests.browser.panels import Panel, open_panel, open_tab, same, save

DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  const place = document.querySelector('h1');
  for (const kind of ['dragenter', 'dragover', 'drop'])
    place.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
}"""


def test_a_chosen_file_restores_tab_and_controls_and_then_the_picture(visit, stay, tmp_path):
    maker = open_tab(stay(), "digits_cvae")
    maker.slider("Digit").fill("4")
    maker.slider("Spread").fill("1.35")
    maker.make()
    file = save(maker.page, maker.downloads.first, tmp_path)
    page = visit()
    open_tab(page, "class_gan")
    choose_file(page, file)
    panel = Panel(page, "digits_cvae")
    _is_restored(panel, maker.seed)
    expect(page.get_by_test_id("toast-body")).to_contain_text("Settings restored")
    panel.make()
    assert panel.seed == maker.seed
    assert same(panel.source, maker.source)


def test_a_file_dropped_anywhere_restores_too(visit, stay, tmp_path):
    maker = open_tab(stay(), "digits_cvae")
    maker.slider("Digit").fill("4")
    maker.slider("Spread").fill("1.35")
    maker.make()
    file = save(maker.page, maker.downloads.first, tmp_path)
    page = visit()
    open_tab(page, "class_gan")
    page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])
    _is_restored(Panel(page, "digits_cvae"), maker.seed)


def test_a_clip_restores_its_panel(visit, stay, tmp_path):
    maker = open_panel(stay(), "class_gan", "class_gan_morph", "Morph clip")
    frames = maker.slider("Frames").and_(maker.area.locator("[max='96']"))
    frames.fill("6")
    expect(frames).to_have_value("6")
    maker.make()
    file = save(maker.page, maker.downloads.first, tmp_path)
    assert read_metadata(file).request["num_frames"] == 6
    page = visit()
    open_tab(page, "digits_cvae")
    choose_file(page, file)
    panel = Panel(page, "class_gan_morph")
    expect(panel.generate).to_be_visible()
    expect(panel.slider("Frames").and_(panel.area.locator("[max='96']"))).to_have_value("6")
    expect(panel.field("Seed")).to_have_value(str(maker.seed))


def test_a_text_file_gets_a_sentence_and_nothing_changes(stay, tmp_path):
    page = stay()
    panel = open_tab(page, "digits_cvae")
    panel.make()
    earlier = panel.source
    file = tmp_path / "settings.png"
    file.write_text("digit: 4, seed: 7\n", encoding="utf-8")
    choose_file(page, file)
    expect(page.get_by_test_id("toast-body")).to_contain_text("This is a text file, which carries no settings.")
    assert panel.source == earlier
    expect(panel.generate).to_be_visible()


def choose_file(page, file) -> None:
    """Choose a file with the restore button."""
    with page.expect_file_chooser() as waiting:
        page.locator("#pg-restore").click()
    waiting.value.set_files(file)


def _is_restored(panel: Panel, seed: int) -> None:
    expect(panel.generate).to_be_visible()
    expect(panel.slider("Digit")).to_have_value("4")
    expect(panel.slider("Spread")).to_have_value("1.35")
    expect(panel.field("Seed")).to_have_value(str(seed))
    expect(panel.lock).to_be_checked()
