"""`python -m tests.bench COMMAND`: the figures behind the README.

In: argv. Out: tables, or JSON. Never: a verdict; the benches assert nothing.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.cli.trying import book_of
from bot.core.book import Book
from bot.core.lexicon import lexicon_of
from bot.errors import YebanError
from tests.bench.calibrate import calibrate
from tests.bench.calibration import calibration
from tests.bench.check import check_times
from tests.bench.compare import compare
from tests.bench.crowd import messages
from tests.bench.curve import curve
from tests.bench.data import SETS, BenchError, folder_of, read_sets, settings
from tests.bench.live.commands import LIVE, add_options
from tests.bench.match import MESSAGES, match
from tests.bench.peers import Example
from tests.bench.replay import TALKS, bench
from tests.bench.show import Row, Tables, show

JUDGED = ("dev", "check", "own_b")
Command = Callable[[argparse.Namespace, Book], Tables]


def run_peers(args: argparse.Namespace, book: Book) -> Tables:
    """Yeban and other tools on the same messages with the same examples."""
    sets = read_sets(folder_of(args.data), *JUDGED)
    return {"peers": list(_told(compare(book, sets, args.chatterbot, args.only)))}


def run_match(args: argparse.Namespace, book: Book) -> Tables:
    """Speed, load time and memory beside one RapidFuzz pass."""
    asks = [Example(ask.text, ask.intent) for ask in book.asks]
    return {"match": match(lexicon_of(book.rules.concepts), asks, _texts(args.data, asks))}


def run_calibration(args: argparse.Namespace, book: Book) -> Tables:
    """The share right in each bin of confidence."""
    sets = read_sets(folder_of(args.data), *JUDGED, "own_a")
    return {name: calibration(book.matcher, lines) for name, lines in sets.items()}


def run_calibrate(args: argparse.Namespace, book: Book) -> Tables:
    """New constants for bot/core/confidence.py."""
    sets = read_sets(folder_of(args.data), *SETS)
    if args.fit not in sets:
        raise BenchError(f"{args.fit} needs messages.txt in the data folder")
    return calibrate(book.matcher, sets, args.fit)


def run_curve(args: argparse.Namespace, book: Book) -> Tables:
    """Coverage, precision and false answers while the threshold moves, and the errors on dev."""
    return curve(book, read_sets(folder_of(args.data), *JUDGED))


def run_check(_: argparse.Namespace, __: Book) -> Tables:
    """The whole command, beside a bare parse of the same files."""
    return {"check": list(check_times())}


def run_replay(args: argparse.Namespace, book: Book) -> Tables:
    """Recorded turns a second that are taken again with two versions of the files, beside the bare turns."""
    lines = _texts(args.data, [Example(ask.text, ask.intent) for ask in book.asks], args.talks + args.talks // 5)
    return {"replay": bench(settings().replies, settings().rules, lines, args.talks)}


COMMANDS: Mapping[str, Command] = {
    "peers": run_peers,
    "match": run_match,
    "calibration": run_calibration,
    "calibrate": run_calibrate,
    "curve": run_curve,
    "check": run_check,
    "replay": run_replay,
    **LIVE,
}


def main(argv: Sequence[str]) -> int:
    """Exit 0; 2 with one line on stderr where something is missing."""
    args = parse(argv)
    try:
        show(
            COMMANDS[args.command](args, book_of(settings())),
            args.json,
            lines=args.command in {*LIVE, "check", "replay"},
        )
    except (BenchError, YebanError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The namespace of one call."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The figures behind the README.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.__doc__)
        one.add_argument("--data", metavar="DIR", help="the folder of dev.jsonl, check.jsonl and messages.txt")
        one.add_argument("--json", action="store_true")
    _options(commands.choices)
    return parser.parse_args(argv)


def _options(commands: Mapping[str, argparse.ArgumentParser]) -> None:
    peers = commands["peers"]
    peers.add_argument("--chatterbot", metavar="PYTHON", help="a Python in which ChatterBot is installed")
    peers.add_argument("--only", metavar="NAME", help="only peers whose name has this in it")
    commands["replay"].add_argument("--talks", type=int, default=TALKS, metavar="N", help="conversations of the night")
    commands["calibrate"].add_argument("--fit", choices=("own_a", "own_b"), default="own_b")
    for name in LIVE:
        add_options(name, commands[name])


def _told(rows: Iterator[Row]) -> Iterator[Row]:
    """Peers take minutes: say on stderr which are done."""
    for row in rows:
        sys.stderr.write(f"{row['matcher']} on {row['set']}\n")
        yield row


def _texts(given: str | None, asks: Sequence[Example], most: int = MESSAGES) -> list[str]:
    """Real messages, or recombined asks where the data folder is not at hand and was not asked for."""
    try:
        path: Path | None = folder_of(given) / "messages.txt"
    except BenchError:
        path = None
    if path and path.is_file():
        return path.read_text("utf-8").split("\n")[:most]
    if given:
        raise BenchError(f"no messages.txt in {given}")
    return messages(asks, most)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
