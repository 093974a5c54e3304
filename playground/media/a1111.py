"""Reads the ``parameters`` text that other Stable Diffusion programs write into PNGs, in AUTOMATIC1111's form.

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
PAIR = re.compile(r'\s*([A-Za-z][\w /+.-]{0,40}):\s*("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)')
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
    """

    values: dict[str, str | int | float] = field(default_factory=dict)
    sampler: str = ""
    model: str = ""


def read_parameters(path: str | Path) -> Parameters | None:
    """Read the text out of a PNG; None if there is none, or if our own settings are there.

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
    lines = text.replace("\r\n", "\n").strip().split("\n")
    pairs = _pairs(lines[-1])
    if pairs:
        lines = lines[:-1]
    start = next((index for index, line in enumerate(lines) if line.startswith(NEGATIVE)), len(lines))
    negative = "\n".join(lines[start:]).removeprefix(NEGATIVE)
    values: dict[str, str | int | float] = {"prompt": "\n".join(lines[:start]).strip()}
    if negative.strip():
        values["negative_prompt"] = negative.strip()
    for name, key in (("num_inference_steps", "steps"), ("seed", "seed")):
        if re.fullmatch(r"-?\d{1,20}", pairs.get(key, "")):
            values[name] = int(pairs[key])
    if re.fullmatch(r"\d{1,6}(\.\d{1,10})?", pairs.get("cfg scale", "")):
        values["guidance_scale"] = float(pairs["cfg scale"])
    if size := re.fullmatch(r"(\d{1,6})\s*[x×]\s*(\d{1,6})", pairs.get("size", "")):
        values["width"], values["height"] = int(size[1]), int(size[2])
    sampler = pairs.get("sampler", "")
    if known := _scheduler(sampler, pairs.get("schedule type", "")):
        values["scheduler"] = known
    return Parameters(values, sampler, pairs.get("model", ""))


def _pairs(line: str) -> dict[str, str]:
    """Read ``Key: value`` pairs; a line without steps is no such line but part of a prompt."""
    pairs: dict[str, str] = {}
    for key, value in PAIR.findall(line):
        try:
            read = json.loads(value) if value.startswith('"') else value
        except ValueError:
            read = value
        pairs.setdefault(key.strip().lower(), str(read).strip())
    return pairs if re.match(r"\s*Steps:", line) or {"steps", "sampler"} <= pairs.keys() else {}


def _scheduler(sampler: str, spacing: str) -> str | None:
    plain = re.sub(r"[\s_-]+", "", sampler.lower())
    # Since 1.9 the spacing of the steps is told apart, and "Automatic" means Karras for this sampler.
    if spacing.lower() == "karras" or (spacing.lower() == "automatic" and plain in ("dpm++2m", "dpmpp2m")):
        plain += "karras"
    return SCHEDULERS.get(plain) or (SCHEDULERS.get(plain.removesuffix("karras")) if spacing else None)
