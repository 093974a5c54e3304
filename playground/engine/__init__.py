"""Requests in, events out. Knows no model by name; one worker thread a device touches the models."""

from playground.engine.engine import Engine
from playground.engine.events import BatchShape, Cancelled, Done, Event, Failed, Loading, Queued, Report, Step
from playground.engine.jobs import Job

__all__ = [
    "BatchShape",
    "Cancelled",
    "Done",
    "Engine",
    "Event",
    "Failed",
    "Job",
    "Loading",
    "Queued",
    "Report",
    "Step",
]
