"""Where a file says that it comes from: its settings, its marks, its manifest. What it says can be false or be lost."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

from PIL import Image

from playground.errors import PlaygroundError, UnreadableFile
from playground.language import Text
from playground.media import kinds
from playground.media.a1111 import Parameters
from playground.media.containers import find_box
from playground.media.foreign import read_foreign
from playground.media.marks import GB_NAMESPACE, IPTC_NAMESPACE, XMP_UUID
from playground.media.metadata import Metadata
from playground.media.reading import read_metadata

MOST_BYTES = 200_000_000
LONGEST_PACKET = 4_000_000
_STILL = {kinds.PNG: "PNG", kinds.JPEG: "JPEG", kinds.WEBP: "WEBP"}
# A C2PA manifest is a JUMBF box whose description names it so, in whatever the file's format keeps it.
_MANIFEST = re.compile(rb"jumb.{0,64}?jumd.{16,24}?c2pa\0", re.DOTALL)
_NO_MEDIA = Text(
    "This is {0}: choose a PNG, JPEG, WebP, GIF or MP4.", "收到的是{0}：请选择 PNG、JPEG、WebP、GIF 或 MP4。"
)


@dataclass(frozen=True)
class Origin:
    """What a file says of itself.

    Attributes:
        kind: What the file is.
        ours: The settings that this program wrote.
        foreign: The settings that another image generator wrote.
        source_type: The last word of IPTC's DigitalSourceType, such as ``trainedAlgorithmicMedia``.
        label: The fields of GB 45438-2025's label.
        manifest: Whether it holds a C2PA manifest; whether that is valid is not looked at.
    """

    kind: Text
    ours: Metadata | None = None
    foreign: Parameters | None = None
    source_type: str = ""
    label: dict[str, str] = field(default_factory=dict)
    manifest: bool = False

    @property
    def silent(self) -> bool:
        """Whether it says nothing."""
        return not (self.ours or self.foreign or self.source_type or self.label or self.manifest)


def read_origin(path: Path) -> Origin:
    """Read what a picture or a clip says of itself, without decoding its pixels.

    Raises:
        UnreadableFile: It is something else, too long, or gone.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile("The file is gone. Choose it again.", "文件已不存在。请重新选择。") from error
    kind = kinds.kind_of(content[: kinds.HEAD_BYTES])
    if kind not in (*_STILL, kinds.GIF, kinds.MP4):
        raise UnreadableFile(*_NO_MEDIA.format(kind))
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            f"This file is longer than {MOST_BYTES // 10**6} MB. Use a smaller one.",
            f"文件超过 {MOST_BYTES // 10**6} MB。请换一个较小的文件。",
        )
    ours: Metadata | None = None
    foreign: Parameters | None = None
    with suppress(PlaygroundError):  # whose settings are damaged may still be marked
        foreign = read_foreign(path)
    with suppress(PlaygroundError):
        ours = read_metadata(path)
    packet = _packet(path, kind, content)
    return Origin(kind, ours, foreign, _source_type(packet), _label(packet), bool(_MANIFEST.search(content)))


def _packet(path: Path, kind: Text, content: bytes) -> str:
    """Return a file's XMP packet; empty where it has none that can be read."""
    found: bytes | str | None = b""
    try:
        if kind == kinds.MP4:
            found = find_box(path, XMP_UUID)
        elif kind == kinds.GIF:
            start = content.find(b"\x21\xff\x0bXMP DataXMP")
            found = content[start + 14 : start + 14 + LONGEST_PACKET] if start >= 0 else b""
        else:
            with Image.open(path, formats=(_STILL[kind],)) as picture:
                found = picture.info.get("xmp")
    except Exception:  # damaged input raises SyntaxError, struct.error, OSError, ValueError, …
        return ""
    return found[:LONGEST_PACKET].decode("utf-8", "replace") if isinstance(found, bytes) else found or ""


def _source_type(packet: str) -> str:
    """Return the last word of DigitalSourceType, written as an element or as an attribute."""
    if IPTC_NAMESPACE not in packet:
        return ""
    found = re.search(r"DigitalSourceType\s*(?:=\s*[\"']|>)\s*([^\"'<]{1,200})", packet)
    return found[1].strip().rpartition("/")[2][:60] if found else ""


def _label(packet: str) -> dict[str, str]:
    """Return the fields of the label that a packet carries, as text."""
    if GB_NAMESPACE not in packet:
        return {}
    found = re.search(r":AIGC>\s*(\{[^<]{0,20000}\})\s*<", packet) or re.search(r":AIGC='(\{[^']{0,20000}\})'", packet)
    if not found:
        found = re.search(r':AIGC="(\{[^"]{0,20000}\})"', packet)
    try:
        fields = json.loads(unescape(found[1], {"&quot;": '"', "&apos;": "'"})) if found else {}
    except (ValueError, RecursionError):
        return {}
    return {str(name)[:40]: str(value)[:200] for name, value in fields.items()} if isinstance(fields, dict) else {}
