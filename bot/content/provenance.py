"""Which commit the operators' files are at.

In: a folder. Out: a short commit id, or None where git knows nothing of it or files were changed since. Never: a guess.
An installed package may lie inside somebody's repository that ignores it; files git does not track have no commit.
"""

import subprocess
from pathlib import Path
from shutil import which

_CHANGED = ("status", "--porcelain", "--", ".")
_UNTRACKED = ("ls-files", "--others", "--", "*.md", "*.yaml")


def commit_of(*folders: Path) -> str | None:
    """The commit that holds exactly these files; None outside git or with uncommitted changes."""
    if not all(map(_can_ask, folders)):
        return None
    if any(_git(folder, *question) != "" for folder in folders for question in (_CHANGED, _UNTRACKED)):
        return None
    commits = {_git(folder, "rev-parse", "--short=12", "HEAD") for folder in folders}
    return commits.pop() if len(commits) == 1 else None


def placed_in(folder: Path) -> str:
    """Where a folder lies in its repository, with a slash at the end; outside git, its own name."""
    found = _git(folder, "rev-parse", "--show-prefix") if which("git") else None
    return found or f"{folder.resolve().name}/"


def reflog_of(folder: Path) -> Path | None:
    """The file that grows with each commit, pull and checkout; None outside git."""
    told = _git(folder, "rev-parse", "--git-path", "logs/HEAD") if _can_ask(folder) else None
    return folder / told if told else None


def is_git_busy(folder: Path) -> bool:
    """Whether git is changing the files: it locks its index for as long."""
    told = _git(folder, "rev-parse", "--git-path", "index.lock") if _can_ask(folder) else None
    return told is not None and (folder / told).exists()


def _can_ask(folder: Path) -> bool:
    return which("git") is not None and folder.is_dir()


def _git(folder: Path, *arguments: str) -> str | None:
    # Without a lock of its own: asking must not get into the way of people's git.
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=10)
    return result.stdout.strip() if result.returncode == 0 else None
