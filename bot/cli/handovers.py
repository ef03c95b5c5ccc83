"""`yeban handover`: the hand-over log (交接记录本), of a day or what of it nobody has acknowledged.

In: a namespace and settings. Out: lines on stdout, an exit code. Never: a mark set.

`--json`: an object a log, `{"id", "group", "at", "made_at", "live_at": ISO or null, "ended": [shift ..], "receiving":
[shift ..], "lines": [{"number", "kind": "waiting" | "promise" | "call_back" | "note", "channel", "conversation_id",
"buyer_id", "text", "urgency": 0 hottest, "waiting_since", "due_at", "commitment_id", "agent_id", "acknowledged_by",
"acknowledged_at", "escalated_at", "handed_on": the later log's id, each null where there is none}]}`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.parser import moment
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.rules import read_rules
from bot.core.handover_words import clock_text
from bot.core.notebooks import Handover, HandoverLine
from bot.core.walltime import DAY, instant, local_day
from bot.ports import Store
from bot.settings import Settings
from bot.words import say


def run_handover(args: argparse.Namespace, settings: Settings) -> int:
    """The logs of the shop's day, oldest first; with `--open` what waits to be acknowledged, of whichever day."""
    zone = ZoneInfo(read_rules(settings.rules).rules.shop.timezone)
    now = moment(args.at) if args.at else utc_now()
    if args.open:
        found: Sequence[Handover] = with_store(settings, _open)
    else:
        day = local_day(now, zone)
        span = (instant(day, 0, zone), instant(day + DAY, 0, zone))
        found = with_store(settings, lambda store: store.handovers(*span))
    for log in found:
        print(_as_json(log) if args.json else "\n".join(_lines(log, zone)))
    if not found and not args.json:
        print(say("handover.none_open" if args.open else "handover.none"))
    return 0


async def _open(store: Store) -> Sequence[Handover]:
    return (await store.unread()).logs


def _as_json(log: Handover) -> str:
    return json.dumps(asdict(log), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _lines(log: Handover, zone: ZoneInfo) -> Iterator[str]:
    yield say(
        "handover.head",
        group=say(f"groups.{log.group}"),
        at=clock_text(log.at, zone),
        ended=say("join.list").join(log.ended) or say("handover.no_shift"),
        receiving=say("join.list").join(log.receiving),
        count=len(log.lines),
        open=sum(line.is_open for line in log.lines),
        id=log.id,
    )
    for line in log.lines:
        text = line.text or say("handover.erased")
        kind, state = say(f"handover.kinds.{line.kind.value}"), _state(line, zone)
        yield say("handover.line", number=line.number, kind=kind, text=_printable(text), state=state)


def _state(line: HandoverLine, zone: ZoneInfo) -> str:
    if line.acknowledged_at:
        by = line.acknowledged_by
        return say("handover.states.acknowledged", by=by, at=clock_text(line.acknowledged_at, zone))
    if line.handed_on:
        return say("handover.states.handed_on")
    return say("handover.states.escalated" if line.escalated_at else "handover.states.open")


def _printable(text: str) -> str:
    """One line that leaves the terminal as it is."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
