"""`yeban stats`: the service record (服务统计本) of a day.

In: a namespace and settings. Out: a table, CSV or one JSON object on stdout, an exit code. Never: a day that has not
begun, a figure of its own making.

`--json` is described in `core/record_json.py`; with `--by` it has only that list.
"""

import argparse
import json
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.calendar import works_of
from bot.content.rules import read_rules
from bot.core.kpis import Record
from bot.core.record_json import plain
from bot.core.rules import Rules
from bot.core.walltime import local_day
from bot.errors import UsageError
from bot.service_record import service_record
from bot.settings import Settings
from bot.stats_table import as_csv, on_screen

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding


def run_stats(args: argparse.Namespace, settings: Settings) -> int:
    """One day, from one side or all."""
    if args.csv and args.json:
        raise UsageError("errors.csv_or_json")
    rules = read_rules(settings.rules).rules
    day = day_of(args.day, rules, utc_now())
    found = with_store(settings, lambda store: service_record(store, rules, works_of(rules), day))
    if args.csv:
        sys.stdout.write(_BOM + as_csv(found, args.by))
    else:
        print(as_json(found, args.by) if args.json else "\n".join(on_screen(found, args.by)))
    return 0


def day_of(asked: date | None, rules: Rules, now: datetime) -> date:
    """The day that was asked for, else the shop's today. Raises `UsageError` for one that is yet to come."""
    today = local_day(now, ZoneInfo(rules.shop.timezone))
    if asked and asked > today:
        raise UsageError("errors.day_ahead", day=asked, today=today)
    return asked or today


def as_json(found: Record, by: str | None) -> str:
    """One line."""
    return json.dumps(plain(found, by), ensure_ascii=False)
