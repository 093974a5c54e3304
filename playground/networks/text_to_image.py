"""Guided denoising with the parts of a Stable Diffusion pipeline, open to look at every step.

The arithmetic is that of ``StableDiffusionPipeline.__call__``, operation by operation; what differs is that every
sample has a guidance of its own, that prompts are encoded once, and that each step is handed out.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from playground.networks.compiled import Compiled
from playground.networks.latent_preview import LatentPreview
from playground.networks.opening import has_its_tokenizer, open_pipeline
from playground.networks.packed_convolutions import pack_convolutions
from playground.networks.pixels import refuse_not_finite
from playground.networks.prompt_weights import embed_weighted, is_weighted, without_weights
from playground.networks.schedulers import clean_and_noise, make_scheduler, predicted_clean, seed_noise
from playground.networks.sharing import share_weights
from playground.networks.starting import Start, draw_noise, start_from_pictures

PROMPTS_KEPT = 256


@dataclass(frozen=True)
class Run:
    """What one batch is to become.

    Attributes:
        prompts: What to make, one for each sample.
        negative_prompts: What to guide away from.
        guidance: Strength for each sample.
        seeds: Seed of each sample's own generator, which draws the first noise and whatever the scheduler adds.
        scheduler: One of ``schedulers.SCHEDULERS``.
        steps: Steps of the scheduler.
        height: In pixels.
        width: In pixels.
        walks: For each sample the seed of a second noise and how far to walk to it, 0 to 1; empty for none.
        both_halves: Whether to make the guidance pass.
        pictures: What to start from, one a sample and of the size that is made; empty for noise alone.
        masks: White where something is made anew, one a picture; empty where everything is.
        strength: How much of the pictures is made anew, above 0 to 1.
        parts: How many times the text encoder's window the longest of all prompts takes.
    """

    prompts: Sequence[str]
    negative_prompts: Sequence[str]
    guidance: Sequence[float]
    seeds: Sequence[int]
    scheduler: str
    steps: int
    height: int
    width: int
    both_halves: bool = True
    walks: Sequence[tuple[int, float]] = ()
    pictures: Sequence[Image.Image] = ()
    masks: Sequence[Image.Image | None] = ()
    strength: float = 1.0
    parts: int = 1


@dataclass(frozen=True)
class Look:
    """One step of a run, before the scheduler acts on it.

    Attributes:
        index: The step, from 0.
        of: Steps in all.
        clean: Share of the picture in the latents.
        noise: Share of the noise.
        latents: What the network saw, (batch, channels, height, width).
        guided: What it predicts, guided.
        without: What it predicts without the words; None where no guidance pass was made.
        words: What it predicts with the words.
        kind: What the predictions are of: "epsilon", "v_prediction" or "sample".
    """

    index: int
    of: int
    clean: float
    noise: float
    latents: Tensor
    guided: Tensor
    without: Tensor | None
    words: Tensor
    kind: str

    def belief(self, prediction: Tensor) -> Tensor:
        """Return the clean latents that a prediction means."""
        return predicted_clean(prediction.float(), self.latents.float(), self.clean, self.noise, self.kind)


class Denoiser:
    """A text-to-image pipeline of CLIP text encoder, U-Net and autoencoder.

    Args:
        pipe: The loaded pipeline.

    Attributes:
        pipe: The pipeline; its own scheduler is only read.
        preview: Gives a quick look at latents.
        compiled: What runs in place of the pipeline's networks; None where torch runs all of them.
        use_compiled: Whether that may be used now.
        wears_lora: Whether the pipeline's weights are others than those that were compiled.
        ran_compiled: Whether some of the latest run was not torch's.
    """

    def __init__(self, pipe: Any, compiled: Compiled | None = None) -> None:
        self.pipe, self.compiled, self.use_compiled = pipe, compiled, True
        self.wears_lora = self.ran_compiled = False
        # The one that some checkpoints bring along stays on.
        self._checks_safety = getattr(pipe, "safety_checker", None) is not None and pipe.feature_extractor is not None
        self._embeddings: OrderedDict[tuple[str, int], Tensor] = OrderedDict()
        with torch.inference_mode():
            self.preview = LatentPreview(self._encode_pixels)

    @classmethod
    def from_pretrained(cls, folder: Path, device: str, dtype: str, variant: str = "") -> Denoiser:
        """Open a folder with the pipeline class that it names, or a single file as Stable Diffusion.

        Args:
            folder: The folder, or a .safetensors file of a whole pipeline.
            device: What ``torch.device`` takes.
            dtype: As torch spells it.
            variant: Which of several sets of weights, such as "fp16".

        Raises:
            FileNotFoundError: A file is missing.
            ValueError: A file is damaged, or the pipeline is of another kind.
        """
        pipe = open_pipeline(folder, dtype, variant)
        return cls.of(pipe, folder, lambda: pipe.to(device))

    @classmethod
    def of(cls, pipe: Any, folder: Path, place: Callable[[], Any], compiled: Compiled | None = None) -> Denoiser:
        """Take a pipeline that is opened already.

        Args:
            pipe: The pipeline.
            folder: Where it was opened.
            place: Puts it on its device.
            compiled: What runs in place of its networks.

        Raises:
            FileNotFoundError: Its tokenizer is missing.
            ValueError: It is of another kind.
        """
        import diffusers

        if not isinstance(pipe, diffusers.StableDiffusionPipeline):
            raise ValueError(f"{type(pipe).__name__} has no U-Net with one text encoder")
        has_its_tokenizer(pipe, folder)
        # Measured: convolutions are faster on channels that lie side by side.
        pipe.unet.to(memory_format=torch.channels_last)
        pipe.vae.to(memory_format=torch.channels_last)
        place()
        pack_convolutions(pipe.unet)
        share_weights(pipe.components.values())
        return cls(pipe, compiled)

    @property
    def components(self) -> dict[str, Any]:
        """The pipeline's networks by name."""
        return dict(self.pipe.components)

    @property
    def device(self) -> torch.device:
        """Where it computes; its networks may wait elsewhere until they are needed."""
        found: torch.device = self.pipe._execution_device
        return found

    def forget_prompts(self) -> None:
        """Encode prompts anew: the text encoder's weights are others."""
        self._embeddings.clear()

    @torch.inference_mode()
    def denoise(self, run: Run, look: Callable[[Look], None]) -> Tensor:
        """Turn noise into latents.

        Classifier-free guidance (Ho & Salimans 2022, eq. 6); both halves run in one batch.

        Args:
            run: What to make.
            look: Is shown every step; what it raises ends the run.

        Returns:
            (batch, channels, height, width) in latent pixels.
        """
        pipe, device, self.ran_compiled = self.pipe, self.device, False
        # What was compiled was measured on prompts of one part.
        compiled = self._taken_by("unet", len(run.prompts) * (1 + run.both_halves)) if run.parts == 1 else None
        # OpenVINO's networks take and give float32, whatever they multiply in.
        dtype = torch.float32 if compiled else pipe.unet.dtype
        scheduler = make_scheduler(run.scheduler, pipe.scheduler)
        scheduler.set_timesteps(run.steps, device=device)
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in run.seeds]
        extra = {"generator": generators} if "generator" in inspect.signature(scheduler.step).parameters else {}
        text = torch.cat([self._embed(prompt, run.parts) for prompt in run.prompts])
        if run.both_halves:
            text = torch.cat([*(self._embed(prompt, run.parts) for prompt in run.negative_prompts), text])
        shape = (1, pipe.unet.config.in_channels, *(side // pipe.vae_scale_factor for side in (run.height, run.width)))
        if run.pictures:
            masks = run.masks or [None] * len(run.pictures)
            start = start_from_pictures(pipe, scheduler, run.pictures, masks, run.strength, generators, dtype)
        else:
            noise = draw_noise(shape, generators, run.walks, dtype)
            start = Start(noise.to(device) * scheduler.init_noise_sigma, scheduler.timesteps)
        latents = start.latents
        seed_noise(scheduler, latents, run.seeds)
        strength = torch.tensor(run.guidance, device=device).reshape(-1, 1, 1, 1)
        for index, timestep in enumerate(start.timesteps):
            halves = torch.cat([latents] * 2) if run.both_halves else latents
            seen = scheduler.scale_model_input(halves, timestep)
            guided = words = (
                compiled.predict(seen, timestep, text)
                if compiled
                else pipe.unet(seen, timestep, encoder_hidden_states=text, return_dict=False)[0]
            )
            without = None
            if run.both_halves:
                without, words = words.chunk(2)
                # In float32 and back, which is how torch multiplies by a plain number.
                guided = without + (strength * (words - without)).to(dtype)
            share = clean_and_noise(scheduler, start.first + index, timestep)
            seen, kind = seen[: len(run.prompts)], scheduler.config.prediction_type
            look(Look(index, len(start.timesteps), *share, seen, guided, without, words, kind))
            latents = scheduler.step(guided, timestep, latents, **extra, return_dict=False)[0]
            latents = start.keep(scheduler, latents, index + 1)
        return latents

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> list[Image.Image]:
        """Turn latents into pictures.

        Raises:
            GenerationError: Some pixels are not finite numbers.
        """
        pixels = self._decode(latents)
        refuse_not_finite(pixels)
        unsafe = self.pipe.run_safety_checker(pixels, pixels.device, pixels.dtype)[1] if self._checks_safety else None
        self.pipe.maybe_free_model_hooks()  # where only one network at a time is on the device, the last one leaves
        pictures: list[Image.Image] = self.pipe.image_processor.postprocess(pixels, output_type="pil")
        return [notice_picture(p.size) if unsafe and unsafe[i] else p for i, p in enumerate(pictures)]

    def _taken_by(self, part: str, batch: int) -> Compiled | None:
        """Return what runs a part in torch's place, if anything does."""
        taken = self.compiled and self.use_compiled and not self.wears_lora and self.compiled.takes(part, batch)
        self.ran_compiled |= bool(taken)
        return self.compiled if taken else None

    def _decode(self, latents: Tensor) -> Tensor:
        vae = self.pipe.vae
        if compiled := self._taken_by("vae_decoder", len(latents)):
            return compiled.decode(latents / vae.config.scaling_factor)
        made: Tensor = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
        return made

    def _embed(self, prompt: str, parts: int = 1) -> Tensor:
        """Return a prompt's embedding, (1, parts · tokens, channels); each is computed once."""
        key = (prompt, parts)
        if key not in self._embeddings:
            if parts > 1 or is_weighted(prompt):
                self._embeddings[key] = embed_weighted(self.pipe, prompt, self.device, parts)
            else:
                plain = without_weights(prompt)
                self._embeddings[key] = self.pipe.encode_prompt(plain, self.device, 1, False)[0]
            if len(self._embeddings) > PROMPTS_KEPT:
                self._embeddings.popitem(last=False)
        self._embeddings.move_to_end(key)
        return self._embeddings[key]

    def _encode_pixels(self, pixels: Tensor) -> Tensor:
        vae = self.pipe.vae
        latents: Tensor = vae.encode(pixels.to(self.device, vae.dtype)).latent_dist.mode()
        return latents * vae.config.scaling_factor


def notice_picture(size: tuple[int, int]) -> Image.Image:
    """Return a plain picture in place of one that the checkpoint's own safety checker holds back."""
    picture = Image.new("RGB", size, (226, 232, 240))
    words = "Held back by the\nsafety checker.\nTry another seed."
    ImageDraw.Draw(picture).multiline_text(
        (size[0] // 2, size[1] // 2), words, fill=(71, 85, 105), anchor="mm", align="center", font_size=size[0] // 16
    )
    picture.info["held_back"] = True
    return picture
