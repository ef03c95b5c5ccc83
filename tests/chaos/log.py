"""A channel's record that outlives the process which writes it.

In: arrivals. Out: the same, from a file. Never: a half line; each is one write.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

from tests.chaos.records import Arrival


class Log:
    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def add(self, arrival: Arrival) -> None:
        line = json.dumps(asdict(arrival), ensure_ascii=False)
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        os.write(file, f"{line}\n".encode())
        os.close(file)

    def arrivals(self) -> list[Arrival]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [Arrival(**one | {"answers": tuple(one["answers"])}) for one in map(json.loads, lines)]
