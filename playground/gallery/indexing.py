"""Looks at results behind the scenes, one at a time in calm moments, so that they are found by meaning.

The page's process has no torch: a worker embeds pictures and words, through the same jobs as everybody's.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from playground.engine import Engine
from playground.errors import GalleryError, PlaygroundError
from playground.families.zero_shot_requests import EmbedRequest
from playground.gallery.entries import Viewer
from playground.gallery.meaning import (
    SEEN,
    Direction,
    Near,
    direction_of,
    keep_direction,
    known_directions,
    nearest,
    without_direction,
)
from playground.gallery.plane import Plane, plane_of
from playground.gallery.store import Gallery
from playground.gallery.terms import terms_of
from playground.media.pictures import data_url

log = logging.getLogger(__name__)

OWNER = "the gallery"
SIDE = 128
USUAL = (
    "apple", "cat", "dog", "heart", "rocket", "ghost", "house", "tree", "face", "flower", "fish", "car", "star", "book",
    "red", "green", "blue", "苹果", "猫", "狗", "房子", "树", "花", "太阳",
)  # fmt: skip
"""Words whose middle stands for that of all words."""
PATIENCE, PAUSE = 60.0, 2.0
"""Seconds that an embedding may take, and between two looks at whether there is something to do."""
CALM, LONGEST = 1.0, 30.0
"""Seconds without a new result after which one is looked at, and after which one is if there is never such a moment:
looking takes longer than making a digit, and who makes the next one would wait for it."""
MOST_READ = 1000
EVERYONE = Viewer("", sees_all=True)
NO_MODEL = (
    "Searching by meaning needs a checkpoint that knows pictures and words: download one in the tab Words, under "
    "“Words for a picture”, or search for words as written.",
    "按含义搜索需要一个认识图片与词语的检查点：请在“文字”标签页的“图片与词语”中下载，或按字面搜索。",
)
NOTHING_YET = (
    "Nothing was looked at yet: make a picture first; it stands on the map a moment later.",
    "还没有可放到地图上的结果：请先生成一张图片，稍后它就会出现在地图上。",
)


@dataclass
class Meaning:
    """Finds results by what they show.

    Attributes:
        engine: What embeds.
        gallery: Where the results are.
    """

    engine: Engine
    gallery: Gallery
    _read: dict[tuple[str, str], Direction] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """Which weights embed; empty where there are none here."""
        known = [checkpoint for checkpoint in self.engine.catalog.of_family(EmbedRequest.family) if checkpoint.on_disk]
        return known[0].revision if known and (known[0].path / "config.json").exists() else ""

    @property
    def ready(self) -> bool:
        """Whether there are weights here that can embed."""
        return bool(self.revision)

    def embed(self, owner: str, *, words: str = "", image: str = "") -> Direction:
        """Return where words, or else a picture, lie; waits for a worker.

        Raises:
            PlaygroundError: They cannot be embedded; the sentence says why.
        """
        if not self.revision:
            raise GalleryError(*NO_MODEL)
        values = {"words": words} if words else {"image": image}
        done = self.engine.submit(owner, EmbedRequest, values, patient=owner == OWNER).result(PATIENCE)
        return np.array([row[0] for row in done.made[0].values], np.float32)

    def read(self, owner: str, words: str) -> Direction:
        """Return where one text lies; what is asked for again and again is remembered.

        Raises:
            PlaygroundError: It cannot be embedded.
        """
        key = (self.revision, words)
        if key not in self._read:
            if len(self._read) >= MOST_READ:
                self._read.clear()
            self._read[key] = self.embed(owner, words=words)
        return self._read[key]

    def reckon(self, owner: str, *, words: str = "", image: str = "", like: str = "") -> Direction:
        """Return where a sum lies: a picture, or a result, and words with their signs, "red apple − red + green".

        Raises:
            PlaygroundError: Something of it cannot be embedded.
        """
        parts = [sign * self.read(owner, term) for term, sign in terms_of(words)]
        if like:
            parts.append(self._of_result(owner, like))
        if image or not parts:
            parts.append(self.embed(owner, words=words, image=image))
        total = np.sum(parts, axis=0)
        length = float(np.linalg.norm(total))
        return (total / length if length > 1e-6 else parts[0]).astype(np.float32)

    def plane(self, viewer: Viewer, owner: str, words: Sequence[str], most: int) -> tuple[list[str], Plane]:
        """Lay a viewer's newest results and some words on one plane; returns the results' ids too.

        Raises:
            GalleryError: Nothing was looked at yet.
            PlaygroundError: A word cannot be embedded.
        """
        if not self.revision:
            raise GalleryError(*NO_MODEL)
        ids, known = known_directions(self.gallery, viewer, self.revision, most)
        if not ids:
            raise GalleryError(*NOTHING_YET)
        usual = np.stack([self.read(OWNER, word) for word in USUAL])
        said = np.stack([self.read(owner, word) for word in words]) if words else usual[:0]
        return ids, plane_of(known, said, usual)

    def like(self, viewer: Viewer, id: str, count: int) -> list[Near]:
        """Return the results that are most like one, itself the first.

        Raises:
            GalleryError: The viewer has no such result.
        """
        entry = self.gallery.get(viewer, id)
        direction = self._of_result(viewer.owner or OWNER, entry.id)
        return nearest(self.gallery, viewer, self.revision, direction, count)

    def find(self, viewer: Viewer, direction: Direction, count: int) -> list[Near]:
        """Return the results nearest to a direction."""
        return nearest(self.gallery, viewer, self.revision, direction, count)

    def keep_up(self) -> None:
        """Look at what was not looked at yet, for as long as the app runs, behind it."""
        threading.Thread(target=self._work, name="meaning", daemon=True).start()

    def index(self, count: int = 16) -> int:
        """Look at some results; returns how many there were.

        Raises:
            GalleryError: The index cannot be read or written.
        """
        revision = self.revision
        waiting = without_direction(self.gallery, revision, count) if revision else []
        for id in waiting:
            self._wait_for_calm()
            try:
                picture = self._picture(id)
                direction = self.embed(OWNER, image=picture).tolist() if picture else []
            except GalleryError:
                raise
            except PlaygroundError as error:
                log.warning("Result %s cannot be looked at: %s", id, error)
                direction = []
            keep_direction(self.gallery, id, revision, direction)
        return len(waiting)

    def _work(self) -> None:
        self.engine.wait_until_ready()
        while True:
            try:
                done = self.index()
            except PlaygroundError as error:
                log.warning("%s", error)
                done = 0
            if not done:
                time.sleep(PAUSE)

    def _wait_for_calm(self) -> None:
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            calm = time.monotonic() - self.gallery.changed_at
            if calm >= CALM and not any(worker.state == "busy" for worker in self.engine.status.workers):
                return
            time.sleep(max(CALM - calm, PAUSE / 10))

    def _of_result(self, owner: str, id: str) -> Direction:
        direction = direction_of(self.gallery, id, self.revision)
        return self.embed(owner, image=self._picture(id)) if direction is None else direction

    def _picture(self, id: str) -> str:
        """Return a result's small picture as an inline PNG; empty for what cannot be looked at."""
        found = self.gallery.find(EVERYONE, [id])
        content = self.gallery.thumbnail(found[0]) if found and found[0].record.makes in SEEN else b""
        if not content:
            return ""
        with Image.open(io.BytesIO(content), formats=("WEBP",)) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        return data_url(picture)
