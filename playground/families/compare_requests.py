"""What the Compare tab asks: one condition, several generators, each at its own strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from playground.catalog import Checkpoint
from playground.families.controls import Choice, Several, Slider
from playground.families.requests import Request, SeedField
from playground.language import Text

GENERATORS = {
    "vae": Text("Conditional VAE", "条件 VAE"),
    "gan": Text("GAN", "GAN"),
    "pixelcnn": Text("Pixel by pixel", "逐像素"),
    "diffusion": Text("Diffusion", "扩散"),
    "flow": Text("Flow matching", "流匹配"),
}
"""Every kind of generator, in the order of the columns."""
STRENGTHS = {
    "spread": "vae",
    "truncation": "gan",
    "temperature": "pixelcnn",
    "pixel_guidance": "pixelcnn",
    "diffusion_guidance": "diffusion",
    "diffusion_steps": "diffusion",
    "flow_guidance": "flow",
    "flow_steps": "flow",
}
"""Whose strength, or number of steps, each field is."""
DATA = {"digits": Text("Handwritten digits", "手写数字"), "clothes": Text("Clothes", "服装")}
EVERY_CLASS = Text("All classes", "所有类别")


def _slider(low: float, high: float, step: float, en: str, zh: str, help_en: str, help_zh: str) -> Slider:
    return Slider(low, high, step, label=Text(en, zh), help=Text(help_en, help_zh), live=False)


@dataclass(frozen=True)
class CompareSample:
    """One comparison to make.

    Attributes:
        data: Which data set.
        class_name: The class; empty for all of them in turn.
        generators: Which ones, in order.
        seed: That of the first picture; the others follow.
        num_images: Pictures a generator.
        strengths: Each generator's strength by the name of its request's field.
    """

    data: str
    class_name: str
    generators: tuple[str, ...]
    seed: int
    num_images: int
    strengths: tuple[tuple[str, float], ...]


class CompareRequest(Request):
    """One condition, every kind of generator, with figures."""

    task, title, makes = "compare", Text("Compare", "比较"), "comparison"
    data: Annotated[
        str, Choice(label=Text("Data", "数据"), help=Text("What all of them learned.", "它们学习的数据集。"))
    ] = "digits"
    class_name: Annotated[
        str,
        Choice(
            label=Text("Class", "类别"),
            help=Text("The condition, the same for all.", "条件，对所有生成器相同。"),
        ),
    ] = ""
    generators: Annotated[
        str,
        Several(
            label=Text("Generators", "生成器"),
            help=Text("Who takes part; empty for all there are.", "谁来参加；留空表示全部。"),
        ),
    ] = ""
    seed: SeedField = -1
    num_images: Annotated[
        int,
        Slider(
            1,
            500,
            1,
            label=Text("Samples of each", "每个生成器的样本数"),
            help=Text(
                "Figures get surer with more; 500 take a minute or two.", "样本越多，数值越可靠；500 个需要一两分钟。"
            ),
            live=False,
        ),
    ] = 100
    spread: Annotated[
        float,
        _slider(
            0.0,
            2.0,
            0.05,
            "VAE · spread",
            "VAE · 离散度",
            "0 is the average, 1 as varied as data.",
            "0 是平均，1 与数据一样多样。",
        ),
    ] = 1.0
    truncation: Annotated[
        float,
        _slider(
            0.1, 1.0, 0.05, "GAN · truncation", "GAN · 截断", "Low is typical, 1 is varied.", "越低越典型，1 最多样。"
        ),
    ] = 1.0
    temperature: Annotated[
        float,
        _slider(
            0.1,
            2.0,
            0.05,
            "Pixel by pixel · temperature",
            "逐像素 · 温度",
            "Below 1 only what is likely.",
            "低于 1 只画可能的。",
        ),
    ] = 0.9
    pixel_guidance: Annotated[
        float,
        _slider(
            0.0,
            8.0,
            0.25,
            "Pixel by pixel · guidance",
            "逐像素 · 引导强度",
            "1 leaves the class alone.",
            "1 表示不夸张类别。",
        ),
    ] = 1.75
    diffusion_guidance: Annotated[
        float,
        _slider(0.0, 8.0, 0.25, "Diffusion · guidance", "扩散 · 引导强度", "0 forgets the class.", "0 忘掉类别。"),
    ] = 2.0
    diffusion_steps: Annotated[
        int,
        _slider(1, 100, 1, "Diffusion · steps", "扩散 · 步数", "More are finer, and slower.", "越多越精细，也越慢。"),
    ] = 20
    flow_guidance: Annotated[
        float,
        _slider(0.0, 8.0, 0.25, "Flow · guidance", "流匹配 · 引导强度", "0 forgets the class.", "0 忘掉类别。"),
    ] = 2.0
    flow_steps: Annotated[
        int, _slider(1, 100, 1, "Flow · steps", "流匹配 · 步数", "Straight paths need few.", "直线路径只需几步。")
    ] = 10

    def samples(self, checkpoint: Checkpoint) -> list[CompareSample]:
        """The one comparison."""
        strengths = tuple((name, float(getattr(self, name))) for name in STRENGTHS)
        names = chosen_generators(self.generators)
        return [CompareSample(self.data, self.class_name, names, self.seed, self.num_images, strengths)]


def chosen_generators(written: str) -> tuple[str, ...]:
    """Return the names in a list with commas, each once, in the order of the columns; unknown ones last."""
    names = dict.fromkeys(name.strip() for name in written.split(",") if name.strip())
    return (*(name for name in GENERATORS if name in names), *(name for name in names if name not in GENERATORS))
