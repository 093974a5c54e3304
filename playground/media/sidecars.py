"""Files of words and numbers have no place for settings: a JSON file beside them carries these, and the whole result.

``name-7.txt`` and ``name-8.txt`` are what a person reads; ``name.json`` says how both were made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.errors import UnreadableFile
from playground.language import Text
from playground.media.containers import MAX_SIDECAR_BYTES
from playground.media.marks import GENERATED, label_of
from playground.media.metadata import Metadata
from playground.media.reading import read_metadata
from playground.media.writing import write_whole

BESIDE = (".txt", ".csv")
_DAMAGED = Text(
    "The file {} is damaged or cut short. Use the original file.", "文件 {} 已损坏或不完整。请使用原始文件。"
)
_ALONE = Text(
    "The file {0} carries no settings, and {1}, which does, is not beside it.",
    "文件 {0} 里没有设置，旁边也没有带设置的 {1}。",
)


def write_sidecar(path: Path, contents: Mapping[str, Any], files: Sequence[Path], metadata: Metadata) -> Path:
    """Write a result and its settings as JSON, with the marks of ``media.marks`` as fields.

    Args:
        path: The file.
        contents: The result, as plain data.
        files: What lies beside it, in order.
        metadata: The settings.

    Raises:
        OutputError: The file could not be written; nothing of it is left behind.
    """
    marks = {"DigitalSourceType": GENERATED, "AIGC": label_of(path.stem)}
    record = {"playground": json.loads(metadata.to_json()), **marks, "files": [file.name for file in files], **contents}
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1)
    # Half a surrogate pair has no UTF-8 form but an escape.
    return write_whole(path, (json.dumps(record) if re.search("[\ud800-\udfff]", text) else text).encode())


def read_sidecar(path: Path) -> dict[str, Any]:
    """Return everything that such a file holds.

    Raises:
        UnreadableFile: It is gone, damaged or too long.
    """
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MAX_SIDECAR_BYTES))
        if not isinstance(found, dict):
            raise ValueError("not a table")
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFile(*_DAMAGED.format(path.name)) from error
    return found


def record_of(path: Path) -> Metadata:
    """Return the settings of a file in the outputs folder: those that it carries, or that lie beside it.

    Raises:
        UnreadableFile: There are none, or they are damaged.
    """
    if path.suffix not in BESIDE:
        return read_metadata(path)
    beside = path.with_name(f"{path.stem.rpartition('-')[0]}.json")
    record, names = read_metadata(beside), read_sidecar(beside).get("files")
    if not isinstance(names, list) or path.name not in names:
        raise UnreadableFile(*_ALONE.format(path.name, beside.name))
    return record.model_copy(update={"part": names.index(path.name)})
