"""Files appear whole or not at all, and a failure says what to do."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from playground.errors import OutputError


def write_whole(path: Path, content: bytes | Callable[[BinaryIO], object]) -> Path:
    """Write a file so that nobody ever sees half of it, replacing one of that name.

    Args:
        path: The file.
        content: What goes into it, or a function that writes that into an open file, piece by piece.

    Raises:
        OutputError: The disk is full, the folder is read-only or missing, or the system refused otherwise.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with part.open("wb") as file:
                content(file) if callable(content) else file.write(content)
            os.replace(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise output_error(error, path) from error
    return path


def make_folder(folder: Path) -> Path:
    """Make a folder, and those above it, unless it is there.

    Raises:
        OutputError: The disk is full, the folder above is read-only or a file, or the system refused otherwise.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error
    return folder


def output_error(error: OSError, path: Path) -> OutputError:
    """Say why a file could not be written, and what to do."""
    name, folder = path.name, path.parent
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(
            f"The disk is full: {name} could not be saved in {folder}. "
            "Free some space or start with another --outputs folder, then generate again.",
            f"磁盘已满：无法把 {name} 保存到 {folder}。请清理空间，或用 --outputs 换一个文件夹启动，然后重新生成。",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return OutputError(
            f"The folder {folder} is read-only, so {name} could not be saved. "
            "Allow writing to it or start with another --outputs folder.",
            f"文件夹 {folder} 不可写，无法保存 {name}。请开放写权限，或用 --outputs 换一个文件夹启动。",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return OutputError(
            f"The folder {folder} does not exist, so {name} could not be saved. "
            "Create it or start with another --outputs folder.",
            f"文件夹 {folder} 不存在，无法保存 {name}。请先创建它，或用 --outputs 换一个文件夹启动。",
        )
    reason = error.strerror or type(error).__name__
    return OutputError(
        f"{name} could not be saved in {folder}: {reason}. Try another --outputs folder.",
        f"无法把 {name} 保存到 {folder}：{reason}。请用 --outputs 换一个文件夹启动。",
    )
