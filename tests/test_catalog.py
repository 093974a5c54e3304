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
        (WHOLE + "shared_noise = 0.5\n", "shared_noise and white_ground are for motion modules, which name their base"),
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
        draws = find_family(entry.family).requests[0].makes not in ("text", "scores")
        assert entry.family in REGISTRY and bool(entry.entry.side) == draws, entry.id


def test_towers_and_the_captioner_that_looks_with_them_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "emoji-caption").mkdir()
    assert not {"emoji-clip", "emoji-caption"} & {each.id for each in read_catalog(tmp_path).all()}
    (tmp_path / "emoji-clip").mkdir()
    catalog = read_catalog(tmp_path)
    towers = catalog.find("", "zero_shot")
    assert towers.id == "emoji-clip" and catalog.find("", "caption").base is towers
    assert catalog.find("emoji-diffusion", "text_to_image").towers is towers and towers.towers is None
