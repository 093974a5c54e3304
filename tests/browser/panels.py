"""A panel as a person sees it: controls by their labels, buttons, the picture, the words below it."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LOADING_MS


class Panel:
    """One form with its result.

    Args:
        page: The visitor's page.
        task: The request type's name.
    """

    def __init__(self, page: Page, task: str) -> None:
        self.page, self.task = page, task
        self.generate, self.stop = page.locator(f"#{task}-generate"), page.locator(f"#{task}-stop")
        self.area = page.locator(".pg-columns, .pg-side-by-side").filter(has=self.generate)
        self.status, self.stage = page.locator(f"#{task}-status"), page.locator(f"#{task}-stage")
        self.pictures, self.downloads = self.stage.locator("img"), page.locator(f"#{task}-downloads a")

    def slider(self, label: str) -> Locator:
        """The slider of that name."""
        return self.area.get_by_label(f"range slider for {label}", exact=True)

    def box(self, label: str) -> Locator:
        """The number box of the slider of that name."""
        return self.area.get_by_label(f"number input for {label}", exact=True)

    def field(self, label: str) -> Locator:
        """The text or number field of that name."""
        return self.area.get_by_label(label, exact=True)

    @property
    def words(self) -> Locator:
        """The text field."""
        return self.area.get_by_test_id("textbox").first

    def type_seed(self, seed: int) -> None:
        """Type a seed and keep it."""
        self.field("Seed").fill(str(seed))
        self.lock.check()

    @property
    def lock(self) -> Locator:
        """The box that keeps the seed."""
        return self.area.locator(".pg-lock input")

    @property
    def source(self) -> str:
        """The first picture's address, which holds its bytes while it is inline."""
        return self.pictures.first.get_attribute("src") or ""

    @property
    def seed(self) -> int:
        """The seed that the status line tells."""
        found = re.search(r"(?:seed|种子) (\d+)", self.status.inner_text())
        assert found, self.status.inner_text()
        return int(found[1])

    def make(self) -> None:
        """Press Generate and wait until the result's files are offered; every result has files of its own."""
        # Asked in one go: a live picture may take the offered files away between two questions.
        earlier = self.downloads.evaluate_all("(links) => links[0]?.getAttribute('href') ?? ''")
        self.generate.click()
        self.wait_until_done()
        expect(self.downloads.first).not_to_have_attribute("href", earlier)

    def wait_until_done(self) -> None:
        """Wait until a result is told; a checkpoint may have to be read first."""
        expect(self.status.locator(".pg-done")).to_be_visible(timeout=LOADING_MS)

    def moved_on(self, before: str) -> None:
        """Wait until the picture is another one."""
        expect(self.pictures.first).not_to_have_attribute("src", before)


def open_tab(page: Page, family: str) -> Panel:
    """Open a family's tab, wait for its picture, and return its own panel."""
    page.locator(f"#{family}-tab-button").click()
    panel = Panel(page, family)
    expect(panel.pictures.first).to_be_visible(timeout=LOADING_MS)  # a clip takes a while
    return panel


def open_panel(page: Page, family: str, task: str, title: str) -> Panel:
    """Open one of a family's further panels."""
    open_tab(page, family)
    page.locator(f"#{family}-more").get_by_role("tab", name=title).click()
    panel = Panel(page, task)
    expect(panel.generate).to_be_visible()
    return panel


def picture(source: str) -> Image.Image:
    """Decode an inline picture."""
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


def pixels(source: str) -> np.ndarray:
    """Decode an inline picture to grey levels or colours."""
    return np.asarray(picture(source)).astype(int)


def same(one: str, other: str) -> bool:
    """Tell whether two inline pictures are the same but for one grey level, as law 1 of the engine promises."""
    return one == other or bool(np.abs(pixels(one) - pixels(other)).max() <= 1)


def save(page: Page, link: Locator, folder: Path) -> Path:
    """Click a download link and keep the file under the name that it suggests."""
    with page.expect_download() as waiting:
        link.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out to the side."""
    wide: int = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    return wide <= 0
