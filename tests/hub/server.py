"""A hub on this machine: what ``huggingface_hub`` asks of the real one, for folders of files, with troubles on demand.

``python -m tests.hub.server FOLDER PORT`` serves FOLDER/owner/name as the repository owner/name.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "c0ffee" + "0" * 34
LARGE = (".safetensors", ".bin")
PIECE = 1 << 14


@dataclass
class Trouble:
    """What goes wrong with a repository.

    Attributes:
        status: Answered to every request instead of files.
        code: The hub's name for it, X-Error-Code.
        cut_after: Bytes of a large file after which the line goes dead.
        cuts: How many times it does.
        wrong: Whether a byte of each large file is another.
        claims: Size that is claimed for large files.
        trickle_after: Bytes of a large file after which it comes byte by byte, so that it never ends by itself; the
            rest comes at once when this is set to 0.
    """

    status: int = 0
    code: str = ""
    cut_after: int = 0
    cuts: int = 0
    wrong: bool = False
    claims: int = 0
    trickle_after: int = 0


@dataclass
class Hub:
    """A running hub; ``with Hub(folder) as hub`` starts it and stops it.

    Attributes:
        folder: Where the repositories lie.
        troubles: What goes wrong, by repository.
        sent: Bytes sent of each file, by "owner/name/path".
        ranges: Where each request for a large file began.
        tokens: Tokens that it saw.
    """

    folder: Path
    port: int = 0
    troubles: dict[str, Trouble] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ranges: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    tokens: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Hub:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Refuse every further connection."""
        self._server.shutdown()
        self._server.server_close()

    def files(self, repo: str) -> dict[str, Path]:
        """Return the files of a repository by path."""
        root = self.folder / repo
        return {str(file.relative_to(root)): file for file in sorted(root.rglob("*")) if file.is_file()}


def _digests(file: Path) -> tuple[str, str]:
    content = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest(), hashlib.sha256(content).hexdigest()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # One request a connection, so that a hub that was stopped answers nobody.
        protocol_version = "HTTP/1.0"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:  # noqa: N802
            self._answer()

        def do_GET(self) -> None:  # noqa: N802
            self._answer()

        def _answer(self) -> None:
            if token := self.headers.get("Authorization"):
                hub.tokens.add(token.removeprefix("Bearer "))
            path = self.path.partition("?")[0]
            if asked := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+))?", path):
                repo, what, revision = asked.groups()
                return self._about(repo, what, revision)
            if asked := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
                return self._file(*asked.groups())
            return self._refuse(404, "")

        def _about(self, repo: str, what: str | None, revision: str | None) -> None:
            trouble, files = hub.troubles.get(repo, Trouble()), hub.files(repo)
            if trouble.status and trouble.code != "GatedRepo":  # what a gated one has may be known
                return self._refuse(trouble.status, trouble.code)
            if not files:
                return self._refuse(404, "RepoNotFound")
            if revision not in (None, COMMIT, "main"):
                return self._refuse(404, "RevisionNotFound")
            if what != "tree":
                return self._json({"id": repo, "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]})
            entries = []
            for name, file in files.items():
                blob, content = _digests(file)
                size = file.stat().st_size
                entry: dict[str, Any] = {"type": "file", "path": name, "size": size, "oid": blob}
                if name.endswith(LARGE):
                    size = trouble.claims or size
                    entry |= {"size": size, "lfs": {"oid": content, "size": size, "pointerSize": 134}}
                entries.append(entry)
            return self._json(entries)

        def _file(self, repo: str, revision: str, name: str) -> None:
            trouble, file = hub.troubles.get(repo, Trouble()), hub.files(repo).get(name)
            if trouble.status or file is None:
                self._refuse(trouble.status or 404, trouble.code or "EntryNotFound")
                return
            content, large, key = file.read_bytes(), name.endswith(LARGE), f"{repo}/{name}"
            begin = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
            blob, digest = _digests(file)
            self.send_response(206 if begin else 200)
            etag = digest if large else blob
            about = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT, "Content-Length": str(len(content) - begin)}
            about["Accept-Ranges"] = "bytes"
            if begin:
                about["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
            if large:
                about |= {"X-Linked-Size": str(len(content)), "X-Linked-ETag": f'"{etag}"'}
            for header, value in about.items():
                self.send_header(header, value)
            self.end_headers()
            if self.command == "GET":
                self._send(content, begin, trouble if large else Trouble(), key)

        def _send(self, content: bytes, begin: int, trouble: Trouble, key: str) -> None:
            hub.ranges[key].append(begin)
            if trouble.wrong:
                content = content[:-1] + bytes([content[-1] ^ 0xFF])
            end = len(content)
            if trouble.cuts and trouble.cut_after:
                trouble.cuts -= 1
                end = min(end, begin + trouble.cut_after)
            try:
                at = begin
                while at < end:
                    trickles = 0 < trouble.trickle_after <= at - begin
                    piece = content[at : min(end, at + (1 if trickles else PIECE))]
                    self.wfile.write(piece)
                    hub.sent[key] += len(piece)
                    at += len(piece)
                    time.sleep(0.05 if trickles else 0)
            except OSError:
                pass  # who asked has gone
            if end < len(content):
                self.close_connection = True

        def _json(self, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


if __name__ == "__main__":
    with Hub(Path(sys.argv[1]), int(sys.argv[2])) as running:
        print(running.url, flush=True)
        threading.Event().wait()
