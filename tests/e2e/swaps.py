"""The operators' files change again and again, half of the times broken, while buyers write; every sentence says which
change it is of.

In: running shops that share a database and folders. Out: what buyers were told, and from which version. Never: a word
that two changes have in common.
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.store.engine import as_it_is, read
from bot.store.schema import outbox, release, release_text, serving, turn
from tests.bench.live.gun import Barrel
from tests.bench.live.wire import event, request
from tests.e2e.shop import Receiver, Shop, data, until

#: Two topics answer it, so that a reply of two versions would show both.
ASKED = "发什么快递？运费多少？"
TOPICS = ("shipping/carrier", "shipping/shipping_fee")
_CONNECTIONS = 64
_MARK = re.compile(r"〔(.)(\d+)〕")
Mark = tuple[str, str]
Due = tuple[int, float]
Marks = set[Mark]
Taken = tuple[str, str, datetime]
Line = tuple[datetime, str]
_WORDS = re.compile(r"^(?![#~{\s]).+$", re.MULTILINE)


@dataclass
class Pen:
    """An operator's: writes file by file, as git does."""

    replies: Path
    plain: dict[Path, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plain = {path: path.read_text("utf-8") for topic in TOPICS for path in [self.replies / f"{topic}.md"]}

    def write(self, number: int, *, broken: bool) -> None:
        """Change `number`; a broken one is broken in the last file that is written."""
        for last, (path, text) in enumerate(self.plain.items(), 1 - len(self.plain)):
            marked = _marked(text, f"〔{'坏' if broken else '好'}{number}〕")
            path.write_text(marked.replace("title:", "titel:", 1) if broken and last == 0 else marked, "utf-8")


def _marked(text: str, mark: str) -> str:
    head, front, body = text.split("---\n", 2)
    return "---\n".join((head, front, _WORDS.sub(lambda line: line[0] + mark, body)))


@dataclass
class Crowd:
    """Buyers who ask at a steady pace, each once and in a conversation of their own."""

    ports: Sequence[int]
    rate: float
    took: float = 0.0
    asked: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._ask()), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        assert self._thread
        self._thread.join()

    async def _ask(self) -> None:
        due: asyncio.Queue[Due | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as crowd:
            for number in range(_CONNECTIONS):
                crowd.create_task(self._bring(due, self.ports[number % len(self.ports)]))
            begun, number = time.monotonic(), 0
            while not self._over.is_set():
                due.put_nowait((number, time.monotonic()))
                number += 1
                await asyncio.sleep(max(0.0, begun + number / self.rate - time.monotonic()))
            self.took = time.monotonic() - begun
            for _ in range(_CONNECTIONS):
                due.put_nowait(None)

    async def _bring(self, due: asyncio.Queue[Due | None], port: int) -> None:
        """One connection's; a buyer for whom none is free waits, and has asked all the same."""
        barrel = Barrel()
        while one := await due.get():
            (number, began), now = one, datetime.now(UTC)
            body = event("swaps", number, f"c{number}", ASKED, now)
            answer = await barrel.ask(request(f"e{number}", body, now), port)
            self.refused += answer.status != 200
            self.asked[f"c{number}"] = began
        barrel.close()


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. `foreign`: replies with words of another version than their turn's. `late`: for how long after
    another was chosen a version was at most spoken, `waits`: from question to answer, sorted; in seconds."""

    asked: int
    rate: float
    refused: int
    lost: list[str]
    twice: list[str]
    mixed: list[str]
    broken: list[str]
    foreign: list[str]
    late: float
    versions: int
    waits: list[float]

    @property
    def faultless(self) -> bool:
        return not any((self.refused, self.lost, self.twice, self.mixed, self.broken, self.foreign))


def channel() -> tuple[Receiver, dict[str, float]]:
    """One that takes everything, and when each conversation was answered first."""
    heard: dict[str, float] = {}

    def taken(body: bytes, _: Mapping[str, str]) -> dict[str, Any]:
        command: dict[str, Any] = json.loads(body)
        if command["type"] == "message.send":
            heard.setdefault(command["data"]["conversation_id"], time.monotonic())
        return command

    return Receiver(read=taken).start(), heard


def swap(shops: Sequence[Shop], pen: Pen, swaps: int, first: int = 1, workers: int = 1) -> Iterator[int]:
    """One change after the other, every second one broken, each told by all processes before the next. `workers` of a
    shop write one log."""
    for number in range(first, first + swaps):
        before = [_verdicts(shop) for shop in shops]
        pen.write(number, broken=number % 2 == 0)
        until(_all_told(shops, before, workers), f"change {number} is judged by all", 60)
        yield number


def _all_told(shops: Sequence[Shop], before: Sequence[int], workers: int) -> Callable[[], bool]:
    return lambda: all(_verdicts(shop) >= then + workers for shop, then in zip(shops, before, strict=True))


def _verdicts(shop: Shop) -> int:
    return shop.log.count('"event": "book.')


def judged(crowd: Crowd, receiver: Receiver, heard: Mapping[str, float], database_url: str) -> Told:
    """Every buyer answered once, each reply wholly of the version that its turn is recorded with, which was the served
    one when the turn was read."""
    sent = [data(command) for command in receiver.of_type("message.send")]
    texts = {str(one["id"]): (str(one["conversation_id"]), str(one["text"])) for one in sent}
    talks = [talk for talk, _ in texts.values()]
    marks = {one: set(_MARK.findall(text)) for one, (_, text) in texts.items()}
    engines = as_it_is(database_url)
    rows, marks_of, lines = read(engines.read, _recorded)
    engines.dispose()
    return Told(
        asked=len(crowd.asked),
        rate=len(crowd.asked) / crowd.took,
        refused=crowd.refused,
        lost=sorted(set(crowd.asked) - set(talks)),
        twice=sorted({talk for talk in talks if talks.count(talk) > 1}) if len(talks) != len(set(talks)) else [],
        mixed=[text for one, (_, text) in texts.items() if len(marks[one]) > 1],
        broken=[text for one, (_, text) in texts.items() if any(kind == "坏" for kind, _ in marks[one])],
        foreign=[one for one, version, _ in rows if marks[one] != marks_of[version]],
        late=max(_late(version, at, lines) for _, version, at in rows),
        versions=len({version for _, version, _ in rows}),
        waits=sorted(heard[talk] - began for talk, began in crowd.asked.items() if talk in heard),
    )


def _late(version: str, at: datetime, lines: Sequence[Line]) -> float:
    """How long after the version was served last, in seconds; 0 while it is."""
    ends = [then for then, _ in lines[1:]] + [at]
    spans = [(begins, end) for (begins, one), end in zip(lines, ends, strict=True) if one == version and begins <= at]
    return min((max(0.0, (at - end).total_seconds()) for _, end in spans), default=float("inf"))


def _recorded(connection: Connection) -> tuple[Sequence[Taken], Mapping[str, Marks], Sequence[Line]]:
    """Commands with their turns' versions and times; each version's marks; what was served from when."""
    of, says = outbox.c.turn_id == turn.c.id, outbox.c.type == "message.send"
    taken = connection.execute(select(outbox.c.id, turn.c.version, turn.c.at).join(turn, of).where(says))
    texts = connection.execute(select(release_text.c.digest, release_text.c.body))
    marks_in = {row.digest: set(_MARK.findall(row.body)) for row in texts}
    kept = connection.execute(select(release.c.version, release.c.manifest))
    marks = {row.version: set[Mark]().union(*(marks_in[one] for one in row.manifest.values())) for row in kept}
    lines = connection.execute(select(serving.c.at, serving.c.version).order_by(serving.c.seq))
    return [(row.id, row.version, row.at) for row in taken], marks, [(row.at, row.version) for row in lines]


def share(waits: Sequence[float], part: float) -> float:
    """The wait that this part of all does not exceed, in seconds."""
    return waits[min(int(len(waits) * part), len(waits) - 1)]
