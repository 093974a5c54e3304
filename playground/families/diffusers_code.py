"""Python lines, with torch and diffusers alone, that do what the playground did."""

from __future__ import annotations

from pathlib import Path

from playground.families.whole_pictures import SEE_THROUGH, TRULY_GUIDED, WORDED_ALONE
from playground.networks.prompt_weights import is_weighted, parse_weights, without_weights
from playground.networks.schedulers import GREATEST_BETA, GREATEST_SIGMA, SCHEDULERS

BINNED = ("SanaPipeline", "SanaSprintPipeline", "PixArtSigmaPipeline")
"""Pipelines that round a size to the nearest of a list, unless told otherwise."""
CHANNELS_LAST = """
pipe.unet.to(memory_format=torch.channels_last)
pipe.vae.to(memory_format=torch.channels_last)"""
LORA = """
pipe.load_lora_weights("{folder}", weight_name="{name}", adapter_name="lora")
pipe.set_adapters("lora", {weight})"""
FOR_GOOD = """
pipe.load_lora_weights({where}, adapter_name="own")
pipe.fuse_lora(adapter_names=["own"])
pipe.unload_lora_weights()"""
SCHEDULER = """
pipe.scheduler = {scheduler}.from_config({{**pipe.scheduler.config, {changes}}})"""
# Noise that grows without bound would take most steps.
BOUNDED = """
kept = [1.0, *(max(float(share), 1 / ({sigma}**2 + 1)) for share in pipe.scheduler.alphas_cumprod.double())]
betas = [1 - share / before for before, share in zip(kept, kept[1:])]"""
# Each token's embedding times its weight, the mean as it was; what is longer than the window in parts, between words.
WEIGHED = """
def embed(pieces, parts={parts}):
    words, room = pipe.tokenizer, pipe.tokenizer.model_max_length - 2
    tokens = [(id, weight) for text, weight in pieces for id in words(text, add_special_tokens=False).input_ids]
    rows = []
    for part in range(parts):
        size = min(room, len(tokens))
        if parts > 1 and len(tokens) > room:
            names = words.convert_ids_to_tokens([id for id, _ in tokens[:room]])
            size = max((place + 1 for place, name in enumerate(names) if name.endswith("</w>")), default=room)
        padding = [(words.pad_token_id, 1.0)] * (room - size)
        rows.append([(words.bos_token_id, 1.0), *tokens[:size], (words.eos_token_id, 1.0), *padding])
        tokens = tokens[size:]
    ids = torch.tensor([[id for id, _ in row] for row in rows], device=pipe.device)
    plain = pipe.text_encoder(ids)[0]
    weights = torch.tensor([[weight for _, weight in row] for row in rows], device=pipe.device)
    weighed = plain.float() * weights[:, :, None]
    return (weighed * (plain.float().mean() / weighed.mean())).to(plain.dtype).reshape(1, parts * (room + 2), -1)


with torch.inference_mode():
    words = embed({prompt})
    without = embed({negative_prompt})
"""
READER = """class Words(ProcessorMixin):  # reads words alone: the folder's own processor would ask for torchvision
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def __call__(self, text, **how):
        return self.tokenizer(text, **how)

    def apply_chat_template(self, said, **how):
        return [self.tokenizer.apply_chat_template(said, **how)]


words = Words(Qwen2Tokenizer.from_pretrained({where}, subfolder="{part}"))
"""
SHOWN_ON_WHITE = """
pictures = [Image.alpha_composite(Image.new("RGBA", each.size, "white"), each).convert("RGB") for each in pictures]"""
TEMPLATE = """import torch
from diffusers import {imports}{more}

{reader}pipe = {kind}.{opening}({where}, dtype=torch.{dtype}){for_good}{placed}{layout}{lora}{scheduler}
seeds = {seeds}
generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
{walk}{weighed}pictures = pipe(
{arguments}
    num_images_per_prompt=len(seeds),
    generator=generators,
).images{on_white}
for index, picture in enumerate(pictures):
    picture.save(f"picture-{{index}}.png")
"""
# The first noise is drawn from each picture's own generator, as the pipeline itself would.
WALK = """shape = (1, pipe.unet.config.in_channels, {height} // pipe.vae_scale_factor, {width} // pipe.vae_scale_factor)
noise = torch.cat([torch.randn(shape, generator=generator, dtype=torch.{dtype}) for generator in generators])
second = torch.randn(shape, generator=torch.Generator("cpu").manual_seed({second_seed}), dtype=torch.{dtype})[0].float()
for index, first in enumerate(noise.float()):  # spherical interpolation
    angle = torch.arccos(torch.cosine_similarity(first.flatten(), second.flatten(), dim=0))
    noise[index] = (torch.sin((1 - {walk}) * angle) * first + torch.sin({walk} * angle) * second) / torch.sin(angle)
"""


def pipeline_code(
    *,
    kind: str,
    folder: str,
    device: str,
    dtype: str,
    scheduler: str,
    seeds: list[int],
    walk: tuple[int, float] | None = None,
    lora: tuple[Path, float] | None = None,
    for_good: tuple[str, str] | None = None,
    parts: int = 1,
    revision: str = "",
    variant: str = "",
    settings: str = "",
    whole: bool = False,
    **arguments: object,
) -> str:
    """Write the call of a text-to-image pipeline.

    Args:
        kind: The pipeline's class.
        folder: Where its weights lie: a folder, or a repository of the hub.
        device: What ``torch.device`` takes.
        dtype: As torch spells it.
        scheduler: One of ``schedulers.SCHEDULERS``; any other name keeps the checkpoint's own.
        seeds: One for each picture.
        walk: Seed of a second noise, and how far to walk to it.
        lora: The file of a LoRA, and its weight.
        for_good: Where a LoRA is from that belongs to the checkpoint, and its repository's commit.
        parts: In how many parts prompts are read.
        revision: The repository's commit.
        variant: Which of several sets of weights.
        settings: Folder with the settings of a single file.
        whole: Whether the pipeline is called as a whole, as it lies in memory.
        arguments: What the pipeline is called with.
    """
    chosen, imports = "", [kind]
    if scheduler in SCHEDULERS:
        kind_of_scheduler, changed = SCHEDULERS[scheduler]
        changes = [f'"{name}": {value!r}' for name, value in changed.items()]
        if scheduler in GREATEST_BETA:
            changes.append(f'"trained_betas": pipe.scheduler.betas.clamp(max={GREATEST_BETA[scheduler]}).tolist()')
        if scheduler in GREATEST_SIGMA:
            chosen = BOUNDED.format(sigma=GREATEST_SIGMA[scheduler])
            changes.append('"trained_betas": betas')
        chosen += SCHEDULER.format(scheduler=kind_of_scheduler, changes=", ".join(changes))
        if kind_of_scheduler == "DPMSolverSDEScheduler":
            chosen += f"\npipe.scheduler.noise_sampler_seed = {seeds}"
        imports.insert(0, kind_of_scheduler)
    weighed = ""
    prompts = {name: str(arguments.get(name, "")) for name in ("prompt", "negative_prompt")}
    if not whole and (parts > 1 or any(is_weighted(prompt) for prompt in prompts.values())):
        weighed = WEIGHED.format(parts=parts, **{name: parse_weights(prompt) for name, prompt in prompts.items()})
        arguments = {name: value for name, value in arguments.items() if name not in prompts}
    elif not whole:
        arguments |= {name: without_weights(prompt) for name, prompt in prompts.items() if name in arguments}
    if kind in TRULY_GUIDED:
        arguments["true_cfg_scale"] = arguments.pop("guidance_scale")
        arguments["negative_prompt"] = arguments.get("negative_prompt") or " "
    if kind in BINNED:
        arguments["use_resolution_binning"] = False  # the size that was asked for, not the nearest of a list
    if kind == "SanaSprintPipeline" and arguments["num_inference_steps"] != 2:
        arguments["intermediate_timesteps"] = None
    sides = {name: arguments[name] for name in ("height", "width")} if walk else {}
    lines = [f"    {name}={value!r}," for name, value in arguments.items()] + ["    latents=noise,"] * bool(walk)
    lines += ["    prompt_embeds=words,", "    negative_prompt_embeds=without,"] * bool(weighed)
    where, part = source_of(folder, revision=revision, variant=variant, config=settings), WORDED_ALONE.get(kind, "")
    more = ("\nfrom PIL import Image" if kind in SEE_THROUGH else "") + (
        "\nfrom transformers import ProcessorMixin, Qwen2Tokenizer" if part else ""
    )
    return TEMPLATE.format(
        kind=kind,
        more=more,
        reader=READER.format(where=source_of(folder, revision=revision), part=part) if part else "",
        on_white=SHOWN_ON_WHITE if kind in SEE_THROUGH else "",
        opening="from_single_file" if settings else "from_pretrained",
        imports=", ".join(imports),
        where=where + (f", {part}=words" if part else ""),
        # Its weights are added before the pipeline moves.
        for_good=FOR_GOOD.format(where=source_of(for_good[0], revision=for_good[1])) if for_good else "",
        placed=f'\npipe.to("{device}")' if for_good else f'.to("{device}")',
        dtype=dtype,
        layout="" if whole else CHANNELS_LAST,
        lora=LORA.format(folder=lora[0].parent, name=lora[0].name, weight=lora[1]) if lora else "",
        scheduler=chosen,
        seeds=seeds,
        weighed=weighed,
        walk=WALK.format(dtype=dtype, second_seed=walk[0], walk=walk[1], **sides) if walk else "",
        arguments="\n".join(lines),
    )


def source_of(folder: str, **named: str) -> str:
    """Write where something is loaded from, as arguments: the folder or repository, then what is not empty."""
    return ", ".join([f'"{folder}"', *(f'{name}="{value}"' for name, value in named.items() if value)])
