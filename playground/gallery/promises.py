"""Results that were promised and are not there yet: on the disk, so that a restart of the app takes them up again.

A promise is crossed out in the moment in which its result comes into the gallery: nothing is made twice, nothing lost.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from playground.engine import Done, Job
from playground.gallery.apps import THIS_APP, lives
from playground.gallery.database import Database
from playground.gallery.entries import result_id

MOMENT = 0.03
"""Seconds in which a job may be over, and nothing is promised: nobody was told anything of it yet."""


@dataclass(frozen=True)
class Promise:
    """A job that was accepted, and whose result is not in the gallery yet.

    Attributes:
        job: The job's id.
        owner: Whose job it is: ``visitor/page``.
        task: Name of its request type.
        checkpoint: The checkpoint's id.
        request: Every field, with the seeds that were drawn.
        parent: Id of the result that it was varied from; empty for none.
    """

    job: str
    owner: str
    task: str
    checkpoint: str
    request: dict[str, Any]
    parent: str = ""


class Promises:
    """What is promised in one gallery. Nobody waits for the disk: its writing happens on a thread of its own.

    Args:
        database: The gallery's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="promises")
        self._held = False

    def give(self, job: Job, parent: str = "") -> None:
        """Promise a job's result until it is in the gallery, or the job fails or is stopped.

        Args:
            job: The job.
            parent: Id of the result that it was varied from.
        """
        self._thread.submit(self._write, job, parent, time.monotonic() + MOMENT)
        job.when_ended(self._unless_done)

    def take_back(self, job: Job) -> None:
        """Promise a job's result no longer."""
        if not self._held:
            self._thread.submit(self._cross_out, result_id(job.request.task, job.id))

    def hold(self) -> None:
        """Keep every promise from now on: the app ends, and ends its jobs, which nobody asked for."""
        self._held = True

    def all(self) -> list[Promise]:
        """Return what is promised by apps that have ended, in the order in which it was asked for.

        Raises:
            GalleryError: The index cannot be read.
        """
        with self._database.reading() as index:
            rows = index.execute("SELECT * FROM promises ORDER BY number").fetchall()
        rows = [row for row in rows if not lives(row["app"])]
        return [
            Promise(row["job"], row["owner"], row["task"], row["checkpoint"], json.loads(row["request"]), row["parent"])
            for row in rows
        ]

    def cross_out(self, promise: Promise) -> None:
        """Forget what cannot be kept."""
        self._thread.submit(self._cross_out, result_id(promise.task, promise.job))

    def _unless_done(self, job: Job) -> None:
        if not isinstance(job.latest, Done):
            self.take_back(job)

    def _write(self, job: Job, parent: str, due: float) -> None:
        time.sleep(max(0.0, due - time.monotonic()))
        if job.ended:
            return
        id, task = result_id(job.request.task, job.id), job.request.task
        request = json.dumps(job.request.model_dump(mode="json"), ensure_ascii=False)
        # It may be over, and its result in the gallery, just now.
        self._database.note(
            """INSERT OR REPLACE INTO promises (result, job, app, owner, task, checkpoint, request, parent)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM results WHERE id = ? AND whole = 1)""",
            (id, job.id, THIS_APP, job.owner, task, job.checkpoint.id, request, parent, id),
        )

    def _cross_out(self, result: str) -> None:
        self._database.note("DELETE FROM promises WHERE result = ?", (result,))
