"""What a person should know about a clip that was made of their words."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.known_words import word_notices
from playground.families.prompts import reading_notice
from playground.families.text_to_image_notices import EMPTY, OTHER_SIZE, native_side
from playground.families.text_to_video_requests import ClipSample, VideoRequest
from playground.families.whole_videos import SILENT, WITH_SOUND
from playground.language import Text, sentences

OTHER_COUNT = Text("This checkpoint makes {0} frames of the {1} asked for.", "要求 {1} 帧，该检查点生成了 {0} 帧。")


def notice_of(checkpoint: Checkpoint, sample: ClipSample, frames: int, *more: Text | None) -> Text | None:
    """Say what is odd about a clip, and whatever ``more`` there is to say."""
    reader, controls = checkpoint.base or checkpoint, VideoRequest.controls()
    native = native_side(reader) if checkpoint.base else 0
    prompts = [(name, getattr(sample, name)) for name in ("prompt", "negative_prompt")[: 1 + sample.guided]]
    told = [
        EMPTY if not sample.prompt and not sample.guided else None,
        OTHER_SIZE.format(native) if native and (sample.width, sample.height) != (native, native) else None,
        OTHER_COUNT.format(frames, sample.num_frames) if frames != sample.num_frames else None,
        SILENT if checkpoint.entry.pipeline in WITH_SOUND else None,
        *more,
        *word_notices(reader, sample.prompt),
        *(reading_notice(reader, controls[field].label, prompt, in_parts=False) for field, prompt in prompts),
    ]
    return sentences(told)
