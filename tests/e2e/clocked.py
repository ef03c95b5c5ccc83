"""`yeban` under a clock that a test turns: `python -m tests.e2e.clocked FILE serve ...`.

In: a file with the seconds by which the service's clock is ahead of the machine's. Out: the service, as it is. Never: a
door in the service itself: `bot.app` is handed this clock where it would take the machine's.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import clock
from bot.cli.main import run


class Ahead:
    """A clock whose hands a file moves; each look is at the file as it is."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text(encoding="ascii")))


def turn(file: Path, to: datetime) -> None:
    """From now on it is `to`; whoever reads meanwhile reads the old or the new."""
    new = file.with_suffix(".new")
    new.write_text(str((to - datetime.now(UTC)).total_seconds()), encoding="ascii")
    new.replace(file)


def main(argv: list[str]) -> int:
    clock.utc_now = Ahead(Path(argv[0]))
    return run(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
