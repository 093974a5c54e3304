"""What a person should know about a clip that was made of their words."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.known_words import word_notices
from playground.families.prompts import reading_notice
from playground.families.text_to_image_notices import EMPTY, OTHER_SIZE, native_side
from playground.families.text_to_video_requests import ClipSample, VideoRequest, learned_frames, longer_way
from playground.families.whole_videos import SILENT, WITH_SOUND
from playground.language import Text, sentences
from playground.networks.longer_clips import AGAIN, SLOWER, WINDOWS

OTHER_COUNT = Text("This checkpoint makes {0} frames of the {1} asked for.", "要求 {1} 帧，该检查点生成了 {0} 帧。")

LONGER_NOTICES = {
    SLOWER: Text(
        "The motion modules learned {0} frames: their motion is spread over {1}, slower and smoother.",
        "运动模块只学过 {0} 帧：动作被铺展到 {1} 帧，更慢也更平滑。",
    ),
    AGAIN: Text(
        "The motion modules learned {0} frames: in these {1} their motion comes again and again. What goes one way "
        "jumps back to its start.",
        "运动模块只学过 {0} 帧：在这 {1} 帧里动作反复出现；单向的动作会跳回起点。",
    ),
    WINDOWS: Text(
        "The motion modules learned {0} frames: these {1} are more of the same motion, a window of 16 at a time. What "
        "travels stands still between start and end, where windows overlap.",
        "运动模块只学过 {0} 帧：这 {1} 帧是同一动作的延续，每次处理 16 帧的窗口；窗口重叠处，移动的物体会停在中途。",
    ),
}


def notice_of(checkpoint: Checkpoint, sample: ClipSample, frames: int, *more: Text | None) -> Text | None:
    """Say what is odd about a clip, and whatever ``more`` there is to say."""
    reader, controls = checkpoint.base or checkpoint, VideoRequest.controls()
    native = native_side(reader) if checkpoint.base else 0
    prompts = [(name, getattr(sample, name)) for name in ("prompt", "negative_prompt")[: 1 + sample.guided]]
    way = longer_way(checkpoint, sample)
    told = [
        EMPTY if not sample.prompt and not sample.guided else None,
        OTHER_SIZE.format(native) if native and (sample.width, sample.height) != (native, native) else None,
        OTHER_COUNT.format(frames, sample.num_frames) if frames != sample.num_frames else None,
        SILENT if checkpoint.entry.pipeline in WITH_SOUND else None,
        LONGER_NOTICES[way].format(learned_frames(checkpoint), frames) if way else None,
        *more,
        *word_notices(reader, sample.prompt),
        *(reading_notice(reader, controls[field].label, prompt, in_parts=False) for field, prompt in prompts),
    ]
    return sentences(told)
