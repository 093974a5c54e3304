"""Language models that write on: n-gram, LSTM, GPT-2 and whatever causal model of transformers.

Each text is read and written alone, its tokens drawn by its own generator: the same text whoever else is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.requests import Request
from playground.families.write_text_code import python_code
from playground.families.write_text_requests import InsideTextRequest, ReadTextRequest, WriteSample, WriteTextRequest
from playground.language import Text
from playground.outcomes.scores import Scores
from playground.outcomes.text import Passage, Token

if TYPE_CHECKING:
    from playground.networks.language_models import Reader

SHOWN = 8
"""How many other tokens are told for each."""
GREEDY = Text(
    "Temperature 0: always the likeliest token, so that the seed changes nothing.",
    "温度为 0：总是取最可能的词元，种子不起作用。",
)
LONG = Text(
    "Your text has {} tokens and the model reads {} together: of the earlier ones it remembers nothing.",
    "您的文本有 {} 个词元，而模型一次只能读 {} 个：更早的内容它记不住。",
)
STRANGE = Text(
    "The model hardly knows these characters, it spells them byte by byte: {}",
    "模型几乎不认识这些字符，只能逐字节拼写：{}",
)
ENDED_AT_ONCE = Text("The model ended the text at once: nothing was added.", "模型立刻结束了文本：没有新增内容。")
GIVEN, WRITTEN = "perplexity of the given text", "perplexity of what was written"
PER_CHARACTER = "per character"
START = "»"
"""Stands for the token before every text."""


@dataclass(frozen=True)
class LanguageModel:
    """A loaded checkpoint.

    Attributes:
        reader: The model.
        tokenizer: Of transformers.
        begin: The token that stands before every text.
        ends: The tokens that end one.
        chats: Whether it answers to a text instead of going on from it.
    """

    reader: Reader
    tokenizer: Any
    begin: int
    ends: frozenset[int]
    chats: bool = False


@register
class WriteText(Family["LanguageModel"]):
    """Causal language models, each told by its catalogue entry or by its own settings."""

    name, title, order, max_batch, dtype = "write_text", Text("Words", "文字"), 60, 8, "float32"
    live, single_core = False, 8
    requests = (WriteTextRequest, ReadTextRequest, InsideTextRequest)
    examples = (
        (Text("A prompt", "一条提示词"), {"text": "a red", "temperature": 0.8, "max_new_tokens": 16}),
        (Text("A definition", "一条释义"), {"text": "rocket:", "temperature": 0.7, "max_new_tokens": 32}),
        (
            Text("A song of the Song dynasty", "一首宋词"),
            {"text": "浣溪沙：", "temperature": 0.9, "max_new_tokens": 80},
        ),
        (Text("From nothing", "从零开始"), {"text": "", "temperature": 1.0, "max_new_tokens": 32}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> LanguageModel:
        """Read weights and tokenizer."""
        from playground.networks.opening import quietly
        from playground.networks.opening_words import open_reader, open_tokenizer

        with quietly(checkpoint.path):
            tokenizer = open_tokenizer(checkpoint.path)
            reader, ends = open_reader(checkpoint.path, checkpoint.entry.pipeline, device.type, self.dtype)
        last = tokenizer.eos_token_id
        begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else last
        return LanguageModel(
            reader, tokenizer, int(begin), frozenset({int(last), *ends}), bool(tokenizer.chat_template)
        )

    def memory(self, model: LanguageModel) -> int:
        """Return the bytes of the model."""
        return model.reader.nbytes()

    def unused(self, checkpoint: Checkpoint) -> Collection[str]:
        """The order is an n-gram's."""
        return () if checkpoint.entry.pipeline == "NGram" else ("order",)

    def steps(self, sample: Any) -> int:
        """A step a token."""
        return sample.max_new_tokens if isinstance(sample, WriteSample) else 1

    def batch_key(self, sample: Any) -> str:
        """Writing, reading and looking inside are three things."""
        return type(sample).__name__

    def generate(self, model: LanguageModel, samples: Sequence[Any], step: Step) -> Sequence[Any]:
        """Write, or read, or look inside."""
        if isinstance(samples[0], WriteSample):
            return _write(model, samples, step)
        done: list[Passage | Scores] = []
        for index, sample in enumerate(samples, 1):
            inside = isinstance(sample, InsideTextRequest)
            done.append(_inside(model, sample) if inside else _read(model, sample))
            step(index, len(samples))
        return done

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for texts that are written."""
        return python_code(checkpoint, request, device) if isinstance(request, WriteTextRequest) else ""


def _write(model: LanguageModel, samples: Sequence[WriteSample], step: Step) -> list[Passage]:
    import torch

    from playground.networks.writing import Drawing, Writing

    writings = []
    for sample in samples:
        how = Drawing(sample.temperature, sample.top_k, sample.top_p, sample.repetition_penalty)
        noise = torch.Generator("cpu").manual_seed(sample.seed)
        tokens = _asked(model, sample.text) if model.chats else _begun(model, sample.text)
        writings.append(Writing(_reader(model, sample.order), how, noise, model.ends, tokens))
    starts = [len(writing.tokens) for writing in writings]
    for writing in writings:
        writing.begin(SHOWN)
    of = max(sample.max_new_tokens for sample in samples)
    for index in range(of):
        for writing, sample in zip(writings, samples, strict=True):
            if index < sample.max_new_tokens:
                writing.go_on(SHOWN)
        asked = zip(writings, samples, starts, strict=True)
        step(index + 1, of, [_passage(model, writing, sample.text, start) for writing, sample, start in asked])
        if all(writing.ended for writing in writings):
            break
    made = []
    for writing, sample, start in zip(writings, samples, starts, strict=True):
        passage = _passage(model, writing, sample.text, start)
        said = _notices(model, sample.text, sample.temperature == 0, len(writing.tokens) == start)
        made.append(_with_notice(passage, said))
    return made


def _read(model: LanguageModel, request: ReadTextRequest) -> Passage:
    import torch

    from playground.networks.writing import Drawing, Writing

    tokens = _begun(model, request.text)
    writing = Writing(_reader(model, request.order), Drawing(), torch.Generator(), model.ends, tokens)
    writing.begin(SHOWN)
    passage = _passage(model, writing, request.text, len(tokens), next=True)
    return _with_notice(passage, _notices(model, request.text))


def _inside(model: LanguageModel, request: InsideTextRequest) -> Scores:
    from playground.networks.inside_words import inside
    from playground.networks.writing import pieces

    tokens = _begun(model, request.text)
    said = [START, *pieces(model.tokenizer, tokens[1:])]
    return Scores(*inside(_reader(model, request.order), tokens, said))


def _reader(model: LanguageModel, order: int) -> Any:
    from playground.networks.language_models import NGramReader

    reader = model.reader
    return NGramReader(reader.model, order) if isinstance(reader, NGramReader) else reader


def _begun(model: LanguageModel, text: str) -> list[int]:
    """Return the tokens of a text that is to go on, with the one that stands before it."""
    return [model.begin, *model.tokenizer(text, add_special_tokens=False)["input_ids"]]


def _asked(model: LanguageModel, text: str) -> list[int]:
    """Return the tokens of a question that is to be answered, as the model was taught to be asked."""
    turn = [{"role": "user", "content": text or "Write a prompt for a picture."}]
    found = model.tokenizer.apply_chat_template(turn, add_generation_prompt=True, return_dict=False)
    return [int(token) for token in found]


def _passage(model: LanguageModel, writing: Any, text: str, start: int, next: bool = False) -> Passage:
    """Tell a text with what the model thought of it; of an answer, only the answer."""
    from playground.networks.writing import pieces

    first = start if model.chats and not next else 1
    told = pieces(model.tokenizer, writing.tokens[first:])
    if told and not text.startswith(" "):
        told[0] = told[0].removeprefix(" ")
    tokens = [
        Token(piece, thought.probability, _said(model, thought.alternatives), given=place + first < start)
        for place, (piece, thought) in enumerate(zip(told, writing.thoughts[first - 1 :], strict=True))
    ]
    if next:
        tokens.append(Token("", 0.0, _said(model, writing.next(SHOWN))))
    scores = _perplexities(writing.thoughts, start if not model.chats or next else 1, text, "".join(told))
    return Passage("".join(told), tuple(tokens), scores=scores)


def _said(model: LanguageModel, tokens: Sequence[tuple[int, float]]) -> tuple[tuple[str, float], ...]:
    """Say tokens as text; the end of a text is said by nothing, and bytes that are no character are left out."""
    from playground.networks.writing import UNFINISHED

    said = [("" if token in model.ends else model.tokenizer.decode([token]), share) for token, share in tokens]
    return tuple((piece, share) for piece, share in said if UNFINISHED not in piece)


def _perplexities(thoughts: Sequence[Any], start: int, text: str, whole: str) -> dict[str, float]:
    """Give the perplexity of what was given and of what was written, a token and a character."""
    from math import exp, log

    found = {}
    parts = ((GIVEN, thoughts[: start - 1], len(text)), (WRITTEN, thoughts[start - 1 :], len(whole) - len(text)))
    for name, part, characters in parts:
        if part and characters > 0:
            surprise = -sum(log(max(thought.probability, 1e-30)) for thought in part)
            found[name] = exp(surprise / len(part))
            found[f"{name}, {PER_CHARACTER}"] = exp(min(700.0, surprise / characters))
    return found


def _notices(model: LanguageModel, text: str, greedy: bool = False, nothing: bool = False) -> list[Text]:
    longest, length = getattr(model.reader, "longest", 0), len(model.tokenizer(text)["input_ids"])
    said = [GREEDY] if greedy else []
    if nothing:
        said.append(ENDED_AT_ONCE)
    if longest and length >= longest:
        said.append(LONG.format(length, longest))
    if strange := _strange(model.tokenizer, text):
        said.append(STRANGE.format(" ".join(strange[:12]) + (" …" if len(strange) > 12 else "")))
    return said


def _strange(tokenizer: Any, text: str) -> list[str]:
    """Return the characters that have no token of their own, nor share one: each of their bytes is one."""
    found = []
    for character in dict.fromkeys(text):
        size = len(character.encode("utf-8", "replace"))
        spelled = tokenizer(character, add_special_tokens=False)["input_ids"]
        if size > 1 and len(spelled) >= size:
            found.append(character)
    return found


def _with_notice(passage: Passage, notices: Sequence[Text]) -> Passage:
    if notices:
        passage.info["notice"] = Text(
            " ".join(notice.en for notice in notices), " ".join(notice.zh for notice in notices)
        )
    return passage
