"""Reads the settings that other image generators leave in their files, under the names of our vocabulary.

A1111 and Forge write text (``media.a1111``). ComfyUI, InvokeAI, NovelAI and Fooocus write JSON of their own kinds,
which the library sd-parsers knows; SwarmUI's it does not.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sd_parsers.data import Generators, PromptInfo
from sd_parsers.exceptions import ParserError
from sd_parsers.parsers import ComfyUIParser, FooocusParser, InvokeAIParser, NovelAIParser

from playground.media.a1111 import Parameters, read_parameters, scheduler_named, without_tags
from playground.media.comfyui import straightened
from playground.media.containers import find_texts

log = logging.getLogger(__name__)

MOST_CHARACTERS = 8_000_000
"""Of all texts in a file: the graph of a large ComfyUI workflow takes some hundred thousand."""
OURS = "playground"
SWARM = "sui_image_params"
PARSERS = (InvokeAIParser(), NovelAIParser(), ComfyUIParser(), FooocusParser())
# Nodes of ComfyUI that only carry on what is told elsewhere, or say where a picture goes.
PLUMBING = re.compile(
    r"(save|preview|vae|cliptext|clipset|emptylatent|empty.*latent|checkpointloader|loadimage$|reroute|note|primitive|"
    r"conditioning(combine|concat)|lora|unetloader|dualcliploader|cliploader|image(scale|resize)?$|string|int|float|"
    r"ksamplerselect|(basic|karras|exponential|polyexponential|simple)?scheduler$|randomnoise|(basic|cfg)guider|fluxguidance|"
    r"conditioningzeroout)",
    re.IGNORECASE,
)
# What a file tells beside the settings that every picture has, and that would make another picture.
CHANGES = re.compile(
    r"(denoise|strength|variation|hires|hrf|refiner|control|controlnets|ip_?adapters?|loras?|init_?image|init|mask|upscale|"
    r"clip_skip|performance|styles?|sharpness|adm_guidance|ti_embeddings|video)",
    re.IGNORECASE,
)
NOTHING = ("", "none", "0", "0.0", "1", "1.0", "[]", "{}", "false", "speed")


def read_foreign(path: str | Path) -> Parameters | None:
    """Read another generator's settings out of a PNG, JPEG or WebP; None where there are none, or where ours are.

    Raises:
        UnreadableFile: The text is longer than settings are.
    """
    file = Path(path)
    try:
        texts = find_texts(file)
        if OURS in texts or sum(map(len, texts.values())) > MOST_CHARACTERS:
            return read_parameters(file)  # which says what is too long
        if swarm := _swarm(texts.get("parameters")):
            return _from_swarm(swarm)
        if (parsed := _parsed(texts)) and parsed.samplers:
            return _from_parsed(parsed)
    except Exception as error:  # another kind of file, or JSON of a shape that nobody writes: anything can be raised
        log.debug("%s: %s", file.name, error)
    return read_parameters(file)


def _parsed(texts: Mapping[str, str]) -> PromptInfo | None:
    """Let the library read texts, ComfyUI's graph in plain form."""
    told: dict[str, Any] = dict(texts)
    with suppress(KeyError, ValueError, AttributeError):  # it is none of ComfyUI's
        graph, links = straightened(json.loads(texts["prompt"]))
        told |= {"prompt": graph, "workflow": {"links": links}}
    for parser in PARSERS:
        with suppress(ParserError):
            return parser.parse(told)
    return None


def _from_parsed(found: PromptInfo) -> Parameters:
    """Take over what the first sampler was told; further samplers refine its picture, which we do not."""
    first, others, nodes = found.samplers[0], found.samplers[1:], _nodes(found)
    said = {**_flat(found.metadata), **first.parameters}
    values = _words(
        ", ".join(prompt.value for prompt in first.prompts) or found.full_prompt,
        ", ".join(prompt.value for prompt in first.negative_prompts) or found.full_negative_prompt,
    )
    values |= _numbers(said)
    spacing = str(said.get("scheduler", ""))
    if known := scheduler_named(str(first.name), spacing):
        values["scheduler"] = known
    left = list(_changing(said))
    graph = found.generator == Generators.COMFYUI
    lists = [name for name, value in found.metadata.items() if isinstance(value, list) and value]
    left += [name for name in lists if (not PLUMBING.match(name) if graph else _names_a_change(name))]
    left += [f"{len(others)} × {others[0].name}"] if others else []
    named = first.model.name if first.model else ""
    model = next((node[key] for node in nodes for key in ("ckpt_name", "unet_name") if key in node), named)
    loras = _loras([*nodes, *_list(found.metadata.get("loras")), *_combined(found.metadata)])
    return _with_tags(values, str(first.name), model if isinstance(model, str) else "", loras, left)


def _from_swarm(told: Mapping[str, Any]) -> Parameters:
    named = {
        "steps": told.get("steps"),
        "seed": told.get("seed"),
        "cfg_scale": told.get("cfgscale"),
        "width": told.get("width"),
        "height": told.get("height"),
    }
    values = _words(told.get("prompt"), told.get("negativeprompt")) | _numbers(named)
    sampler, spacing = str(told.get("sampler") or ""), str(told.get("scheduler") or "")
    if known := scheduler_named(sampler, spacing):
        values["scheduler"] = known
    names, weights = told.get("loras"), told.get("loraweights")
    loras = [
        (str(name), _number(weight) or 1.0)
        for name, weight in zip(_list(names), [*_list(weights), *[1] * 100], strict=False)
    ]
    left = list(_changing({name: value for name, value in told.items() if name not in ("loras", "loraweights")}))
    return _with_tags(values, sampler, str(told.get("model") or ""), loras, left)


def _swarm(text: object) -> Mapping[str, Any] | None:
    """Return what SwarmUI wrote, which shares its place in the file with A1111."""
    if not isinstance(text, str) or SWARM not in text[:200]:
        return None
    told = json.loads(text).get(SWARM)
    return told if isinstance(told, dict) else None


def _words(prompt: object, negative: object) -> dict[str, str | int | float]:
    values: dict[str, str | int | float] = {"prompt": prompt.strip() if isinstance(prompt, str) else ""}
    if isinstance(negative, str) and negative.strip():
        values["negative_prompt"] = negative.strip()
    return values


def _numbers(said: Mapping[str, Any]) -> dict[str, str | int | float]:
    values: dict[str, str | int | float] = {}
    for name, keys in (("num_inference_steps", ("steps",)), ("seed", ("seed", "noise_seed"))):
        number = next((number for key in keys if (number := _number(said.get(key))) is not None), None)
        if number is not None and number == int(number):
            values[name] = int(number)
    if (scale := _number(said.get("cfg_scale"))) is not None:
        values["guidance_scale"] = scale
    sides = [_number(said.get(name)) for name in ("width", "height")]
    if all(sides):
        values["width"], values["height"] = (int(side or 0) for side in sides)
    return values


def _number(value: object) -> int | float | None:
    """Return a finite number of ordinary size, however it is written."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", value.strip()):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 10**20 else None  # NaN is not below anything


def _flat(metadata: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what is told plainly, and the size out of ComfyUI's node of the empty latents."""
    flat = {str(key): value for key, value in metadata.items() if not isinstance(value, list | dict)}
    for name, nodes in metadata.items():
        if isinstance(nodes, list) and re.match(r"empty.*latent", str(name), re.IGNORECASE):
            for node in nodes[:1]:
                flat |= {side: node.get(side) for side in ("width", "height")} if isinstance(node, dict) else {}
    if isinstance(size := metadata.get("resolution"), str) and (sides := re.findall(r"\d{1,6}", size)):
        flat |= dict(zip(("width", "height"), map(int, sides), strict=False))
    return flat


def _names_a_change(name: str) -> bool:
    return bool(CHANGES.match(name)) and name != "loras"  # which are put on, or told by their names


def _changing(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of settings that change the picture and have no name in our vocabulary."""
    alone = str(said.get("refiner_model", "")).casefold() == "none"
    for name, value in said.items():
        if CHANGES.match(name) and str(value).casefold() not in NOTHING and not (alone and name.startswith("refiner")):
            yield name


def _nodes(found: PromptInfo) -> list[dict[str, Any]]:
    """Return what each node of a ComfyUI graph is told; the library takes a link to a model for the model's name."""
    graph = found.raw_parameters["prompt"] if found.generator == Generators.COMFYUI else {}
    return [node["inputs"] for node in graph.values()]


def _loras(told: Iterable[object]) -> list[tuple[str, float]]:
    """Return the LoRAs of ComfyUI's loaders, and those of InvokeAI and Fooocus."""
    found = list[tuple[str, float]]()
    for each in told:
        if isinstance(each, list) and len(each) >= 2:  # Fooocus: a name, a weight, a hash
            each = {"lora_name": each[0], "weight": each[1]}
        if not isinstance(each, dict):
            continue
        model = each.get("model", each.get("lora"))
        named = model.get("name", model.get("model_name")) if isinstance(model, dict) and "weight" in each else None
        called = each.get("lora_name") or named
        weight = _number(each.get("strength_model", each.get("weight")))
        if isinstance(called, str):
            found.append((called[:200], 1.0 if weight is None else float(weight)))
    return found[:50]


def _combined(metadata: Mapping[Any, Any]) -> Iterator[list[str]]:
    """Yield the names and weights that older Fooocus wrote as ``name : weight``."""
    for key, said in metadata.items():
        if str(key).startswith("lora_combined") and isinstance(said, str):
            yield [part.strip() for part in said.rpartition(" : ")[::2]]


def _list(value: object) -> list[Any]:
    return value[:100] if isinstance(value, list) else []


def _with_tags(
    values: dict[str, str | int | float], sampler: str, model: str, loras: Iterable[tuple[str, float]], left: list[str]
) -> Parameters:
    """Put it together; LoRAs that the prompt calls for by tags are no words of it."""
    prompt, tagged, others = without_tags(str(values["prompt"]))
    others += [name[:60] for name in left]
    worn = tuple(dict.fromkeys([*tagged, *loras]))
    return Parameters(values | {"prompt": prompt}, sampler[:80], model[:200], worn, tuple(dict.fromkeys(others)))
