"""How fast recorded nights are replayed, beside the bare turns, and whether just what changed is found.

In: a book, texts, the operators' folders. Out: turns a second of one core, a row a case. Never: a text printed.

A turn counts once, though each case takes it with two versions of the files. Seconds are those of this process's
processor, so that a busy machine flatters and spoils nothing; the ceiling is the same turns of the same night, taken
once with one book, with nothing read, compared or told.
"""

import asyncio
import gc
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bot.cli.replay import versions_of
from bot.clock import new_id
from bot.content.changed import Known
from bot.content.files import FileSet, read_files
from bot.content.load import book_of
from bot.core.book import Book
from bot.core.replays import Report, Side
from bot.core.turn import take_turn
from bot.ports import Store
from bot.recorded import Given, Reader
from bot.records import TurnRecord
from bot.replaying import PAGE, Versions, replay
from bot.store import open_store
from bot.turns import facts_of
from tests.bench.show import Row
from tests.nights import BEGINS, ENDS, tell_night

TALKS = 5_000
_SYSTEM = re.compile("replies/(?:system|social)/")
_MARK = "祝您晚安~"


@dataclass(frozen=True, slots=True)
class Night:
    """`size`: how many bytes the turns' facts take, on average."""

    store: Store
    texts: int
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    versions: Versions


def bench(replies: Path, rules: Path, texts: Sequence[str], talks: int = TALKS) -> list[Row]:
    """Unchanged files against themselves and against what was said, then one changed line."""
    with TemporaryDirectory(prefix="yeban-bench-") as folder:
        return asyncio.run(_bench(read_files(replies, rules), f"sqlite:///{folder}/night.db", texts, talks))


async def _bench(files: FileSet, url: str, texts: Sequence[str], talks: int) -> list[Row]:
    store = open_store(url, new_id=new_id)
    try:
        book = book_of(files)
        await tell_night(store, book, texts, talks)
        line = await _most_said(store)
        edited = _edited(files, line)
        cases = [
            Case("unchanged", _versions((files, book), (files, book_of(files)))),
            Case("unchanged, against what was said", _versions(None, (files, book))),
            Case("one line changed", _versions((files, book), (edited, book_of(edited)))),
        ]
        gc.collect()
        gc.freeze()
        top = await _ceiling(store, book)
        said = await _that_said(store, line)
        return [await _measured(store, case, top, said if case.name.startswith("one") else set()) for case in cases]
    finally:
        await store.close()


def _versions(before: Known | None, after: Known) -> Versions:
    return versions_of(
        (Side("before", before[0].version if before else ""), Side("after", after[0].version)), before, after
    )


def _edited(files: FileSet, line: str) -> FileSet:
    """The same with one line said otherwise."""
    path, _, number = line.rpartition(":")
    lines = files.text(path).split("\n")
    lines[int(number) - 1] += _MARK
    return FileSet({**files.texts, path: "\n".join(lines).encode()})


async def _most_said(store: Store) -> str:
    """Of the answers, for a line of the bot's own moments is said in half of all turns."""
    said = Counter(source for one in await _turns(store) for source in _sources(one) if not _SYSTEM.match(source))
    return said.most_common(1)[0][0]


async def _measured(store: Store, case: Case, top: float, expected: set[str]) -> Row:
    wall, start = perf_counter(), process_time()
    report = await replay(store, BEGINS, ENDS, case.versions)
    used, passed = process_time() - start, perf_counter() - wall
    value = report.turns / used
    return {
        "name": f"replay, {case.name}", "store": "sqlite", "value": round(value), "unit": "turns/s of one core",
        "ceiling": round(top), "ratio": round(value / top, 2), "turns": report.turns, "conversations": report.talks,
        "different": len(report.differs), "as expected": _found(report) == expected,
        "by the clock": round(report.turns / passed), "digest": report.digest,
    }  # fmt: skip


def _found(report: Report) -> set[str]:
    return {one.turn_id for one in report.differs}


async def _turns(store: Store) -> list[TurnRecord]:
    found, after = list[TurnRecord](), None
    while page := await store.recorded(BEGINS, ENDS, after, PAGE):
        found += page
        after = page[-1].at, page[-1].id
    return found


async def _that_said(store: Store, line: str) -> set[str]:
    """By their stories."""
    return {one.id for one in await _turns(store) if line in _sources(one)}


def _sources(turn: TurnRecord) -> Iterator[str]:
    parts = turn.story["parts"]
    yield from (part["source"] for part in parts) if isinstance(parts, list) else ()


async def _ceiling(store: Store, book: Book) -> float:
    """Bare turns a second."""
    ready = [(turn, given) for turn in await _turns(store) if (given := Reader().read(turn.given or ""))]
    start = process_time()
    for turn, given in ready:
        _bare(turn, given, book)
    return len(ready) / (process_time() - start)


def _bare(turn: TurnRecord, given: Given, book: Book) -> None:
    if turn.before:
        take_turn(given.asked, turn.before, facts_of(given, turn.before.buyer_id, book, turn.at), book, turn.at)
