"""Which files of the operators' folders are read, and which lie there unread.

In: the folders. Out: paths, links and closed folders among them, and what is to be said of files that nobody reads.
Never: a file of an editor, or the operators' handbook (`README.md`), taken for theirs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.content.unreadable import shown_path
from bot.errors import Fault

_SUFFIX = ".md"
_HANDBOOK = "readme.md"
_LEFT = ("~", ".swp", ".swo", ".bak", ".tmp", "#")  # what editors leave behind
_MARK = b"---"


def reply_paths(folder: Path) -> list[Path]:
    """All reply files, links to whatever and folders that may not be read, in order."""
    return [path for path in _theirs(folder) if (path.suffix == _SUFFIX or _is_no_file(path)) and not is_aside(path)]


def rules_names(folder: Path) -> list[str]:
    """The files of `rules/` that are meant to be rules, and links to whatever, in order."""
    return sorted(path.name for path in folder.glob("*") if _is_theirs(path) and not is_aside(path))


def is_aside(path: Path) -> bool:
    """Whether a file is an editor's, hidden, or the handbook."""
    return path.name.startswith((".", "#")) or path.name.endswith(_LEFT) or path.name.lower() == _HANDBOOK


def strays(folder: Path) -> Iterator[Fault]:
    """Files that are written like replies and named otherwise are never said: a fault. Others are worth a look."""
    for path in _theirs(folder):
        if path.suffix != _SUFFIX and not _is_no_file(path) and not is_aside(path):
            shown = shown_path(f"replies/{path.relative_to(folder).as_posix()}")
            if _is_reply(path):
                yield Fault(shown, 1, "unread_reply", {"name": f"{shown_path(path.name).partition('.')[0]}{_SUFFIX}"})
            else:
                yield Fault(shown, 1, "stray_file", severity="warning")


def _theirs(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if _is_theirs(path) and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _is_theirs(path: Path) -> bool:
    """Below a folder that may not be entered nothing is known; the folder itself is told of."""
    try:
        return _is_no_file(path) or path.is_file()
    except PermissionError:
        return False


def _is_no_file(path: Path) -> bool:
    """Links, wherever they lead, and folders that may not be read: to be told of."""
    return path.is_symlink() or (path.is_dir() and not os.access(path, os.R_OK | os.X_OK))


def _is_reply(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MARK) + 3).removeprefix(b"\xef\xbb\xbf").startswith(_MARK)
    except OSError:
        return False
