"""The report of a finished job: what its files and the API tell about it."""

from __future__ import annotations

from typing import Any

from playground.engine.jobs import Job, Report
from playground.families.base import Device, Family


def report_of(job: Job, family: Family[Any], device: Device | None, versions: dict[str, str]) -> Report:
    """Report a job all of whose pictures are made.

    Args:
        job: The job.
        family: What made it.
        device: Where.
        versions: Versions of the libraries that take part.
    """
    seeds = [seed for sample in job.samples if (seed := getattr(sample, "seed", None)) is not None]
    return Report(
        family=family.name,
        task=job.request.task,
        checkpoint=job.checkpoint.id,
        revision=job.checkpoint.revision,
        request=job.request.model_dump(mode="json"),
        seeds=seeds if job.request.makes == "pictures" else list(dict.fromkeys(seeds)),
        seconds=round(job.seconds, 4),
        device=device.name if device else "",
        dtype=family.dtype or (device.dtype if device else ""),
        batches=[job.batches[index] for index in range(len(job.samples))],
        notices=list(job.notices),
        versions=versions,
    )
