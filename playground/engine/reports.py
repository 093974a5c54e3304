"""The report of a finished job: what its files and the API tell about it."""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import playground
from playground.engine.events import Report
from playground.engine.jobs import Job
from playground.families.base import RUNTIMES, Device, Family
from playground.language import Language
from playground.outcomes import find_kind

ALWAYS = ("playground", "torch", "diffusers", "transformers", "numpy", "pillow")
"""Packages whose versions every report tells; another runtime's is told where that computed."""


def report_of(job: Job, family: Family[Any], device: Device | None, versions: dict[str, str]) -> Report:
    """Report a job all of whose samples are made.

    Args:
        job: The job.
        family: What made it.
        device: Where.
        versions: Versions of the libraries that take part.
    """
    kind = find_kind(job.request.makes)
    seeds = [seed for sample in job.samples if (seed := getattr(sample, "seed", None)) is not None]
    return Report(
        family=family.name,
        task=job.request.task,
        checkpoint=job.checkpoint.id,
        revision=job.checkpoint.revision,
        request=job.request.model_dump(mode="json"),
        seeds=kind.seeds(seeds),
        seconds=round(job.seconds, 4),
        device=device.name if device else "",
        dtype=family.dtype or (device.dtype if device else ""),
        batches=[job.batches[index] for index in range(len(job.samples))],
        notices=list(job.notices),
        versions={package: known for package, known in versions.items() if package in (*ALWAYS, job.runtime)},
        makes=kind.name,
        contents=kind.report([piece for index in range(len(job.samples)) for piece in job.made[index]]),
    )


def as_json(report: Report, language: Language) -> dict[str, Any]:
    """Return a report as the API and the page give it: plain data, with its notices in one language."""
    plain = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "contents"}
    plain["batches"] = [{"size": shape.size, "position": shape.position} for shape in report.batches]
    return plain | {"notices": [notice.to(language) for notice in report.notices]} | report.contents


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that take part, as far as they are installed here."""
    versions = {"playground": playground.__version__}
    for package in (*ALWAYS[1:], *RUNTIMES):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
