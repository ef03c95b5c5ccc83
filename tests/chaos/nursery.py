"""Gives birth to lives: imports everything once, then forks a process for each life asked for.

In: a life's arguments as one JSON line on stdin. Out: how it ended, as one line on stdout. Never: a thread, so that a
fork is a fork.
"""

import asyncio
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from tests.chaos.lives import live
from tests.core.book import small_book

ROOT = Path(__file__).parents[2]


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    small_book()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(told)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(told: list[str]) -> None:
    """The child's whole life; it never returns into the parent's loop."""
    url, record, plot, number, point, stage = told
    code = 1
    try:
        asyncio.run(live(url, Path(record), plot, int(number), point, stage))
        code = 0
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


class Nursery:
    """The other side."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def bear(self, url: str, record: Path, plot: str, number: int, point: str = "", stage: str = "") -> int:
        """One life; its exit code."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([url, str(record), plot, str(number), point, stage]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(log: Path) -> Iterator[Nursery]:
    """One for many lives; what they log goes to a file."""
    command = [sys.executable, "-m", "tests.chaos.nursery"]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        with process:
            try:
                yield Nursery(process)
            finally:
                process.kill()


if __name__ == "__main__":
    main()
