"""The live benches as commands: their options, and how they get what they need.

In: a namespace, a book. Out: tables. Never: a figure reckoned.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.cli.simulate import Simulation
from bot.core.book import Book
from tests.bench.crowd import messages
from tests.bench.data import BenchError, folder_of
from tests.bench.live.contenders import Setting
from tests.bench.live.processes import gunner, receiver
from tests.bench.live.runs import Range
from tests.bench.live.stores import STORES, Fresh, chosen, databases
from tests.bench.live.throughput import Plan, throughput
from tests.bench.peers import Example
from tests.bench.show import Row, Tables

POOL = 1_000
_NIGHT = datetime(2026, 11, 23, 2, 13, tzinfo=ZoneInfo("Asia/Shanghai"))
Measure = Callable[[Range, Setting, str, Fresh, argparse.Namespace], Iterator[Row]]


def run_throughput(args: argparse.Namespace, book: Book) -> Tables:
    """Messages a second through the whole service and through its door, beside the ceiling."""
    return {"throughput": _measured(args, book, _throughput)}


def _throughput(place: Range, setting: Setting, store: str, fresh: Fresh, args: argparse.Namespace) -> Iterator[Row]:
    yield from throughput(place, setting, store, fresh, Plan(args.messages, args.rounds))


LIVE: Mapping[str, Callable[[argparse.Namespace, Book], Tables]] = {"throughput": run_throughput}
_MESSAGES: Mapping[str, int] = {"throughput": 2_000}
_QUIET: Mapping[str, str] = {"throughput": "0s"}


def add_options(name: str, parser: argparse.ArgumentParser) -> None:
    """What every live bench may be told."""
    parser.add_argument("--store", choices=(*STORES, "both"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="of the service, and of the ceiling")
    parser.add_argument("--messages", type=int, default=_MESSAGES[name], metavar="N", help="a run")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of service and ceiling in turn")
    parser.add_argument("--connections", type=int, default=32, metavar="N", help="of the load generator")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="messages a conversation")
    parser.add_argument("--quiet", default=_QUIET.get(name), metavar="SPAN", help="reception.yaml's coalesce.quiet")


def _measured(args: argparse.Namespace, book: Book, measure: Measure) -> list[Row]:
    rows: list[Row] = []
    with _ended_by_signals(), TemporaryDirectory(prefix="yeban-bench-") as folder, gunner() as gun, receiver() as shop:
        place = Range(gun, shop, answered(book, texts(args.data, book)), args.connections, args.each)
        setting = Setting(shop.url, args.processes, args.quiet)
        for store in chosen(args.store):
            with databases(store, Path(folder)) as fresh:
                rows += measure(place, setting, store, fresh, args)
    return rows


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A bench that is told to end ends what it started."""

    def end(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def texts(given: str | None, book: Book) -> list[str]:
    """Real messages, or recombined asks where the data folder is not at hand and was not asked for."""
    try:
        path: Path | None = folder_of(given) / "messages.txt"
    except BenchError:
        path = None
    if path and path.is_file():
        return path.read_text("utf-8").split("\n")[:POOL]
    if given:
        raise BenchError(f"no messages.txt in {given}")
    return messages([Example(ask.text, ask.intent) for ask in book.asks], POOL)


def answered(book: Book, found: list[str]) -> list[str]:
    """Texts to which the bot says something at night; on what it stays silent nothing could be measured."""
    simulation = Simulation(book, _NIGHT)
    spoken = [text for text in found if text.strip() and simulation.turn(text).reply]
    if not spoken:
        raise BenchError("no text at hand to which the bot says anything at night")
    return spoken
