"""The checkpoints that tests run: the bundled ones, with motion modules made up where the trained ones are not here."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "checkpoints"
MOTION = "emoji-motion"


@functools.cache
def checkpoints_folder() -> Path:
    """Return a folder with all bundled checkpoints; one for the whole test run."""
    if (BUNDLED / MOTION).exists():
        return BUNDLED
    folder = Path(tempfile.mkdtemp(prefix="playground-checkpoints-"))
    for checkpoint in BUNDLED.iterdir():
        (folder / checkpoint.name).symlink_to(checkpoint)
    return write_motion(folder)


def write_motion(folder: Path) -> Path:
    """Write motion modules that have learned nothing, but do something, beside the others."""
    from diffusers import MotionAdapter

    torch.manual_seed(0)
    modules = MotionAdapter(
        block_out_channels=(96, 192, 256), motion_layers_per_block=1, motion_num_attention_heads=4,
        motion_norm_num_groups=16, motion_max_seq_length=32, use_motion_mid_block=True,
    )  # fmt: skip
    for name, weight in modules.named_parameters():
        if "proj_out" in name:
            torch.nn.init.normal_(weight, std=0.01)
    modules.save_pretrained(folder / MOTION)
    files = sorted(file for file in (folder / MOTION).iterdir())
    (folder / MOTION / "README.md").write_text("# emoji-motion\n\nMade up for the tests.\n")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / MOTION / "SHA256SUMS").write_text("".join(sums))
    return folder
