"""The operators' files as a revision of their repository holds them.

In: the folders and a revision (a commit, a branch, `HEAD~3`). Out: a `FileSet` of it. Never: the working copy changed
or looked at, or a file left out that the service would have read.
"""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which

from bot.content.files import REPLIES, RULES, FileSet, belongs, refused
from bot.content.unreadable import Problem, shown_path
from bot.errors import UsageError

_FILES = frozenset({"100644", "100755"})  # what else a tree may hold is no text: a link, another repository
_LINK = "120000"
_SECONDS = 60


def files_at(replies: Path, rules: Path, revision: str) -> FileSet:
    """Both folders of a revision, byte by byte as they were committed; `UsageError` where there is no such revision or
    no repository."""
    texts, unreadable = dict[str, bytes](), dict[str, Problem]()
    for shown, folder in ((REPLIES, replies), (RULES, rules)):
        blobs = dict[str, str]()
        for mode, blob, path in _tree(folder, commit_at(folder, revision)):
            name, is_link = shown + path, mode == _LINK
            if not belongs(name, is_link=is_link):
                continue
            if problem := refused(name, is_link=is_link):
                unreadable[shown_path(name)] = problem
            elif mode in _FILES:
                blobs[name] = blob
            else:
                unreadable[name] = Problem.SPECIAL
        texts |= zip(blobs, _bodies(folder, list(blobs.values())), strict=True)
    return FileSet(texts, unreadable)


def commit_at(folder: Path, revision: str) -> str:
    """The whole id of the commit that a revision names; `UsageError` where there is none."""
    if which("git") is None or not folder.is_dir() or _run(folder, "rev-parse", "--git-dir") is None:
        raise UsageError("errors.no_repository", folder=folder)
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        raise UsageError("errors.no_revision", revision=revision)
    return found.decode("ascii").strip()


def _tree(folder: Path, commit: str) -> Iterator[tuple[str, str, str]]:
    """Mode, blob and path below the folder."""
    told = _run(folder, "ls-tree", "-r", "-z", commit) or b""
    for line in told.split(b"\0"):
        head, _, path = line.decode("utf-8", "surrogateescape").partition("\t")
        if path:
            mode, _, blob = head.split(" ")
            yield mode, blob, path


def _bodies(folder: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """The blobs' bytes, in the order asked for."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
    told, at = (_run(folder, "cat-file", "--batch", told=asked) or b"") if blobs else b"", 0
    for _ in blobs:
        end = told.index(b"\n", at)
        size = int(told[at:end].split(b" ")[2])
        yield told[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _run(folder: Path, *arguments: str, told: bytes = b"") -> bytes | None:
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, input=told, capture_output=True, check=False, timeout=_SECONDS)
    return result.stdout if result.returncode == 0 else None
