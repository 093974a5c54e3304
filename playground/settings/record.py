"""What the person who starts the app decided, as one record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.language import Language

ROOT = Path(__file__).resolve().parents[2]
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
        label: Whether files get a visible mark that says that they were generated.
        c2pa: A PEM file with the certificates and the private key that files are signed with; None signs nothing.
        gallery: Who sees kept results: only who made them, everybody, or nobody because there is no gallery.
        gallery_limit: Gigabytes of files above which the oldest results without a star are removed.
        checkpoints: Folder of the bundled checkpoints.
        catalog: A catalogue of one's own, whose entries are offered too.
        memory: How large models are kept in the device's memory: "auto" takes what fits; "whole", "model_offload",
            "float8_offload", "sequential_offload".
        compiled: Folder of networks that OpenVINO compiled for this CPU; None lets torch run everything.
        regional: Whether the repeated blocks of a GPU's networks are compiled.
        loras: Folder of LoRA files for Text → Image.
        exact: Whether every sample runs alone, so that its bytes never depend on the neighbours.
        blocked_words: Words that no prompt may hold.
        mcp: Whether language models may use the tasks as tools.
        check: Whether to try everything and end, in place of opening the page.
        workshop: Whether there is a room, with a host, guests and a code.
        limits: What a guest may ask for at most, as ``--limit`` takes it.
        downloads: Who may fetch checkpoints where there is no room: who sits at this machine, or everybody.
        lessons: Folder of lessons of one's own.
        warm: The lesson whose results are made once before others come; "all" for all of them.
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
    label: bool = False
    c2pa: Path | None = None
    gallery: Literal["private", "shared", "off"] = "private"
    gallery_limit: float = 5.0
    checkpoints: Path = ROOT / "checkpoints"
    catalog: Path | None = None
    compiled: Path | None = None
    regional: bool = False
    loras: Path | None = None
    memory: str = "auto"
    exact: bool = False
    blocked_words: tuple[str, ...] = ()
    mcp: bool = False
    check: bool = False
    workshop: bool = False
    limits: tuple[str, ...] = ()
    downloads: Literal["machine", "everyone"] = "machine"
    lessons: Path | None = None
    warm: str = ""
    verbose: bool = False

    @property
    def reachable(self) -> bool:
        """Whether other machines come in."""
        return self.share or self.host not in LOOPBACK
