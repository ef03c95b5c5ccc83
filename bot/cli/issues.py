"""`yeban issues`: the issue log of a week in groups, what it tells operations and product, and settling it.

In: a namespace and settings. Out: lines, JSON or CSV on stdout, an exit code. Never: a buyer's id.

`--json` of a week: `{"week", "since", "until": shop-local dates, both within, "groups": [{"id", "kind", "text",
"count", "before": of the week before, "open", "buyers", "first_at", "last_at", "samples", "intent", "topic" and
"source" of what was said, "reply": {"topic", "path", "score"} or null, "issues": ids}]}`. Of `feedback`: `{"since",
"until", "returns": [{"item", "title", "reason", "count", "buyers", "samples"}], "complaints", "wrong_facts": the same
without a reason, "unanswered": [{"intent", "title", "count", "buyers", "samples"}]}`. `--csv` has a row for each.
"""

import argparse
import json
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot import log
from bot.cli.stored import with_store
from bot.cli.trying import book_of
from bot.clock import utc_now
from bot.content.rules import read_rules
from bot.core.issue_groups import nearest_reply
from bot.core.notebooks import IssueKind
from bot.core.walltime import DAY, instant
from bot.core.weeks import Week, week_of
from bot.errors import UsageError
from bot.issue_log import feedback_with_titles, groups_in, settle
from bot.issue_words import FEEDBACK, GROUPS, feedback_on_screen, on_screen, parts_of, table_of, told_of
from bot.settings import Settings
from bot.words import say

BY = "cli"
Told = Mapping[str, object]


def run_issues(args: argparse.Namespace, settings: Settings) -> int:
    """A week's groups, the most frequent first within each kind."""
    book = book_of(settings)
    zone = ZoneInfo(book.rules.shop.timezone)
    week = args.week or week_of(utc_now(), zone)
    kinds = (IssueKind(args.kind),) if args.kind else ()
    found = with_store(settings, lambda store: groups_in(store, week, zone, kinds))
    if args.json or args.csv:
        rows = [told_of(group, nearest_reply(group, book), zone) for group in found]
        dates = _dates(week.monday, week.sunday, week)
        print(table_of(rows, GROUPS) if args.csv else _as_json(dates, groups=rows))
    else:
        print("\n".join(on_screen(week, found, args.limit, book, zone)))
    return 0


def run_feedback(args: argparse.Namespace, settings: Settings) -> int:
    """A week's, or that of some days."""
    rules = read_rules(settings.rules).rules
    zone = ZoneInfo(rules.shop.timezone)
    since, until = _days(args, zone)
    span = instant(since, 0, zone), instant(until + DAY, 0, zone)
    told, titles = with_store(settings, lambda store: feedback_with_titles(store, *span))
    intents = {name: topic.title for name, topic in book_of(settings).by_intent.items()}
    parts = dict(parts_of(told, titles, intents))
    if args.csv:
        rows = [{"list": name, **row} for name, some in parts.items() for row in some]
        print(table_of(rows, FEEDBACK))
    elif args.json:
        print(_as_json(_dates(since, until), **parts))
    else:
        print("\n".join(feedback_on_screen(since, until, parts)))
    return 0


def run_settle(args: argparse.Namespace, settings: Settings) -> int:
    """Issues, or groups by their ids."""
    zone = ZoneInfo(read_rules(settings.rules).rules.shop.timezone)
    done = with_store(settings, lambda store: settle(store, args.ids, args.remedy, BY, zone, utc_now()))
    log.set_up(settings.log_format)
    log.get().info("issues.settled", count=len(done))
    print(say("issues.settled", count=len(done)))
    return 0


def _days(args: argparse.Namespace, zone: ZoneInfo) -> tuple[date, date]:
    """Both within. Raises `UsageError` where a week and days are named, or the first day comes after the last."""
    if args.week and (args.since or args.until):
        raise UsageError("errors.week_or_days")
    week = args.week or week_of(utc_now(), zone)
    until = args.until or (max(week.sunday, args.since) if args.since else week.sunday)
    since = args.since or min(week.monday, until)
    if since > until:
        raise UsageError("errors.days_reversed", since=since, until=until)
    return since, until


def _dates(since: date, until: date, week: Week | None = None) -> Told:
    named = {"week": week.label} if week else {}
    return {**named, "since": since.isoformat(), "until": until.isoformat()}


def _as_json(head: Told, **parts: object) -> str:
    return json.dumps({**head, **parts}, ensure_ascii=False)
