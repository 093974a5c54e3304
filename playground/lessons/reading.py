"""Reads lessons, and tells every mistake in a sentence: where it is, what is wrong, what is there instead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from tomlkit.exceptions import ParseError, TOMLKitError

from playground.catalog import Catalog
from playground.errors import LessonError, PlaygroundError
from playground.families import find_family, tasks
from playground.families.controls import Drawing
from playground.families.requests import Request
from playground.language import Text
from playground.lessons.lesson import Lesson, Step
from playground.toml_text import decode, parse

BUNDLED = Path(__file__).parent
ORDER = ("noise", "guidance", "latent_digits", "truncation", "diffusion", "spotting")
LARGEST = 1_000_000
KINDS = {
    "string_type": Text("must be text in quotes", "必须是带引号的文本"),
    "int_type": Text("must be a whole number", "必须是整数"),
    "int_parsing": Text("must be a whole number", "必须是整数"),
    "list_type": Text("must be a list in square brackets", "必须是方括号中的列表"),
    "dict_type": Text("must be a table of names and values", "必须是由名称和值组成的表"),
    "model_type": Text("must be a table of words in both languages", "必须是包含两种语言文字的表"),
    "string_too_short": Text("is empty", "为空"),
    "string_too_long": Text("is longer than {max_length} letters", "超过 {max_length} 个字符"),
    "too_short": Text("needs at least {min_length}", "至少需要 {min_length} 个"),
    "too_long": Text("has more than {max_length}", "超过 {max_length} 个"),
    "greater_than_equal": Text("must be {ge} or more", "必须不小于 {ge}"),
    "less_than_equal": Text("must be {le} or less", "必须不大于 {le}"),
}


def read_all(catalog: Catalog, more: Sequence[Path] = ()) -> dict[str, Lesson]:
    """Read the lessons that come along, which the tests check, and some of one's own, by their names.

    Raises:
        LessonError: A file of one's own holds mistakes.
    """
    own = {file.stem: read_lesson(file, catalog) for file in more}
    return {name: _parsed(BUNDLED / f"{name}.toml") for name in ORDER} | own


def read_lesson(file: Path, catalog: Catalog) -> Lesson:
    """Read a lesson.

    Args:
        file: The TOML file.
        catalog: What its settings are checked against.

    Raises:
        LessonError: It holds mistakes; there is a sentence for each of them.
    """
    lesson = _parsed(file)
    mistakes = [
        _said(_joined(_at(("steps", number)), said))
        for number, step in enumerate(lesson.steps)
        for said in _mistakes(step, catalog)
    ]
    if mistakes:
        raise LessonError(mistakes)
    return lesson


def _parsed(file: Path) -> Lesson:
    """Read a file, as far as its form goes."""
    try:
        content = file.read_bytes()
        if len(content) > LARGEST:
            raise LessonError([_said(Text("the file has more than 1 MB.", "文件超过 1 MB。"))])
        record = parse(decode(content))
    except OSError as error:
        said = Text("{}: the file cannot be read ({}).", "{}：无法读取文件（{}）。")
        raise LessonError([_said(said.format(file.name, error.strerror or ""))]) from error
    except UnicodeDecodeError as error:
        said = Text("the file is not UTF-8: save it as UTF-8.", "文件不是 UTF-8：请另存为 UTF-8。")
        raise LessonError([_said(said)]) from error
    except (ParseError, TOMLKitError) as error:
        line = getattr(error, "line", 0)
        said = Text("line {}: this is no TOML ({}).", "第 {} 行：不符合 TOML 语法（{}）。").format(line, str(error))
        raise LessonError([_said(said)]) from error
    try:
        return Lesson.model_validate(record)
    except ValidationError as error:
        raise LessonError([_said(_sentence(mistake)) for mistake in error.errors()]) from error


def task_of(step: Step) -> type[Request] | None:
    """Return the request type whose form a step opens; None where it opens none."""
    return tasks().get(step.tab)


def _mistakes(step: Step, catalog: Catalog) -> Iterator[Text]:
    """Yield what is wrong with a step's tab, settings and controls."""
    if not step.tab:
        if step.settings or step.show or step.lock or step.checkpoint:
            yield Text(
                "settings, show, lock and checkpoint need a tab.", "settings、show、lock 和 checkpoint 需要 tab。"
            )
        return
    task = task_of(step)
    if task is None:
        yield _unknown("tab", step.tab, list(tasks()))
        return
    controls = task.controls()
    try:
        checkpoint = catalog.find(step.checkpoint, task.family)
    except PlaygroundError as error:
        yield Text(error.en, error.zh)
        return
    for field in ("settings", "show", "lock"):
        for name in getattr(step, field):
            if name not in controls:
                yield _unknown(field, name, list(controls))
    for name, value in step.settings.items():
        if isinstance(controls.get(name), Drawing):
            yield Text("settings: {} is drawn, and cannot be set.", "settings：{} 是手绘的，无法设定。").format(name)
        elif name in controls:
            try:
                find_family(task.family).read(task, checkpoint, {name: value})
            except PlaygroundError as error:
                yield Text(f"settings: {error.en}", f"settings：{error.zh}")
    for name in step.lock:
        if step.show and name in controls and name not in step.show:
            yield Text("lock: {} is locked but not shown.", "lock：{} 被锁定但未显示。").format(name)


def _unknown(where: str, name: str, known: Collection[str]) -> Text:
    near = get_close_matches(name, known, 1)
    meant = Text(f" Did you mean {near[0]!r}?", f"您是想写 {near[0]!r} 吗？") if near else Text("", "")
    listed = Text("{}: there is no {!r}; there are: {}.", "{}：没有 {!r}；可用：{}。").format(
        where, name, ", ".join(known)
    )
    return _joined(listed, meant)


def _sentence(mistake: Any) -> Text:
    """Say what the validation found."""
    kind, place = mistake["type"], tuple(mistake["loc"])
    if kind == "missing":
        return _joined(_at(place[:-1]), Text("{!r} is missing.", "缺少 {!r}。").format(place[-1]))
    if kind == "extra_forbidden":
        return _joined(_at(place[:-1]), Text("there is no field {!r}.", "没有名为 {!r} 的字段。").format(place[-1]))
    if kind == "value_error":
        said = Text("right must be one of the choices, from 1.", "right 必须是选项之一，从 1 开始。")
        return _joined(_at(place), said)
    words = KINDS.get(kind, Text(str(mistake["msg"]), str(mistake["msg"]))).format(**mistake.get("ctx", {}))
    return _joined(_at(place[:-1]), Text("{} {}.", "{} {}。").format(place[-1] if place else "", words))


def _at(place: Sequence[str | int]) -> Text:
    """Say where in the file something is: "step 2, question, choice 1: "."""
    en, zh = list[str](), list[str]()
    for index, part in enumerate(place):
        after = place[index + 1] if index + 1 < len(place) else None
        if isinstance(part, str) and isinstance(after, int):
            continue
        before = place[index - 1] if index else ""
        if isinstance(part, int):
            en.append(f"{'step' if before == 'steps' else 'choice' if before == 'choices' else before} {part + 1}")
            zh.append(f"第 {part + 1} {'步' if before == 'steps' else '个选项' if before == 'choices' else '项'}")
        else:
            en.append(part)
            zh.append(part)
    return Text(", ".join(en) + ": ", "，".join(zh) + "：") if en else Text("", "")


def _joined(first: Text, second: Text) -> Text:
    return Text(first.en + second.en, first.zh + second.zh)


def _said(text: Text) -> tuple[str, str]:
    return text.en[:1].upper() + text.en[1:], text.zh
