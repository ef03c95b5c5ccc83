"""A terminal in an empty folder: the real command in a process of its own, or the same door inside this one.

In: arguments. Out: what was printed and the exit code. Never: the repository as working folder.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.main import run
from bot.settings import PREFIX

REPOSITORY = Path(__file__).parents[2]
NIGHT = "2026-11-22T02:13"


@dataclass(frozen=True, slots=True)
class Printed:
    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, object]:
        return dict(json.loads(self.out))

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@contextmanager
def started(folder: Path, *arguments: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`yeban …` as a user starts it, and lets it run; it does not outlive the test."""
    line = [sys.executable, "-m", "bot", *arguments]
    pipe = subprocess.PIPE
    running = subprocess.Popen(line, cwd=folder, env=_environment(env), text=True, stdout=pipe, stderr=pipe)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def _environment(more: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", **more}


def command(folder: Path, *arguments: str, typed: str = "", env: dict[str, str] | None = None) -> Printed:
    """`yeban …` as a user starts it, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=_environment(env or {}),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Printed(done.returncode, done.stdout, done.stderr)


def inside(capsys: pytest.CaptureFixture[str], *arguments: str) -> Printed:
    """The same without a process of its own."""
    try:
        code = run(arguments)
    except SystemExit as ended:
        code = int(str(ended.code))
    printed = capsys.readouterr()
    return Printed(code, printed.out, printed.err)


def refused_in_one_line(printed: Printed, code: int) -> bool:
    """One line on stderr, nothing else anywhere."""
    assert "Traceback" not in printed.err
    assert (printed.code, printed.out, printed.err.count("\n")) == (code, "", 1), printed
    return True
