"""What a file is, told by its first bytes, never by its name."""

from __future__ import annotations

import struct

from playground.language import Text

HEAD_BYTES = 64

PNG = Text("a PNG picture", "PNG 图片")
JPEG = Text("a JPEG picture", "JPEG 图片")
GIF = Text("a GIF", "GIF 动图")
WEBP = Text("a WebP picture", "WebP 图片")
MP4 = Text("an MP4 video", "MP4 视频")
HEIC = Text("a HEIC photo", "HEIC 照片")
AVIF = Text("an AVIF picture", "AVIF 图片")
TEXT = Text("a text file", "文本文件")
JSON = Text("a JSON file", "JSON 文件")
EMPTY = Text("an empty file", "空文件")
UNKNOWN = Text("a file of another kind", "其他类型的文件")

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF", Text("a PDF", "PDF 文件")),
    (b"PK\x03\x04", Text("a ZIP archive or Office document", "ZIP 压缩包或 Office 文档")),
    (b"BM", Text("a BMP picture", "BMP 图片")),
    (b"II*\0", Text("a TIFF picture", "TIFF 图片")),
    (b"MM\0*", Text("a TIFF picture", "TIFF 图片")),
    (b"\x1aE\xdf\xa3", Text("a WebM or MKV video", "WebM 或 MKV 视频")),
)
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"hevx", b"heim", b"heis")
_AVIF_BRANDS = (b"avif", b"avis")


def kind_of(head: bytes) -> Text:
    """Name a file by its first ``HEAD_BYTES`` bytes."""
    if not head:
        return EMPTY
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return HEIC if brand in _HEIC_BRANDS else AVIF if brand in _AVIF_BRANDS else MP4
    if b"\0" not in head:
        try:
            head[:-4].decode() if len(head) == HEAD_BYTES else head.decode()  # the cut may halve a character
        except UnicodeDecodeError:
            return UNKNOWN
        return JSON if head.lstrip().startswith(b"{") else TEXT
    return UNKNOWN


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Read a WebP canvas's width and height, which Pillow learns only after making room for it."""
    chunk, body = head[12:16], head[20:30]
    if len(body) < 10:
        return None
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", body[1:5])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
