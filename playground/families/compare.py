"""One condition, every kind of generator side by side, judged by the project's own classifier.

Its checkpoint is the judges: a small classifier a data set and real pictures to compare with. The generators are read
from the folders beside it that the judges' config.json names, when somebody asks for them.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.errors import GenerationError, InvalidInput
from playground.families.base import Device, Family, Step, register
from playground.families.class_gan_requests import CHINESE
from playground.families.compare_generators import Generator, open_generator
from playground.families.compare_requests import (
    DATA,
    EVERY_CLASS,
    GENERATORS,
    CompareRequest,
    CompareSample,
    chosen_generators,
)
from playground.families.compare_run import Bench, Comparing, Remembered
from playground.families.requests import Request
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.figures import Seen
    from playground.outcomes.comparison import Comparison

SIDE = 28


@dataclass
class Judges:
    """What is loaded of a comparison's checkpoint.

    Attributes:
        checkpoint: It.
        device: Where generators are put.
        benches: By data set, read when somebody asks for it.
        generators: By data set and kind, likewise.
        remembered: Columns of comparisons before.
    """

    checkpoint: Checkpoint
    device: str
    benches: dict[str, Bench] = field(default_factory=dict)
    generators: dict[tuple[str, str], Generator] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=Remembered)


@register
class Compare(Family[Judges]):
    """Every kind of generator on the same condition."""

    name, title, order, max_batch, dtype = "compare", Text("Compare", "比较"), 50, 1, "float32"
    live, first = False, {"num_images": 10}
    requests = (CompareRequest,)
    examples = (
        (Text("All sevens", "全是 7"), {"data": "digits", "class_name": "7"}),
        (Text("Every digit", "所有数字"), {"data": "digits", "class_name": ""}),
        (Text("All sneakers", "全是运动鞋"), {"data": "clothes", "class_name": "Sneaker"}),
        (Text("Every kind of clothes", "所有服装"), {"data": "clothes", "class_name": ""}),
        (
            Text("Digits without guidance", "不用引导的数字"),
            {
                "data": "digits",
                "class_name": "",
                "diffusion_guidance": 1.0,
                "flow_guidance": 1.0,
                "pixel_guidance": 1.0,
            },
        ),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> Judges:
        """Read the judge of the first data set; the rest is read when it is asked for."""
        judges = Judges(checkpoint, device.type)
        _bench(judges, next(iter(checkpoint.config["data"])))
        return judges

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The data sets, all their classes, and the generators of which there is one at least."""
        known = checkpoint.config["data"]
        classes = {name: Text(name, CHINESE.get(name, name)) for data in known for name in known[data]["class_names"]}
        there = {name for data in known for name in folders_of(checkpoint, data)}
        return {
            "data": {name: DATA[name] for name in known},
            "class_name": {"": EVERY_CLASS} | classes,
            "generators": {name: title for name, title in GENERATORS.items() if name in there},
        }

    def read(self, task: type[Request], checkpoint: Checkpoint, values: Mapping[str, Any]) -> Request:
        """Name all generators that there are, where nobody says who takes part, so that the record does."""
        request = super().read(task, checkpoint, values)
        if isinstance(request, CompareRequest) and not request.generators.strip():
            return request.model_copy(update={"generators": ", ".join(folders_of(checkpoint, request.data))})
        return request

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse a class of the other data set, and a generator that was not trained on this one."""
        super().check(checkpoint, request)
        if not isinstance(request, CompareRequest):
            return
        names = checkpoint.config["data"][request.data]["class_names"]
        if request.class_name and request.class_name not in names:
            raise InvalidInput(
                "class_name",
                f"{request.class_name} is no class of {DATA[request.data].en.lower()}; those are: {', '.join(names)}.",
                f"{request.class_name} 不是“{DATA[request.data].zh}”的类别；可用类别：{'、'.join(names)}。",
            )
        there = folders_of(checkpoint, request.data)
        if missing := [name for name in chosen_generators(request.generators) if name not in there]:
            raise InvalidInput(
                "generators",
                f"There is no {missing[0]} of {DATA[request.data].en.lower()} here; there are: {', '.join(there)}.",
                f"“{DATA[request.data].zh}”没有 {missing[0]} 生成器；可用：{'、'.join(there)}。",
            )

    def generate(self, model: Judges, samples: Sequence[CompareSample], step: Step) -> list[Comparison]:
        """Make one comparison after the other."""
        made = []
        for sample in samples:
            generators = [_generator(model, sample.data, name) for name in sample.generators]
            made.append(Comparing(_bench(model, sample.data), generators, sample, step, model.remembered).run())
        return made

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines that make the generators' samples; the figures are those of ``playground.networks.figures``."""
        if not isinstance(request, CompareRequest):
            return ""
        (sample,) = request.samples(checkpoint)
        folders = folders_of(checkpoint, request.data)
        chosen = {name: f"checkpoints/{folders[name].name}" for name in sample.generators}
        names = checkpoint.config["data"][request.data]["class_names"]
        label = f"[{names.index(request.class_name)}] * count" if request.class_name else "list(range(10)) * count"
        return f"""from pathlib import Path

import torch
from playground.families.compare_generators import open_generator
from playground.networks.pixels import to_pictures

seed, count, strengths = {request.seed}, {request.num_images}, {dict(sample.strengths)}
classes = torch.tensor(({label})[:count])
for name, folder in {chosen}.items():
    for pictures in open_generator(name, Path(folder), "cpu").draw(range(seed, seed + count), classes, strengths):
        pass  # what they are after every step; the last are what they have become
    for index, picture in enumerate(to_pictures(pictures)):
        picture.save(f"{{name}}-{{index}}.png")
"""

    def memory(self, model: Judges) -> int:
        """The judges' weights, and those of the generators that were asked for."""
        networks = [bench.judge for bench in model.benches.values()]
        networks += [generator.network for generator in model.generators.values()]
        return sum(weight.numel() * weight.element_size() for network in networks for weight in network.parameters())


def folders_of(checkpoint: Checkpoint, data: str) -> dict[str, Path]:
    """Return the folder of every generator of a data set that is there, in the order of the columns."""
    named = checkpoint.config["data"][data]["generators"]
    folders = {name: checkpoint.path.parent / named[name] for name in GENERATORS if name in named}
    return {name: folder for name, folder in folders.items() if list(folder.glob("**/*.safetensors"))}


def real_pictures(checkpoint: Checkpoint, data: str, part: str) -> list[Image]:
    """Return real pictures that lie with the judges, in the order of their classes, equally many of each.

    Args:
        checkpoint: The judges.
        data: The data set.
        part: "reference" (training pictures) or "held_out".
    """
    from PIL import Image

    with Image.open(checkpoint.path / checkpoint.config["data"][data][part]) as sheet:
        grey = sheet.convert("L")
    places = [(left, top) for top in range(0, grey.height, SIDE) for left in range(0, grey.width, SIDE)]
    return [grey.crop((left, top, left + SIDE, top + SIDE)) for left, top in places]


def _bench(judges: Judges, data: str) -> Bench:
    """Return what judges a data set; reads it the first time."""
    if data not in judges.benches:
        from safetensors.torch import load_file

        from playground.networks.judge import Judge

        told = judges.checkpoint.config["data"][data]
        judge = Judge(len(told["class_names"]))
        judge.load_state_dict(load_file(judges.checkpoint.path / told["judge"]))
        judge.eval()
        seen = [_seen(judges, judge, data, part) for part in ("reference", "held_out")]
        judges.benches[data] = Bench(judge, list(told["class_names"]), *seen)
    return judges.benches[data]


def _seen(judges: Judges, judge: Any, data: str, part: str) -> Seen:
    """Let the judge look at real pictures, the classes mixed so that the first ones are of all of them."""
    import numpy as np
    import torch

    from playground.networks.figures import look

    pictures = real_pictures(judges.checkpoint, data, part)
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures])).float().unsqueeze(1) / 255
    each = len(pictures) // judge.head[-1].out_features
    order = torch.arange(len(pictures)).view(-1, each).T.flatten()
    return look(judge, pixels[order], (torch.arange(len(pictures)) // each)[order])


def _generator(judges: Judges, data: str, name: str) -> Generator:
    """Return a generator; reads it the first time.

    Raises:
        GenerationError: Its folder is damaged.
    """
    if (data, name) not in judges.generators:
        folder = folders_of(judges.checkpoint, data).get(name)
        try:
            if folder is None:
                raise FileNotFoundError(f"no weights of {name} for {data}")
            with contextlib.redirect_stdout(io.StringIO()):  # huggingface_hub prints where weights come from
                judges.generators[data, name] = open_generator(name, folder, judges.device)
        except Exception as error:  # what a damaged folder makes the libraries raise cannot be listed
            place = folder.name if folder else name
            raise GenerationError(
                f"The generator {place} cannot be read: restore its folder (git checkout checkpoints/{place}), or "
                "compare the others.",
                f"无法读取生成器 {place}：请恢复它的文件夹（git checkout checkpoints/{place}），或只比较其他生成器。",
            ) from error
    return judges.generators[data, name]
