"""What stands where a pipeline wants a processor of words and pictures, and is given words alone.

The processors that transformers has for that ask for torchvision as soon as they are opened.
"""

from __future__ import annotations

from typing import Any

from transformers import ProcessorMixin


class WordsAlone(ProcessorMixin):
    """A tokenizer that answers as a processor does.

    Args:
        tokenizer: The tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    def __call__(self, text: Any, **how: Any) -> Any:
        """Turn texts into numbers."""
        return self.tokenizer(text, **how)

    def apply_chat_template(self, said: Any, **how: Any) -> list[Any]:
        """Turn what was said into numbers, as a batch of one."""
        return [self.tokenizer.apply_chat_template(said, **how)]
