"""Layers that see no further than what has been drawn, and remember what they need of it.

Each gets a ``Memory``: with a fresh one and a whole picture it is a masked layer as one trains it, with a kept one and
a new row, or column, it goes on where it stopped, and computes nothing twice. There is no second code path.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROWS, COLUMNS = 1, 2
"""Axes of (B, rows, columns, channels), the layout of everything here but the convolutions."""

Memory = dict[nn.Module, Tensor]
"""What each layer keeps of the rows, or columns, that it has seen."""


def recall(layer: nn.Module, hidden: Tensor, memory: Memory, axis: int, count: int) -> Tensor:
    """Put before ``hidden`` the last ``count`` rows or columns that a layer has seen, zeros where there were none."""
    shape = list(hidden.shape)
    shape[axis] = count
    past = memory[layer] if layer in memory else hidden.new_zeros(shape)
    whole = torch.cat([past, hidden], axis)
    memory[layer] = whole.narrow(axis, whole.shape[axis] - count, count)
    return whole


class RowConv(nn.Module):
    """A convolution that sees a row and rows above it, and columns to both sides."""

    def __init__(self, channels: int, out_channels: int, rows: int, columns: int, stride: int = 1) -> None:
        """Build it for (B, rows, columns, channels); the stride is over columns."""
        super().__init__()
        self.rows = rows
        self.conv = nn.Conv2d(channels, out_channels, (rows, columns), (1, stride), (0, columns // 2))

    def forward(self, hidden: Tensor, memory: Memory) -> Tensor:
        """Map (B, R, C, channels) to (B, R, C / stride, out_channels)."""
        whole = recall(self, hidden, memory, ROWS, self.rows - 1)
        return self.conv(whole.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


class RowBlock(nn.Module):
    """A gated residual convolution over rows, under a class."""

    def __init__(self, channels: int, rows: int, class_dim: int) -> None:
        """Build it for (B, R, C, channels) and classes (B, class_dim)."""
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = RowConv(channels, 2 * channels, rows, 3)
        self.condition = nn.Linear(class_dim, 2 * channels)

    def forward(self, hidden: Tensor, embedded: Tensor, memory: Memory) -> Tensor:
        """Map (B, R, C, channels) and (B, class_dim) to (B, R, C, channels)."""
        condition = self.condition(embedded)[:, None, None]
        return hidden + F.glu(self.conv(self.norm(hidden), memory) + condition, -1)


class RowAttention(nn.Module):
    """Self-attention of every place to all places of its own row of features and of those above.

    A row of features knows only pixels of rows above it, so this looks ahead as little as the convolutions do.
    """

    def __init__(self, channels: int, heads: int) -> None:
        """Build it for (B, R, C, channels)."""
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(channels)
        self.ask = nn.Linear(channels, channels)
        self.offer = nn.Linear(channels, 2 * channels)
        self.out = nn.Linear(channels, channels)

    def forward(self, hidden: Tensor, memory: Memory) -> Tensor:
        """Map (B, R, C, channels) to the same."""
        rows, columns = hidden.shape[1:3]
        normed = self.norm(hidden)
        offered = self.offer(normed)
        offered = torch.cat([memory[self], offered], ROWS) if self in memory else offered
        memory[self] = offered
        seen = offered.shape[ROWS]
        row_of_key = torch.arange(seen, device=hidden.device).repeat_interleave(columns)
        row_of_query = torch.arange(seen - rows, seen, device=hidden.device).repeat_interleave(columns)
        keys, values = (self._split(part) for part in offered.chunk(2, dim=-1))
        found = F.scaled_dot_product_attention(
            self._split(self.ask(normed)), keys, values, attn_mask=row_of_key <= row_of_query[:, None]
        )
        found = found.transpose(1, 2).flatten(2).unflatten(1, (rows, columns))
        return hidden + self.out(found)

    def _split(self, hidden: Tensor) -> Tensor:
        """Map (B, R, C, channels) to (B, heads, R · C, channels / heads)."""
        return hidden.flatten(1, 2).unflatten(-1, (self.heads, -1)).transpose(1, 2)


class ColumnBlock(nn.Module):
    """A gated residual convolution over a pixel and one to its left."""

    def __init__(self, channels: int, reach: int) -> None:
        """Build it for (B, R, C, channels); the other pixel is ``reach`` columns away."""
        super().__init__()
        self.reach = reach
        self.norm = nn.LayerNorm(channels)
        self.linear = nn.Linear(2 * channels, 2 * channels)

    def forward(self, hidden: Tensor, context: Tensor, memory: Memory) -> Tensor:
        """Map (B, R, C, channels), and (B, R, C, 2 channels) from above, to (B, R, C, channels)."""
        normed = self.norm(hidden)
        before = recall(self, normed, memory, COLUMNS, self.reach).narrow(COLUMNS, 0, hidden.shape[COLUMNS])
        seen = torch.cat([before, normed], -1)
        return hidden + F.glu(self.linear(seen) + context, -1)
