"""What the person who starts the app decided. The only reader of flags and environment variables."""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from playground.errors import SettingsError
from playground.settings.flags import parser
from playground.settings.record import LOOPBACK, ROOT, Settings

__all__ = ["LOOPBACK", "ROOT", "Settings", "parser", "prepare_environment", "read_settings"]

MCP = "mcp==1.30.0 httpx-sse pydantic-settings python-dotenv sse-starlette pyjwt jsonschema"
"""Alone, without what it depends on: its pins are older than what the app runs with."""
RAY_TOKEN = Path.home() / ".ray" / "auth_token"


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """Turn the command line into settings.

    Args:
        arguments: The words after ``python app.py``; None reads the process's own.

    Raises:
        SettingsError: The flags do not go together, or the port is out of range or taken.
    """
    flags = parser().parse_args(arguments)
    flags.host = flags.host or ("0.0.0.0" if flags.workshop else LOOPBACK[0])
    _check_workshop(flags)
    reachable = flags.share or flags.host not in LOOPBACK
    if reachable and not flags.auth and not flags.no_auth and not flags.workshop:
        how = "--share" if flags.share else f"--host {flags.host}"
        raise SettingsError(
            f"{how} lets other machines in: add --auth USER:PASSWORD, or --no-auth to say that everybody may come.",
            f"{how} 会让其他机器访问：请加上 --auth 用户名:密码，或用 --no-auth 明确表示任何人都可以访问。",
        )
    if flags.loras and not flags.loras.is_dir():
        raise SettingsError(
            f"--loras {flags.loras} is no folder: give the folder that holds your LoRA files (.safetensors).",
            f"--loras {flags.loras} 不是文件夹：请提供存放 LoRA 文件（.safetensors）的文件夹。",
        )
    if flags.lessons and not flags.lessons.is_dir():
        raise SettingsError(
            f"--lessons {flags.lessons} is no folder: give the folder that holds your lessons (.toml).",
            f"--lessons {flags.lessons} 不是文件夹：请提供存放课程（.toml）的文件夹。",
        )
    if flags.workers < 0 or (flags.workers and not flags.ray):
        raise SettingsError(
            f"--workers {flags.workers} says how many workers to ask Ray for: give a number from 1 on, with --ray.",
            f"--workers {flags.workers} 表示向 Ray 请求的工作进程数：请给出 1 以上的数字，并同时使用 --ray。",
        )
    if not 0 < flags.gallery_limit < 1e6:
        raise SettingsError(
            f"--gallery-limit must be a number of gigabytes above 0; you gave {flags.gallery_limit:g}.",
            f"--gallery-limit 必须是大于 0 的 GB 数；收到的是 {flags.gallery_limit:g}。",
        )
    return Settings(
        host=flags.host,
        port=_free_port(flags.host, flags.port),
        auth=_user_and_password(flags.auth),
        share=flags.share,
        root_path=_root_path(flags.root_path),
        device=flags.device,
        ray=flags.ray,
        workers=flags.workers,
        language=flags.language,
        outputs=flags.outputs.resolve(),
        label=flags.label,
        c2pa=flags.c2pa,
        check=flags.check,
        gallery=flags.gallery,
        gallery_limit=flags.gallery_limit,
        checkpoints=flags.checkpoints.resolve(),
        catalog=flags.catalog.resolve() if flags.catalog else None,
        memory=flags.memory.replace("-", "_"),
        compiled=_compiled() if flags.runtime == "auto" else None,
        regional=flags.compile,
        loras=flags.loras.resolve() if flags.loras else None,
        exact=flags.exact,
        blocked_words=_words_of(flags.blocked_words) if flags.blocked_words else (),
        mcp=_mcp(flags.mcp),
        workshop=flags.workshop,
        limits=tuple(flags.limit),
        downloads=flags.downloads,
        lessons=flags.lessons,
        warm=flags.warm,
        verbose=flags.verbose,
    )


def prepare_environment() -> None:
    """Tell the libraries, before they are imported, to stay offline and to keep their files to themselves."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_DEFAULT_CONCURRENCY_LIMIT"] = "none"  # or else no two calls of an event ever meet in a batch
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="playground-")
        os.environ["GRADIO_TEMP_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if RAY_TOKEN.exists():  # with which `ray start` asks for it, while a program that joins must be told to send it
        os.environ.setdefault("RAY_AUTH_MODE", "token")


def _check_workshop(flags: argparse.Namespace) -> None:
    if flags.limit and not flags.workshop:
        raise SettingsError(
            "--limit bounds the guests of a room: add --workshop.", "--limit 用来限制房间里的访客：请加上 --workshop。"
        )
    if flags.workshop and flags.auth:
        raise SettingsError(
            "--workshop lets in who knows the room's code: leave --auth out.",
            "--workshop 让知道房间码的人进入：请去掉 --auth。",
        )
    if flags.workshop and flags.gallery == "off":
        raise SettingsError(
            "--workshop needs the gallery, from which results go to the wall: leave --gallery off out.",
            "--workshop 需要图库，结果由此上墙：请去掉 --gallery off。",
        )


def _compiled() -> Path:
    """Return where compiled networks are kept: beside what other programs keep and can make again."""
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(kept) / "conditional-generation-playground" / "openvino"


def _words_of(file: Path) -> tuple[str, ...]:
    """Read one word or phrase a line; what stands behind a # is a remark."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"--blocked-words {file} cannot be read: give a text file in UTF-8 with one word or phrase a line.",
            f"无法读取 --blocked-words {file}：请提供 UTF-8 文本文件，每行一个词或短语。",
        ) from error
    words = tuple(word for line in lines if (word := line.partition("#")[0].strip()))
    if not words:
        raise SettingsError(
            f"--blocked-words {file} holds no words: write one word or phrase a line.",
            f"--blocked-words {file} 中没有词语：请每行写一个词或短语。",
        )
    return words


def _mcp(asked: bool) -> bool:
    if asked and find_spec("mcp") is None:
        raise SettingsError(
            f"--mcp needs the package mcp: pip install --no-deps {MCP} (beside what is installed already).",
            f"--mcp 需要 mcp 包：pip install --no-deps {MCP}（装在现有的包旁边）。",
        )
    return asked


def _user_and_password(words: str | None) -> tuple[str, str] | None:
    if words is None:
        return None
    user, _, password = words.partition(":")
    if not user or not password:
        raise SettingsError(
            "--auth needs a user and a password with a colon between them, such as --auth teacher:apple.",
            "--auth 需要用户名和密码，中间用冒号隔开，例如 --auth teacher:apple。",
        )
    return user, password


def _free_port(host: str, asked: int | None) -> int:
    if asked is not None and not 1 <= asked <= 65535:
        raise SettingsError(
            f"--port must be from 1 to 65535; you gave {asked}.",
            f"--port 必须在 1 到 65535 之间；收到的是 {asked}。",
        )
    for port in [asked] if asked else range(7860, 7960):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError as error:
                raise SettingsError(
                    f"Port {port} needs more rights than you have; choose one above 1023, such as --port 7860.",
                    f"端口 {port} 需要更高的权限；请选择大于 1023 的端口，例如 --port 7860。",
                ) from error
            except socket.gaierror as error:
                raise SettingsError(
                    f"--host {host} is not an address of this machine.", f"--host {host} 不是本机的地址。"
                ) from error
            except OSError as error:
                if error.errno == 99:  # EADDRNOTAVAIL
                    raise SettingsError(
                        f"--host {host} is not an address of this machine.", f"--host {host} 不是本机的地址。"
                    ) from error
                continue
            return port
    if asked:
        raise SettingsError(
            f"Port {asked} is taken by another program; give another one, such as --port {asked % 65535 + 1}, "
            "or leave --port out.",
            f"端口 {asked} 已被其他程序占用；请换一个，例如 --port {asked % 65535 + 1}，或不写 --port。",
        )
    raise SettingsError(
        "Ports 7860 to 7959 are all taken; give another one with --port.",
        "端口 7860 到 7959 都被占用；请用 --port 指定别的端口。",
    )


def _root_path(given: str) -> str:
    """Bring a path that a proxy offers into one form: "/a/b", or "" for its root.

    Raises:
        SettingsError: It is no path.
    """
    path = given.strip().strip("/")
    if not path:
        return ""
    if "://" in given or any(letter in path for letter in " ?#\\\"'<>"):
        raise SettingsError(
            f"--root-path takes a path such as /playground; it was given {given!r}.",
            f"--root-path 需要形如 /playground 的路径；收到的是 {given!r}。",
        )
    return f"/{path}"
