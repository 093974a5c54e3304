"""The command line; ``--help`` is its documentation."""

from __future__ import annotations

import argparse
from pathlib import Path

from playground.language import LANGUAGES
from playground.settings.record import Settings


def parser() -> argparse.ArgumentParser:
    """Build the command line; ``--help`` is its documentation."""
    command = argparse.ArgumentParser(
        prog="python app.py",
        description="The conditional-generation playground: pretrained generators behind sliders, in your browser.",
        epilog="Without flags: this machine only, no password, the best device found, the browser's language.",
    )
    network = command.add_argument_group("who can reach it")
    network.add_argument(
        "--host", help="address to listen on (default 127.0.0.1: this machine only; with --workshop all its addresses)"
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
    network.add_argument(
        "--workshop", action="store_true", help="open a room: guests come with its code, and only its host decides"
    )
    network.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what a guest may ask for at most: guests, jobs, steps, pictures, frames, tabs, checkpoints",
    )
    network.add_argument(
        "--downloads",
        choices=("machine", "everyone"),
        default="machine",
        help="who may download checkpoints: who sits at this machine, or everyone (in a workshop its host alone)",
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
        "--runtime",
        choices=("auto", "torch"),
        default="auto",
        help="what runs networks on a CPU: OpenVINO where it was measured to be faster, or torch (default %(default)s)",
    )
    work.add_argument(
        "--compile",
        action="store_true",
        help="compile the repeated blocks of image networks on a GPU: the first picture waits, later ones are faster",
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
    work.add_argument(
        "--label", action="store_true", help="put a small visible mark into files: AI 生成 · AI-generated"
    )
    work.add_argument(
        "--c2pa",
        type=Path,
        metavar="CERT",
        help="sign files with a C2PA manifest: a PEM file with certificates and private key (needs c2pa-python)",
    )
    work.add_argument(
        "--check", action="store_true", help="try everything, say what this machine bears, and end without opening"
    )
    page = command.add_argument_group("what it shows")
    page.add_argument(
        "--blocked-words", type=Path, metavar="FILE", help="words that no prompt may hold, one word or phrase a line"
    )
    page.add_argument(
        "--lessons", type=Path, metavar="FOLDER", help="lessons of your own (.toml), behind those that come"
    )
    page.add_argument(
        "--warm", default="", metavar="LESSON", help="make once what a lesson, or all, asks for, before others come"
    )
    page.add_argument("--language", choices=LANGUAGES, help="language of the page (default: each visitor's browser's)")
    network.add_argument(
        "--mcp", action="store_true", help="let language models use the tasks as tools (needs the package mcp)"
    )
    page.add_argument("--verbose", action="store_true", help="log every job, and tracebacks of what failed")
    return command
