"""A class-conditional autoregressive model of small pictures: pixel by pixel, in reading order.

Implements p(x | y) = Π p(x_i | x_1 … x_{i−1}, y) with the two stacks of the gated PixelCNN (van den Oord et al.
2016, "Conditional image generation with PixelCNN decoders"), causal self-attention between their convolutions
(Chen, Mishra, Rohaninejad & Abbeel 2018, "PixelSNAIL") and a mixture of logistics for every pixel (Salimans et
al. 2017, "PixelCNN++"). The stack of rows sees the rows above, all their columns; it works on columns in pairs
and fours, since most of its time would otherwise go to the full width. The stack of columns sees the pixels to
the left in the same row, and at each what the rows' stack says.

No layer looks ahead, so each keeps what it needs of the past, and a picture is drawn without computing anything twice.

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn

from playground.networks import logistic_mixture
from playground.networks.causal_layers import ROWS, ColumnBlock, Memory, RowAttention, RowBlock, RowConv

Report = Callable[[int, int, Tensor], None]
"""Called after every row with its number from 1, the number of rows and the pictures (B, 1, H, W), 0 to 1, whose
rows below are black as yet, except for known pixels."""


class PixelCNN(nn.Module, PyTorchModelHubMixin):
    """Gives the distribution of every pixel under those before it, and draws pictures from it.

    Attributes:
        num_classes: Number of classes.
        class_names: Their names, in the order of their numbers.
        image_size: Height and width in pixels.
    """

    def __init__(
        self,
        class_names: Sequence[str],
        image_size: int = 28,
        half_width: int = 48,
        quarter_width: int = 96,
        column_width: int = 32,
        column_reaches: Sequence[int] = (1, 2, 4, 8),
        class_dim: int = 32,
        mixtures: int = 8,
        attention: bool = True,
    ) -> None:
        """Build the network with random weights.

        Args:
            class_names: One name for each class.
            image_size: Height and width in pixels, a multiple of 4.
            half_width: Channels of the rows' stack where columns are paired.
            quarter_width: Channels where four columns are one; a multiple of 16.
            column_width: Channels of the columns' stack.
            column_reaches: How far each of its blocks looks to the left; together, one pixel further.
            class_dim: Length of a class's embedding.
            mixtures: Logistic distributions that make up a pixel's.
            attention: Without it, the rows' stack sees only as far as its convolutions.
        """
        super().__init__()
        self.class_names, self.image_size = list(class_names), image_size
        self.num_classes = len(self.class_names)
        self.embedding = nn.Embedding(self.num_classes + 1, class_dim)
        # A class is worth three bits of some thousand, so a network hardly learns to listen to it by itself: where
        # the strokes of a class lie is something that every row may look up.
        self.templates = nn.Parameter(torch.zeros(self.num_classes + 1, image_size, image_size // 4, quarter_width))
        self.places = nn.Parameter(0.1 * torch.randn(image_size, image_size // 2, half_width))
        self.near = RowConv(2, column_width, 3, 7)
        self.enter = RowConv(2, half_width, 3, 5, stride=2)
        self.before = nn.ModuleList(RowBlock(half_width, 2, class_dim) for _ in range(2))
        self.narrow = RowConv(half_width, quarter_width, 2, 3, stride=2)
        self.within = nn.ModuleList(RowBlock(quarter_width, 3, class_dim) for _ in range(3))
        self.attention = RowAttention(quarter_width, quarter_width // 16) if attention else None
        self.widen = nn.Linear(quarter_width, 2 * half_width)
        self.after = RowBlock(half_width, 2, class_dim)
        self.spread = nn.Linear(half_width, 2 * column_width)
        self.tell = nn.Linear(column_width, 2 * column_width * len(column_reaches))
        self.left = nn.Linear(2, column_width)
        self.columns = nn.ModuleList(ColumnBlock(column_width, reach) for reach in column_reaches)
        self.norm = nn.LayerNorm(column_width)
        self.mix = nn.Linear(column_width, 3 * mixtures)
        with torch.no_grad():  # the first guess: every grey level is possible
            self.mix.weight *= 0.1
            log_weights, means, log_scales = self.mix.bias.chunk(3)
            log_weights.zero_(), means.copy_(torch.linspace(-1, 1, mixtures)), log_scales.fill_(-2)

    def forward(self, images: Tensor, classes: Tensor) -> Tensor:
        """Give the distribution of every pixel under those before it.

        Args:
            images: (B, 1, H, W), 0 (black) to 1 (white).
            classes: (B,) int64; the number of classes itself means none.

        Returns:
            (B, H, W, 3 · mixtures), as ``logistic_mixture`` reads it.
        """
        pixels = self._pixels(images)
        context = self._see_rows(F.pad(pixels, (0, 0, 0, 0, 1, 0))[:, :-1], 0, classes, {})
        return self._see_columns(F.pad(pixels, (0, 0, 1, 0))[:, :, :-1], context, {})

    def log_likelihood(self, images: Tensor, classes: Tensor) -> Tensor:
        """Give log p(x | y) exactly: (B,) in nats, of pictures (B, 1, H, W) of 256 grey levels from 0 to 1."""
        levels = (images[:, 0] * (logistic_mixture.LEVELS - 1)).round()
        return logistic_mixture.log_probability(self(images, classes), levels).sum((1, 2))

    def bits_per_dimension(self, images: Tensor, classes: Tensor) -> Tensor:
        """Give −log2 p(x | y) for each pixel: (B,)."""
        return -self.log_likelihood(images, classes) / (math.log(2) * self.image_size**2)

    @torch.inference_mode()
    def sample(
        self,
        noise: Tensor,
        classes: Tensor,
        temperature: float | Tensor = 1.0,
        known: Tensor | None = None,
        images: Tensor | None = None,
        report: Report | None = None,
        guidance_scale: float | Tensor = 1.0,
    ) -> Tensor:
        """Draw pictures pixel by pixel, or the rest of pictures of which a part is known.

        A pixel is drawn under what comes before it, known or drawn; what is known further down is kept, but the
        pixels above it were drawn without it.

        Args:
            noise: (B, H, W), uniform from 0 to 1; the picture follows from it.
            classes: (B,) int64; the number of classes itself means none.
            temperature: Above 0, one for all or (B,): below 1 likely pixels become likelier.
            known: (B, H, W) booleans, if a part is known.
            images: (B, 1, H, W), 0 to 1; read where it is known.
            report: Told after every row; what it raises ends the run.
            guidance_scale: One for all or (B,): 0 forgets the class, 1 is the network's own word, more exaggerates
                the class. Where every scale is 1 the network runs once for a picture, else twice.

        Returns:
            (B, 1, H, W), 0 (black) to 1 (white), in 256 levels.
        """
        drawn = torch.zeros_like(noise).unsqueeze(1)
        for row, drawn in enumerate(self.draw_rows(noise, classes, temperature, known, images, guidance_scale), 1):
            if report is not None:
                report(row, self.image_size, drawn)
        return drawn

    @torch.inference_mode()
    def draw_rows(
        self,
        noise: Tensor,
        classes: Tensor,
        temperature: float | Tensor = 1.0,
        known: Tensor | None = None,
        images: Tensor | None = None,
        guidance_scale: float | Tensor = 1.0,
    ) -> Iterator[Tensor]:
        """Draw as :meth:`sample` does, and yield the pictures (B, 1, H, W) after every row."""
        size, last_level = self.image_size, logistic_mixture.LEVELS - 1
        temperatures = torch.as_tensor(temperature, dtype=noise.dtype, device=noise.device).expand(len(noise))[:, None]
        scales = torch.as_tensor(guidance_scale, dtype=noise.dtype, device=noise.device).expand(len(noise))[:, None]
        guided = bool((scales != 1).any())
        asked = torch.cat([classes, torch.full_like(classes, self.num_classes)]) if guided else classes
        drawn = torch.zeros_like(noise) if known is None or images is None else images[:, 0] * known
        rows_seen: Memory = {}
        above = noise.new_zeros(len(asked), 1, size, 2)
        for row in range(size):
            context = self._see_rows(above, row, asked, rows_seen)
            columns_seen: Memory = {}
            left = noise.new_zeros(len(asked), 1, 1, 2)
            for column in range(size):
                mixtures = self._see_columns(left, context[:, :, column : column + 1], columns_seen)[:, 0, 0]
                if known is None or not known[:, row, column].all():
                    said = (mixtures[: len(noise)], noise[:, row, column], temperatures)
                    without = (mixtures[len(noise) :], scales) if guided else ()
                    new = logistic_mixture.draw(*said, *without) / last_level
                    old = drawn[:, row, column]
                    drawn[:, row, column] = new if known is None else torch.where(known[:, row, column], old, new)
                left = self._pixels(_for_both(drawn[:, None, row : row + 1, column : column + 1], guided))
            above = self._pixels(_for_both(drawn[:, None, row : row + 1], guided))
            yield drawn.unsqueeze(1).clone()

    def _pixels(self, images: Tensor) -> Tensor:
        """Map (B, 1, R, C), 0 to 1, to (B, R, C, 2): −1 to 1, and a one that tells a pixel from none."""
        pixels = images.permute(0, 2, 3, 1) * 2 - 1
        return torch.cat([pixels, torch.ones_like(pixels)], -1)

    def _see_rows(self, above: Tensor, first_row: int, classes: Tensor, memory: Memory) -> Tensor:
        """Tell what pixels (B, R, W, 2), each the row above one from ``first_row`` on, mean for the rows below.

        Returns:
            (B, R, W, 2 · column_width) for each block of columns, one after the other.
        """
        rows = above.shape[ROWS]
        embedded = self.embedding(classes)
        half = self.enter(above, memory) + self.places[first_row : first_row + rows]
        for block in self.before:
            half = block(half, embedded, memory)
        quarter = self.narrow(half, memory) + self.templates[classes, first_row : first_row + rows]
        for index, block in enumerate(self.within):
            quarter = block(quarter, embedded, memory)
            if self.attention is not None and index == 0:
                quarter = self.attention(quarter, memory)
        half = half + self.widen(quarter).unflatten(-1, (2, -1)).flatten(2, 3)
        half = self.after(half, embedded, memory)
        full = self.spread(half).unflatten(-1, (2, -1)).flatten(2, 3)
        return self.tell(F.silu(full + self.near(above, memory)))

    def _see_columns(self, left: Tensor, context: Tensor, memory: Memory) -> Tensor:
        """Tell the distributions (B, R, C, 3 · mixtures) of pixels whose left neighbours are (B, R, C, 2)."""
        hidden = self.left(left)
        for block, told in zip(self.columns, context.chunk(len(self.columns), -1), strict=True):
            hidden = block(hidden, told, memory)
        return self.mix(F.silu(self.norm(hidden)))


def _for_both(drawn: Tensor, guided: bool) -> Tensor:
    """Show the same pixels to the network with the class and to the one without."""
    return torch.cat([drawn, drawn]) if guided else drawn
