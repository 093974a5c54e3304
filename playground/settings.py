"""What the person who starts the app decided. The only reader of flags and environment variables."""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from playground.errors import SettingsError
from playground.language import LANGUAGES, Language

ROOT = Path(__file__).resolve().parent.parent
MCP = "mcp==1.30.0 httpx-sse pydantic-settings python-dotenv sse-starlette pyjwt jsonschema"
"""Alone, without what it depends on: its pins are older than what the app runs with."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Settings:
    """The app's settings; every default is the safe one.

    Attributes:
        host: Address to listen on.
        port: TCP port; None takes the first free one from 7860 on.
        auth: User and password that the page asks for, or None.
        share: Whether to open a public tunnel.
        root_path: Path under which a reverse proxy offers the app, as "/playground"; empty at the proxy's root.
        device: "auto", "cpu", "cuda", "cuda:1", "mps"; several with commas between them.
        ray: Address of a Ray cluster whose machines the workers live on; empty keeps them on this one.
        workers: How many workers to ask Ray for; 0 takes one for each GPU.
        language: Language of the page; None follows each visitor's browser.
        outputs: Folder that receives every finished picture and clip.
        gallery: Who sees kept results: only who made them, everybody, or nobody because there is no gallery.
        gallery_limit: Gigabytes of files above which the oldest results without a star are removed.
        checkpoints: Folder of the bundled checkpoints.
        catalog: A catalogue of one's own, whose entries are offered too.
        memory: How large models are kept in the device's memory: "auto" takes what fits; "whole", "model_offload",
            "float8_offload", "sequential_offload".
        loras: Folder of LoRA files for Text → Image.
        exact: Whether every sample runs alone, so that its bytes never depend on the neighbours.
        blocked_words: Words that no prompt may hold.
        mcp: Whether language models may use the tasks as tools.
        verbose: Whether the log shows every job and the tracebacks.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    auth: tuple[str, str] | None = None
    share: bool = False
    root_path: str = ""
    device: str = "auto"
    ray: str = ""
    workers: int = 0
    language: Language | None = None
    outputs: Path = ROOT / "outputs"
    gallery: Literal["private", "shared", "off"] = "private"
    gallery_limit: float = 5.0
    checkpoints: Path = ROOT / "checkpoints"
    catalog: Path | None = None
    loras: Path | None = None
    memory: str = "auto"
    exact: bool = False
    blocked_words: tuple[str, ...] = ()
    mcp: bool = False
    verbose: bool = False

    @property
    def reachable(self) -> bool:
        """Whether other machines come in."""
        return self.share or self.host not in LOOPBACK


def parser() -> argparse.ArgumentParser:
    """Build the command line; ``--help`` is its documentation."""
    command = argparse.ArgumentParser(
        prog="python app.py",
        description="The conditional-generation playground: pretrained generators behind sliders, in your browser.",
        epilog="Without flags: this machine only, no password, the best device found, the browser's language.",
    )
    network = command.add_argument_group("who can reach it")
    network.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default %(default)s: this machine only)"
    )
    network.add_argument("--port", type=int, help="port to listen on (default: the first free one from 7860 on)")
    network.add_argument("--auth", metavar="USER:PASSWORD", help="ask every visitor for this user and password")
    network.add_argument("--no-auth", action="store_true", help="let everybody in who reaches --host or --share")
    network.add_argument("--share", action="store_true", help="open a public address through Gradio's tunnel")
    network.add_argument(
        "--root-path",
        default="",
        metavar="PATH",
        help="path under which a reverse proxy offers the app, as /playground",
    )
    work = command.add_argument_group("how it works")
    work.add_argument(
        "--device",
        default="auto",
        help="auto, cpu, cuda, cuda:N or mps; several with commas, such as cuda:0,cuda:1 (default %(default)s)",
    )
    work.add_argument(
        "--ray",
        default="",
        metavar="ADDRESS",
        help="let workers live on the machines of this Ray cluster: auto, HOST:6379",
    )
    work.add_argument(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="how many workers to ask Ray for (default: one for each GPU)",
    )
    work.add_argument(
        "--loras", type=Path, metavar="FOLDER", help="LoRA files (.safetensors) to choose from in Text → Image"
    )
    work.add_argument(
        "--memory",
        choices=("auto", "whole", "model-offload", "float8-offload", "sequential-offload"),
        default="auto",
        help="how large models are kept on a GPU: what fits, all of it, one network at a time, the same with weights "
        "in 8 bits, or one layer at a time (default %(default)s)",
    )
    work.add_argument(
        "--exact", action="store_true", help="never batch visitors together: bytes depend on the seed alone"
    )
    work.add_argument(
        "--outputs",
        type=Path,
        default=Settings.outputs,
        metavar="FOLDER",
        help="where finished pictures and clips are kept (default ./outputs)",
    )
    work.add_argument(
        "--gallery",
        choices=("private", "shared", "off"),
        default="private",
        help="who finds kept results again: only who made them, everybody, or nobody (default %(default)s)",
    )
    work.add_argument(
        "--gallery-limit",
        type=float,
        default=Settings.gallery_limit,
        metavar="GB",
        help="size above which the oldest results without a star are removed (default %(default)g)",
    )
    work.add_argument(
        "--checkpoints",
        type=Path,
        default=Settings.checkpoints,
        metavar="FOLDER",
        help="where the bundled checkpoints lie (default ./checkpoints)",
    )
    work.add_argument(
        "--catalog",
        type=Path,
        metavar="FILE",
        help="your own checkpoints, in the format of playground/catalog.toml: hub repositories, folders, single files",
    )
    page = command.add_argument_group("what it shows")
    page.add_argument(
        "--blocked-words", type=Path, metavar="FILE", help="words that no prompt may hold, one word or phrase a line"
    )
    page.add_argument("--language", choices=LANGUAGES, help="language of the page (default: each visitor's browser's)")
    network.add_argument(
        "--mcp", action="store_true", help="let language models use the tasks as tools (needs the package mcp)"
    )
    page.add_argument("--verbose", action="store_true", help="log every job, and tracebacks of what failed")
    return command


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """Turn the command line into settings.

    Args:
        arguments: The words after ``python app.py``; None reads the process's own.

    Raises:
        SettingsError: The flags do not go together, or the port is out of range or taken.
    """
    flags = parser().parse_args(arguments)
    reachable = flags.share or flags.host not in LOOPBACK
    if reachable and not flags.auth and not flags.no_auth:
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
        gallery=flags.gallery,
        gallery_limit=flags.gallery_limit,
        checkpoints=flags.checkpoints.resolve(),
        catalog=flags.catalog.resolve() if flags.catalog else None,
        memory=flags.memory.replace("-", "_"),
        loras=flags.loras.resolve() if flags.loras else None,
        exact=flags.exact,
        blocked_words=_words_of(flags.blocked_words) if flags.blocked_words else (),
        mcp=_mcp(flags.mcp),
        verbose=flags.verbose,
    )


def prepare_environment() -> None:
    """Tell the libraries, before they are imported, to stay offline and to keep their files to themselves."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="playground-")
        os.environ["GRADIO_TEMP_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


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
