"""Reads what a person writes for one axis of a grid: numbers, names, prompts, replacements, alternatives.

Knows nothing about cells, jobs or widgets. What a field takes is said by the request type itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from playground.errors import InvalidInput
from playground.families.controls import Choice, Control, Drawing, Seed, Slider, Words
from playground.families.requests import Request
from playground.language import Text

MOST_CELLS = 400
LONGEST_TEXT = 20_000
NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)"
RANGE = re.compile(rf"({NUMBER})\s*\.{{2,3}}\s*({NUMBER})(?:\s*(?:step|步长)\s*({NUMBER}))?", re.IGNORECASE)
ARROW = re.compile(r"\s*(?:=>|⇒|→)\s*")
ALL = {"all", "*", "全部", "所有"}
NOTHING = "–"

TOO_LARGE = Text(
    "This grid would have {:,} cells, and {:,} is the limit: give fewer values.",
    "这个网格将有 {:,} 个格子，上限为 {:,}：请减少取值。",
)
NO_VALUES = Text(
    "The axis {} ({}) has no values: write some, such as {}.",
    "坐标轴“{}”（{}）没有取值：请填写，例如 {}。",
)
NO_STEP = Text(
    "The axis {} ({}) has a step of {}: it must lead from {} to {}.",
    "坐标轴“{}”（{}）的步长为 {}：它必须能从 {} 走到 {}。",
)
BAD_ALTERNATIVES = Text(
    "The alternatives in “{}” cannot be read: write them as {{red|blue}} apple, every bracket closed.",
    "无法读取“{}”中的候选词：请写成 {{red|blue}} apple，并让每个括号都闭合。",
)
NOT_AN_AXIS = Text(
    "{!r} cannot be an axis; these can: {}.",
    "{!r} 不能作为坐标轴；可用的有：{}。",
)
TOO_LONG = Text(
    "The values of the axis {} are {:,} characters long; at most {:,} are read.",
    "坐标轴“{}”的取值长达 {:,} 个字符；最多读取 {:,} 个。",
)


@dataclass(frozen=True)
class Point:
    """One place on an axis.

    Attributes:
        label: What stands beside it.
        value: What the field becomes, or what is put where ``searched`` stands.
        searched: What is looked for in the field's text; None where the value takes the whole field.
    """

    label: Text
    value: Any
    searched: str | None = None


@dataclass(frozen=True)
class Axis:
    """A control that changes along one direction of a grid.

    Attributes:
        field: The request's field.
        title: What a person calls it.
        points: What it takes, in order.
    """

    field: str
    title: Text
    points: tuple[Point, ...]


def axis_fields(task: type[Request]) -> dict[str, Control]:
    """Return the controls that can be an axis: all but drawings and how many pictures there are."""
    return {
        name: control
        for name, control in task.controls().items()
        if not isinstance(control, Drawing) and name not in ("num_images", "num_frames", "fps")
    }


def read_axis(task: type[Request], field: str, text: str, options: Mapping[str, Text] | None = None) -> Axis:
    """Read an axis.

    Args:
        task: The request type.
        field: Which of its fields changes.
        text: What a person wrote.
        options: The names that a choice field takes, and how a person reads them.

    Raises:
        InvalidInput: The field is no axis, or a value is not allowed; the sentence says what is.
    """
    controls = axis_fields(task)
    if field not in controls:
        raise InvalidInput(field, *NOT_AN_AXIS.format(field[:60], ", ".join(controls)))
    control = controls[field]
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(field, *TOO_LONG.format(control.label, len(text), LONGEST_TEXT))
    match control:
        case Slider() | Seed():
            points = [_number(task, field, value) for value in _numbers(field, control, text)]
        case Choice():
            points = [_choice(name, options or {}) for name in _names(text, options or {})]
        case _:
            points = [point for line in text.splitlines() for point in _words(task, field, line.strip())]
    points = list(dict.fromkeys(points))
    if not points:
        raise InvalidInput(field, *NO_VALUES.format(control.label, field, example(control, options)))
    if len(points) > MOST_CELLS:
        raise too_large(field, len(points))
    return Axis(field, control.label, tuple(points))


def too_large(field: str, count: int) -> InvalidInput:
    """Phrase that a grid has too many cells."""
    return InvalidInput(field, *TOO_LARGE.format(count, MOST_CELLS))


def example(control: Control, options: Mapping[str, Text] | None = None) -> str:
    """Return values that a control takes, to start an axis with."""
    match control:
        case Slider(minimum=minimum, maximum=maximum) as slider:
            if slider.whole and maximum - minimum <= 10:
                return f"{minimum:g}..{maximum:g}"
            middle = [minimum + (maximum - minimum) * share for share in (0, 0.25, 0.5, 0.75, 1)]
            step = Decimal(str(slider.step))
            return ", ".join(f"{float(round(Decimal(str(value)) / step) * step):g}" for value in middle)
        case Seed():
            return "1..4"
        case Choice():
            return ", ".join(list(options or {"…": Text("", "")})[:5])
        case Words():
            return "apple => pear, banana"
    raise TypeError(f"No example is known for the control {type(control).__name__}.")


def _numbers(field: str, control: Control, text: str) -> Iterable[int | float | str]:
    found: list[Decimal | str] = []
    items = re.split(r"[,;、\n]+", unicodedata.normalize("NFKC", text))
    for item in filter(None, map(str.strip, items)):
        if span := RANGE.fullmatch(item):
            found += _range(field, control, *span.groups())
        else:
            found.append(Decimal(item) if re.fullmatch(NUMBER, item) else item)
        if len(found) > MOST_CELLS:
            raise too_large(field, len(found))
    # A whole number stays one, so that 3.0 is no other value than 3; what is no number is refused by the request type.
    for value in found:
        if isinstance(value, str):
            yield value
        else:
            yield int(value) if value == value.to_integral_value() and len(str(value)) < 40 else float(value)


def _range(field: str, control: Control, first: str, last: str, step: str | None) -> list[Decimal]:
    start, end = Decimal(first), Decimal(last)
    size = Decimal(step if step else str(control.step) if isinstance(control, Slider) else "1")
    if not step and end < start:
        size = -size
    elif step and end < start and size > 0:
        size = -size  # who writes 10..1 step 3 means downwards
    if size == 0 or (end - start) * size < 0:
        raise InvalidInput(field, *NO_STEP.format(control.label, field, step, first, last))
    count = math.floor((end - start) / size) + 1
    if count > MOST_CELLS:
        raise too_large(field, count)
    return [start + index * size for index in range(count)]


def _number(task: type[Request], field: str, value: int | float | str) -> Point:
    taken = getattr(task.parse({field: value}), field)
    shown = f"{taken:g}" if isinstance(taken, float) else str(taken)
    return Point(Text(shown, shown), taken)


def _names(text: str, options: Mapping[str, Text]) -> list[str]:
    if text.strip().casefold() in ALL:
        return list(options)
    known = {said.casefold(): name for name, label in options.items() for said in (*label, name)}
    # A name of one's own may hold a comma: one name a line is never split further.
    items = text.splitlines() if "\n" in text.strip() else [text]
    if len(items) == 1 and text.strip().casefold() not in known:
        items = re.split(r"[,，;；、]", text)
    return [known.get(item.strip().casefold(), item.strip()) for item in items if item.strip()]


def _choice(name: str, options: Mapping[str, Text]) -> Point:
    return Point(options.get(name, Text(name, name)), name)


def _words(task: type[Request], field: str, line: str) -> list[Point]:
    if not line:
        return []
    if ARROW.search(line):
        searched, replacements = ARROW.split(line, maxsplit=1)
        if searched:
            items = [item.strip() for item in re.split(r"[,，、]", replacements)]
            return [Point(Text(item or NOTHING, item or NOTHING), item, searched) for item in items]
    lines = _alternatives(field, line) if "{" in line and "|" in line else [line]
    taken = [getattr(task.parse({field: each}), field) for each in lines]
    return [Point(Text(each, each), each) for each in taken]


def _alternatives(field: str, line: str) -> list[str]:
    """Write out ``{red|blue} apple``; the library's other words (``2$$``, weights) work too, its wildcards do not."""
    from dynamicprompts.generators import CombinatorialPromptGenerator
    from dynamicprompts.parser.config import ParserConfig

    generator = CombinatorialPromptGenerator(parser_config=ParserConfig(wildcard_wrap="\0\0"))
    try:
        written = generator.generate(line, MOST_CELLS + 1)
    except Exception as error:  # a grammar's errors, and RecursionError of brackets in brackets
        raise InvalidInput(field, *BAD_ALTERNATIVES.format(line[:80])) from error
    return list(dict.fromkeys(str(each) for each in written))
