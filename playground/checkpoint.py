"""One checkpoint: where its weights lie, whether they are whole, what is known about them; not what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PureWindowsPath
from typing import Any

from playground.entries import Entry
from playground.errors import CatalogError, CheckpointError
from playground.hub.sources import HubSource, Source, WebSource
from playground.language import Text

CHECKSUMS = "SHA256SUMS"
LORA_ENDING = ".safetensors"
MOST_LORAS = 2_000
NOT_HERE = Text(
    "{0} is not on this machine yet: choose it in the page and press “Download {1}”.",
    "{0} 尚未下载到本机：请在页面中选择它并点击“下载 {1}”。",
)
NO_BASE = Text(
    "{0} is put into {1}, which is not on this machine yet: choose that in its own tab and press “Download {2}”.",
    "{0} 需要 {1}，而它尚未下载到本机：请在它自己的标签页中选择它并点击“下载 {2}”。",
)


class Checkpoint:
    """A checkpoint that a visitor can choose.

    Attributes:
        id: Its name in the API and in files.
        family: Name of the family that runs it.
        title: Its name in the chooser.
        licence: SPDX name, or what the owner calls it.
        defaults: Values that replace the request type's own defaults.
        entry: Everything that the catalogue says.
        origin: Where it is fetched from; None where it lies on this machine.
        bundled: Whether it came with the playground.
        lora_folder: Where LoRA files lie that may be put on it; None without.
        base: The checkpoint that its weights are put into; None where they stand alone.
        towers: The bundled checkpoint that tells how well its pictures fit their words; None without.
    """

    def __init__(self, id: str, entry: Entry, folder: Path, bundled: bool = True) -> None:
        self.id = id
        self.entry = entry
        self.family = entry.family
        self.title = Text(entry.title.en, entry.title.zh)
        self.licence = entry.licence
        self.defaults: dict[str, Any] = dict(entry.defaults)
        self.origin: Source | None = None
        self.bundled = bundled and bool(entry.folder)
        self.lora_folder: Path | None = None
        self._like: Checkpoint | Path | None = None
        self.base: Checkpoint | None = None
        self.towers: Checkpoint | None = None
        self._folder = None if entry.repo or entry.urls else place_of(entry.folder or entry.file, folder)
        if entry.repo:
            self.origin = HubSource(entry.repo, entry.revision, entry.files, entry.download, entry.gated)
        elif entry.urls:
            self.origin = WebSource(id, entry.urls, entry.download)

    @property
    def loras(self) -> dict[str, Path]:
        """LoRA files by name, also those put there since the start; whether one fits is seen when it is put on."""
        return find_loras(self.lora_folder) if self.lora_folder else {}

    @property
    def on_disk(self) -> bool:
        """Whether nothing has to be fetched before it can be used."""
        if self._folder is None and self.origin is not None:
            self._folder = self.origin.folder()
        return self._folder is not None

    @property
    def path(self) -> Path:
        """Folder with the settings and the weights, or the one file that has them all.

        Raises:
            CheckpointError: It has not been fetched yet.
        """
        if not self.on_disk or self._folder is None:
            raise CheckpointError(*NOT_HERE.format(self.title, gigabytes(self.entry.download)))
        if self.base is not None and not self.base.on_disk:
            raise CheckpointError(*NO_BASE.format(self.title, self.base.title, gigabytes(self.base.entry.download)))
        return self._folder

    @property
    def settings_folder(self) -> Path:
        """Folder with the settings and the tokenizer: its own, those that a single file shares, or its base's.

        Raises:
            CheckpointError: It, or the checkpoint that it is like, has not been fetched yet.
        """
        if self.body is not self:
            return self.body.settings_folder
        return self._like.path if isinstance(self._like, Checkpoint) else self._like or self.path

    @property
    def body(self) -> Checkpoint:
        """What its weights are a part of: itself, or its base where it brings no settings, as a LoRA does.

        Raises:
            CheckpointError: It, or its base, has not been fetched yet.
        """
        alone = self.base is None or self.path.is_file() or (self.path / "config.json").exists()
        return self if alone or self.base is None else self.base

    def share_settings(self, others: Mapping[str, Checkpoint], folder: Path) -> None:
        """Find the checkpoint, or the folder, that a single file is like.

        Raises:
            CatalogError: There is neither.
        """
        like = self.entry.like
        self._like = others.get(like) or place_of(like, folder)
        if isinstance(self._like, Path) and not self._like.is_dir():
            raise CatalogError(
                f"Entry [{self.id}]: like = {like!r} is neither a checkpoint's id nor a folder beside the catalogue.",
                f"条目 [{self.id}]：like = {like!r} 既不是检查点的 id，也不是目录文件旁的文件夹。",
            )

    @property
    def source(self) -> str:
        """What Python lines name to load it: a folder below the repository's, a path, or a hub repository."""
        if self.entry.repo:
            return self.entry.repo
        return f"checkpoints/{self.path.name}" if self.bundled else str(self.path)

    @cached_property
    def config(self) -> dict[str, Any]:
        """The network's config.json, or the model_index.json of a folder that several networks share.

        Raises:
            CheckpointError: The file is missing or not JSON.
        """
        if self.path.is_file():
            return {"_class_name": self.entry.pipeline or "StableDiffusionPipeline"}
        folder = self.settings_folder
        several = not (folder / "config.json").exists() and (folder / "model_index.json").exists()
        return self.read_json("model_index.json" if several else "config.json")

    def read_json(self, name: str) -> dict[str, Any]:
        """Return the settings in a file of the checkpoint, by its path below the folder.

        Raises:
            CheckpointError: The file is missing or not JSON.
        """
        try:
            settings = json.loads((self.settings_folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise self.unusable(f"{name} is missing", f"缺少 {name}") from error
        except (OSError, ValueError) as error:
            raise self.unusable(f"{name} cannot be read", f"{name} 无法读取") from error
        if not isinstance(settings, dict):
            raise self.unusable(f"{name} is not a table of settings", f"{name} 不是设置表")
        return settings

    @property
    def size(self) -> int:
        """Bytes of the weights on disk; 0 when there are none."""
        if not self.on_disk:
            return 0
        files = [self.path] if self.path.is_file() else [*self.path.rglob("*.safetensors"), *self.path.rglob("*.bin")]
        return sum(file.stat().st_size for file in files)

    @property
    def weights(self) -> int:
        """Bytes of the weights that a pass needs, with those of its base."""
        return self.size + (self.base.size if self.base else 0)

    @cached_property
    def revision(self) -> str:
        """First 12 characters that name this state of the weights, of its base too."""
        if self.base is not None:
            return hashlib.sha256(f"{self._own_revision} {self.base.revision}".encode()).hexdigest()[:12]
        return self._own_revision

    @property
    def _own_revision(self) -> str:
        """A commit, or the folder's checksums' checksum."""
        if self.origin is not None:
            return self.origin.revision[:12] or "unsealed"
        try:
            return hashlib.sha256((self.path / CHECKSUMS).read_bytes()).hexdigest()[:12]
        except OSError:
            return "unsealed"

    def verify(self) -> None:
        """Compare every file with the folder's SHA256SUMS (the format of ``sha256sum``).

        A flipped byte inside the weights loads without complaint and gives nonsense, so it is looked for here.

        Raises:
            CheckpointError: A file is missing or differs; the sentence names it. Or the whole folder is: then it names
                the machine, for a worker may live on another one than the page.
        """
        if not self.path.exists():
            here = socket.gethostname()
            raise self.unusable(f"its folder is not on the machine {here}", f"机器 {here} 上没有它的文件夹")
        _ = self.config
        if self.base is not None:
            self.base.verify()
        if not (self.path / CHECKSUMS).exists():
            return
        for line in (self.path / CHECKSUMS).read_text(encoding="utf-8").splitlines():
            expected, _, name = line.partition("  ")
            try:
                found = hashlib.sha256((self.path / name).read_bytes()).hexdigest()
            except FileNotFoundError as error:
                raise self.unusable(f"{name} is missing", f"缺少 {name}") from error
            except OSError as error:
                raise self.unusable(f"{name} cannot be read", f"{name} 无法读取") from error
            if found != expected:
                raise self.unusable(f"{name} is damaged", f"{name} 已损坏")

    def unusable(self, en: str, zh: str) -> CheckpointError:
        """Phrase why this checkpoint cannot be used, with what to do."""
        if not self.bundled:
            return CheckpointError(
                f"Checkpoint {self.id} cannot be used: {en}. Put whole files into {self.path} or choose another.",
                f"检查点 {self.id} 无法使用：{zh}。请在 {self.path} 中放入完整的文件，或选择其他检查点。",
            )
        remedy = f"git checkout checkpoints/{self.path.name}"
        return CheckpointError(
            f"Checkpoint {self.id} cannot be used: {en}. Restore its folder ({remedy}) or choose another.",
            f"检查点 {self.id} 无法使用：{zh}。请恢复它的文件夹（{remedy}）或选择其他检查点。",
        )


def place_of(written: str, folder: Path) -> Path:
    """Return what a written path means: ``~`` is the home, and what is not absolute lies in ``folder``."""
    if "\\" in written and os.sep == "/" and not PureWindowsPath(written).drive:
        written = written.replace("\\", "/")
    return folder / os.path.expanduser(os.path.expandvars(written))


def find_loras(folder: Path) -> dict[str, Path]:
    """Return the LoRA files of a folder and of those in it, by their path there without its ending."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        if real in seen:  # a link to a folder above
            continue
        seen.add(real)
        for name in sorted(names):
            file = Path(place, name)
            if file.suffix.lower() == LORA_ENDING and not name.startswith("."):
                plain = file.relative_to(folder).with_suffix("").as_posix()
                found.setdefault(plain if plain not in found else file.relative_to(folder).as_posix(), file)
            if len(found) >= MOST_LORAS:
                return found
    return dict(sorted(found.items(), key=lambda pair: pair[0].casefold()))


def gigabytes(size: int) -> str:
    """Say a size as people read it: "4.2 GB", "210 MB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
