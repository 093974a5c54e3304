"""Every file says that a machine made it, as other programs read it; and what a file says of itself is told."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from playground.errors import UnreadableFile
from playground.media import visible_mark
from playground.media.clips import write_clips
from playground.media.marks import GENERATED, into_gif, xmp_packet
from playground.media.metadata import Metadata
from playground.media.origin import read_origin
from playground.media.png import write_png
from playground.media.reading import read_metadata
from playground.media.sidecars import write_sidecar
from playground.media.visible_mark import labelled
from playground.ui.gallery.origin import in_words

needs_exiftool = pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool (libimage-exiftool-perl) is missing")


@pytest.fixture
def files(tmp_path: Path, metadata: Metadata) -> list[Path]:
    """One file of each format."""
    frames = [Image.new("RGB", (64, 48), (20 * number, 90, 0)) for number in range(5)]
    clips = write_clips(frames, {tmp_path / f"clip{ending}": metadata for ending in (".mp4", ".gif", ".webp")}, 8)
    return [write_png(Image.new("L", (28, 28), 99), tmp_path / "digit-7.png", metadata), *clips]


@needs_exiftool
def test_exiftool_reads_both_marks_in_every_format(files: list[Path]) -> None:
    for file in files:
        said = subprocess.run(
            ["exiftool", "-json", "-DigitalSourceType", "-AIGC", "-Warning", str(file)], capture_output=True, check=True
        )
        (found,) = json.loads(said.stdout)
        label = found["Aigc"] if isinstance(found["Aigc"], dict) else json.loads(found["Aigc"])
        assert found["DigitalSourceType"] == GENERATED, file
        assert (str(label["Label"]), label["ProduceID"]) == ("1", file.stem) and "Warning" not in found, file


def test_marked_files_keep_their_settings_and_their_frames(files: list[Path], metadata: Metadata) -> None:
    import av

    for file in files:
        assert read_metadata(file) == metadata
    with av.open(str(files[1])) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 5
    for file in files[2:]:
        with Image.open(file) as clip:
            assert clip.n_frames == 5


def test_words_and_numbers_are_marked_in_their_sidecar(tmp_path: Path, metadata: Metadata) -> None:
    record = json.loads(write_sidecar(tmp_path / "words.json", {}, [], metadata).read_text())
    assert record["DigitalSourceType"] == GENERATED and record["AIGC"]["ProduceID"] == "words"


def test_a_file_of_ours_says_everything(files: list[Path], metadata: Metadata) -> None:
    for file in files:
        origin = read_origin(file)
        assert origin.ours == metadata and origin.source_type == "trainedAlgorithmicMedia"
        assert origin.label["ContentProducer"] == "conditional-generation-playground" and not origin.manifest
        assert [line.en.split(" ")[0] for line in in_words(origin)] == ["Its", "It", "It"]


def test_marks_of_others_are_understood_however_they_are_written(tmp_path: Path) -> None:
    label = "{&quot;Label&quot;:&quot;2&quot;,&quot;ContentProducer&quot;:&quot;豆包&quot;}"
    as_attributes = (
        '<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture" '
        f'TC260:AIGC="{label}"/>'
    )
    Image.new("RGB", (9, 9)).save(tmp_path / "a.jpg", xmp=as_attributes.encode())
    origin = read_origin(tmp_path / "a.jpg")
    assert (origin.source_type, origin.label) == ("digitalCapture", {"Label": "2", "ContentProducer": "豆包"})
    chinese = "".join(line.zh for line in in_words(origin))
    assert "可能为人工智能生成" in chinese and "豆包" in chinese


def test_a_manifest_and_another_generators_settings_are_told(tmp_path: Path) -> None:
    known = PngInfo()
    known.add_text("parameters", "a red apple\nSteps: 7, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: mine")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", pnginfo=known)
    manifest = b"\0\0\0\x40jumb\0\0\0\x28jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"
    with (tmp_path / "a.png").open("ab") as file:
        file.write(manifest)
    origin = read_origin(tmp_path / "a.png")
    assert origin.manifest and origin.foreign and origin.foreign.values["prompt"] == "a red apple"
    assert any("“a red apple”" in line.en for line in in_words(origin))


def test_a_silent_file_says_so_and_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "a.webp")
    assert read_origin(tmp_path / "a.webp").silent
    assert in_words(read_origin(tmp_path / "a.webp"))[0].en.startswith("This is a WebP picture that says nothing")
    (tmp_path / "a.txt").write_text("hello")
    for name in ("a.txt", "gone.png"):
        with pytest.raises(UnreadableFile):
            read_origin(tmp_path / name)


@pytest.mark.parametrize("label", ["{", "[1]", '{"Label": {"deep": [' + "[" * 5000, "{}", "null"])
def test_a_broken_label_is_no_label(tmp_path: Path, label: str) -> None:
    packet = xmp_packet("x").replace(b'{"Label"', label.encode() + b'<!--{"Label"')
    content = io.BytesIO()
    Image.new("P", (9, 9)).save(content, "GIF")
    (tmp_path / "a.gif").write_bytes(into_gif(content.getvalue(), packet))
    assert read_origin(tmp_path / "a.gif").label == {}


def test_the_visible_mark_stands_in_a_corner_and_is_read_as_text_of_its_height(tmp_path: Path) -> None:
    for size in ((28, 28), (128, 192), (1024, 768)):
        plain = Image.new("RGB", size, "white")
        marked = labelled(plain)
        assert marked.mode == "RGB" and min(marked.size) >= 128 and marked.width * size[1] == marked.height * size[0]
        left, top, right, bottom = ImageChops.difference(marked, plain.resize(marked.size)).getbbox()
        assert (right, bottom) == marked.size and left > 0, "in the lower right corner"
        assert 0.05 * min(marked.size) <= bottom - top <= 0.2 * min(marked.size) and right - left >= 4 * (bottom - top)


def test_files_are_labelled_where_their_record_says_so(tmp_path: Path, metadata: Metadata) -> None:
    marked = metadata.model_copy(update={"labelled": True})
    frames = [Image.new("RGB", (32, 32), "white") for _ in range(3)]
    one = write_png(frames[0], tmp_path / "a.png", marked)
    (clip,) = write_clips(frames, {tmp_path / "a.webp": marked}, 8)
    for file in (one, clip):
        assert read_metadata(file).labelled
        with Image.open(file) as shown:
            assert min(shown.size) >= 128 and shown.convert("L").getextrema()[0] < 128


def test_a_font_without_chinese_leaves_the_latin_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visible_mark, "font_of", ImageFont.load_default)
    drawn: list[str] = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda self, at, words, **how: drawn.append(words))
    labelled(Image.new("L", (300, 300)))
    assert drawn == ["AI-generated"]
