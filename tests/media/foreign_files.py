"""Thirty files of other programs, each in the form in which that program is documented to write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

USER_COMMENT, MAKE, MODEL, EXIF = 0x9286, 0x010F, 0x0110, 0x8769
SAID: dict[str, str | int | float] = {
    "prompt": "a red apple, 苹果", "negative_prompt": "blurry, low quality", "seed": 8566257, "num_inference_steps": 20,
    "guidance_scale": 8.5, "width": 512, "height": 640, "scheduler": "Euler a",
}  # fmt: skip
"""What every file says, where nothing else is noted."""
WORDS = f"{SAID['prompt']}\nNegative prompt: {SAID['negative_prompt']}\n"
SIZE = "CFG scale: 8.5, Seed: 8566257, Size: 512x640"


@dataclass(frozen=True)
class ForeignFile:
    """One of them.

    Attributes:
        program: Which program, and which of its forms.
        write: Writes it into a folder.
        other: What it says otherwise than ``SAID``; None for what it does not say.
        loras: The LoRAs that it names.
        left_out: What it names that cannot be taken over.
    """

    program: str
    write: Callable[[Path], Path]
    other: dict[str, str | int | float | None] = field(default_factory=dict)
    loras: tuple[tuple[str, float], ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, str | int | float]:
        """What it says."""
        return {name: value for name, value in (SAID | self.other).items() if value is not None}


def png(**chunks: object) -> Callable[[Path], Path]:
    """Write texts beside a PNG's pixels; JSON where they are none."""

    def write(folder: Path) -> Path:
        known = PngInfo()
        for name, text in chunks.items():
            said = text if isinstance(text, str) else json.dumps(text)
            # As these programs do it: Latin letters plainly, others as international text.
            known.add_text(name.replace("_slash_", "-"), said) if said.isascii() else known.add_itxt(name, said)
        Image.new("RGB", (16, 16)).save(folder / "foreign.png", pnginfo=known)
        return folder / "foreign.png"

    return write


def exif(ending: str, *, comment: bytes = b"", **tags: str) -> Callable[[Path], Path]:
    """Write a comment, or ComfyUI's two tags, into a JPEG's or WebP's Exif."""

    def write(folder: Path) -> Path:
        known = Image.Exif()
        if comment:
            known.get_ifd(EXIF)[USER_COMMENT] = comment
        for name, text in tags.items():
            known[{"make": MAKE, "model": MODEL}[name]] = text
        Image.new("RGB", (16, 16)).save(folder / f"foreign{ending}", exif=known)
        return folder / f"foreign{ending}"

    return write


def unicode(text: str, order: str = "utf-16-be") -> bytes:
    """Write a text as Exif's UserComment has it."""
    return b"UNICODE\0" + text.encode(order)


def a1111(more: str = "", sampler: str = "Euler a", words: str = WORDS, size: str = SIZE) -> str:
    """Return A1111's text."""
    return f"{words}Steps: 20, Sampler: {sampler}, {size}, Model hash: 6ce0161689, Model: v1-5-pruned{more}"


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    """Return a node of ComfyUI's graph."""
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def comfy(**changed: dict[str, Any]) -> dict[str, Any]:
    """Return the graph of ComfyUI's first example, with some nodes changed."""
    told = {"seed": 8566257, "steps": 20, "cfg": 8.5, "sampler_name": "euler_ancestral", "scheduler": "normal"}
    graph = {
        "3": node("KSampler", **told, denoise=1, model=["4", 0], positive=["6", 0], negative=["7", 0],
                  latent_image=["5", 0]),
        "4": node("CheckpointLoaderSimple", ckpt_name="dreamshaper_8.safetensors"),
        "5": node("EmptyLatentImage", batch_size=1, height=640, width=512),
        "6": node("CLIPTextEncode", clip=["4", 1], text=SAID["prompt"]),
        "7": node("CLIPTextEncode", clip=["4", 1], text=SAID["negative_prompt"]),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    }  # fmt: skip
    return graph | {name.removeprefix("n"): each for name, each in changed.items()}


WORKFLOW: dict[str, Any] = {"last_node_id": 9, "nodes": [], "links": [], "version": 0.4}
TWO_SAMPLERS = comfy(
    n3=node("KSamplerAdvanced", add_noise="enable", noise_seed=8566257, steps=20, cfg=8.5,
            sampler_name="euler_ancestral", scheduler="normal", start_at_step=0, end_at_step=16,
            return_with_leftover_noise="enable", model=["4", 0],
            positive=["6", 0], negative=["7", 0], latent_image=["5", 0]),
    n10=node("CheckpointLoaderSimple", ckpt_name="sd_xl_refiner_1.0.safetensors"),
    n11=node("KSamplerAdvanced", add_noise="disable", noise_seed=0, steps=20, cfg=8.5, sampler_name="euler_ancestral",
             scheduler="normal", start_at_step=16, end_at_step=10000, return_with_leftover_noise="disable",
             model=["10", 0], positive=["6", 0], negative=["7", 0], latent_image=["3", 0]),
    n8=node("VAEDecode", samples=["11", 0], vae=["4", 2]),
)  # fmt: skip
FLUX = {
    "5": node("EmptySD3LatentImage", width=512, height=640, batch_size=1),
    "6": node("CLIPTextEncode", text=SAID["prompt"], clip=["11", 0]),
    "8": node("VAEDecode", samples=["13", 0], vae=["10", 0]),
    "9": node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    "10": node("VAELoader", vae_name="ae.safetensors"),
    "11": node("DualCLIPLoader", clip_name1="t5xxl_fp16.safetensors", clip_name2="clip_l.safetensors", type="flux"),
    "12": node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
    "13": node("SamplerCustomAdvanced", noise=["25", 0], guider=["22", 0], sampler=["16", 0], sigmas=["17", 0],
               latent_image=["5", 0]),
    "16": node("KSamplerSelect", sampler_name="euler"),
    "17": node("BasicScheduler", scheduler="simple", steps=20, denoise=1, model=["12", 0]),
    "22": node("BasicGuider", model=["12", 0], conditioning=["26", 0]),
    "25": node("RandomNoise", noise_seed=8566257),
    "26": node("FluxGuidance", guidance=3.5, conditioning=["6", 0]),
}  # fmt: skip
LINKED = comfy(
    n3=node("KSampler", seed=["20", 0], steps=["21", 0], cfg=8.5, sampler_name="euler_ancestral", scheduler="normal",
            denoise=1, model=["4", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0]),
    n6=node("CLIPTextEncode", clip=["4", 1], text=["22", 0]),
    n20=node("PrimitiveInt", value=8566257),
    n21=node("PrimitiveInt", value=20),
    n22=node("PrimitiveStringMultiline", value=SAID["prompt"]),
)  # fmt: skip
INVOKE = {
    "app_version": "5.4.1", "generation_mode": "txt2img", "positive_prompt": SAID["prompt"],
    "negative_prompt": SAID["negative_prompt"], "width": 512, "height": 640, "seed": 8566257, "rand_device": "cpu",
    "cfg_scale": 8.5, "steps": 20, "scheduler": "euler_a", "clip_skip": 0,
    "model": {"key": "1", "hash": "blake3:1", "name": "dreamshaper", "base": "sd-1", "type": "main"},
    "loras": [{"model": {"key": "2", "name": "ink", "base": "sd-1", "type": "lora"}, "weight": 0.7}],
}  # fmt: skip
INVOKE_3 = INVOKE | {
    "app_version": "3.4.0", "model": {"model_name": "dreamshaper", "base_model": "sd-1", "model_type": "main"},
    "loras": [{"lora": {"model_name": "ink", "base_model": "sd-1"}, "weight": 0.7}],
}  # fmt: skip
INVOKE_2 = {
    "model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "model_hash": "6ce0161689",
    "app_id": "invoke-ai/InvokeAI", "app_version": "2.3.5",
    "image": {
        "prompt": [{"prompt": f"{SAID['prompt']} [{SAID['negative_prompt']}]", "weight": 1.0}], "steps": 20,
        "cfg_scale": 8.5, "threshold": 0.0, "perlin": 0.0, "height": 640, "width": 512, "seed": 8566257,
        "type": "txt2img", "sampler": "k_euler_a", "variations": [], "seamless": False,
    },
}  # fmt: skip
NOVEL = {
    "steps": 20, "height": 640, "width": 512, "scale": 8.5, "seed": 8566257, "sampler": "k_euler_ancestral",
    "uc": SAID["negative_prompt"], "n_samples": 1, "noise_schedule": "native",
}  # fmt: skip
NOVEL_4 = NOVEL | {
    "prompt": SAID["prompt"], "noise_schedule": "karras", "uncond_scale": 0.0, "cfg_rescale": 0.0, "sm": False,
    "v4_prompt": {"caption": {"base_caption": SAID["prompt"], "char_captions": []}, "use_order": True},
    "v4_negative_prompt": {"caption": {"base_caption": SAID["negative_prompt"], "char_captions": []}},
    "request_type": "PromptGenerateRequest", "signed_hash": "x",
}  # fmt: skip
FOOOCUS = {
    "adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL", "base_model_hash": "aeb7e9e689",
    "clip_skip": 2, "full_negative_prompt": [SAID["negative_prompt"]], "full_prompt": [SAID["prompt"]],
    "guidance_scale": 8.5, "loras": [["ink.safetensors", 0.7, "4d38"]], "metadata_scheme": "fooocus",
    "negative_prompt": SAID["negative_prompt"], "performance": "Speed", "prompt": SAID["prompt"],
    "refiner_model": "None", "refiner_switch": 0.5, "resolution": "(512, 640)", "sampler": "euler_ancestral",
    "scheduler": "karras", "seed": "8566257", "sharpness": 2.0, "steps": 20, "styles": "['Fooocus V2']",
    "vae": "Default (model)", "version": "Fooocus v2.5.5",
}  # fmt: skip
FOOOCUS_LEFT = ("adm_guidance", "clip_skip", "styles", "sharpness")
SWARM = {
    "prompt": SAID["prompt"], "negativeprompt": SAID["negative_prompt"], "model": "OfficialStableDiffusion/sd_xl",
    "seed": 8566257, "steps": 20, "cfgscale": 8.5, "aspectratio": "Custom", "width": 512, "height": 640,
    "sampler": "euler_ancestral", "scheduler": "normal", "loras": ["ink"], "loraweights": ["0.7"],
    "swarm_version": "0.9.3.1",
}  # fmt: skip
SWARM_DATA = {"date": "2026-01-01", "prep_time": "1.2 sec", "generation_time": "3.4 sec"}
INK = (("ink", 0.7),)
KARRAS: dict[str, str | int | float | None] = {"scheduler": "DPM++ 2M Karras"}

FILES = [
    ForeignFile("A1111 1.6", png(parameters=a1111(", Version: v1.6.0"))),
    ForeignFile("A1111 1.10", png(parameters=a1111(", Version: v1.10.1", "DPM++ 2M, Schedule type: Karras")), KARRAS),
    ForeignFile("A1111 words over lines", png(parameters=a1111(words="one\nBREAK two\nNegative prompt: three\nfour\n")),
                {"prompt": "one\nBREAK two", "negative_prompt": "three\nfour"}),
    ForeignFile("A1111 no negative prompt", png(parameters=a1111(words="一只猫\n")),
                {"prompt": "一只猫", "negative_prompt": None}),
    ForeignFile("A1111 hires fix", png(parameters=a1111(
        ", Denoising strength: 0.5, Hires upscale: 2, Hires steps: 10, Hires upscaler: Latent, Version: v1.6.0")),
                left_out=("Denoising strength", "Hires upscale", "Hires steps", "Hires upscaler")),
    ForeignFile("A1111 template", png(parameters=a1111(', Template: "a {red|blue}\napple, 苹果", Version: v1.7'))),
    ForeignFile("A1111 LoRA", png(parameters=a1111(
        ', Lora hashes: "ink: 1f2e3d4c5b6a, Steps: 9", Version: v1.6.0',
        words=WORDS.replace("苹果", "苹果, <lora:ink:0.7>"))), loras=INK),
    ForeignFile("A1111 ControlNet", png(parameters=a1111(
        ', ControlNet 0: "Module: canny, Model: control_v11p_sd15_canny [d14c016b], Weight: 1.0, Resize Mode: Crop"')),
                left_out=("ControlNet 0",)),
    ForeignFile("A1111 ADetailer", png(parameters=a1111(
        ", ADetailer model: face_yolov8n.pt, ADetailer denoising strength: 0.4, ADetailer version: 24.5.1")),
                left_out=("ADetailer model", "ADetailer denoising strength", "ADetailer version")),
    ForeignFile("A1111 JPEG", exif(".jpg", comment=unicode(a1111(", Version: v1.6.0")))),
    ForeignFile("A1111 WebP", exif(".webp", comment=unicode(a1111(", Version: v1.6.0")))),
    ForeignFile("Forge JPEG, Flux", exif(".jpg", comment=unicode(
        "a red apple, 苹果\nSteps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, "
        "Seed: 8566257, Size: 512x640, Model hash: f0770152, Model: flux1-dev-bnb-nf4-v2, Version: f2.0.1v1.10.1")),
                {"negative_prompt": None, "guidance_scale": 1.0, "scheduler": "Euler"},
                left_out=("Distilled CFG Scale",)),
    ForeignFile("SD.Next JPEG, little endian", exif(".jpg", comment=unicode(
        f"{WORDS}Steps: 20, Size: 512x640, Sampler: Euler a, Seed: 8566257, CFG scale: 8.5, Model: v1-5-pruned, "
        "App: SD.Next, Version: 7fac8ee, Pipeline: StableDiffusionPipeline, Operations: txt2img", "utf-16-le")),
                left_out=("Pipeline", "Operations")),
    ForeignFile("Civitai JPEG", exif(".jpg", comment=unicode(
        f"{WORDS}Steps: 20, Sampler: DPM++ 2M Karras, {SIZE}, Clip skip: 2, Created Date: 2024-07-01T10:00:00.000Z, "
        'Civitai resources: [{"type":"checkpoint","modelVersionId":128713,"modelName":"DreamShaper"},'
        '{"type":"lora","weight":0.8,"modelVersionId":5}], Civitai metadata: {"remixOfId":7}')), KARRAS,
                left_out=("Clip skip",)),
    ForeignFile("ComfyUI", png(prompt=comfy(), workflow=WORKFLOW)),
    ForeignFile("ComfyUI from its API", png(prompt=comfy())),
    ForeignFile("ComfyUI with a LoRA", png(prompt=comfy(
        n10=node("LoraLoader", lora_name="ink.safetensors", strength_model=0.7, strength_clip=1.0, model=["4", 0],
                 clip=["4", 1]),
        n6=node("CLIPTextEncode", clip=["10", 1], text=SAID["prompt"])), workflow=WORKFLOW),
                loras=(("ink.safetensors", 0.7),)),
    ForeignFile("ComfyUI with base and refiner", png(prompt=TWO_SAMPLERS, workflow=WORKFLOW),
                left_out=("1 × euler_ancestral",)),
    ForeignFile("ComfyUI, Flux", png(prompt=FLUX, workflow=WORKFLOW),
                {"negative_prompt": None, "guidance_scale": 3.5, "scheduler": "Euler"}),
    ForeignFile("ComfyUI, values from other nodes", png(prompt=LINKED, workflow=WORKFLOW)),
    ForeignFile("ComfyUI WebP", exif(".webp", model=f"prompt:{json.dumps(comfy())}",
                                     make=f"workflow:{json.dumps(WORKFLOW)}")),
    ForeignFile("InvokeAI 5", png(invokeai_metadata=INVOKE, invokeai_graph={}), loras=INK),
    ForeignFile("InvokeAI 3", png(invokeai_metadata=INVOKE_3), loras=INK),
    ForeignFile("InvokeAI 2", png(sd_slash_metadata=INVOKE_2)),
    ForeignFile("InvokeAI 1", png(Dream='"a red apple [blurry]" -s 20 -S 8566257 -W 512 -H 640 -C 8.5 -A k_euler_a'),
                {"prompt": "a red apple", "negative_prompt": "blurry"}),
    ForeignFile("NovelAI 3", png(Title="AI generated image", Description=SAID["prompt"], Software="NovelAI",
                                 Source="Stable Diffusion XL 7BCCAA2C", Comment=NOVEL)),
    ForeignFile("NovelAI 4", png(Title="NovelAI generated image", Description=SAID["prompt"], Software="NovelAI",
                                 Source="NovelAI Diffusion V4 37C2B166", Comment=NOVEL_4)),
    ForeignFile("Fooocus", png(parameters=FOOOCUS, fooocus_scheme="fooocus"), loras=(("ink.safetensors", 0.7),),
                left_out=FOOOCUS_LEFT),
    ForeignFile("Fooocus in A1111's form", png(parameters=(
        f"{WORDS}Steps: 20, Sampler: Euler a, Seed: 8566257, Size: 512x640, CFG scale: 8.5, Sharpness: 2.0, "
        'ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL, Model hash: aeb7e9e689, Performance: Speed, '
        "Styles: \"['Fooocus V2']\", Version: Fooocus v2.5.5"), fooocus_scheme="a1111"),
                left_out=("Sharpness", "ADM Guidance", "Performance", "Styles")),
    ForeignFile("Fooocus JPEG", exif(".jpg", comment=json.dumps(FOOOCUS).encode()), loras=(("ink.safetensors", 0.7),),
                left_out=FOOOCUS_LEFT),
    ForeignFile("SwarmUI", png(parameters={"sui_image_params": SWARM, "sui_extra_data": SWARM_DATA}), loras=INK),
    ForeignFile("SwarmUI with a picture to begin with", png(parameters={
        "sui_image_params": SWARM | {"initimagecreativity": 0.6, "refinermethod": "PostApply"}}), loras=INK,
                left_out=("initimagecreativity", "refinermethod")),
    ForeignFile("SwarmUI JPEG", exif(".jpg", comment=unicode(json.dumps({"sui_image_params": SWARM}), "utf-16-le")),
                loras=INK),
]  # fmt: skip
