"""The Python lines that make exactly the pictures of a prompt, with diffusers alone."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.base import Device
from playground.families.requests import following_seeds
from playground.families.text_to_image_requests import CANDIDATES, PromptRequest, is_open
from playground.networks.schedulers import sigmas_instead


def python_lines(checkpoint: Checkpoint, request: PromptRequest, device: Device | None = None) -> str:
    """Return the lines; where the best of several was kept, they make all of them.

    Args:
        checkpoint: What made them.
        request: What was asked.
        device: Where they were made; None stands for a CPU that computes in float32.
    """
    from playground.families.diffusers_code import pipeline_code

    sample, body = request.samples(checkpoint)[0], checkpoint.body
    steps = request.num_inference_steps
    negative = {"negative_prompt": sample.negative_prompt} if checkpoint.entry.takes_negative_prompt else {}
    return pipeline_code(
        kind=str(checkpoint.config["_class_name"]),
        folder=body.source,
        revision=body.entry.revision,
        settings=str(body.settings_folder) if body.entry.file else "",
        variant=body.entry.variant,
        for_good=(checkpoint.source, checkpoint.entry.revision) if body is not checkpoint else None,
        whole=not is_open(checkpoint),
        device=device.type if device else "cpu",
        dtype=device.dtype if device else "float32",
        scheduler=request.scheduler,
        seeds=following_seeds(request.seed, request.num_images * (CANDIDATES if request.best_of else 1)),
        lora=(checkpoint.loras[sample.lora], sample.lora_weight) if sample.lora else None,
        walk=(request.second_seed, request.walk) if request.walk else None,
        parts=sample.parts,
        prompt=sample.prompt,
        **negative,
        guidance_scale=sample.guidance_scale if sample.guided else 1.0,
        num_inference_steps=steps,
        **sigmas_instead(checkpoint.config.get("sample_sigmas"), steps),
        width=request.width,
        height=request.height,
    )
