"""From any exception to one sentence that a person can act on. Knows torch's errors without importing torch."""

from __future__ import annotations

import ctypes
import gc
import sys

from playground.catalog import Checkpoint
from playground.errors import GenerationError, OutOfMemory, PlaygroundError
from playground.language import Text

GIVEN_UP = Text(
    "The worker that was to make this {0} ({1} times): ask for less, choose another checkpoint, or try again later.",
    "负责生成的工作进程{0}（共 {1} 次）：请减少要求、换一个检查点，或稍后再试。",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory ran out; torch has one class for GPUs and a message for CPUs."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("can't allocate memory", "out of memory")
    )


def free_memory() -> None:
    """Give back what the last attempt left behind."""
    gc.collect()
    if (torch := sys.modules.get("torch")) is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def give_back() -> None:
    """Give the system back what is free again after reading or computing: glibc keeps it, some 100 MB at times."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def as_checkpoint_error(error: Exception, checkpoint: Checkpoint) -> PlaygroundError:
    """Phrase why a checkpoint could not be loaded."""
    if isinstance(error, PlaygroundError):
        return error
    if is_out_of_memory(error):
        return out_of_memory()
    if isinstance(error, FileNotFoundError):
        return checkpoint.unusable("a file of it is missing", "缺少文件")
    if isinstance(error, OSError):
        return checkpoint.unusable(
            f"it cannot be read ({error.strerror or error})", f"无法读取（{error.strerror or error}）"
        )
    return checkpoint.unusable("its weights are damaged or belong to another network", "权重已损坏，或属于另一种网络")


def out_of_memory() -> OutOfMemory:
    """Phrase that one sample alone does not fit."""
    return OutOfMemory(
        "There is not enough memory for even one sample: ask for fewer or smaller pictures, "
        "choose a smaller checkpoint, or close other programs.",
        "内存连一个样本都放不下：请减少数量或尺寸，选择更小的检查点，或关闭其他程序。",
    )


def given_up(how: Text, times: int) -> PlaygroundError:
    """Phrase that a worker was lost too often, and how."""
    return GenerationError(*GIVEN_UP.format(how, times))


def as_sentence(error: BaseException) -> PlaygroundError:
    """Turn whatever went wrong while generating into an error of ours."""
    if isinstance(error, PlaygroundError):
        return error
    if is_out_of_memory(error):
        return out_of_memory()
    cause = f"{type(error).__name__}: {error}"[:200]
    return GenerationError(
        f"The model could not make this ({cause}). Try another seed or milder settings; the app goes on.",
        f"模型无法完成（{cause}）。请换一个种子或更温和的设置；程序继续运行。",
    )
