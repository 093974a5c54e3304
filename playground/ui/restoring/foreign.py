"""Settings of other Stable Diffusion programs, brought into what our Text → Image tab takes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from playground.catalog import Checkpoint
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.families import find_family
from playground.language import Language, Text
from playground.media.a1111 import Parameters
from playground.ui.restoring import texts
from playground.ui.restoring.fitting import fit_settings, listed

FAMILY = "text_to_image"


def foreign_settings(engine: Engine, found: Parameters, language: Language, chosen: str = "") -> dict[str, Any]:
    """Return what opens the tab and fills all its controls, and what to tell of what could not be taken over.

    Args:
        engine: What can be chosen.
        found: What the file says.
        language: The visitor's.
        chosen: Id of the checkpoint that the tab has chosen; empty for its first.
    """
    task, checkpoint = find_family(FAMILY).requests[0], _checkpoint(engine, chosen)
    worn, words = _lora(checkpoint, found)
    fitted = fit_settings(task, checkpoint, found.values | worn, quiet=("scheduler",))
    said = [texts.FOREIGN.to(language), *fitted.sentences(language), *(line.to(language) for line in words)]
    if found.sampler and fitted.values.get("scheduler") != found.values.get("scheduler"):
        said.append(texts.FOREIGN_SAMPLER.format(found.sampler[:60], fitted.values["scheduler"]).to(language))
    if found.left_out:
        said.append(texts.NOT_TAKEN.format(listed(found.left_out)).to(language))
    if found.model:
        said.append(texts.FOREIGN_MODEL.format(found.model[:80]).to(language))
    return {
        "family": FAMILY,
        "task": task.task,
        "checkpoint": chosen and checkpoint.id,
        "values": fitted.values,
        "parent": "",
        "toast": " ".join(said),
    }


def _checkpoint(engine: Engine, chosen: str) -> Checkpoint:
    try:
        return engine.catalog.find(chosen, FAMILY)
    except PlaygroundError:
        return engine.catalog.find("", FAMILY)


def _lora(checkpoint: Checkpoint, found: Parameters) -> tuple[dict[str, Any], list[Text]]:
    """Put on the first LoRA that is here, by its file's name in any folder; the others are said."""
    values, away = dict[str, Any](), list[str]()
    for name, weight in found.loras:
        here = lora_named(checkpoint, name)
        if here and not values:
            values = {"lora": here, "lora_weight": weight}
        else:
            away.append(name)
    return values, [texts.NO_SUCH_LORA.format(listed(away))] if away else []


def lora_named(checkpoint: Checkpoint, name: str) -> str:
    """Return the LoRA that another program calls so; empty where it is not here."""
    known = checkpoint.loras
    plain = name.replace("\\", "/").removesuffix(".safetensors")
    same = [key for key in known if PurePosixPath(key).name.casefold() == PurePosixPath(plain).name.casefold()]
    return plain if plain in known else next(iter(same), "")
