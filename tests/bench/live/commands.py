"""The live benches as commands: their options, and how they get what they need.

In: a namespace, a book. Out: tables. Never: a figure reckoned.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.cli.simulate import Simulation
from bot.core.book import Book
from tests.bench.crowd import messages
from tests.bench.data import BenchError, folder_of
from tests.bench.live import backlog
from tests.bench.live.contenders import Setting
from tests.bench.live.desks import crowded, desks
from tests.bench.live.growth import Sizes, growth
from tests.bench.live.latency import latency
from tests.bench.live.nudges import nudges
from tests.bench.live.processes import gunner, receiver
from tests.bench.live.runs import Range
from tests.bench.live.stores import STORES, Fresh, chosen, databases
from tests.bench.live.throughput import PARTS, Plan, throughput
from tests.bench.peers import Example
from tests.bench.show import Row, Tables

POOL = 1_000
_NIGHT = datetime(2026, 11, 23, 2, 13, tzinfo=ZoneInfo("Asia/Shanghai"))
Measure = Callable[[Range, Setting, str, Fresh], Iterator[Row]]


def run_throughput(args: argparse.Namespace, book: Book) -> Tables:
    """Messages a second through the whole service and through its door, beside the ceiling."""
    return _measured(args, book, partial(throughput, plan=_plan(args), only=args.only))


def run_latency(args: argparse.Namespace, book: Book) -> Tables:
    """From webhook to command at low and half load, beside the ceiling at the same rates."""
    return _measured(args, book, partial(latency, plan=_plan(args), seconds=args.seconds))


def run_growth(args: argparse.Namespace, book: Book) -> Tables:
    """A big shop beside a small one: throughput, latency, memory."""
    return _measured(args, book, partial(growth, plan=_plan(args), sizes=Sizes(book, args.small, args.big)))


def run_nudges(args: argparse.Namespace, book: Book) -> Tables:
    """Nudges a second when many are due, beside the ceiling's posts; a million that wait, beside APScheduler's jobs."""
    rows: list[Row] = []
    if args.only != "backlog":
        rows += _measured(args, book, partial(nudges, plan=_plan(args), book=book))[args.command]
    if args.only != "rate":
        rows += _waiting(args)
    return {args.command: rows}


def run_desk(args: argparse.Namespace, book: Book) -> Tables:
    """From a buyer's message to an agent's screen with many desks open, beside a bare echo over as many streams."""
    del book
    rows: list[Row] = []
    with _ended_by_signals(), TemporaryDirectory(prefix="yeban-bench-") as folder:
        for store in chosen(args.store):
            with databases(store, Path(folder)) as fresh, receiver() as shop:
                setting = Setting(shop.url, args.processes, rules=crowded(args.desks))
                rows += desks(setting, store, fresh(), args.desks, args.messages)
    return {args.command: rows}


def _waiting(args: argparse.Namespace) -> Iterator[Row]:
    sizes = backlog.Sizes(args.waiting, args.few, args.jobs)
    with _ended_by_signals(), TemporaryDirectory(prefix="yeban-bench-") as folder:
        for store in chosen(args.store):
            with databases(store, Path(folder)) as fresh:
                yield from backlog.backlog(store, fresh, sizes)


LIVE: Mapping[str, Callable[[argparse.Namespace, Book], Tables]] = {
    "throughput": run_throughput,
    "latency": run_latency,
    "growth": run_growth,
    "nudges": run_nudges,
    "desk": run_desk,
}
_MESSAGES: Mapping[str, int] = {"throughput": 1_000, "latency": 1_000, "growth": 600, "nudges": 10_000, "desk": 400}
_ROUNDS: Mapping[str, int] = {"throughput": 5, "latency": 3, "growth": 3, "nudges": 1, "desk": 1}
_QUIET: Mapping[str, str] = {"throughput": "0s", "growth": "0s", "nudges": "0s"}


def add_options(name: str, parser: argparse.ArgumentParser) -> None:
    """What every live bench may be told, and what only this one."""
    parser.add_argument("--store", choices=(*STORES, "both"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="of the service, and of the ceiling")
    parser.add_argument("--messages", type=int, default=_MESSAGES[name], metavar="N", help="a run")
    parser.add_argument("--rounds", type=int, default=_ROUNDS[name], metavar="N", help="of both contenders in turn")
    parser.add_argument("--connections", type=int, default=32, metavar="N", help="of the load generator")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="messages a conversation")
    parser.add_argument("--quiet", default=_QUIET.get(name), metavar="SPAN", help="reception.yaml's coalesce.quiet")
    _own_options(name, parser)


def _own_options(name: str, parser: argparse.ArgumentParser) -> None:
    if name == "throughput":
        parser.add_argument("--only", choices=PARTS, help="one of the two figures")
    elif name == "latency":
        parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="a run")
    elif name == "nudges":
        parser.add_argument("--only", choices=("rate", "backlog"), help="one of the two parts")
        parser.add_argument("--waiting", type=int, default=1_000_000, metavar="N", help="nudges that wait")
        parser.add_argument("--few", type=int, default=1_000, metavar="N", help="nudges that wait in the small shop")
        parser.add_argument("--jobs", type=int, default=20_000, metavar="N", help="jobs of APScheduler")
    elif name == "desk":
        parser.add_argument("--desks", type=int, default=50, metavar="N", help="open streams")
    elif name == "growth":
        parser.add_argument("--small", type=int, default=1_000, metavar="N", help="stored conversations")
        parser.add_argument("--big", type=int, default=1_000_000, metavar="N", help="stored conversations")


def _plan(args: argparse.Namespace) -> Plan:
    return Plan(args.messages, args.rounds)


def _measured(args: argparse.Namespace, book: Book, measure: Measure) -> Tables:
    rows: list[Row] = []
    with _ended_by_signals(), TemporaryDirectory(prefix="yeban-bench-") as folder, gunner() as gun, receiver() as shop:
        place = Range(gun, shop, answered(book, texts(args.data, book)), args.connections, args.each)
        shipped = book.rules.reception.coalesce.quiet.total_seconds()
        setting = Setting(shop.url, args.processes, args.quiet, shipped)
        for store in chosen(args.store):
            with databases(store, Path(folder)) as fresh:
                rows += measure(place, setting, store, fresh)
    return {args.command: rows}


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
