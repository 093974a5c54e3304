"""Looks at results behind the scenes, one at a time while no worker is busy, so that they are found by meaning.

The page's process has no torch: a worker embeds pictures and words, through the same jobs as everybody's.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from dataclasses import dataclass

import numpy as np
from PIL import Image

from playground.engine import Engine
from playground.errors import GalleryError, PlaygroundError
from playground.families.zero_shot_requests import EmbedRequest
from playground.gallery.entries import Viewer
from playground.gallery.meaning import SEEN, Direction, Near, direction_of, keep_direction, nearest, without_direction
from playground.gallery.store import Gallery
from playground.media.pictures import data_url

log = logging.getLogger(__name__)

OWNER = "the gallery"
SIDE = 128
PATIENCE, PAUSE = 60.0, 2.0
"""Seconds that an embedding may take, and between two looks at whether there is something to do."""
EVERYONE = Viewer("", sees_all=True)
NO_MODEL = (
    "Searching by meaning needs a checkpoint that knows pictures and words: download one in the tab Words, under "
    "“Words for a picture”, or search for words as written.",
    "按含义搜索需要一个认识图片与词语的检查点：请在“文字”标签页的“图片与词语”中下载，或按字面搜索。",
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

    def like(self, viewer: Viewer, id: str, count: int) -> list[Near]:
        """Return the results that are most like one, itself the first.

        Raises:
            GalleryError: The viewer has no such result.
        """
        entry = self.gallery.get(viewer, id)
        direction = direction_of(self.gallery, id, self.revision)
        if direction is None:
            direction = self.embed(viewer.owner or OWNER, image=self._picture(entry.id))
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
            while any(worker.state == "busy" for worker in self.engine.status.workers):
                time.sleep(PAUSE / 10)
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
