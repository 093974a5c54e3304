"""Clips of equally large frames as MP4, GIF or WebP, each with its settings and the marks of ``media.marks`` inside.

A file is encoded in memory and written whole. Small frames are enlarged by a whole number, so that pixels
stay square and players have something to show.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from playground.media.marks import into_gif, into_mp4, xmp_packet
from playground.media.metadata import Metadata
from playground.media.pictures import enlarge, opaque
from playground.media.visible_mark import labelled
from playground.media.writing import write_whole

MAX_ENLARGED_SIDE = 1280
SMOOTH_SIDE = 64
"""Frames of this side and above have no pixels to be counted: they are enlarged with soft edges, as players do."""
# How many pixels choose a GIF's palette: median cut over all those of a long clip would take seconds.
PALETTE_SAMPLE, SOME_PIXELS = 250_000, 20_000
# ITU-T H.273 code point 1 is BT.709, for primaries, transfer and matrix alike: what browsers and QuickTime
# assume for H.264, said aloud so that colours do not shift between players.
BT709, LIMITED_RANGE = 1, 1


def write_clip(
    frames: Sequence[Image.Image],
    path: str | Path,
    fps: float,
    metadata: Metadata,
    *,
    min_size: int = 256,
) -> Path:
    """Save frames as a clip that loops (GIF, WebP) or plays anywhere (MP4: H.264, yuv420p, index in front).

    Args:
        frames: At least one picture, all of one size; transparent ones are laid on white.
        path: Its ending chooses the format: ``.mp4``, ``.gif`` or ``.webp``.
        fps: Frames per second, at most 60. GIF counts hundredths of a second and goes up to 50.
        metadata: The settings to carry.
        min_size: Frames whose shorter side is below this many pixels are enlarged to reach it.

    Raises:
        OutputError: The file could not be written; nothing of it is left behind.
    """
    return write_clips(frames, {Path(path): metadata}, fps, min_size=min_size)[0]


def write_clips(
    frames: Sequence[Image.Image], files: Mapping[Path, Metadata], fps: float, *, min_size: int = 256
) -> list[Path]:
    """Save frames as several clips at once; the encoders run beside each other.

    Args:
        frames: As ``write_clip`` takes them.
        files: For each path, whose ending chooses the format, the settings to carry; if they say ``labelled``, all
            of them get the visible mark.
        fps: As ``write_clip`` takes it.
        min_size: As ``write_clip`` takes it.

    Raises:
        OutputError: A file could not be written; none of them is left behind.
    """
    if unknown := [path.suffix for path in files if path.suffix.lower() not in ENCODERS]:
        raise ValueError(f"a clip ends in {', '.join(ENCODERS)}, not {', '.join(map(repr, unknown))}")
    if not frames or len({frame.size for frame in frames}) != 1:
        raise ValueError("a clip needs frames, all of one size")
    if not 0 < fps <= 60:
        raise ValueError(f"fps must be above 0 and at most 60, not {fps}")
    scale = _scale(frames[0].size, min_size)
    plain = [opaque(frame) for frame in frames]
    if scale > 1 and min(plain[0].size) >= SMOOTH_SIDE:
        size = (plain[0].width * scale, plain[0].height * scale)
        plain, scale = [frame.resize(size, Image.Resampling.LANCZOS) for frame in plain], 1

    if any(metadata.labelled for metadata in files.values()):
        plain, scale = [labelled(enlarge(frame, scale)) for frame in plain], 1

    def write(path: Path, metadata: Metadata) -> Path:
        encode = ENCODERS[path.suffix.lower()]
        return write_whole(path, encode(plain, fps, scale, metadata.to_json(), path.stem))

    with ThreadPoolExecutor(len(files)) as pool:
        writing = [pool.submit(write, path, metadata) for path, metadata in files.items()]
    failed = next((error for done in writing if (error := done.exception())), None)
    if failed:
        for done in writing:
            if not done.exception():
                done.result().unlink(missing_ok=True)
        raise failed
    return [done.result() for done in writing]


def clip_url(frames: Sequence[Image.Image], fps: float) -> str:
    """Return frames as an inline WebP that loops."""
    content = _webp([opaque(frame) for frame in frames], fps, 1, "", "")
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")


def _scale(size: tuple[int, int], min_size: int) -> int:
    wanted = -(-min_size // min(size))
    return max(1, min(wanted, MAX_ENLARGED_SIDE // max(size)))


def _durations(count: int, fps: float, tick: int) -> list[int]:
    """Milliseconds of each frame in whole ticks, rounded so that the sum does not drift."""
    ends = [round((index + 1) * 1000 / fps / tick) for index in range(count)]
    return [max(end - start, 1) * tick for start, end in zip([0, *ends], ends, strict=False)]


def _mp4(frames: list[Image.Image], fps: float, scale: int, settings: str, content_id: str) -> bytes:
    import av  # a third of a second that the page's start need not wait for

    # The index (moov) is put in front into room kept for it, so that a browser plays before it has all.
    room = 8192 + 64 * len(frames) + len(settings.encode())
    content = io.BytesIO()
    with av.open(content, "w", format="mp4", options={"moov_size": str(room)}) as clip:
        clip.metadata["comment"] = settings
        stream = clip.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "18", "preset": "veryfast"}
        codec = stream.codec_context
        codec.colorspace = codec.color_primaries = codec.color_trc = BT709
        codec.color_range = LIMITED_RANGE
        for index, frame in enumerate(frames):
            pixels = _even(np.asarray(enlarge(frame, scale)))
            if index == 0:
                stream.height, stream.width = pixels.shape[:2]
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            clip.mux(stream.encode(picture.reformat(format="yuv420p", dst_colorspace="ITU709")))
        clip.mux(stream.encode())
    return into_mp4(content.getvalue(), xmp_packet(content_id))


def _even(pixels: np.ndarray) -> np.ndarray:
    """Repeat the last row and column of [height, width, 3] where a side is odd: yuv420p halves both."""
    height, width = pixels.shape[:2]
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _gif(frames: list[Image.Image], fps: float, scale: int, settings: str, content_id: str) -> bytes:
    first, *rest = (enlarge(frame, scale) for frame in with_one_palette(frames))
    durations = [max(20, duration) for duration in _durations(len(frames), fps, tick=10)]
    content = io.BytesIO()
    first.save(
        content,
        format="GIF",
        save_all=True,
        append_images=rest,
        duration=durations if rest else durations[0],
        loop=0,
        optimize=False,
        comment=settings.encode(),
    )
    return into_gif(content.getvalue(), xmp_packet(content_id))


def with_one_palette(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """Give RGB frames one palette of 256 colours, so that a still background does not flicker.

    256 colours or fewer are kept exactly.
    """
    pixels = np.stack([np.asarray(frame) for frame in frames])  # [frame, height, width, 3]
    stride = pixels.size // 3 // PALETTE_SAMPLE | 1  # odd, so that even widths are not sampled in columns
    sample = pixels.reshape(-1, 3)[::stride]
    colours = np.unique(_packed(sample[:SOME_PIXELS]))
    if len(colours) <= 256:  # else it is known already, without sorting them all
        colours, indices = np.unique(_packed(pixels), return_inverse=True)
    if len(colours) > 256:
        palette = Image.fromarray(sample[None]).quantize(256, method=Image.Quantize.MEDIANCUT)
        return [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    table = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.uint8).tobytes()
    made = []
    for plane in indices.reshape(pixels.shape[:3]).astype(np.uint8):
        frame = Image.fromarray(plane, mode="P")
        frame.putpalette(table)
        made.append(frame)
    return made


def _packed(pixels: np.ndarray) -> np.ndarray:
    """Return one number for each colour of [..., 3]."""
    wide = pixels.astype(np.uint32)
    packed: np.ndarray = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return packed


def _webp(frames: list[Image.Image], fps: float, scale: int, settings: str, content_id: str) -> bytes:
    first, *rest = (enlarge(frame, scale) for frame in frames)
    content = io.BytesIO()
    first.save(
        content,
        format="WEBP",
        save_all=True,
        append_images=rest,
        duration=_durations(len(frames), fps, tick=1),
        loop=0,
        # Enlarged pixels have hard edges, which lossless keeps and packs well.
        lossless=scale > 1,
        quality=75 if scale > 1 else 90,
        method=2,  # twice as fast as 3, for files a twentieth larger
        xmp=xmp_packet(content_id, settings),
    )
    return content.getvalue()


Encoder = Callable[[list[Image.Image], float, int, str, str], bytes]
"""Frames, frames per second, enlargement, settings, and what tells the file from all others."""
ENCODERS: dict[str, Encoder] = {".mp4": _mp4, ".gif": _gif, ".webp": _webp}
