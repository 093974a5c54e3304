"""What has to be fetched for a source, and fetching one file of it: resumed where it broke off, and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import DownloadError
from playground.hub.sources import HubSource, Source, WebSource

PART = ".part"
PIECE = 1 << 20


@dataclass(frozen=True)
class RemoteFile:
    """A file to fetch.

    Attributes:
        name: Its path in the checkpoint's folder.
        url: Its address.
        size: Its bytes.
        digest: What its content must hash to, by kind: "sha256:…" (large files), "git:…" (git's SHA-1 of a blob),
            "md5:…"; empty where nobody says.
        target: Where it goes.
    """

    name: str
    url: str
    size: int
    digest: str
    target: Path

    @property
    def part(self) -> Path:
        """Where it grows; what is there already is not fetched again."""
        return self.target.with_name(self.target.name + PART)

    @property
    def fetched(self) -> int:
        """Bytes of it that are on disk."""
        if self.target.exists():
            return self.size
        return self.part.stat().st_size if self.part.exists() else 0


def list_files(source: Source) -> list[RemoteFile]:
    """Ask which files a source has and which of them are wanted.

    Raises:
        DownloadError: None of its files is wanted.
        Exception: Whatever ``huggingface_hub`` raises; ``failures.as_sentence`` knows.
    """
    files = _of_hub(source) if isinstance(source, HubSource) else _of_web(source)
    if not files:
        raise DownloadError(
            f"{source.name} has none of the files that the catalogue wants.",
            f"{source.name} 中没有目录所需的任何文件。",
        )
    return files


def fetch(file: RemoteFile, add: Callable[[int], None]) -> None:
    """Fetch one file, from where the last attempt ended, and check it.

    Args:
        file: What to fetch.
        add: Told how many bytes arrived; may raise to stop, and what has arrived stays for the next time.

    Raises:
        DownloadError: It is damaged; nothing of it is kept.
        Exception: Whatever the network raises.
    """
    from huggingface_hub import constants
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status, http_stream_backoff

    file.part.parent.mkdir(parents=True, exist_ok=True)
    if file.fetched > file.size:
        file.part.unlink()
    if file.fetched < file.size or not file.part.exists():
        # A token goes to the hub alone.
        token = None if file.url.startswith(constants.ENDPOINT) else False
        headers: dict[str, Any] = {**build_hf_headers(token=token), "Accept-Encoding": "identity"}
        if file.fetched:
            headers["Range"] = f"bytes={file.fetched}-"
        timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
        with (
            # What breaks while it streams is taken up again by the download, from the bytes that are here.
            http_stream_backoff(
                "GET", file.url, headers=headers, timeout=timeout, retry_on_exceptions=(), retry_on_status_codes=429
            ) as response,
            file.part.open("ab") as part,
        ):
            hf_raise_for_status(response)
            if response.status_code == 200 and part.tell():  # the server begins again
                add(-part.tell())
                part.truncate(0)
            # As it arrives: a larger piece that is still incomplete would be lost when the line goes dead.
            for piece in response.iter_bytes():
                part.write(piece)
                add(len(piece))
    _check(file)
    file.part.replace(file.target)


def finish(source: Source) -> None:
    """Let ``huggingface_hub`` lay out its snapshot of the files that are all there now."""
    if isinstance(source, HubSource):
        from huggingface_hub import snapshot_download

        snapshot_download(source.repo, revision=source.revision, allow_patterns=list(source.files), max_workers=1)


def _of_hub(source: HubSource) -> list[RemoteFile]:
    from huggingface_hub import HfApi, constants, hf_hub_url
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.hf_api import RepoFile
    from huggingface_hub.utils import filter_repo_objects

    api = HfApi()
    commit = api.model_info(source.repo, revision=source.revision).sha
    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=source.repo, repo_type="model") / "blobs"
    found = [
        file for file in api.list_repo_tree(source.repo, recursive=True, revision=commit) if isinstance(file, RepoFile)
    ]
    files = []
    for file in filter_repo_objects(found, allow_patterns=list(source.files), key=lambda file: file.path):
        content = file.lfs.sha256 if file.lfs else file.blob_id
        kind = "sha256" if file.lfs else "git"
        url = hf_hub_url(source.repo, file.path, revision=commit)
        files.append(RemoteFile(file.path, url, file.size, f"{kind}:{content}", blobs / content))
    return files


def _of_web(source: Source) -> list[RemoteFile]:
    from huggingface_hub import get_hf_file_metadata

    if not isinstance(source, WebSource):
        raise TypeError(f"Nobody has said how {type(source).__name__} lists its files.")
    files = []
    for name, url in source.urls.items():
        # No token goes to a host that is not the hub.
        about = get_hf_file_metadata(url, token=False)
        plain = about.etag if about.etag and len(about.etag) == 32 else ""
        files.append(RemoteFile(name, url, about.size or 0, f"md5:{plain}" if plain else "", source.place / name))
    return files


def _check(file: RemoteFile) -> None:
    """Compare size and hash; what differs is thrown away."""
    kind, _, expected = file.digest.partition(":")
    size = file.part.stat().st_size
    if size < file.size:
        raise ConnectionError(f"{file.name} ended after {size} of {file.size} bytes")
    found = hashlib.new({"git": "sha1", "": "sha1"}.get(kind, kind), usedforsecurity=False)
    if kind == "git":
        found.update(b"blob %d\0" % size)
    with file.part.open("rb") as part:
        while piece := part.read(PIECE):
            found.update(piece)
    if size != file.size or (expected and found.hexdigest() != expected):
        file.part.unlink()
        raise DownloadError(
            f"{file.name} arrived damaged (its hash differs) and was thrown away: press Download again; "
            "if it happens again, something between here and the hub changes files.",
            f"{file.name} 下载后已损坏（哈希不符），已丢弃：请再次点击下载；如再次发生，说明网络途中有设备改动了文件。",
        )
