"""The kinds of control that a request's field can have. Each knows its label, its help and what it allows.

A control sits in a field's annotation, ``spread: Annotated[float, Slider(...)] = 1.0``; the form, the API,
the validation and its sentence are all drawn from it. Knows nothing about widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from playground.language import Text

LARGEST_SEED = 2**32 - 1
LONGEST_DRAWING, LONGEST_PAINTING = 400_000, 1_000_000
SMALL_PAINTING, LARGE_PAINTING = 256, 512
"""Pixels a side of a picture that a request carries: of most checkpoints, and of those that learned from large ones."""
NO_TEXT = Text("", "")


@dataclass(frozen=True, kw_only=True)
class Control:
    """What every control has.

    Attributes:
        label: The name that a person sees.
        help: One line below it.
        advanced: Whether it sits in the advanced accordion.
        live: Whether moving it redraws the picture at once.
    """

    label: Text
    help: Text = NO_TEXT
    advanced: bool = False
    live: bool = True

    @property
    def allowed(self) -> Text:
        """Say which values it takes, to go after "must be"."""
        raise NotImplementedError


@dataclass(frozen=True)
class Slider(Control):
    """A number from ``minimum`` to ``maximum``; a multiple of ``step`` when that is a whole number."""

    minimum: float
    maximum: float
    step: float

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return isinstance(self.step, int)

    @property
    def allowed(self) -> Text:
        """Say the range."""
        kind = Text("a whole number", "整数") if self.whole else Text("a number", "数字")
        if self.whole and self.step > 1:
            kind = Text("a multiple of {}", " {} 的倍数").format(self.step)
        return Text("{} from {:g} to {:g}", "{1:g} 到 {2:g} 之间的{0}").format(kind, self.minimum, self.maximum)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate the range; NaN and infinities are refused."""
        if self.whole:
            return core_schema.int_schema(ge=int(self.minimum), le=int(self.maximum), multiple_of=int(self.step))
        return core_schema.float_schema(ge=self.minimum, le=self.maximum, allow_inf_nan=False)


@dataclass(frozen=True)
class Seed(Control):
    """A whole number that all the noise comes from; -1 asks for a random one."""

    @property
    def allowed(self) -> Text:
        """Say the range."""
        return Text("a whole number from 0 to {}, or -1 for a random one", "0 到 {} 的整数，或用 -1 随机").format(
            LARGEST_SEED
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate the range."""
        return core_schema.int_schema(ge=-1, le=LARGEST_SEED)


@dataclass(frozen=True)
class Switch(Control):
    """Yes or no."""

    @property
    def allowed(self) -> Text:
        """Say both."""
        return Text("true or false", "true 或 false")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take both, also as a link writes them."""
        return core_schema.bool_schema()


@dataclass(frozen=True)
class Choice(Control):
    """One of the options that the family lists for a checkpoint (``Family.options``), by name."""

    @property
    def allowed(self) -> Text:
        """Say that it is a name; the family says which."""
        return Text("a name from the list", "列表中的名称")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take any short text; whether it is an option depends on the checkpoint."""
        return core_schema.str_schema(max_length=200)


@dataclass(frozen=True)
class Several(Control):
    """Some of the options that the family lists for a checkpoint, names with commas between them; empty for all."""

    @property
    def allowed(self) -> Text:
        """Say that they are names; the family says which."""
        return Text(
            "names from the list with commas between them, or empty for all",
            "列表中的名称，用逗号分隔；留空表示全部",
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take any short text; whether it names options depends on the checkpoint."""
        return core_schema.str_schema(max_length=200)


@dataclass(frozen=True)
class Words(Control):
    """Text of at most ``longest`` characters that matches ``pattern``, described by ``content``.

    ``screened`` text says what to make, and may hold none of the blocked words. Text of ``lines`` may have several.
    """

    longest: int
    pattern: str | None = None
    content: Text = Text("text", "文字")
    screened: bool = False
    lines: bool = False

    @property
    def allowed(self) -> Text:
        """Say the length."""
        return Text("{} of at most {} characters", "不超过 {1} 个字符的{0}").format(self.content, self.longest)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate length and pattern."""
        return core_schema.str_schema(max_length=self.longest, pattern=self.pattern, strip_whitespace=True)


@dataclass(frozen=True)
class Drawing(Control):
    """A picture that the visitor drew or sent, as an inline PNG."""

    @property
    def allowed(self) -> Text:
        """Say which files."""
        return Text("a PNG, JPEG, WebP or GIF picture of at most 10 MB", "不超过 10 MB 的 PNG、JPEG、WebP 或 GIF 图片")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Bound its length; it is decoded with care by ``playground.media.inline``."""
        return core_schema.str_schema(max_length=LONGEST_DRAWING)


@dataclass(frozen=True)
class Painting(Drawing):
    """A drawing or photo in colour; its pad also takes the mask that ``mask`` names.

    Attributes:
        mask: The field of the mask that is painted on the same pad; empty where there is none.
    """

    mask: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Bound its length: a photo of ``LARGE_PAINTING`` pixels a side has room."""
        return core_schema.str_schema(max_length=LONGEST_PAINTING)


@dataclass(frozen=True)
class Mask(Drawing):
    """A picture that is white, or opaque, where a painting is to be made anew; painted on that one's pad."""
