"""A supervisor whose workers die as told: `python -m tests.cli.supervised FILE DEATHS QUICK SICK`.

In: a file to note each birth in, how often a sick worker dies at once, what counts as quick, how many of two are sick.
Out: the supervisor's exit code. Never: a server.
"""

import os
import signal
import sys
from pathlib import Path

from bot import log
from bot.cli.supervise import Supervisor
from bot.errors import YebanError


class Ward:
    def __init__(self, births: Path, deaths: int, sick: int) -> None:
        self.births = births
        self.deaths = deaths
        self.sick = sick

    def work(self, number: int, lifeline: int) -> int:
        """Note the birth; die, or live until the signal or the parent's end."""
        with self.births.open("a", encoding="utf-8") as file:
            file.write(f"{number}\n")
        born = self.births.read_text(encoding="utf-8").split().count(str(number))
        if number < self.sick and born <= self.deaths:
            raise YebanError("errors.store_down", cause="test")
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        os.read(lifeline, 1)
        return 0


def main(births: str, deaths: str, quick: str, sick: str) -> int:
    log.set_up("json")
    ward = Ward(Path(births), int(deaths), int(sick))
    return Supervisor(ward.work, 2, log.get(), lambda _: None, quick=float(quick)).run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
