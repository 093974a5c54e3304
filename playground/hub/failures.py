"""From whatever a download raises to one sentence with its remedy."""

from __future__ import annotations

import errno
from pathlib import Path

from playground.errors import DownloadError, PlaygroundError
from playground.hub.sources import Source
from playground.language import Text

OFFLINE = Text(
    "Downloads are switched off (HF_HUB_OFFLINE is set): start the app without it to fetch {0}.",
    "下载已关闭（设置了 HF_HUB_OFFLINE）：请取消该设置后重新启动，再下载 {0}。",
)
NO_NETWORK = Text(
    "{1} cannot be reached to fetch {0}: check this machine's network (or HF_ENDPOINT), then press Download again.",
    "无法连接 {1} 以下载 {0}：请检查本机网络（或 HF_ENDPOINT），然后再次点击下载。",
)
BROKEN_OFF = Text(
    "The download of {0} broke off; what has arrived is kept. Press Download to go on from there.",
    "{0} 的下载中断；已收到的部分会保留。请再次点击下载以继续。",
)
GATED = Text(
    "{0} is gated: accept its licence at {1}/{0}, then start the app with a token of that account in HF_TOKEN.",
    "{0} 需要授权：请在 {1}/{0} 接受其许可，然后把该账号的令牌放入 HF_TOKEN 并重新启动。",
)
NOT_ACCEPTED = Text(
    "Your token may not read {0}: accept its licence at {1}/{0} with the token's own account, then try again.",
    "您的令牌无权读取 {0}：请用该令牌的账号在 {1}/{0} 接受许可，然后重试。",
)
TOKEN_REFUSED = Text(
    "The hub refused your token: make a new one that may read at {1}/settings/tokens and put it into HF_TOKEN.",
    "Hub 拒绝了您的令牌：请在 {1}/settings/tokens 新建一个有读取权限的令牌并放入 HF_TOKEN。",
)
NO_REPO = Text(
    "There is no repository {0}, or it is private: correct the catalogue's entry, or give a token in HF_TOKEN.",
    "仓库 {0} 不存在或为私有：请更正目录条目，或在 HF_TOKEN 中提供令牌。",
)
NO_REVISION = Text(
    "{0} has no revision {2}: correct the revision in the catalogue's entry.",
    "{0} 没有版本 {2}：请更正目录条目中的 revision。",
)
NO_FILE = Text(
    "{0} lacks a file that its own list names: try again later, or correct the entry.",
    "{0} 缺少其文件列表中的文件：请稍后重试，或更正条目。",
)
BUSY = Text(
    "The hub cannot serve {0} now (it answered {2}); try again in a few minutes.",
    "Hub 暂时无法提供 {0}（返回 {2}）；请几分钟后重试。",
)
DISK_FULL = Text(
    "The disk is too small for {0}: it needs {1} more in {2}, and {3} are free. Free some space, or start with HF_HOME "
    "on a larger disk.",
    "磁盘空间不足以存放 {0}：{2} 还需要 {1}，仅剩 {3}。请释放空间，或把 HF_HOME 设到更大的磁盘后重新启动。",
)
FOLDER = Text(
    "The files of {0} cannot be written to {1} ({2}): allow writing there, or start with another HF_HOME.",
    "无法把 {0} 的文件写入 {1}（{2}）：请允许写入，或用其他 HF_HOME 启动。",
)


def as_sentence(error: Exception, source: Source, begun: bool) -> PlaygroundError:
    """Phrase why a download failed.

    Args:
        error: What was raised.
        source: What was fetched.
        begun: Whether bytes had arrived.
    """
    from huggingface_hub import constants, errors, get_token

    if isinstance(error, PlaygroundError):
        return error
    hub = constants.ENDPOINT
    status = getattr(getattr(error, "response", None), "status_code", 0)
    token = get_token() is not None
    words: object = status
    match error:
        case errors.OfflineModeIsEnabled():
            said = OFFLINE
        case errors.GatedRepoError():
            said = NOT_ACCEPTED if token else GATED
        case errors.RevisionNotFoundError():
            said, words = NO_REVISION, source.revision
        case errors.RemoteEntryNotFoundError():
            said = NO_FILE
        case errors.RepositoryNotFoundError() | errors.HfHubHTTPError() if status in (401, 403) and token:
            said = TOKEN_REFUSED
        case errors.RepositoryNotFoundError():
            said = NO_REPO
        case errors.HfHubHTTPError():
            said = NO_REPO if status in (401, 403, 404) else BUSY
        case OSError() if error.errno == errno.ENOSPC:
            return disk_full(source, 0, 0, Path(constants.HF_HUB_CACHE))
        case OSError() if error.errno in (errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EPERM):
            return DownloadError(*FOLDER.format(source.name, constants.HF_HUB_CACHE, error.strerror))
        case _:
            said, words = (BROKEN_OFF if begun else NO_NETWORK), str(error)[:100]
    where = hub if source.revision else f"https://{source.name}"
    return DownloadError(*said.format(source.name, where, words))


def disk_full(source: Source, needed: int, free: int, place: Path) -> DownloadError:
    """Phrase that the disk is too small."""
    sizes = [f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB" for size in (needed, free)]
    return DownloadError(*DISK_FULL.format(source.name, sizes[0], place, sizes[1]))
