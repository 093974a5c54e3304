"""What the worker does for a batch of Text → Image samples: draw them, or show how they formed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from playground.families.base import Step
from playground.families.image_to_image_requests import mask_of, painting_of
from playground.families.text_to_image_requests import PromptSample

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.denoising_film import Recording, Recordings
    from playground.networks.text_to_image import Denoiser, Look, Run

PREVIEWS = 8
PREVIEW_SHARE = 0.04


def run_of(samples: Sequence[PromptSample]) -> Run:
    """Turn samples that may share a pass into a run."""
    from playground.networks.text_to_image import Run

    return Run(
        prompts=[sample.prompt for sample in samples],
        negative_prompts=[sample.negative_prompt for sample in samples],
        # At 1 the guided prediction is the one with the words.
        guidance=[sample.guidance_scale if sample.guided else 1.0 for sample in samples],
        seeds=[sample.seed for sample in samples],
        walks=[(sample.second_seed, sample.walk) for sample in samples],
        scheduler=samples[0].scheduler,
        steps=samples[0].num_inference_steps,
        height=samples[0].height,
        width=samples[0].width,
        both_halves=samples[0].guided or samples[0].film,
        pictures=[painting_of(sample.image, sample.width) for sample in samples if sample.image],
        masks=[mask_of(sample.mask, sample.width) for sample in samples if sample.mask],
        strength=samples[0].strength,
        parts=samples[0].parts,
    )


def draw(
    denoiser: Denoiser, recordings: Recordings[Recording] | None, samples: Sequence[PromptSample], step: Step
) -> list[Image]:
    """Make pictures; where a guidance pass shows what a film needs, record it."""
    from playground.networks.denoising_film import Recorder
    from playground.networks.previews import with_previews
    from playground.networks.starting import put_back

    run, recorder = run_of(samples), Recorder()
    report = with_previews(denoiser, step, PREVIEWS, PREVIEW_SHARE)
    if run.pictures:
        made = denoiser.decode(denoiser.denoise(run, report))
        if not run.masks:
            return made
        return [put_back(*each) for each in zip(made, run.pictures, run.masks, strict=True)]
    if recordings is None or not run.both_halves:
        return denoiser.decode(denoiser.denoise(run, report))

    def look(seen: Look) -> None:
        recorder.see(seen)
        report(seen)

    pictures = denoiser.decode(denoiser.denoise(run, look))
    for sample, recording in zip(samples, recorder.recordings(), strict=True):
        recordings.keep(sample, recording)
    return pictures


def films(
    denoiser: Denoiser, recordings: Recordings[Recording] | None, samples: Sequence[PromptSample], step: Step
) -> list[Image]:
    """Decode what was recorded when the pictures were made; what was not is run again."""
    from playground.networks.denoising_film import develop, record

    kept = {sample: recordings and recordings.get(replace(sample, film=False)) for sample in samples}
    known = {sample: recording for sample, recording in kept.items() if recording}
    done = 0

    def denoised(index: int, of: int) -> None:
        nonlocal done
        done = index
        step(index, of + 1)

    def decoded(index: int, of: int) -> None:
        step(done + index, done + of)

    if missing := [sample for sample in kept if sample not in known]:
        known |= dict(zip(missing, record(denoiser, run_of(missing), denoised), strict=True))
    size = (samples[0].width, samples[0].height)
    return develop(denoiser, [known[sample] for sample in samples], size, decoded)


def lenses(denoiser: Denoiser, samples: Sequence[PromptSample], step: Step) -> list[Image]:
    """Run again while somebody watches where each word acts."""
    from playground.networks.word_maps import page_of, watch

    _, maps = watch(denoiser, run_of(samples), step)
    return [page_of(each) for each in maps]
