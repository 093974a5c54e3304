"""The catalogue names what can be chosen, and a damaged entry or checkpoint is told by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.catalog import CATALOG_FILE, CHECKSUMS, Catalog, Checkpoint, read_catalog
from playground.engine import Engine
from playground.errors import CatalogError, CheckpointError
from playground.families import REGISTRY, find_family
from tests.server import ROOT

WHOLE = '[one]\nfamily = "digits_cvae"\ntitle = { en = "One", zh = "一" }\nfolder = "one"\nlicence = "MIT"\n'


def seal(folder: Path) -> None:
    """Write SHA256SUMS for every file of a checkpoint, as ``sha256sum`` does."""
    files = [file for file in sorted(folder.iterdir()) if file.name != CHECKSUMS]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n")


def flip_a_byte(file: Path) -> None:
    weights = bytearray(file.read_bytes())
    weights[len(weights) // 2] ^= 0xFF
    file.write_bytes(weights)


@pytest.fixture
def checkpoint(copy_checkpoints: Callable[[], Path]) -> Checkpoint:
    return read_catalog(copy_checkpoints()).find("digits-cvae", "digits_cvae")


def test_every_bundled_entry_belongs_to_a_family_and_lies_on_disk_with_its_card(catalog: Catalog) -> None:
    assert catalog.all()
    for entry in [entry for entry in catalog.all() if entry.origin is None]:
        assert entry.family in REGISTRY, entry.id
        assert (entry.path / "README.md").is_file(), f"{entry.id} has no card"
        assert entry.config
        assert entry.title.en and entry.title.zh and entry.licence and entry.size > 0
        entry.verify()


def test_every_family_has_a_checkpoint(catalog: Catalog) -> None:
    assert [name for name in REGISTRY if not catalog.of_family(name)] == []


def test_the_defaults_of_an_entry_are_taken_by_its_family(catalog: Catalog) -> None:
    for entry in catalog.all():
        for task in find_family(entry.family).requests:
            values = {name: value for name, value in entry.defaults.items() if name in task.model_fields}
            request = task.parse(values).model_dump()
            assert {name: request[name] for name in values} == values
        asked = {name for task in find_family(entry.family).requests for name in task.model_fields}
        assert set(entry.defaults) <= asked, entry.id


def test_an_empty_name_chooses_the_first_and_an_unknown_one_is_told_with_the_known(catalog: Catalog) -> None:
    assert catalog.find("", "digits_cvae") is catalog.of_family("digits_cvae")[0]
    with pytest.raises(CheckpointError) as refused:
        catalog.find("fashion-gan", "digits_cvae")
    assert refused.value.en == "checkpoint must be one of: digits-cvae, digits-cvae-2d; you sent 'fashion-gan'."
    assert "checkpoint 必须是以下之一：digits-cvae" in refused.value.zh


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[one", "cannot be read"),
        (WHOLE.replace('folder = "one"\n', ""), "entry [one], table: Value error, give exactly one of folder"),
        (WHOLE + "sise = 3\n", "entry [one], sise"),
        (WHOLE + "shared_noise = 0.5\n", "shared_noise is for motion modules, which name their base"),
        (WHOLE.replace('zh = "一"', "zh = 1"), "entry [one], title.zh"),
        ("one = 3\n", "entry [one]"),
    ],
)
def test_a_catalogue_that_makes_no_sense_is_told_by_entry_and_field(tmp_path: Path, words: str, told: str) -> None:
    file = tmp_path / "catalog.toml"
    file.write_text(words, encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        read_catalog(tmp_path, file)
    assert told in refused.value.en and "catalog.toml" in refused.value.zh


def test_a_missing_catalogue_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"catalog.toml cannot be read"):
        read_catalog(tmp_path, tmp_path / "catalog.toml")


def test_a_sealed_checkpoint_is_found_whole_and_has_a_name_for_its_state(checkpoint: Checkpoint) -> None:
    seal(checkpoint.path)
    checkpoint.verify()
    assert len(checkpoint.revision) == 12 and int(checkpoint.revision, 16)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_flipped_byte_is_found(checkpoint: Checkpoint, name: str) -> None:
    seal(checkpoint.path)
    config = checkpoint.path / "config.json"
    config.write_text(config.read_text() + " ") if name == "config.json" else flip_a_byte(checkpoint.path / name)
    with pytest.raises(CheckpointError) as refused:
        checkpoint.verify()
    assert refused.value.en.startswith(f"Checkpoint digits-cvae cannot be used: {name} is damaged. Restore its folder")
    assert f"{name} 已损坏" in refused.value.zh


def test_a_sealed_file_that_is_gone_is_named(checkpoint: Checkpoint) -> None:
    seal(checkpoint.path)
    (checkpoint.path / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing"):
        checkpoint.verify()


@pytest.mark.parametrize("words", ["", "{", "[1, 2]", "\x00\xff", '"text"'])
def test_a_config_that_is_no_table_is_told(checkpoint: Checkpoint, words: str) -> None:
    (checkpoint.path / "config.json").write_bytes(words.encode("latin-1"))
    with pytest.raises(CheckpointError, match=r"config\.json (cannot be read|is not a table of settings)"):
        checkpoint.verify()


def test_the_bundled_catalogue_is_the_one_beside_the_code() -> None:
    assert CATALOG_FILE == ROOT / "playground" / "catalog.toml"


HUB = '[two]\nfamily = "text_to_image"\ntitle = { en = "Two", zh = "二" }\nlicence = "MIT"\nrepo = "a/b"\n'
PINNED = HUB + 'revision = "main"\nfiles = ["*.json"]\ndownload = 5\n'


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (HUB, "entry [two], table: Value error, a repo needs revision, files and download (bytes)"),
        (PINNED.replace("a/b", "ab"), "entry [two], repo"),
        (PINNED.replace("*.json", "unet/*.bin"), "files must name safetensors and settings only"),
        (PINNED + "guidance = false\n", "guidance = false needs guidance_scale = 0 among its defaults"),
        (PINNED + 'folder = "x"\n', "give exactly one of folder, file, repo, urls (given: folder, repo)"),
        (PINNED.replace("[two]", "[fashion-gan]"), "entry [fashion-gan]: the name is taken"),
        (WHOLE, "there is no"),
    ],
)
def test_ones_own_catalogue_is_checked_entry_by_entry(tmp_path: Path, words: str, told: str) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(words, encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        read_catalog(ROOT / "checkpoints", more=mine)
    assert told in refused.value.en and refused.value.zh.startswith("mine.toml：条目")


def test_ones_own_folder_is_offered_and_read(copy_checkpoints: Callable[[], Path], tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(copy_checkpoints() / "digits-cvae")
    (tmp_path / "mine.toml").write_text(WHOLE, encoding="utf-8")
    engine = Engine(read_catalog(ROOT / "checkpoints", more=tmp_path / "mine.toml"))
    mine = engine.catalog.find("one", "digits_cvae")
    assert mine.on_disk and mine.size > 0 and mine.source == str(tmp_path / "one")


def test_a_family_that_is_not_here_is_told_of_ones_own_entry(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "mine.toml").write_text(WHOLE.replace("digits_cvae", "text_to_smell"), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"Entry \[one\]: family must be one of .*digits_cvae"):
        Engine(read_catalog(ROOT / "checkpoints", more=tmp_path / "mine.toml"))


def test_every_hub_entry_is_pinned_to_a_commit_and_says_what_a_visitor_must_know(catalog: Catalog) -> None:
    fetched = [entry for entry in catalog.all() if entry.origin is not None]
    assert {"stable-diffusion-1-5", "sd-turbo", "flux-1-schnell", "biggan-deep-256"} <= {e.id for e in fetched}
    for entry in fetched:
        assert entry.origin and entry.origin.download > 1e8 and entry.licence and entry.entry.memory, entry.id
        assert entry.entry.urls or re.fullmatch("[0-9a-f]{40}", entry.entry.revision), entry.id
        assert entry.entry.side and entry.family in REGISTRY


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
