"""Pictures that start from pictures: the bare pipeline's arithmetic, a mask that keeps the rest, odd input refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

from playground.api.uploads import inline_drawing
from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.controls import LARGE_PAINTING, LONGEST_PAINTING, SMALL_PAINTING
from playground.families.image_to_image_requests import ImageToImageRequest, InpaintRequest, StrengthsRequest, mask_of
from playground.families.text_to_image import Loaded
from playground.media.inline import picture_of
from playground.media.pictures import data_url
from playground.networks.schedulers import make_scheduler
from tests.families.crude_drawings import DRAWINGS, centre, draw
from tests.server import Server

FAMILY = find_family("text_to_image")


def house() -> Image.Image:
    """A red triangle on a yellow square."""
    picture = Image.new("RGB", (128, 128), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 60, 98, 115), fill=(250, 210, 60))
    pen.polygon([(20, 60), (108, 60), (64, 20)], fill=(210, 40, 40))
    return picture


def disc(side: int = 128, ground: int = 0) -> Image.Image:
    mask = Image.new("L", (side, side), ground)
    ImageDraw.Draw(mask).ellipse((side * 0.3, side * 0.5, side * 0.7, side * 0.9), fill=255)
    return mask


HOUSE, DISC = data_url(house()), data_url(disc())


@pytest.fixture(scope="module")
def model(catalog: Catalog) -> Loaded:
    loaded: Loaded = FAMILY.load(catalog.find("", "text_to_image"), Device("cpu", "CPU", 1, "float32"))
    return loaded


def make(model: Loaded, task: Any = ImageToImageRequest, **values: Any) -> list[np.ndarray[Any, Any]]:
    asked = {"image": HOUSE, "prompt": "house", "seed": 7, "num_inference_steps": 5} | values
    samples = FAMILY.read(task, model.checkpoint, asked).samples(model.checkpoint)
    return [
        np.asarray(each, dtype=int)
        for sample in samples
        for each in FAMILY.generate(model, [sample], lambda index, of, preview=None: None)
    ]


@pytest.mark.parametrize("scheduler", ["DPM++ 2M", "Euler a", "DDIM", "UniPC", "Heun"])
def test_it_is_the_bare_pipelines_picture(model: Loaded, scheduler: str) -> None:
    pipe = model.denoiser.pipe
    bare = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    bare.set_progress_bar_config(disable=True)
    bare.scheduler = make_scheduler(scheduler, pipe.scheduler)
    asked = {"strength": 0.6, "guidance_scale": 4.0, "num_inference_steps": 5}
    theirs = bare("house", image=house(), **asked, generator=torch.Generator("cpu").manual_seed(7)).images[0]
    assert (make(model, scheduler=scheduler, strength=0.6)[0] == np.asarray(theirs, dtype=int)).all()


def test_crude_drawings_keep_their_layout(model: Loaded) -> None:
    asked = [
        {"image": data_url(draw(name)), "prompt": name, "strength": 0.75, "seed": 7, "num_inference_steps": 6}
        for name in DRAWINGS
    ]
    samples = [FAMILY.read(ImageToImageRequest, model.checkpoint, each).samples(model.checkpoint)[0] for each in asked]
    made = FAMILY.generate(model, samples, lambda index, of, preview=None: None)
    for name, picture in zip(DRAWINGS, made, strict=True):
        (x, y), (right, down) = centre(draw(name)), centre(picture)
        assert abs(right - x) <= 0.1 and abs(down - y) <= 0.1, name


def test_a_checkpoint_that_learned_from_large_pictures_gets_large_paintings(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = next(each for each in catalog.of_family("text_to_image") if each.entry.side == LARGE_PAINTING)
    assert FAMILY.painting_side(large) == LARGE_PAINTING
    assert FAMILY.painting_side(catalog.find("", "text_to_image")) == SMALL_PAINTING
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    noise = np.random.default_rng(0).integers(0, 256, (900, 1500, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    house().resize((1024, 1024)).save(tmp_path / "house.png")
    for side in (SMALL_PAINTING, LARGE_PAINTING):
        sent = inline_drawing({"path": str(tmp_path / "house.png")}, True, side)
        assert picture_of(sent).size == (side, side)
    most = inline_drawing({"path": str(tmp_path / "noise.png")}, True, LARGE_PAINTING)
    assert len(most) < LONGEST_PAINTING and SMALL_PAINTING < picture_of(most).width <= LARGE_PAINTING
    asked = {"image": most, "prompt": "house"}
    assert FAMILY.read(ImageToImageRequest, catalog.find("", "text_to_image"), asked).image == most


def test_the_weaker_the_nearer_to_the_drawing(model: Loaded) -> None:
    drawing = np.asarray(house(), dtype=int)
    far = [abs(each - drawing).mean() for each in make(model, StrengthsRequest, num_inference_steps=10)]
    assert len(far) == 5 and far[0] < far[3] and far[0] == min(far)
    assert make(model, strength=0.05)[0].shape == (128, 128, 3), "one step is run at least"


def test_what_is_masked_changes_and_the_rest_stays(model: Loaded) -> None:
    drawing, inside = np.asarray(house(), dtype=int), np.asarray(disc()) > 0
    made = make(model, InpaintRequest, mask=DISC, prompt="red heart")[0]
    assert abs(made - drawing)[~inside].max() <= 3 and abs(made - drawing)[inside].mean() > 5
    everything = data_url(Image.new("L", (40, 40), 255))
    assert abs(make(model, InpaintRequest, mask=everything)[0] - drawing).mean() > 5


def test_samples_of_unlike_strength_or_start_do_not_share_a_pass(model: Loaded) -> None:
    def key(task: Any, **values: Any) -> Any:
        return FAMILY.batch_key(FAMILY.read(task, model.checkpoint, values).samples(model.checkpoint)[0])

    plain = key(ImageToImageRequest, image=HOUSE, strength=0.5)
    assert plain == key(ImageToImageRequest, image=DISC, strength=0.5, prompt="cat", seed=3)
    masked = key(InpaintRequest, image=HOUSE, mask=DISC, strength=0.5)
    assert plain not in (key(ImageToImageRequest, image=HOUSE), masked)


def test_a_draft_runs_four_steps_of_the_strengths_share(model: Loaded) -> None:
    request = FAMILY.read(ImageToImageRequest, model.checkpoint, {"image": HOUSE, "strength": 0.5, "num_images": 4})
    draft = FAMILY.draft(request)
    assert draft is not None and (draft.num_inference_steps, draft.num_images) == (8, 1)


@pytest.mark.parametrize(
    ("task", "values", "field", "words"),
    [
        (ImageToImageRequest, {"image": ""}, "image", "canvas is empty"),
        (ImageToImageRequest, {"strength": 0}, "strength", "from 0.05 to 1"),
        (ImageToImageRequest, {"strength": float("nan")}, "strength", "from 0.05 to 1"),
        (InpaintRequest, {}, "mask", "covers nothing"),
        (InpaintRequest, {"mask": data_url(Image.new("L", (64, 64)))}, "mask", "covers nothing"),
    ],
    ids=str,
)
def test_what_cannot_be_made_is_refused(
    catalog: Catalog, task: Any, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(task, catalog.find("", "text_to_image"), {"image": HOUSE} | values)
    assert refused.value.field == field and words in refused.value.en and refused.value.zh


def test_a_mask_may_be_bright_or_opaque_and_of_any_size() -> None:
    seen = Image.new("RGBA", (300, 300))
    seen.paste((255, 154, 223, 255), mask=disc(300))
    for mask in (disc(40), disc(300), seen):
        share = np.asarray(mask_of(data_url(mask), 128)).mean() / 255
        assert abs(share - 0.126) < 0.02


def photo(**how: Any) -> bytes:
    kind, mode = how.pop("kind", "PNG"), how.pop("mode", "RGB")
    content, picture = io.BytesIO(), house().resize(how.pop("size", (200, 120))).convert(mode)
    picture.save(content, kind, **how)
    return content.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return photo(kind="JPEG", exif=exif)


@pytest.mark.parametrize(
    "content",
    [photo(mode="RGBA"), photo(kind="JPEG", mode="CMYK"), photo(mode="I;16"), turned(), photo(mode="P")],
    ids=["transparent", "CMYK", "16 bits", "turned", "palette"],
)
def test_photos_of_every_kind_are_taken(server: Server, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(content)
    files, report = server.client().predict(
        image=handle_file(file), prompt="house", num_inference_steps=2, api_name="/image_to_image"
    )
    assert report["task"] == "image_to_image" and len(files) >= 1


def test_too_large_photos_get_a_sentence(server: Server, tmp_path: Path) -> None:
    wide, long = tmp_path / "wide.png", tmp_path / "long.png"
    Image.new("1", (20_000, 20_000)).save(wide)
    long.write_bytes(photo() + bytes(50_000_000))
    for file, words in ((wide, "pixels"), (long, "MB")):
        with pytest.raises(AppError, match=words):
            server.client().predict(image=handle_file(file), prompt="house", api_name="/image_to_image")
