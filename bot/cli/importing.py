"""`yeban import`: a file of items or orders into the store, whole or not at all.

In: a namespace and settings. Out: what came of it on stdout, faults and progress on stderr, an exit code. Never: a
second way into the tables.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.cli.patrolling import hint
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.errors import ContentError, Fault
from bot.ports import Kept
from bot.settings import Settings
from bot.shop.importer import read_file
from bot.shop.raw import Stage, unheard
from bot.words import say

SHOWN = 50  # faults on a screen; a wrong column makes one of every row


def run_import(args: argparse.Namespace, settings: Settings) -> int:
    """Catalogue or orders from a file, all or nothing."""
    told = _progress if args.progress or sys.stderr.isatty() else unheard
    try:
        file = read_file(Path(args.file), utc_now(), args.encoding, told)
    except ContentError as error:
        _tell(error.faults)
        return 1
    _tell(file.warnings)
    found = file.snapshots
    keep = partial(told, "stored")
    kept = with_store(settings, lambda store: store.import_snapshots(found.items, found.orders, keep))
    print(_done(kept))
    if worth := hint(found.items, settings, utc_now()):
        print(worth)
    return 0


def _progress(stage: Stage, count: int) -> None:
    sys.stderr.write(say(f"import.{stage}", count=count) + "\n")


def _tell(faults: Sequence[Fault]) -> None:
    """The first by line, and how many more there are."""
    more = [say("import.more", count=len(faults) - SHOWN)] if len(faults) > SHOWN else []
    sys.stderr.write("".join(f"{line}\n" for line in (*map(_line, faults[:SHOWN]), *more)))


def _line(fault: Fault) -> str:
    return say("import.warning", text=str(fault)) if fault.severity == "warning" else str(fault)


def _done(kept: Kept) -> str:
    told = {"items": kept.items, "orders": kept.orders, "older": kept.older}
    return say("import.done_older" if kept.older else "import.done", **told)
