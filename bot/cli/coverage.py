"""`yeban coverage`: which lines spoke, which never did and why, what nearly won, intents by volume.

In: a namespace and settings. Out: tables, Markdown or JSON on stdout, an exit code. Never: a word of a buyer's.

`--json` is described in `coverage_words.py`.
"""

import argparse
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.span import Span, span_of
from bot.cli.stored import with_store
from bot.cli.trying import book_of
from bot.clock import utc_now
from bot.core.coverage import Tally
from bot.core.coverage_report import coverage
from bot.core.walltime import local_day
from bot.coverage_words import as_markdown, on_screen, plain
from bot.errors import UsageError
from bot.ports import Store
from bot.settings import Settings

DAYS = 7


def run_coverage(args: argparse.Namespace, settings: Settings) -> int:
    """Of some days, a week as a rule."""
    if args.json and args.md:
        raise UsageError("coverage.json_or_md")
    book = book_of(settings)
    zone = ZoneInfo(book.rules.shop.timezone)
    since, until, span = span_of(args, local_day(utc_now(), zone), DAYS, zone)
    tally = Tally(book)
    cleared = with_store(settings, lambda store: _count(store, span, tally))
    told = coverage(tally.counts, book, *span, cleared)
    if args.json:
        print(json.dumps(plain(told, since, until), ensure_ascii=False))
    else:
        days = (since, until, zone)
        print("\n".join(as_markdown(told, *days) if args.md else on_screen(told, *days, whole=args.all)))
    return 0


async def _count(store: Store, span: Span, tally: Tally) -> datetime | None:
    await store.spoken(*span, tally.say)
    return await store.told(*span, tally.hear)
