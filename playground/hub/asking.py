"""Asks the hub whether what the catalogue names is there. Fetches nothing but lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from playground.errors import PlaygroundError
from playground.hub.failures import as_sentence
from playground.hub.remote import list_files
from playground.hub.sources import HubSource, Source
from playground.language import Text

NEARLY = 0.1
"""How much the sum of a checkpoint's files may differ from what the catalogue says."""
IS_THERE = Text("is there: {} files, {:.2f} GB", "存在：{} 个文件，{:.2f} GB")
NOT_THERE = Text("no file is named like {}", "没有符合 {} 的文件")
OTHER_SIZE = Text("its files are {:.2f} GB, the catalogue says {:.2f}", "文件共 {:.2f} GB，目录中为 {:.2f} GB")


@dataclass(frozen=True)
class Answer:
    """What the hub said of one checkpoint.

    Attributes:
        id: The checkpoint's.
        where: Its repository, or host, with the revision.
        gone: What is not as the catalogue says; empty where all is there.
        said: What there is.
    """

    id: str
    where: str
    gone: tuple[Text, ...]
    said: Text


def ask(sources: Iterable[tuple[str, Source]]) -> Iterator[Answer]:
    """Ask for every checkpoint, one after another.

    Args:
        sources: Ids, each with where its files come from.
    """
    for id, source in sources:
        where = f"{source.name}@{source.revision[:12]}" if source.revision else source.name
        try:
            files = list_files(source)
        except PlaygroundError as error:
            yield Answer(id, where, (Text(error.en, error.zh),), Text("", ""))
            continue
        except Exception as error:  # whatever huggingface_hub raises
            told = as_sentence(error, source, begun=False)
            yield Answer(id, where, (Text(told.en, told.zh),), Text("", ""))
            continue
        total = sum(file.size for file in files)
        patterns = source.files if isinstance(source, HubSource) else ()
        gone = [NOT_THERE.format(each) for each in patterns if not any(fnmatch(file.name, each) for file in files)]
        if source.download and abs(total - source.download) > NEARLY * source.download:
            gone.append(OTHER_SIZE.format(total / 1e9, source.download / 1e9))
        yield Answer(id, where, tuple(gone), IS_THERE.format(len(files), total / 1e9))
