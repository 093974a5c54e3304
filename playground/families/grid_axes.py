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
from playground.families.controls import Choice, Control, Drawing, Seed, Several, Slider, Switch, Words
from playground.families.requests import COUNTS, Request
from playground.families.splitting import split_arrow, split_items
from playground.language import Text

MOST_CELLS = 400
LONGEST_TEXT = 20_000
NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)"
# 1..9 step 2, and as AUTOMATIC1111 writes them: 1-9 (+2), and 1-9 [5] for five values.
RANGE = re.compile(
    rf"({NUMBER})\s*(?:\.{{2,3}}|[-–~])\s*({NUMBER})\s*"
    rf"(?:(?:step|步长)\s*({NUMBER})|\(\s*({NUMBER})\s*\)|\[\s*(\d{{1,6}})\s*\])?",
    re.IGNORECASE,
)
# {2$$a|b|c} joins with a comma alone; a person reads "a, b".
JOINED = re.compile(r"(\{\s*[~@!]?\s*[\d-]+\s*\$\$)(?![^${}]*\$\$)")
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
NOT_ONE = Text(
    "“{}” may be any of {}: write it exactly as the list shows it.",
    "“{}”可能是 {} 中的任何一个：请按列表中的写法填写。",
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
    """Return the controls that can be an axis: all but drawings, lists, switches and how many pictures there are."""
    return {
        name: control
        for name, control in task.controls().items()
        if not isinstance(control, Drawing | Several | Switch) and name not in (*COUNTS, "num_frames", "fps")
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
            points = [_choice(name, options or {}) for name in _names(field, text, options or {})]
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
            few = [name or label.en for name, label in list((options or {"…": Text("", "")}).items())[:5]]
            return ("\n" if any(re.search(r"[,，;；、]", name) for name in few) else ", ").join(few)
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


def _range(
    field: str, control: Control, first: str, last: str, word: str | None, bracket: str | None, count: str | None
) -> list[Decimal]:
    start, end, step = Decimal(first), Decimal(last), word or bracket
    if count is not None:
        return _spaced(field, control, start, end, int(count))
    size = Decimal(step if step else str(control.step) if isinstance(control, Slider) else "1")
    if not step and end < start:
        size = -size
    elif step and end < start and size > 0:
        size = -size  # who writes 10..1 step 3 means downwards
    if size == 0 or (end - start) * size < 0:
        raise InvalidInput(field, *NO_STEP.format(control.label, field, step, first, last))
    length = math.floor((end - start) / size) + 1
    if length > MOST_CELLS:
        raise too_large(field, length)
    return [start + index * size for index in range(length)]


def _spaced(field: str, control: Control, start: Decimal, end: Decimal, count: int) -> list[Decimal]:
    """Return ``count`` values from start to end; of whole numbers the lower ones, as AUTOMATIC1111 takes them."""
    if count > MOST_CELLS:
        raise too_large(field, count)
    values = [start + (end - start) * index / max(1, count - 1) for index in range(count)]
    if isinstance(control, Slider) and not control.whole:
        return [round(value, 4) for value in values]
    step = int(control.step) if isinstance(control, Slider) else 1
    return [Decimal(math.floor(value / step) * step) for value in values]


def _number(task: type[Request], field: str, value: int | float | str) -> Point:
    taken = getattr(task.parse({field: value}), field)
    shown = f"{taken:g}" if isinstance(taken, float) else str(taken)
    return Point(Text(shown, shown), taken)


def _names(field: str, text: str, options: Mapping[str, Text]) -> list[str]:
    """Find the options that are meant: by their names, else by what the page shows, else in other capitals."""
    exact = {name: [name] for name in options}
    shown, folded = dict[str, list[str]](), dict[str, list[str]]()
    for name, label in options.items():
        for said in dict.fromkeys((name, *label)):
            shown.setdefault(said, []).append(name)
        for said in dict.fromkeys(said.casefold() for said in (name, *label)):
            folded.setdefault(said, []).append(name)

    def found(item: str) -> list[str]:
        return exact.get(item) or shown.get(item) or folded.get(item.casefold()) or []

    def one(item: str) -> str:
        names = found(item) or [item]
        if len(names) > 1:
            raise InvalidInput(field, *NOT_ONE.format(item[:80], ", ".join(names[:6])))
        return names[0]

    if text.strip().casefold() in ALL and not found(text.strip()):
        return list(options)
    # A name of one's own may hold a comma: one name a line is never split further.
    items = [line.strip() for line in text.splitlines()] if "\n" in text.strip() else [text.strip()]
    if len(items) == 1 and not found(items[0]):
        items = split_items(text, ",，;；、")
    whole = (item if found(item) else split_items(item, "\n")[0] for item in items if item)
    return [one(item) for item in whole if item]


def _choice(name: str, options: Mapping[str, Text]) -> Point:
    return Point(options.get(name, Text(name, name)), name)


def _words(task: type[Request], field: str, line: str) -> list[Point]:
    if not line:
        return []
    if replacing := split_arrow(line):
        searched, replacements = replacing
        return [Point(Text(item or NOTHING, item or NOTHING), item, searched) for item in split_items(replacements)]
    lines = _alternatives(field, line) if "{" in line and "|" in line else [line]
    taken = [getattr(task.parse({field: each}), field) for each in lines]
    return [Point(Text(each, each), each) for each in taken]


def _alternatives(field: str, line: str) -> list[str]:
    """Write out ``{red|blue} apple``; the library's other words (``2$$``, weights) work too, its wildcards do not."""
    from dynamicprompts.generators import CombinatorialPromptGenerator
    from dynamicprompts.parser.config import ParserConfig

    generator = CombinatorialPromptGenerator(parser_config=ParserConfig(wildcard_wrap="\0\0"))
    try:
        written = generator.generate(JOINED.sub(r"\1, $$", line), MOST_CELLS + 1)
    except Exception as error:  # a grammar's errors, and RecursionError of brackets in brackets
        raise InvalidInput(field, *BAD_ALTERNATIVES.format(line[:80])) from error
    return list(dict.fromkeys(str(each) for each in written))
