"""What can be chosen: the checkpoints of catalog.toml, and those of one's own.

``python -m playground.catalog --check`` asks the hub, for whoever has a network, whether all of it is still there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

from pydantic import ValidationError
from tomlkit.exceptions import ParseError, TOMLKitError

from playground.checkpoint import CHECKSUMS, Checkpoint, gigabytes
from playground.entries import Entry
from playground.errors import CatalogError, CheckpointError
from playground.toml_text import decode, entry_at, mend, parse

__all__ = ["CHECKSUMS", "Catalog", "Checkpoint", "gigabytes", "read_catalog"]

TABLES = ("title", "defaults", "memory", "urls", "scheduler")
PATHS = ("folder", "file", "like")
TOWERS = "emoji-clip"
"""The bundled checkpoint that knows pictures and words."""
CATALOG_FILE = Path(__file__).with_name("catalog.toml")


class Catalog:
    """The checkpoints that can be chosen, in the order of the chooser."""

    def __init__(self, checkpoints: list[Checkpoint]) -> None:
        self._checkpoints = {checkpoint.id: checkpoint for checkpoint in checkpoints}

    def of_family(self, family: str) -> list[Checkpoint]:
        """Return a family's checkpoints; the first is its default."""
        return [checkpoint for checkpoint in self._checkpoints.values() if checkpoint.family == family]

    def all(self) -> list[Checkpoint]:
        """Return every checkpoint."""
        return list(self._checkpoints.values())

    def find(self, id: str, family: str) -> Checkpoint:
        """Return a checkpoint of a family by its id; an empty id takes the family's default.

        Raises:
            CheckpointError: The family has no such checkpoint.
        """
        known = [checkpoint.id for checkpoint in self.of_family(family)]
        chosen = id or (known[0] if known else "")
        if chosen not in known:
            names = ", ".join(known)
            raise CheckpointError(
                f"checkpoint must be one of: {names}; you sent {str(id)[:80]!r}.",
                f"checkpoint 必须是以下之一：{names}；收到的是 {str(id)[:80]!r}。",
            )
        return self._checkpoints[chosen]


def read_catalog(
    folder: Path, file: Path = CATALOG_FILE, more: Path | None = None, loras: Path | None = None
) -> Catalog:
    """Read a catalogue.

    Args:
        folder: Where the bundled checkpoints' folders lie.
        file: The TOML file.
        more: A file of one's own in the same format, whose entries come behind; its folders and files are looked for
            beside it.
        loras: Folder of LoRA files.

    Raises:
        CatalogError: A file cannot be read; the sentence names the entry and what is wrong with it.
    """
    checkpoints = _read(file, folder)
    if more is not None:
        taken = {checkpoint.id for checkpoint in checkpoints}
        for checkpoint in _read(more, more.resolve().parent, bundled=False):
            if checkpoint.id in taken:
                raise CatalogError(
                    f"{more.name}: entry [{checkpoint.id}]: the name is taken; choose another.",
                    f"{more.name}：条目 [{checkpoint.id}] 的名称已被使用；请换一个。",
                )
            if checkpoint.origin is None and not checkpoint.path.exists():
                raise _missing(more, checkpoint)
            checkpoints.append(checkpoint)
        known = {checkpoint.id: checkpoint for checkpoint in checkpoints}
        for checkpoint in checkpoints:
            if checkpoint.entry.file:
                checkpoint.share_settings(known, more.resolve().parent)
    towers = next((each for each in checkpoints if each.id == TOWERS), None)
    for checkpoint in checkpoints:
        checkpoint.lora_folder = loras
        checkpoint.towers = towers if checkpoint is not towers else None
    _find_bases(checkpoints)
    return Catalog(checkpoints)


def _find_bases(checkpoints: list[Checkpoint]) -> None:
    known = {checkpoint.id: checkpoint for checkpoint in checkpoints if not checkpoint.entry.base}
    for checkpoint in checkpoints:
        if wanted := checkpoint.entry.base:
            checkpoint.base = known.get(wanted)
            if checkpoint.base is None:
                raise CatalogError(
                    f"Entry [{checkpoint.id}]: base must name another entry; there is no [{wanted}].",
                    f"条目 [{checkpoint.id}]：base 必须是另一个条目的名称；没有 [{wanted}]。",
                )


def _missing(file: Path, checkpoint: Checkpoint) -> CatalogError:
    """Phrase that an entry's folder or file is not there, and how it is written."""
    written = checkpoint.entry.folder or checkpoint.entry.file
    field = "folder" if checkpoint.entry.folder else "file"
    if PureWindowsPath(written).drive and not Path(written).drive:
        return CatalogError(
            f"{file.name}: entry [{checkpoint.id}]: there is no {written}: it is a path of Windows, and this machine "
            f"has another system. Write where it lies here, such as {field} = 'models/mine', seen from {file.name}.",
            f"{file.name}：条目 [{checkpoint.id}]：{written} 不存在：这是 Windows 路径，而本机是其他系统。"
            f"请写它在本机的位置，例如 {field} = 'models/mine'（相对于 {file.name}）。",
        )
    return CatalogError(
        f"{file.name}: entry [{checkpoint.id}]: there is no {checkpoint.path}. Write {field} as seen from {file.name}, "
        f"or in full: {field} = '~/models/mine'.",
        f"{file.name}：条目 [{checkpoint.id}]：{checkpoint.path} 不存在。"
        f"请写相对于 {file.name} 的路径，或完整路径：{field} = '~/models/mine'。",
    )


def _tables(file: Path) -> dict[str, Any]:
    """Read a file's tables, however its editor saved it."""
    try:
        text = decode(file.read_bytes())
    except UnicodeDecodeError as error:
        raise CatalogError(
            f"{file.name} cannot be read: it is not saved as Unicode. In your editor choose “Save as …”, encoding "
            "UTF-8.",
            f"无法读取 {file.name}：它没有以 Unicode 保存。请在编辑器中选择“另存为……”，编码选 UTF-8。",
        ) from error
    except OSError as error:
        raise CatalogError(f"{file.name} cannot be read: {error}", f"无法读取 {file.name}：{error}") from error
    mended = mend(text, TABLES, PATHS)
    try:
        return parse(mended)
    except (ValueError, TOMLKitError) as error:
        line = error.line if isinstance(error, ParseError) else 0
        entry, written = entry_at(mended, line), (mended.split("\n")[line - 1 : line] or [""])[0].strip()[:80]
        raise CatalogError(
            f"{file.name} cannot be read: entry [{entry}], line {line}: {written} ({error}). Write texts in double "
            "quotes, paths in single ones: file = 'D:\\models\\mine.safetensors'.",
            f"无法读取 {file.name}：条目 [{entry}] 第 {line} 行：{written}（{error}）。"
            "文字请用双引号，路径用单引号：file = 'D:\\models\\mine.safetensors'。",
        ) from error


def _read(file: Path, folder: Path, bundled: bool = True) -> list[Checkpoint]:
    tables = _tables(file)
    checkpoints = list[Checkpoint]()
    for id, table in tables.items():
        try:
            checkpoint = Checkpoint(id, Entry.model_validate(table), folder, bundled)
            extra = checkpoint.bundled and (checkpoint.entry.base or checkpoint.entry.extra)
            if not extra or (folder / checkpoint.entry.folder).exists():
                checkpoints.append(checkpoint)  # weights for another checkpoint are an extra: without them all is whole
        except ValidationError as error:
            first = error.errors()[0]
            where, why = ".".join(map(str, first["loc"])), first["msg"]
            raise CatalogError(
                f"{file.name}: entry [{id}], {where or 'table'}: {why}.",
                f"{file.name}：条目 [{id}] 的 {where or '表'} 有误：{why}。",
            ) from error
    known = {checkpoint.id for checkpoint in checkpoints}
    left_out = {id for id, table in tables.items() if table.get("extra")} - known
    return [checkpoint for checkpoint in checkpoints if checkpoint.entry.base not in left_out]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the hub for every checkpoint that is fetched; give 1 where something has gone."""
    parser = argparse.ArgumentParser(prog="python -m playground.catalog", description=main.__doc__)
    parser.add_argument("--check", action="store_true", required=True, help="ask; nothing is downloaded")
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="a catalogue of one's own instead")
    chosen = parser.parse_args(arguments)
    file = chosen.catalog or CATALOG_FILE
    try:
        checkpoints = _read(file, file.resolve().parent, bundled=False)
    except CatalogError as error:
        print(f"{error.en}\n{error.zh}", file=sys.stderr)
        return 1
    from playground.hub.asking import ask

    gone = 0
    for answer in ask((each.id, each.origin) for each in checkpoints if each.origin is not None):
        gone += bool(answer.gone)
        lines = [f"{text.en} {text.zh}" for text in answer.gone] or [f"{answer.said.en} / {answer.said.zh}"]
        print(f"{'GONE' if answer.gone else 'ok':5} {answer.id:28} {answer.where}")
        print(*(f"      {line}" for line in lines), sep="\n")
    return int(gone > 0)


if __name__ == "__main__":
    sys.exit(main())
