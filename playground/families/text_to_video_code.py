"""Python lines, with torch and diffusers alone, that make the playground's clip."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.diffusers_code import SCHEDULER, source_of
from playground.families.image_to_video_requests import PictureSample
from playground.families.text_to_video_requests import ClipSample, longer_way
from playground.families.whole_videos import FINE_DECODERS, GUIDED_BY_A_PART, OWN_SIZE, PACED, WORDED_ALONE
from playground.networks.longer_clips import AGAIN, STRIDE, WINDOW, WINDOWS, step_around
from playground.networks.schedulers import GREATEST_BETA, SCHEDULERS

MODULES = """motion = MotionAdapter.from_pretrained({adapter}, dtype=torch.{dtype})
pipe = AnimateDiffPipeline.from_pretrained({base}, motion_adapter=motion, dtype=torch.{dtype}).to("{device}")
pipe.vae.to(memory_format=torch.channels_last)"""
CHANGED = """
pipe.scheduler = type(pipe.scheduler).from_config({{**pipe.scheduler.config, {changes}}})"""
WEIGHED = """
for module in pipe.unet.modules():  # the motion modules' weight
    if type(module).__name__ == "AnimateDiffTransformer3D":
        module.proj_out.register_forward_hook(lambda layer, inputs, output: output * {})"""
FREE_NOISE = """
pipe.enable_free_noise(context_length={window}, context_stride={stride})  # more frames than were learned"""
NUMBERED = """
numbers = {numbers}  # by which the motion modules know the frames
for module in pipe.unet.modules():
    if type(module).__name__ == "SinusoidalPositionalEmbedding":
        size = module.pe.shape[2]
        angles = numbers[:, None] * torch.exp(torch.arange(0, size, 2) * (-math.log(10000.0) / size))
        module.pe = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)[None].to(module.pe)"""
SLOWLY, AROUND = "torch.linspace(0, {last}, {frames})", "torch.arange({frames}) * {step} % {window}"
WHOLE = """pipe = {kind}.from_pretrained({where}, dtype=torch.{dtype}).to("{device}")"""
READER = """
words = Qwen2Tokenizer.from_pretrained({where}, subfolder="tokenizer")  # its processor would ask for torchvision
pipe.register_modules(tokenizer=words)"""
TEMPLATE = """{math}import torch
from diffusers import {imports}{more}

{opened}{scheduler}
generator = torch.Generator("cpu").manual_seed({seed})
{noise}frames = pipe(
{arguments}
    generator=generator,
).frames[0]{back}
for index, frame in enumerate(frames):
    frame.save(f"frame-{{index:03}}.png")
"""
SHARED_NOISE = """factor = pipe.vae_scale_factor
shape = [1, pipe.unet.config.in_channels, {num_frames}, {height} // factor, {width} // factor]
own = torch.randn(shape, generator=generator, dtype=torch.{dtype})
common = torch.randn([*shape[:2], 1, *shape[3:]], generator=generator, dtype=torch.{dtype})
noise = (1 - {share}) ** 0.5 * own + {share}**0.5 * common  # frames have a part in common, as was taught
"""
SHUFFLED = """for start in range({window}, {frames}, {stride}):  # as FreeNoise shuffles it from window to window
    order = start - {window} + torch.randperm({stride}, generator=generator)
    noise[:, :, start : start + {stride}] = noise[:, :, order[: {frames} - start]]
"""


def clip_code(checkpoint: Checkpoint, sample: ClipSample, device: str, dtype: str) -> str:
    """Write the call of a text-to-video pipeline.

    Args:
        checkpoint: What makes the clip.
        sample: The clip.
        device: What ``torch.device`` takes.
        dtype: As torch spells it.
    """
    arguments: dict[str, object] = {
        "prompt": sample.prompt,
        "guidance_scale": sample.guidance_scale if sample.guided else 1.0,
        "num_inference_steps": sample.num_inference_steps,
        "num_frames": sample.num_frames,
        "width": sample.width,
        "height": sample.height,
    }
    if sample.guided:
        arguments["negative_prompt"] = sample.negative_prompt
    if checkpoint.base is None:
        kind = checkpoint.entry.pipeline
        where, without = _where(checkpoint), ", tokenizer=None" if kind in WORDED_ALONE else ""
        imports, opened = [kind], WHOLE.format(kind=kind, where=where + without, dtype=dtype, device=device)
        if without:
            opened += READER.format(where=where)
        arguments["output_type"] = "pil"
        if kind in FINE_DECODERS:
            opened += "\npipe.vae.float()"
        if kind in GUIDED_BY_A_PART:
            opened += f"\npipe.guider = pipe.guider.new(guidance_scale={arguments.pop('guidance_scale')})"
        if kind in OWN_SIZE:
            arguments = {name: value for name, value in arguments.items() if name not in ("width", "height")}
        arguments |= checkpoint.entry.call
        if kind in PACED:
            arguments["frame_rate"] = sample.fps
        if isinstance(sample, PictureSample):
            opened += '\npicture = Image.open("picture.png").convert("RGB")  # whole, on white, in the size below'
        if kind == "StableVideoDiffusionPipeline":
            arguments["max_guidance_scale"] = arguments.pop("guidance_scale")
            arguments["fps"] = sample.fps
            for name in ("prompt", "negative_prompt"):
                arguments.pop(name, None)
    else:
        imports = ["AnimateDiffPipeline", "MotionAdapter"]
        opened = MODULES.format(adapter=_where(checkpoint), base=_where(checkpoint.base), dtype=dtype, device=device)
        if own := checkpoint.entry.scheduler:
            opened += CHANGED.format(changes=", ".join(f'"{name}": {value!r}' for name, value in own.items()))
        if (motion := sample.motion_scales[0]) != 1:
            opened += WEIGHED.format(motion)
        if way := longer_way(checkpoint, sample):
            opened += _longer(way, sample.num_frames)
        arguments["decode_chunk_size"] = 8
    pictured = ["    image=picture,"] if isinstance(sample, PictureSample) else []
    lines, noise = pictured + [f"    {name}={value!r}," for name, value in arguments.items()], ""
    if share := checkpoint.entry.shared_noise:
        lines.append("    latents=noise,")
        sides = {name: arguments[name] for name in ("num_frames", "height", "width")}
        noise = SHARED_NOISE.format(share=share, dtype=dtype, **sides)
        if longer_way(checkpoint, sample) == WINDOWS:  # noise that is given is not shuffled by the pipeline
            noise += SHUFFLED.format(window=WINDOW, stride=STRIDE, frames=sample.num_frames)
    chosen = ""
    if sample.scheduler in SCHEDULERS:
        kind, changed = SCHEDULERS[sample.scheduler]
        changes = [f'"{name}": {value!r}' for name, value in changed.items()]
        if sample.scheduler in GREATEST_BETA:
            changes.append(
                f'"trained_betas": pipe.scheduler.betas.clamp(max={GREATEST_BETA[sample.scheduler]}).tolist()'
            )
        chosen = SCHEDULER.format(scheduler=kind, changes=", ".join(changes))
        imports.append(kind)
    more = "\nfrom PIL import Image" if pictured else ""
    more += "\nfrom transformers import Qwen2Tokenizer" if "Qwen2Tokenizer" in opened else ""
    return TEMPLATE.format(
        math="import math\n\n" if "math." in opened else "",
        imports=", ".join(sorted(imports)),
        more=more,
        opened=opened,
        scheduler=chosen,
        arguments="\n".join(lines),
        noise=noise,
        seed=sample.seed,
        back="\nframes += frames[-2:0:-1]  # there and back" if sample.loop else "",
    )


def _longer(way: str, frames: int) -> str:
    """Write how the motion modules are let act on more frames than they learned."""
    if way == WINDOWS:
        return FREE_NOISE.format(window=WINDOW, stride=STRIDE)
    if way == AGAIN:
        return NUMBERED.format(numbers=AROUND.format(frames=frames, step=step_around(frames), window=WINDOW))
    return NUMBERED.format(numbers=SLOWLY.format(frames=frames, last=WINDOW - 1))


def _where(checkpoint: Checkpoint) -> str:
    return source_of(checkpoint.source, revision=checkpoint.entry.revision, variant=checkpoint.entry.variant)
