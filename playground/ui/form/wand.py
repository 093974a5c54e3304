"""The prompt writer: a language model offers how a prompt may go on, or end otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from playground.api.following import finished
from playground.engine import Engine
from playground.errors import CheckpointError
from playground.families.write_text_requests import LONGEST, WriteTextRequest
from playground.ui.form import texts
from playground.ui.shell.asking import Asked, answers

WRITER = "words-gpt2"
OFFERED, ASKED, MOST_TOKENS, ROUNDS = 5, 12, 16, 4
NO_PROMPT = re.compile("[:：。；;]")
"""Stands in definitions and songs, which the writer knows too."""


def wand_question(engine: Engine, preferred: Sequence[str] = ()) -> Callable[..., Any]:
    """Return a question that offers five prompts from what stands there.

    Args:
        engine: Where the writer runs.
        preferred: Words that a good offer holds, such as motions.
    """

    @answers
    async def suggest_prompts(asked: Asked) -> dict[str, Any]:
        prompt = asked.text("prompt", LONGEST).strip()
        found: list[str] = []
        for start in beginnings(prompt):
            values = {"text": start, "num_texts": ASKED, "temperature": 0.9, "max_new_tokens": MOST_TOKENS}
            done, _ = await finished(engine, asked.page, WriteTextRequest, values, writer_of(engine))
            found += [text for text in offers(done.report.contents["texts"], prompt) if text not in found]
            if len(found) >= OFFERED:
                break
        found.sort(key=lambda text: not any(word in text for word in preferred))
        return {"prompts": found[:OFFERED]} if found else {"toast": texts.NO_OFFER.to(asked.language)}

    return suggest_prompts


def writer_of(engine: Engine) -> str:
    """Return the checkpoint that writes.

    Raises:
        CheckpointError: There is no language model here.
    """
    known = [checkpoint.id for checkpoint in engine.catalog.of_family(WriteTextRequest.family) if checkpoint.on_disk]
    if not known:
        raise CheckpointError(texts.NO_WRITER.en, texts.NO_WRITER.zh)
    return WRITER if WRITER in known else known[0]


def beginnings(prompt: str) -> Iterator[str]:
    """Yield a prompt, then less and less of it: where nothing goes on from its end, the end is written anew."""
    pieces = re.findall(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+\s*", prompt)
    for left_out in range(min(ROUNDS, len(pieces) + 1)):
        yield "".join(pieces[: len(pieces) - left_out]).strip()


def offers(written: Sequence[dict[str, Any]], prompt: str) -> list[str]:
    """Return the texts that are whole prompts, each once, without what stands there already."""
    found: list[str] = []
    for text in written:
        new = sum(not token.get("given") for token in text["tokens"])
        said = str(text["text"]).strip()
        if 0 < new < MOST_TOKENS and not NO_PROMPT.search(said) and said not in (*found, prompt):
            found.append(said)
    return found
