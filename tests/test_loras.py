"""LoRA files are found wherever they lie in their folder, and told where there are none."""

from __future__ import annotations

from pathlib import Path

from playground.catalog import read_catalog
from playground.families import find_family
from tests.server import ROOT


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
