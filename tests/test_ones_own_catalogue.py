"""A catalogue of one's own is read as people write it, and what cannot be read is told by entry and line."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomlkit

from playground.catalog import CATALOG_FILE, Checkpoint, read_catalog
from playground.errors import CatalogError
from playground.families import find_family
from playground.lessons.reading import BUNDLED
from playground.toml_text import parse
from tests.server import ROOT

ONES_OWN = """[mine]
family = "text_to_image"
title = { en = "Mine", zh = "我的" }
licence = "MIT"
folder = "models/mine"
side = 128
"""


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    (tmp_path / "models" / "mine").mkdir(parents=True)
    return tmp_path


def own_entry(folder: Path, content: str | bytes) -> Checkpoint:
    """Read a catalogue of one entry."""
    file = folder / "mine.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_catalog(ROOT / "checkpoints", more=file).all()[-1]


def refusal(folder: Path, content: str | bytes) -> CatalogError:
    with pytest.raises(CatalogError) as refused:
        own_entry(folder, content)
    assert refused.value.zh != refused.value.en
    return refused.value


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_catalogue_is_read_however_its_editor_saved_it(beside: Path, name: str, ending: str) -> None:
    entry = own_entry(beside, ONES_OWN.replace("\n", ending).encode(name))
    assert (entry.id, entry.title.zh, entry.path) == ("mine", "我的", beside / "models" / "mine")


def test_a_catalogue_in_letters_of_one_country_says_how_to_save_it(tmp_path: Path) -> None:
    assert "choose “Save as …”, encoding UTF-8" in refusal(tmp_path, ONES_OWN.encode("gb18030")).en


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("[sd-1.5-mine]", "sd-1.5-mine"),
        ("[我的模型]", "我的模型"),
        ("[my model]  # the best", "my model"),
        ("[ v1.2 ]", "v1.2"),
        ('["sd-1.5-mine"]', "sd-1.5-mine"),
    ],
)
def test_an_entry_may_have_any_name(beside: Path, head: str, name: str) -> None:
    assert own_entry(beside, ONES_OWN.replace("[mine]", head)).id == name
    apart = f"{ONES_OWN}\n{head.split(']')[0]}.defaults]\nnum_inference_steps = 3\n".replace("[mine]", head)
    if '"' not in head:
        assert own_entry(beside, apart).defaults == {"num_inference_steps": 3}


@pytest.mark.parametrize(
    "written",
    [
        r'folder = "models\mine"',
        r'folder = "models\\mine"  # doubled',
        r"folder = 'models\mine'",
        'folder = "~/models/mine"',
        r'folder = "~\models\mine"',
        'folder = "$HOME/models/mine"',
        "folder = “models/mine”",
    ],
)
def test_a_path_is_understood_as_people_write_it(beside: Path, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(beside))
    assert own_entry(beside, ONES_OWN.replace('folder = "models/mine"', written)).path == beside / "models" / "mine"


@pytest.mark.parametrize(
    "written", [r"D:\new\test.safetensors", r"D:\\new\\test.safetensors", r"\\server\new\test.safetensors"]
)
def test_a_path_of_windows_is_kept_as_it_is_and_told_where_there_is_none(tmp_path: Path, written: str) -> None:
    """``\\n`` and ``\\t`` are a line break and a tab to TOML, and part of a folder's name to whoever wrote them."""
    told = refusal(tmp_path, ONES_OWN.replace('folder = "models/mine"', f'file = "{written}"'))
    whole = written.replace("\\\\", "\\") if written.startswith("D") else written
    assert f"entry [mine]: there is no {whole}: it is a path of Windows" in told.en
    assert "Write where it lies here, such as file = 'models/mine'" in told.en


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("side = 128px", "entry [mine], line 6: side = 128px"),
        ('licence = "MIT', 'entry [mine], line 4: licence = "MIT'),
        ('folder = ""D:\\x""', "entry [mine], line 5"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_entry_and_line_with_what_to_write(
    beside: Path, line: str, told: str
) -> None:
    field = line.split()[0]
    kept = [line if old.startswith(field) else old for old in ONES_OWN.splitlines()]
    error = refusal(beside, "\n".join(kept) + "\n")
    assert told in error.en and "paths in single ones: file = 'D:" in error.en


def test_a_folder_that_is_not_there_is_told_with_how_to_write_it(tmp_path: Path) -> None:
    assert "Write folder as seen from mine.toml, or in full: folder = '~/models/mine'" in refusal(tmp_path, ONES_OWN).en


def test_loras_are_found_in_folders_in_any_capitals_and_while_the_app_runs(tmp_path: Path) -> None:
    loras = tmp_path / "loras"
    for name in (
        "ink.safetensors",
        "styles/Oil.SAFETENSORS",
        "styles/old/ink.safetensors",
        "notes.txt",
        "._ink.safetensors",
    ):
        (loras / name).parent.mkdir(parents=True, exist_ok=True)
        (loras / name).write_bytes(b"weights")
    (loras / "round").symlink_to(loras)
    entry = read_catalog(ROOT / "checkpoints", loras=loras).find("", "text_to_image")
    assert list(entry.loras) == ["ink", "styles/Oil", "styles/old/ink"]
    (loras / "new.SafeTensors").write_bytes(b"weights")
    assert "new" in entry.loras and "new" in find_family("text_to_image").options(entry)["lora"]
    (loras / "ink.safetensors").unlink()
    assert "ink" not in entry.loras


def test_a_folder_without_loras_is_said_where_one_would_be_chosen(tmp_path: Path) -> None:
    family, entry = (
        find_family("text_to_image"),
        read_catalog(ROOT / "checkpoints", loras=tmp_path).find("", "text_to_image"),
    )
    assert "lora" not in family.unused(entry)
    assert family.options(entry)["lora"][""].en == f"(none: no .safetensors file lies in {tmp_path})"
    assert "lora" in family.unused(read_catalog(ROOT / "checkpoints").find("", "text_to_image"))


@pytest.mark.parametrize("file", [CATALOG_FILE, *sorted(BUNDLED.glob("*.toml"))], ids=lambda file: file.stem)
def test_the_quick_parser_reads_what_the_thorough_one_reads(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert parse(text) == tomlkit.parse(text).unwrap()
