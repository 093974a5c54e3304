"""Emoji are read from their packages, drawn, captioned in two languages, composed and prepared."""

from pathlib import Path

import numpy as np
import pytest
import torch

from playground.errors import DataError
from playground.training import data, emoji
from playground.training.__main__ import main
from playground.training.emoji_captions import english_names, icon_captions, recoloured_captions
from playground.training.emoji_data import Drawings, items, load_drawings, load_prepared, prepare
from playground.training.emoji_everyday import read_everyday
from playground.training.emoji_pictures import (
    SIZE,
    dominant_colour,
    flatten,
    rasterise,
    recolour,
)
from playground.training.emoji_scenes import COUNTS, Thing, compose, plural
from playground.training.emoji_sources import SETS, Icon, archive_name, read_concepts, read_icons
from playground.training.options import Options
from tests.training.emoji_archives import THINGS, write_archives

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    return write_archives(tmp_path_factory.mktemp("emoji"))


@pytest.fixture(scope="module")
def drawings(archives: Path) -> Drawings:
    return load_drawings(archives)


def test_names_come_in_two_languages_without_flags(archives: Path) -> None:
    concepts = read_concepts(archives)
    assert len(concepts) == len(THINGS) and concepts["1F680"].chinese == "火箭"
    assert "space ship" in concepts["1F680"].keywords and ":-)" not in concepts["1F680"].keywords


def test_every_set_is_matched_by_name_and_variants_of_skin_are_left_out(archives: Path) -> None:
    icons = read_icons(archives, read_concepts(archives))
    assert len(icons) == 6 * len(THINGS) + 2
    assert {icon.code for icon in icons if SETS[icon.style].style == "firefox"} == {"1F34E", "1F680"}


def test_an_archive_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    write_archives(tmp_path)
    broken = tmp_path / archive_name(SETS[2].package)
    broken.write_bytes(b"not an archive")
    with pytest.raises(DataError, match=f"{broken.name} is damaged"):
        load_drawings(tmp_path)
    broken.unlink()
    with pytest.raises(DataError, match="npm pack @iconify-json/fluent-emoji"):
        load_drawings(tmp_path)


def test_the_everyday_table_names_things_once_and_says_what_people_call_them() -> None:
    things = read_everyday()
    assert 300 < len(things) < 500
    assert things["deciduous tree"].english[0] == "tree" and "火箭" in things["rocket"].chinese
    assert things["rocket"].stars == 2 and things["giraffe"].stars == 0


def test_drawings_are_kept_for_the_next_time(archives: Path, drawings: Drawings) -> None:
    kept = list(archives.glob("pictures-*.npy"))
    assert len(kept) == 1 and drawings.pictures.shape == (len(drawings.codes), SIZE, SIZE, 4)
    assert load_drawings(archives).codes == drawings.codes


def test_what_cannot_be_drawn_is_left_empty() -> None:
    pictures = rasterise([Icon("0", 0, "<svg>"), Icon("0", 0, "<svg xmlns='http://www.w3.org/2000/svg'/>")], 1)
    assert pictures.shape == (2, SIZE, SIZE, 4) and not pictures[..., 3].any()


def test_a_red_thing_turns_blue_and_only_where_it_was_red(drawings: Drawings) -> None:
    apple = drawings.pictures[drawings.codes.index("1F34E")]
    found = dominant_colour(apple)
    assert found is not None and found.name == "red"
    blue = recolour(apple, found, "blue")
    assert dominant_colour(blue).name == "blue" and np.array_equal(blue[..., 3], apple[..., 3])
    assert (flatten(blue)[apple[..., 3] == 0] == 255).all()


def test_a_grey_thing_has_no_colour(drawings: Drawings) -> None:
    assert dominant_colour(drawings.pictures[drawings.codes.index("1F680")]) is None


def test_captions_say_what_people_say_and_add_up_to_one(drawings: Drawings) -> None:
    tree = drawings.concepts["1F333"]
    everyday = drawings.everyday["1F333"]
    assert english_names(tree, everyday)[:2] == ["tree", "deciduous tree"]
    captions = icon_captions(tree, everyday, SETS[0], "green")
    texts = {caption.text for caption in captions}
    assert {"tree", "a tree", "noto tree", "tree in noto style", "树", "green tree"} <= texts
    assert sum(caption.weight for caption in captions) == pytest.approx(1)


def test_a_bare_name_stands_for_the_plain_styles(drawings: Drawings) -> None:
    rocket, everyday = drawings.concepts["1F680"], drawings.everyday["1F680"]
    bare = [
        sum(c.weight for c in icon_captions(rocket, everyday, icons) if c.text == "rocket")
        for icons in SETS
        if icons.style in ("noto", "blob")
    ]
    assert bare[0] > 2 * bare[1] > 0


def test_recoloured_things_are_asked_for_by_their_new_colour_only(drawings: Drawings) -> None:
    captions = recoloured_captions(drawings.concepts["1F34E"], drawings.everyday["1F34E"], SETS[0], "blue")
    texts = {caption.text for caption in captions}
    assert {"blue apple", "蓝色苹果", "蓝色的苹果"} <= texts
    assert all("red" not in text and "红" not in text for text in texts)


def test_scenes_follow_from_their_generator_and_name_what_they_show(drawings: Drawings) -> None:
    things = [Thing(drawings.pictures[0], "cat", "猫"), Thing(drawings.pictures[1], "rocket", "火箭")]
    scenes = [compose(things, np.random.default_rng(seed)) for seed in range(40)]
    again = compose(things, np.random.default_rng(7))
    assert np.array_equal(scenes[7].picture, again.picture) and scenes[7].captions == again.captions
    texts = " · ".join(caption.text for scene in scenes for caption in scene.captions)
    assert all(scene.picture.shape == (SIZE, SIZE, 3) for scene in scenes)
    for part in ("background", "small", "at the", "cat and rocket", "猫和火箭", "背景", "cats"):
        assert part in texts
    assert any(word in texts for word in COUNTS)


@pytest.mark.parametrize(
    "one, many", [("cherry", "cherries"), ("mouse", "mice"), ("bus", "buses"), ("key", "keys"), ("tomato", "tomatoes")]
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_items_hold_drawings_recoloured_drawings_and_scenes(drawings: Drawings) -> None:
    whole = list(items(drawings, 10, 0))
    texts = [{caption.text for caption in item.captions} for item in whole]
    assert len(whole) > len(drawings.codes) + 10 and all(item.weight > 0 for item in whole)
    apples = [item.weight for item, names in zip(whole, texts, strict=True) if "noto red apple" in names]
    dna = [item.weight for item, names in zip(whole, texts, strict=True) if "noto dna" in names]
    assert apples[0] > 50 * dna[0]


def test_prepared_data_come_back_as_they_were(drawings: Drawings, tiny_diffusion: Path, tmp_path: Path) -> None:
    output = tmp_path / "prepared.safetensors"
    made = prepare(drawings, tiny_diffusion, output, Options(8), scenes=4, limit=12)
    read = load_prepared(output)
    assert made.texts == read.texts and torch.equal(made.latents, read.latents)
    assert read.latents.shape[1:] == (4, 16, 16) and len(read.starts) == 13
    assert read.token_ids[read.captions].shape == (int(read.starts[-1]), 16)


def test_missing_or_damaged_prepared_data_are_said_so(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(data, "CACHE", tmp_path)
    assert main(["emoji-unet", "--steps", "1", "--init", str(tmp_path)]) == 1
    assert "python -m playground.training emoji-data" in capsys.readouterr().err
    (tmp_path / "bad.safetensors").write_bytes(b"0" * 100)
    with pytest.raises(DataError, match="is damaged"):
        load_prepared(tmp_path / "bad.safetensors")


@pytest.mark.parametrize("step", emoji.STEPS)
def test_every_step_explains_itself(step: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([step, "--help"])
    assert ended.value.code == 0 and step in capsys.readouterr().out
