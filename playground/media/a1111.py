"""Reads the text that other Stable Diffusion programs write into PNG, JPEG and WebP, in AUTOMATIC1111's form.

Gives the values under the names of our vocabulary; whether a model can serve them is not decided here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from playground.errors import UnreadableFile
from playground.media.containers import find_parameters
from playground.media.metadata import MAX_JSON_BYTES

NEGATIVE = "Negative prompt:"
KEY = re.compile(r"\s*([^\W\d_][\w /+.()-]{0,60}):[^\S\n]*")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?=\s*(?:,|\n|$))', re.DOTALL)
PLAIN = re.compile(r"[^,\n]*")
BETWEEN = re.compile(r"\s*(?:,|\n|$)\s*")
MOST_PAIRS = 500
MOST_STARTS = 8
"""Lines that look like the first of the settings and are tried; a quoted value may hold some, too."""
ADDED = re.compile(r"<\s*(lora|lyco|hypernet)\s*:\s*([^:<>]{1,200})((?::[^:<>]{0,100})*)>", re.IGNORECASE)
# What says something about the file but makes no other picture.
REMARKS = re.compile(
    r"(model|vae|lora|ti|refiner|.*)\s*hash(es)?|version|template|negative template|user|app|job id|created date|"
    r"batch (size|pos)|time|civitai (resources|metadata)",
)
NOTHING = ("", "0", "0.0", "1", "1.0", "none", "false", "0x0", "automatic")
# Names of the same schedulers in the programs that write this text, lower case without separators.
SCHEDULERS = {
    "ddim": "DDIM",
    "euler": "Euler",
    "keuler": "Euler",
    "eulera": "Euler a",
    "keulera": "Euler a",
    "eulerancestral": "Euler a",
    "keulerancestral": "Euler a",
    "dpm++2m": "DPM++ 2M",
    "dpmpp2m": "DPM++ 2M",
    "kdpmpp2m": "DPM++ 2M",
    "dpm++2mkarras": "DPM++ 2M Karras",
    "dpmpp2mkarras": "DPM++ 2M Karras",
    "kdpmpp2mkarras": "DPM++ 2M Karras",
    "dpmpp2mk": "DPM++ 2M Karras",
    **{
        f"{dpm}{order}sde{gpu}{spacing}": f"DPM++ {named}SDE{' Karras' if spacing else ''}"
        for dpm in ("dpm++", "dpmpp", "kdpmpp")
        for order, named in (("", ""), ("2m", "2M "), ("3m", "3M "))
        for gpu in ("", "gpu")  # where its noise is drawn
        for spacing in ("", "karras")
    },
    "heun": "Heun",
    "kheun": "Heun",
    "unipc": "UniPC",
    "unipcbh2": "UniPC",
    "lcm": "LCM",
}


@dataclass(frozen=True)
class Parameters:
    """What such a text says.

    Attributes:
        values: Fields of a text → image request, as far as they are told.
        sampler: The sampler as it is written; empty if none is.
        model: The model's name as it is written; empty if none is.
        loras: Names and weights of the LoRAs that the prompt called for; their tags are no words of it.
        left_out: Settings that change the picture and have no name in our vocabulary, as they are written.
    """

    values: dict[str, str | int | float] = field(default_factory=dict)
    sampler: str = ""
    model: str = ""
    loras: tuple[tuple[str, float], ...] = ()
    left_out: tuple[str, ...] = ()


def read_parameters(path: str | Path) -> Parameters | None:
    """Read the text out of a picture; None if there is none, or if our own settings are there.

    Raises:
        UnreadableFile: The text is longer than settings are.
    """
    text = find_parameters(Path(path))
    if text is None:
        return None
    if len(text) > MAX_JSON_BYTES:
        raise UnreadableFile(
            f"The settings in this file are {len(text):,} characters long; at most {MAX_JSON_BYTES:,} are read.",
            f"这个文件里的设置长达 {len(text):,} 个字符，最多读取 {MAX_JSON_BYTES:,} 个。",
        )
    return parse_parameters(text)


def parse_parameters(text: str) -> Parameters:
    """Take such a text apart; what it does not say is left out."""
    words, pairs, names = _settings(text.replace("\r\n", "\n").strip())
    lines = words.split("\n")
    start = next((index for index, line in enumerate(lines) if line.startswith(NEGATIVE)), len(lines))
    prompt, loras, left = without_tags("\n".join(lines[:start]).strip())
    negative, *_ = without_tags("\n".join(lines[start:]).removeprefix(NEGATIVE).strip())
    values: dict[str, str | int | float] = {"prompt": prompt}
    if negative:
        values["negative_prompt"] = negative
    for name, key in (("num_inference_steps", "steps"), ("seed", "seed")):
        if re.fullmatch(r"-?\d{1,20}", pairs.get(key, "")):
            values[name] = int(pairs[key])
    if re.fullmatch(r"\d{1,6}(\.\d{1,10})?", pairs.get("cfg scale", "")):
        values["guidance_scale"] = float(pairs["cfg scale"])
    if size := re.fullmatch(r"(\d{1,6})\s*[x×]\s*(\d{1,6})", pairs.get("size", "")):
        values["width"], values["height"] = int(size[1]), int(size[2])
    sampler = pairs.get("sampler", "")
    if known := scheduler_named(sampler, pairs.get("schedule type", "")):
        values["scheduler"] = known
    walked = _walk(pairs)
    taken = {"steps", "seed", "cfg scale", "size", "sampler", "schedule type", "model", *walked}
    values |= {"second_seed": int(pairs["variation seed"])} if walked else {}
    values |= {"walk": float(pairs["variation seed strength"])} if walked else {}
    left += [
        names[key]
        for key, value in pairs.items()
        if key not in taken and not REMARKS.fullmatch(key) and value.casefold() not in NOTHING
    ]
    return Parameters(values, sampler, pairs.get("model", ""), tuple(loras), tuple(dict.fromkeys(left)))


def _settings(text: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Split off the settings: from a line with ``Steps:``, quoted line breaks and all, to the end."""
    starts = [match.start() for match in re.finditer(r"^[^\S\n]*Steps:[^\S\n]*\d+[^\S\n]*(?:,|$)", text, re.MULTILINE)]
    last = text.rfind("\n") + 1
    for start in [*starts[:MOST_STARTS], *starts[-1:]]:
        pairs, names, whole = _pairs(text[start:])
        if whole and pairs:
            return text[:start], pairs, names
    for start in dict.fromkeys([*starts[-1:], last]):
        pairs, names, _ = _pairs(text[start:])
        if start in starts or {"steps", "sampler"} <= pairs.keys():
            return text[:start], pairs, names
    return text, {}, {}


def _pairs(text: str) -> tuple[dict[str, str], dict[str, str], bool]:
    """Read ``Key: value`` pairs under their names in small letters, how these are written, and whether that is all."""
    pairs, names = dict[str, str](), dict[str, str]()
    at, whole, closed = 0, True, True
    for _ in range(MOST_PAIRS):
        if at >= len(text):
            break
        key = KEY.match(text, at)
        if key is None:  # not a pair: go on behind the next comma
            whole = False
            at = max(at + 1, _next(text, at))
            continue
        start = key.end()
        quoted = QUOTED.match(text, start) if closed and text[start : start + 1] == '"' else None
        if text[start : start + 1] == '"' and quoted is None:
            closed = False  # no quote is closed from here on, so that none is looked for again
        found = quoted or PLAIN.match(text, start)
        assert found is not None  # a plain value may be empty
        names.setdefault(key[1].strip().lower(), key[1].strip())
        pairs.setdefault(key[1].strip().lower(), _value(found[0]))
        at = max(start, _next(text, found.end()))
    return pairs, names, whole and at >= len(text)


def _next(text: str, at: int) -> int:
    """Return where the next pair may begin."""
    end = BETWEEN.match(text, at)
    if end is None:
        end = PLAIN.match(text, at)
        assert end is not None
        return end.end() + 1
    return end.end()


def _value(written: str) -> str:
    if written.startswith('"'):
        try:
            return str(json.loads(written, strict=False)).strip()
        except ValueError:
            return written.strip().strip('"')
    return written.strip()


def without_tags(prompt: str) -> tuple[str, list[tuple[str, float]], list[str]]:
    """Take ``<lora:name:weight>`` out of a prompt.

    Returns:
        The words that are left, the LoRAs' names and weights, and what else was called for so.
    """
    loras, others = list[tuple[str, float]](), list[str]()

    def take(tag: re.Match[str]) -> str:
        kind, name, numbers = tag[1].lower(), tag[2].strip(), re.search(r"-?\d*\.?\d+", tag[3].split("=")[0])
        if kind == "hypernet":
            others.append(f"hypernet {name}")
        else:
            loras.append((name, float(numbers[0]) if numbers else 1.0))
        return ""

    words = ADDED.sub(take, prompt)
    if words != prompt:  # no hole is left where a tag stood, nor a comma too many
        words = re.sub(r"[^\S\n]+", " ", words).replace(" ,", ",")
        words = re.sub(r",(?: ?,)+", ",", words).strip(" ,\n")
    return words, loras, others


def _walk(pairs: dict[str, str]) -> set[str]:
    """Return the names of a variation seed's settings: it is what is called a walk here."""
    seed, far = pairs.get("variation seed", ""), pairs.get("variation seed strength", "")
    number = re.fullmatch(r"\d{1,10}", seed) and re.fullmatch(r"(0(\.\d{1,10})?|1(\.0+)?|\.\d{1,10})", far)
    return {"variation seed", "variation seed strength"} if number else set()


def scheduler_named(sampler: str, spacing: str) -> str | None:
    """Return our name of a sampler; None where it is not known here.

    Args:
        sampler: As other programs write it.
        spacing: How its steps are spaced, as they write it; empty where the sampler's name says so.
    """
    plain = re.sub(r"[\s_-]+", "", sampler.lower())
    # Since 1.9 the spacing of the steps is told apart, and "Automatic" means Karras for this sampler.
    if spacing.lower() == "karras" or (spacing.lower() == "automatic" and plain in ("dpm++2m", "dpmpp2m")):
        plain += "karras"
    return SCHEDULERS.get(plain) or (SCHEDULERS.get(plain.removesuffix("karras")) if spacing else None)
