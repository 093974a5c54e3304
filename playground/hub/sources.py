"""Where the files of a checkpoint come from, and where they lie once they are here. Asks the network nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Source(Protocol):
    """Where a checkpoint's files come from.

    Attributes:
        name: What a person knows it by: a repository, or the host that serves it.
        revision: Which state of the files; empty where there is but one.
        download: Bytes of all files together, as the catalogue says.
        gated: Whether its licence must be accepted before it can be fetched.
    """

    @property
    def name(self) -> str:
        """What a person knows it by."""

    @property
    def revision(self) -> str:
        """Which state of the files."""

    @property
    def download(self) -> int:
        """Bytes of all files together."""

    @property
    def gated(self) -> bool:
        """Whether its licence must be accepted first."""

    def folder(self) -> Path | None:
        """Return the folder with all the files; None while they are not all on disk."""


@dataclass(frozen=True)
class HubSource:
    """A repository of the Hugging Face hub, in the cache that every program with ``huggingface_hub`` shares.

    Attributes:
        repo: "owner/name".
        revision: A full commit hash, or the name of a branch or tag.
        files: Patterns of the files that are wanted.
        download: Bytes of those files.
        gated: Whether its licence must be accepted on its page first.
    """

    repo: str
    revision: str
    files: Sequence[str]
    download: int = 0
    gated: bool = False

    @property
    def name(self) -> str:
        """The repository."""
        return self.repo

    def folder(self) -> Path | None:
        """Return the snapshot's folder; None while it is not complete."""
        from huggingface_hub import constants

        # Asked while the page is built: importing what looks closer takes longer than all the rest of the chooser.
        if not (Path(constants.HF_HUB_CACHE) / f"models--{self.repo.replace('/', '--')}").is_dir():
            return None
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError

        try:
            found = Path(
                snapshot_download(
                    self.repo, revision=self.revision, allow_patterns=list(self.files), local_files_only=True
                )
            )
        except (LocalEntryNotFoundError, OSError, ValueError):
            return None
        # A snapshot of which somebody fetched a single file, before huggingface_hub kept lists of what there is.
        return found if any(found.rglob("*.safetensors")) or any(found.rglob("*.bin")) else None


@dataclass(frozen=True)
class WebSource:
    """Files at addresses of their own, for checkpoints that no hub repository is known to hold.

    Attributes:
        id: The checkpoint's id; names its folder beside the hub's.
        urls: Address of each file by its name in the folder.
        download: Bytes of all files.
    """

    id: str
    urls: Mapping[str, str] = field(hash=False)
    download: int = 0
    revision: str = ""
    gated: bool = False

    @property
    def name(self) -> str:
        """The host of the first file."""
        return next(iter(self.urls.values())).split("/")[2]

    @property
    def place(self) -> Path:
        """The folder that the files go to."""
        from huggingface_hub import constants

        return Path(constants.HF_HUB_CACHE) / f"playground--{self.id}"

    def folder(self) -> Path | None:
        """Return the folder; None while a file is missing."""
        return self.place if all((self.place / name).is_file() for name in self.urls) else None
