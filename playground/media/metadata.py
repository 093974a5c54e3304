"""The settings that every file carries: our JSON, and the text that Stable Diffusion tools read.

Knows the words of the vocabulary (prompt, class, digit, guidance, seed) but no model family.
"""

from __future__ import annotations

import json
from typing import Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

from playground import __version__
from playground.errors import UnreadableFile

SCHEMA_VERSION = 4
SOFTWARE = f"conditional-generation-playground {__version__}"
MAX_JSON_BYTES = 1_500_000

Scalar = bool | int | float | str | None
Count = Annotated[int, Field(ge=0)]


class Metadata(BaseModel):
    """How one file was made, completely enough to make it again.

    Attributes:
        schema_version: The version of this record.
        software: The program and version that wrote it.
        family: The model family's name, such as ``digits_cvae``.
        checkpoint: The checkpoint's id in the catalogue, such as ``digits-cvae``.
        revision: The hub revision, or None for a bundled checkpoint.
        task: The request type's name, such as ``digits_cvae`` or ``digits_morph``.
        makes: What kind of result it is, such as ``pictures``; empty in versions 1 and 2.
        request: The request's fields as they were asked for.
        seed: This picture's own seed; None where no noise was drawn.
        seconds: How long the forward passes of its batch took.
        device: Where it ran, such as ``cpu`` or ``cuda:0``.
        dtype: The arithmetic, such as ``float32``.
        batch_size: How many samples shared its forward pass.
        batch_position: Its place in that batch, from 0.
        batches: Size of the forward pass and place in it for every sample of the result; empty in version 1.
        part: Which file of the result this is, from 0.
        parts: How many files the result has; fewer on the disk mean that it was never finished.
        versions: Library names and versions.
        labelled: Whether the file's pixels carry the visible mark (``media.visible_mark``); false before version 4.
        grid: Of a labelled grid, what was written for each axis; the rest of the record is its first cell's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    schema_version: int = SCHEMA_VERSION
    software: str = SOFTWARE
    family: str
    checkpoint: str
    revision: str | None = None
    task: str
    makes: str = ""
    request: dict[str, Scalar]
    seed: int | None = None
    seconds: Annotated[float, Field(ge=0)]
    device: str
    dtype: str
    batch_size: Annotated[int, Field(ge=1)] = 1
    batch_position: Count = 0
    batches: list[Annotated[list[Count], Field(min_length=2, max_length=2)]] = Field(default_factory=list)
    part: Count = 0
    parts: Annotated[int, Field(ge=1)] = 1
    versions: dict[str, str] = Field(default_factory=dict)
    labelled: bool = False
    grid: dict[str, str] = Field(default_factory=dict)

    def to_json(self) -> str:
        """Return the record as one line of JSON, which UTF-8 can always carry."""
        try:
            return self.model_dump_json()
        except PydanticSerializationError:
            # Half a surrogate pair, which a broken client may send in a prompt, has no UTF-8 form but an escape.
            return json.dumps(self.model_dump(), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Metadata:
        """Read a record that may come from anywhere.

        Raises:
            UnreadableFile: It is too long, not JSON, of another schema version, or a field is wrong.
        """
        if len(text) > MAX_JSON_BYTES:
            raise UnreadableFile(
                f"The settings in this file are {len(text):,} characters long; ours never exceed "
                f"{MAX_JSON_BYTES:,}. Use a file that the playground made.",
                f"这个文件里的设置长达 {len(text):,} 个字符，超过上限 {MAX_JSON_BYTES:,}。请使用本应用生成的文件。",
            )
        try:
            record = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(
                "The settings in this file are damaged (not JSON). Use the original file.",
                "这个文件里的设置已损坏（不是 JSON）。请使用原始文件。",
            ) from error
        _check_version(record)
        try:
            return cls.model_validate(record)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])[:80] or "record"
            raise UnreadableFile(
                f"The settings in this file are not ours: {field}: {first['msg']}. Use the original file.",
                f"这个文件里的设置有误（字段 {field}）。请使用原始文件。",
            ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_version(record: object) -> None:
    version = record.get("schema_version") if isinstance(record, dict) else None
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UnreadableFile(
            "The settings in this file are not the playground's. Use a file that the playground made.",
            "这个文件里的设置不是本应用写入的。请使用本应用生成的文件。",
        )
    if version > SCHEMA_VERSION:
        shown = version if version < 10**6 else "…"
        raise UnreadableFile(
            f"A newer playground wrote this file (settings version {shown}; this one reads up to "
            f"{SCHEMA_VERSION}). Update the playground, then open the file again.",
            f"这个文件由更新版本的应用写入（设置版本 {shown}，当前最高可读 {SCHEMA_VERSION}）。请更新应用后再打开。",
        )
