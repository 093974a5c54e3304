"""What a checkpoint that makes pictures of words does not take."""

from __future__ import annotations

from typing import Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.requests import Request, refuse
from playground.families.text_to_image_notices import native_side
from playground.families.text_to_image_requests import FilmRequest, PromptRequest, is_open
from playground.language import Text

NO_FILM = Text(
    "The steps of {} cannot be looked into; choose a Stable Diffusion checkpoint for that.",
    "{} 的中间步骤无法查看；如需查看请选择 Stable Diffusion 检查点。",
)
NO_WALK = Text(
    "{} draws its own noise and cannot walk between two seeds: set walk to 0.",
    "{} 自行生成噪声，无法在两个种子之间漫步：请将 walk 设为 0。",
)
NO_NEGATIVE = Text(
    "{} is distilled and takes no negative prompt: leave negative_prompt empty.",
    "{} 是蒸馏模型，不支持反向提示词：请将 negative_prompt 留空。",
)
NO_GUIDANCE = Text(
    "{} is distilled and takes no guidance: set guidance_scale to 0, or leave it out.",
    "{} 是蒸馏模型，不使用引导：请将 guidance_scale 设为 0，或不填写。",
)
NO_TOWERS = Text(
    "Best of 8 (best_of) needs the folder checkpoints/emoji-clip, which tells how well a picture fits: restore it.",
    "8 选 1（best_of）需要文件夹 checkpoints/emoji-clip 来判断图片是否契合：请恢复它。",
)


def refuse_unknown(checkpoint: Checkpoint, request: Request) -> None:
    """Refuse what a distilled checkpoint, or a pipeline that is called as a whole, does not take.

    Raises:
        InvalidInput: So; the sentence says what to leave out.
    """
    negative: Any = getattr(request, "negative_prompt", None)
    if negative and not checkpoint.entry.takes_negative_prompt:
        raise InvalidInput("negative_prompt", *NO_NEGATIVE.format(checkpoint.title))
    if getattr(request, "guidance_scale", 0) > 1 and not checkpoint.entry.guidance:
        raise InvalidInput("guidance_scale", *NO_GUIDANCE.format(checkpoint.title))
    if isinstance(request, FilmRequest) and not is_open(checkpoint):
        raise InvalidInput("checkpoint", *NO_FILM.format(checkpoint.title))
    if getattr(request, "walk", 0) and not is_open(checkpoint):
        raise InvalidInput("walk", *NO_WALK.format(checkpoint.title))
    if getattr(request, "best_of", False) and not checkpoint.towers:
        raise InvalidInput("best_of", *NO_TOWERS)


def refuse_sizes(checkpoint: Checkpoint, request: Request, sides: tuple[int, int, int]) -> None:
    """Refuse sizes that are far from what a checkpoint learned.

    Args:
        checkpoint: The checkpoint.
        request: The request; one that starts from a picture has no size of its own.
        sides: The smallest and the largest, and what they are multiples of.

    Raises:
        InvalidInput: So; the sentence says which are near enough.
    """
    if not isinstance(request, PromptRequest | FilmRequest):
        return
    smallest, largest, step = sides
    for field in ("width", "height"):
        side, control = getattr(request, field), type(request).controls()[field]
        if not smallest <= side <= largest:
            raise _other_size(field, control.label, smallest, largest, side, native_side(checkpoint))
        if side % step:
            multiple = Text("a multiple of {} for this checkpoint", "{} 的倍数（该检查点）").format(step)
            raise refuse(field, control.label, multiple, side)


def _other_size(field: str, label: Text, smallest: int, largest: int, side: int, native: int) -> InvalidInput:
    words = Text("from {} to {} for this checkpoint, which learned at {}", "{} 到 {} 之间（该检查点以 {} 训练）")
    allowed = words.format(smallest, largest, native)
    return refuse(field, label, allowed, side)
