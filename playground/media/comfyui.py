"""ComfyUI's graph in the plain form that sd-parsers reads: one node tells all of a sampler.

People's graphs take values from other nodes, and newer samplers are told by several of them. What is linked with what
is read off the graph itself, since a picture that was made through ComfyUI's API carries no workflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Inputs = dict[str, Any]
Graph = dict[str, dict[str, Any]]
MOST_NODES, MOST_HOPS = 3000, 12
WORDS = ("text", "text_g", "text_l", "t5xxl", "clip_l", "string_a", "string_b")
NUMBERS = ("seed", "noise_seed", "steps", "cfg", "denoise", "width", "height", "guidance")
NAMES = ("sampler_name", "scheduler")
HOLDS = ("value", "string", "text", "int", "float", "number", "seed", "noise_seed", *NAMES)
"""What nodes that hold one value call it."""


def straightened(graph: Mapping[str, Any]) -> tuple[Graph, list[list[Any]]]:
    """Return a graph's nodes with everything that is told of them, and the links between them.

    Args:
        graph: What ComfyUI keeps as ``prompt``: by node, its ``class_type`` and ``inputs``.

    Raises:
        ValueError: It is no such graph, or one of more nodes than people draw.
    """
    nodes: Graph = {
        str(id): {**node, "inputs": dict(node["inputs"])}
        for id, node in graph.items()
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
    }
    if not 0 < len(nodes) <= MOST_NODES:
        raise ValueError(f"{len(nodes)} nodes")
    for node in nodes.values():
        _take_values(nodes, node["inputs"])
    for node in nodes.values():
        inputs = node["inputs"]
        if _kind(node).startswith("SamplerCustom"):
            inputs |= _of_parts(nodes, inputs)
        if inputs.get("cfg") in (1, None) and (guidance := _guidance(nodes, inputs.get("positive"))) is not None:
            inputs["cfg"] = guidance  # distilled models are told theirs with the words
    return nodes, [link for id, node in nodes.items() for link in _links(nodes, id, node)]


def _take_values(nodes: Graph, inputs: Inputs) -> None:
    """Put into a node what others hold for it; the words for several text encoders become one text."""
    for name in (*WORDS, *NUMBERS, *NAMES):
        if isinstance(inputs.get(name), list):
            kind = int | float if name in NUMBERS else str
            held = _held(nodes, inputs[name], kind, MOST_HOPS)
            if held is not None:
                inputs[name] = held
    said = [inputs[name] for name in ("t5xxl", "clip_l", "text_g", "text_l") if isinstance(inputs.get(name), str)]
    if said and "text" not in inputs:
        inputs["text"] = ", ".join(dict.fromkeys(said))


def _held(nodes: Graph, link: Any, kind: Any, hops: int) -> Any:
    """Return the value at the end of a link; None where it is made by something else than other nodes' values."""
    target = _at(nodes, link)
    if target is None or hops <= 0:
        return None
    inputs = target["inputs"]
    if {"string_a", "string_b"} <= inputs.keys():
        ends = [inputs[name] for name in ("string_a", "string_b")]
        # Each has two ends: what links to itself must not be followed for long.
        texts = [_held(nodes, end, kind, hops - 3) if isinstance(end, list) else end for end in ends]
        joined = all(isinstance(text, str) for text in texts) and kind is str
        return str(inputs.get("delimiter") or "").join(texts) if joined else None
    for name in HOLDS:
        if isinstance(inputs.get(name), kind) and not isinstance(inputs[name], bool):
            return inputs[name]
    onward = [value for value in inputs.values() if isinstance(value, list)]
    return _held(nodes, onward[0], kind, hops - 1) if len(onward) == 1 else None


def _of_parts(nodes: Graph, inputs: Inputs) -> Inputs:
    """Return what the parts of a custom sampler tell: its noise, its guider, its sampler and its sigmas."""
    told: Inputs = {}
    if noise := _at(nodes, inputs.get("noise")):
        told["seed"] = noise["inputs"].get("noise_seed")
    if sampler := _at(nodes, inputs.get("sampler")):
        told["sampler_name"] = sampler["inputs"].get("sampler_name", _kind(sampler))
    sigmas = _upstream(nodes, inputs.get("sigmas"), "steps", ("sigmas",))
    told |= {name: sigmas[name] for name in ("steps", "scheduler", "denoise") if name in sigmas}
    if guider := _at(nodes, inputs.get("guider")):
        given = guider["inputs"]
        told |= {"cfg": given.get("cfg", 1), "positive": given.get("positive", given.get("conditioning"))}
        told |= {name: given[name] for name in ("negative", "model") if name in given}
    return {name: value for name, value in told.items() if value is not None}


def _guidance(nodes: Graph, positive: Any) -> float | None:
    """Return the guidance that is told with the words, as FLUX takes it."""
    found = _upstream(nodes, positive, "guidance", ("conditioning", "positive")).get("guidance")
    return found if isinstance(found, int | float) else None


def _upstream(nodes: Graph, link: Any, wanted: str, along: tuple[str, ...]) -> Inputs:
    """Return the inputs of the first node up a line that tells something; empty where none does."""
    for _ in range(MOST_HOPS):
        node = _at(nodes, link)
        if node is None:
            break
        if wanted in node["inputs"]:
            found: Inputs = node["inputs"]
            return found
        link = next((node["inputs"][name] for name in along if name in node["inputs"]), None)
    return {}


def _links(nodes: Graph, id: str, node: dict[str, Any]) -> list[list[Any]]:
    """Return a node's links as a workflow lists them; what was set to zero says nothing of what it was."""
    if _kind(node) == "ConditioningZeroOut":
        return []
    return [
        [0, str(value[0]), value[1], id, 0, "CLIP" if name.startswith("clip") else name.upper()]
        for name, value in node["inputs"].items()
        if _at(nodes, value)
    ]


def _at(nodes: Graph, link: Any) -> dict[str, Any] | None:
    """Return the node that a link comes from."""
    return nodes.get(str(link[0])) if isinstance(link, list) and len(link) == 2 else None


def _kind(node: dict[str, Any]) -> str:
    return str(node.get("class_type", ""))
