"""How fast recorded nights are replayed, beside the bare turns, and whether just what changed is found.

In: a book, texts, the operators' folders. Out: turns a second of one core, a row a case. Never: a text printed.

A turn counts once, though each case takes it with two versions of the files. Seconds are those of this process's
processor, so that a busy machine flatters and spoils nothing; the ceiling is the same turns of the same night, taken
once with one book, with nothing read, compared or told.
"""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bot.clock import new_id
from bot.content.changed import changed_topics
from bot.content.files import FileSet, read_files
from bot.content.load import book_of
from bot.core.book import Book
from bot.core.replays import Report, Side
from bot.core.turn import take_turn
from bot.ports import Store
from bot.recorded import Given, read_given
from bot.records import TurnRecord
from bot.replaying import PAGE, Versions, replay
from bot.store import open_store
from bot.turns import facts_of
from tests.bench.show import Row
from tests.nights import BEGINS, ENDS, tell_night

TALKS = 5_000
CHANGED = "replies/shipping/carrier.md"
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
        edited, line = _edited(files)
        cases = [
            Case("unchanged", _versions(files, book, files, book_of(files))),
            Case("unchanged, against what was said", _versions(files, None, files, book)),
            Case("one line changed", _versions(files, book, edited, book_of(edited))),
        ]
        gc.collect()
        gc.freeze()
        top = await _ceiling(store, book)
        said = await _that_said(store, line)
        return [await _measured(store, case, top, said if case.name.startswith("one") else set()) for case in cases]
    finally:
        await store.close()


def _versions(before: FileSet, old: Book | None, after: FileSet, new: Book) -> Versions:
    same_but = changed_topics((before, old), (after, new)) if old else None
    return Versions(Side("before", before.version), Side("after", after.version), old, new, same_but)


def _edited(files: FileSet) -> tuple[FileSet, str]:
    """One line that is said, said otherwise; and where it stands."""
    lines = files.text(CHANGED).split("\n")
    start = lines.index("## default") + 1
    place = next(number for number, line in enumerate(lines[start:], start) if line and not line.startswith("#"))
    lines[place] += _MARK
    return FileSet({**files.texts, CHANGED: "\n".join(lines).encode()}), f"{CHANGED}:{place + 1}"


async def _measured(store: Store, case: Case, top: float, expected: set[str]) -> Row:
    wall, start = perf_counter(), process_time()
    report = await replay(store, BEGINS, ENDS, case.versions)
    used, passed = process_time() - start, perf_counter() - wall
    value = report.turns / used
    return {
        "name": f"replay, {case.name}", "store": "sqlite", "value": round(value), "unit": "turns/s of one core",
        "ceiling": round(top), "ratio": round(value / top, 2), "turns": report.turns, "conversations": report.talks,
        "different": len(report.differs), "as expected": _found(report) == expected, "by the clock": round(report.turns / passed),
        "digest": report.digest,
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
    ready = [(turn, given) for turn in await _turns(store) if (given := read_given(turn.given or ""))]
    start = process_time()
    for turn, given in ready:
        _bare(turn, given, book)
    return len(ready) / (process_time() - start)


def _bare(turn: TurnRecord, given: Given, book: Book) -> None:
    if turn.before:
        take_turn(given.asked, turn.before, facts_of(given, turn.before.buyer_id, book, turn.at), book, turn.at)
