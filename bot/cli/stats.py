"""`yeban stats`: the service record (服务统计本) of a day.

In: a namespace and settings. Out: a table, CSV or one JSON object on stdout, an exit code. Never: a day that has not
begun, a figure of its own making.

`--json`: `{"day", "timezone", "known_until": ISO, how far into the day the log reaches, "definitions": [{"name",
"title", "from", "unit", "measure", "units", "within", "rate": 0 to 1 as text or null, "mean_ms": or null}], "total":
row, "agents", "shifts", "intents": [row]}`; with `--by` only that list. A row: `{"key": agent, `bot`, shift or intent,
or null, "buyers", "served", "conversations", "rounds", "unanswered", "hand_offs", "missed", "bot" and "human":
{"count", "mean_ms", "median_ms", "p90_ms", "within_8s", "within_30s", "within_180s"}, "conversion": {"asked", "paid",
"rate", "amount": yuan as text} or null, "present_minutes", "late": [{"at", "shift", "seconds"}]}`, the last two of
agents only.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.cli.stats_table import as_csv, on_screen
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.calendar import workdays
from bot.content.rules import read_rules
from bot.core.conversions import Conversion
from bot.core.definitions import Figure
from bot.core.kpis import Record, Row
from bot.core.rules import Rules
from bot.core.tallies import MARKS, Responses, Tally
from bot.core.walltime import local_day
from bot.errors import UsageError
from bot.service_record import service_record
from bot.settings import Settings

_SHARE = Decimal("0.0001")
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding
_LISTS: Mapping[str, str] = {"agent": "agents", "shift": "shifts", "intent": "intents"}


def run_stats(args: argparse.Namespace, settings: Settings) -> int:
    """One day, from one side or all."""
    if args.csv and args.json:
        raise UsageError("errors.csv_or_json")
    rules = read_rules(settings.rules).rules
    day = day_of(args.day, rules, utc_now())
    found = with_store(settings, lambda store: service_record(store, rules, workdays(), day))
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
    """One line; the same for the same log."""
    lists: Mapping[str, Sequence[Row]] = {"agents": found.agents, "shifts": found.shifts, "intents": found.intents}
    wanted = [_LISTS[by]] if by else list(lists)
    told = {
        "day": found.day.isoformat(),
        "timezone": found.timezone,
        "known_until": found.known_until.isoformat(),
        "definitions": [_figure(one) for one in found.figures],
        "total": _tally(found.total),
        **{name: [_row(one, by_agent=name == "agents") for one in lists[name]] for name in wanted},
    }
    return json.dumps(told, ensure_ascii=False)


def _figure(one: Figure) -> dict[str, object]:
    told, is_rate = one.definition, one.definition.measure == "rate"
    return {
        "name": told.name, "title": told.title, "from": told.from_.isoformat(), "unit": told.unit,
        "measure": told.measure, "units": one.units, "within": one.within if is_rate else None,
        "rate": share(one.within, one.units) if is_rate else None, "mean_ms": None if is_rate else one.mean_ms,
    }  # fmt: skip


def _row(one: Row, *, by_agent: bool) -> dict[str, object]:
    told = {"key": one.key, **_tally(one.tally)}
    if not by_agent:
        return told
    there = one.attendance
    late = [
        {"at": each.at.isoformat(), "shift": each.shift, "seconds": each.seconds}
        for each in (there.late if there else ())
    ]
    return {**told, "present_minutes": there.minutes if there else 0, "late": late}


def _tally(one: Tally) -> dict[str, object]:
    return {
        "buyers": one.buyers, "served": one.served, "conversations": one.conversations, "rounds": one.rounds,
        "unanswered": one.unanswered, "hand_offs": one.hand_offs, "missed": one.missed, "bot": _responses(one.bot),
        "human": _responses(one.human), "conversion": _conversion(one.conversion),
    }  # fmt: skip


def _responses(one: Responses) -> dict[str, object]:
    names = (f"within_{int(mark.total_seconds())}s" for mark in MARKS)
    spans = {"count": one.count, "mean_ms": one.mean, "median_ms": one.median, "p90_ms": one.p90}
    return {**spans, **dict(zip(names, one.within, strict=True))}


def _conversion(one: Conversion | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {"asked": one.asked, "paid": one.paid, "rate": share(one.paid, one.asked), "amount": f"{one.amount:.2f}"}


def share(some: int, of: int) -> str | None:
    """From 0 to 1 with four decimals; None of nothing."""
    return str((Decimal(some) / of).quantize(_SHARE)) if of else None
