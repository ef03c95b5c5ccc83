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
    if which("git") is None or not all(folder.is_dir() for folder in folders):
        return None
    if any(_git(folder, *question) != "" for folder in folders for question in (_CHANGED, _UNTRACKED)):
        return None
    commits = {_git(folder, "rev-parse", "--short=12", "HEAD") for folder in folders}
    return commits.pop() if len(commits) == 1 else None


def placed_in(folder: Path) -> str:
    """Where a folder lies in its repository, with a slash at the end; outside git, its own name."""
    found = _git(folder, "rev-parse", "--show-prefix") if which("git") else None
    return found or f"{folder.resolve().name}/"


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    return result.stdout.strip() if result.returncode == 0 else None
