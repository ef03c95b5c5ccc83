"""Git, as far as a new repository needs it.

In: a folder and fixed words. Out: whether it worked, and what git printed. Never: a shell, or a question to the user.
"""

import subprocess
from pathlib import Path
from shutil import which

_PATIENCE = 60  # seconds; a commit of two hundred files takes one


def is_there() -> bool:
    """Whether this machine has git."""
    return which("git") is not None


def git(folder: Path, *words: str) -> tuple[bool, str]:
    """Run it in a folder; the last line that it printed, for what went wrong."""
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, type(error).__name__
    said = (done.stderr or done.stdout).strip().split("\n")
    return done.returncode == 0, said[-1]
