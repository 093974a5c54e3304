"""Faults that people report of programs like this one: files, seeds, mouse, keys and fingers do what is expected."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.carrying import DROP, PASTE, SETTINGS, carried, foreign
from tests.browser.panels import Panel, open_panel, open_tab
from tests.browser.test_restoring import choose_file

WEBP = re.compile(r"\.webp")
TOAST = "toast-body"


def toast(page: Page) -> Locator:
    return page.get_by_test_id(TOAST).last


def advanced(panel: Panel) -> None:
    fold = panel.page.locator(f"#{panel.task}-advanced > button")
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.jpeg", "without an ending", "a.txt"])
def test_a_file_of_another_program_is_read_whatever_it_is_called(stay, tmp_path, name):
    page = stay()
    open_tab(page, "digits_cvae")
    choose_file(page, foreign(tmp_path / name))
    panel = Panel(page, "text_to_image")
    expect(toast(page)).to_contain_text("The size 512 × 768 became 128 × 192")
    expect(panel.words).to_have_value("a red apple")
    advanced(panel)
    assert (panel.box("Width").input_value(), panel.box("Height").input_value()) == ("128", "192")


def test_what_the_file_does_not_name_returns_and_generate_can_be_pressed(stay, tmp_path):
    panel = open_tab(stay(), "text_to_image")
    page = panel.page
    advanced(panel)
    panel.area.get_by_test_id("textbox").nth(1).fill("left from before")
    panel.box("Walk").fill("0.5")
    panel.box("Number of pictures").fill("3")
    choose_file(page, foreign(tmp_path / "a.png"))
    expect(panel.area.get_by_test_id("textbox").nth(1)).to_have_value("")
    assert (panel.box("Walk").input_value(), panel.box("Number of pictures").input_value()) == ("0", "1")
    panel.make()
    assert panel.seed == 12345 and panel.pictures.count() == 1


def test_a_seed_that_is_too_large_is_told_and_leaves_the_seed_to_chance(stay, tmp_path):
    panel = open_tab(stay(), "text_to_image")
    panel.type_seed(77)
    choose_file(
        panel.page, foreign(tmp_path / "a.png", f"<lora:ink:1> a\n{SETTINGS.replace('12345', '124263196777517')}")
    )
    expect(toast(panel.page)).to_contain_text("Seed 124263196777517 is above 4,294,967,295")
    expect(toast(panel.page)).to_contain_text("LoRA ink")
    expect(panel.field("Seed")).to_have_value("-1")
    expect(panel.lock).not_to_be_checked()


def test_minus_one_leaves_the_seed_to_chance_each_time(stay):
    panel = open_tab(stay(), "digits_cvae")
    panel.type_seed(5)
    panel.field("Seed").fill("-1")
    expect(panel.lock).not_to_be_checked()
    panel.make()
    first = panel.seed
    expect(panel.lock).not_to_be_checked()
    panel.make()
    assert panel.seed != first
    panel.field("Seed").fill("6")
    expect(panel.lock).to_be_checked()


def test_a_paste_that_is_cut_says_by_how_much(stay):
    panel = open_tab(stay(), "text_to_image")
    panel.words.fill("")
    panel.words.focus()
    panel.page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.setData('text/plain', 'x'.repeat(3500));
          document.activeElement.dispatchEvent(
            new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: carried}));
        }"""
    )
    expect(toast(panel.page)).to_contain_text("1500 characters did not fit and were left out; the field takes 2000.")


@pytest.mark.parametrize("place", ["#digits_cvae-generate", "#digits_cvae-stage img", "#digits_cvae-digit", "textarea"])
def test_a_file_dropped_on_anything_restores_and_the_page_stays(stay, tmp_path, place):
    page = stay()
    open_tab(page, "digits_cvae")
    assert page.evaluate(DROP, [place, *carried(foreign(tmp_path / "a.png"))]) == [False, False], "the browser opens it"
    expect(Panel(page, "text_to_image").words).to_have_value("a red apple")
    expect(toast(page)).to_contain_text("Settings restored")


def test_a_pasted_picture_restores_also_while_somebody_writes(stay, tmp_path):
    panel = open_tab(stay(), "text_to_image")
    panel.words.fill("something else")
    panel.page.evaluate(PASTE, ["#text_to_image-prompt", *carried(foreign(tmp_path / "a.png"))])
    expect(panel.words).to_have_value("a red apple")


def test_a_result_dragged_back_onto_the_page_restores_its_settings(stay):
    panel = open_tab(stay(), "digits_cvae")
    panel.slider("Digit").fill("4")
    panel.type_seed(9)
    panel.make()
    panel.box("Number of samples").fill("3")
    panel.pictures.first.drag_to(panel.page.locator("#digits_cvae-generate"))
    expect(panel.box("Number of samples")).to_have_value("1")
    expect(panel.slider("Digit")).to_have_value("4")
    assert panel.page.url.startswith("http") and panel.field("Seed").input_value() == "9"


def test_copying_says_so_for_a_moment_and_offers_the_text_where_it_cannot(visit):
    page = visit()
    panel = open_tab(page, "digits_cvae")
    panel.make()
    page.evaluate("""() => {
      window.copied = [];
      const value = {writeText: async (text) => copied.push(text)};
      Object.defineProperty(navigator, 'clipboard', {configurable: true, value});
    }""")
    button = page.locator("#digits_cvae-downloads .pg-copy-link")
    said = button.inner_text()
    button.click()
    expect(button).to_have_text("Copied")
    button.click()
    expect(button).to_have_text(said, timeout=6000)
    page.evaluate("""() => {
      Object.defineProperty(navigator, 'clipboard', {configurable: true, value: undefined});
      document.execCommand = () => false;
    }""")
    button.click()
    expect(toast(page)).to_contain_text("copy it yourself")
    by_hand = page.locator(".pg-by-hand")
    expect(by_hand).to_have_value(page.url)
    expect(button).to_have_text(said)
    button.click()
    expect(by_hand).to_have_count(1)
    page.locator("h1").click()
    expect(by_hand).to_have_count(0)


def _grid(page: Page, seeds: str) -> Locator:
    open_tab(page, "digits_cvae")
    fold = page.locator("#digits_cvae-grid-fold > button")
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()
    for axis, values in ((0, "0..9"), (1, seeds)):
        page.locator(f"#digits_cvae-axis-{axis}-values textarea").fill(values)
    page.locator("#digits_cvae-axis-0-box").fill("Digit")
    page.locator("#digits_cvae-axis-0-box").press("Enter")
    page.locator("#digits_cvae-axis-1-box").fill("Seed")
    page.locator("#digits_cvae-axis-1-box").press("Enter")
    expect(page.locator("#digits_cvae-axis-1-values textarea")).to_have_value("1..4")
    page.locator("#digits_cvae-axis-0-values textarea").fill("0..9")
    page.locator("#digits_cvae-axis-1-values textarea").fill(seeds)
    page.locator("#digits_cvae-grid-make").click()
    return page.locator("#digits_cvae-grid-status")


def test_a_grid_of_a_second_tab_and_of_a_duplicated_one_leave_the_first_alone(visit):
    first = visit()
    status = _grid(first, "1..40")
    expect(status).to_contain_text("of 400 done")
    second = first.context.new_page()
    second.goto(first.url)
    expect(_grid(second, "1..2")).to_contain_text("20 different ones", timeout=120_000)
    kept = first.evaluate("() => sessionStorage.getItem('playground-grids')")
    twin = first.context.new_page()
    twin.add_init_script(
        f"if (!sessionStorage.getItem('playground-grids')) sessionStorage.setItem('playground-grids', {kept!r})"
    )
    twin.goto(first.url)
    expect(_grid(twin, "3..4")).to_contain_text("20 different ones", timeout=120_000)
    expect(status).to_contain_text("400 different ones", timeout=200_000)
    expect(first.locator("#digits_cvae-grid .pg-left-out")).to_have_count(0)


def test_moving_pictures_can_be_paused_and_wait_for_who_wants_less_motion(visit):
    page = visit(reduced_motion="reduce")
    panel = open_panel(page, "digits_cvae", "digits_morph", "Morph between two seeds")
    panel.make()
    pause = page.locator("#digits_morph-stage + .pg-pause")
    expect(pause).to_have_text("Play")
    assert panel.source.startswith("data:image/png")
    pause.click()
    expect(panel.pictures.first).to_have_attribute("src", WEBP)
    expect(pause).to_have_text("Pause")
    panel.make()
    expect(panel.pictures.first).to_have_attribute("src", WEBP)


@pytest.mark.parametrize("calm", ["reduce", "no-preference"])
def test_films_have_controls_and_start_only_for_who_likes_motion(visit, calm):
    page = visit(reduced_motion=calm)
    panel = open_tab(page, "text_to_video")
    panel.box("Steps").fill("1")
    panel.make()
    moving = panel.stage.locator("video, figure img").first
    expect(moving).to_be_visible()
    if moving.evaluate("(shown) => shown.tagName") == "IMG":  # a browser without H.264 shows the WebP
        expect(page.locator("#text_to_video-stage + .pg-pause")).to_have_text("Play" if calm == "reduce" else "Pause")
        return
    assert moving.evaluate("(film) => film.controls")
    page.wait_for_timeout(500)
    assert moving.evaluate("(film) => film.paused") is (calm == "reduce")


def test_words_of_a_link_or_a_file_stay_words(visit, tmp_path):
    page = visit("/?tab=text_to_image&%3Cimg+src=x+onerror=alert(1)%3E=1&steps=%3Ca+href%3D'//x'%3Ehere%3C/a%3E")
    expect(toast(page)).to_contain_text("<img src")
    assert page.locator(f"[data-testid={TOAST}] img, [data-testid={TOAST}] a").count() == 0
    choose_file(page, foreign(tmp_path / "a.png", f"a <lora:<b>bold</b>:1>\n{SETTINGS}, Model: <i>mine</i> [x](//y)"))
    expect(toast(page)).to_contain_text("<i>mine</i> [x](//y)")
    assert page.locator(f"[data-testid={TOAST}] :is(b, i, a)").count() == 0


def test_a_class_that_differs_in_capitals_is_chosen_as_it_is_shown(stay):
    page = stay()
    open_tab(page, "class_gan")
    assert page.evaluate("""() => {
      const chosen = [];
      const list = window.playground.list('probe', (key) => chosen.push(key), ['Class', '类别']);
      list.offer([['Cardigan', 'Cardigan', 'Cardigan'], ['cardigan', 'cardigan', 'cardigan']]);
      document.body.append(list.node);
      list.box.click();
      for (const item of [...list.node.querySelectorAll('li')]) { list.box.click(); item.click(); }
      list.node.remove();
      return chosen;
    }""") == ["Cardigan", "cardigan"]
