"""`yeban nudges`: whether nudging brings anything, and how sure that is.

In: a namespace and settings. Out: lines or one JSON object on stdout, an exit code. Never: an effect that the hold-out
does not show.

`--json`: `{"since", "until": shop-local dates, both within, "window_seconds", "nudged" and "held_out": {"orders",
"recovered", "share": 0 to 1 or null, "amount": yuan as text}, "difference": {"points", "low", "high"} in percentage
points with its 95 % interval, or null, "money": {"value", "low", "high"} in yuan as text, or null, "left_out":
{"early", "repeat", "open"} in orders, "mixed_buyers", "verdict": "too_few" | "none_seen" | "gain" | "loss"}`.
"""

import argparse
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.rules import read_rules
from bot.core.rules import Rules
from bot.core.uplift import LEAST, Enrolment, Estimate, Tally, Uplift, uplift
from bot.core.walltime import DAY, instant, local_day
from bot.core.when import say_duration
from bot.errors import UsageError
from bot.settings import Settings
from bot.words import say

LOOK_BACK = 30  # days, today among them
Enrolments = Callable[[datetime, datetime], Awaitable[Sequence[Enrolment]]]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of `zone`, the shop's, from `since` to `until`, both within; a payment counts for so long."""

    since: date
    until: date
    window: timedelta
    zone: ZoneInfo


def run_nudges(args: argparse.Namespace, settings: Settings) -> int:
    """Both arms side by side."""
    now = utc_now()
    period = period_of(args, read_rules(settings.rules).rules, now)
    found = with_store(settings, lambda store: known(store.enrolments, period, now))
    print(as_json(found, period) if args.json else "\n".join(on_screen(found, period)))
    return 0


def period_of(args: argparse.Namespace, rules: Rules, now: datetime) -> Period:
    """The days that were asked for, else the last thirty; the window likewise, else that of the rules. Raises
    `UsageError` where the first day comes after the last."""
    zone = ZoneInfo(rules.shop.timezone)
    until = args.until or local_day(now, zone)
    since = args.since or until - DAY * (LOOK_BACK - 1)
    if since > until:
        raise UsageError("errors.days_reversed", since=since, until=until)
    return Period(since, until, args.window or rules.nudges.hold_out.within, zone)


async def known(enrolments: Enrolments, period: Period, now: datetime) -> Uplift:
    """What the ledger says of these days at this moment."""
    since, until = instant(period.since, 0, period.zone), instant(period.until + DAY, 0, period.zone)
    return uplift(await enrolments(since, until), now, period.window)


def as_json(found: Uplift, period: Period) -> str:
    told = {
        "since": period.since.isoformat(), "until": period.until.isoformat(),
        "window_seconds": int(period.window.total_seconds()),
        "nudged": _tally(found.nudged), "held_out": _tally(found.held_out),
        "difference": _points(found.difference), "money": _yuan(found.money),
        "left_out": asdict(found.left_out), "mixed_buyers": found.mixed, "verdict": found.verdict.value,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _tally(arm: Tally) -> dict[str, object]:
    share = None if arm.share is None else round(float(arm.share), 4)
    return {"orders": arm.orders, "recovered": arm.recovered, "share": share, "amount": f"{arm.amount:.2f}"}


def _points(one: Estimate | None) -> dict[str, float] | None:
    if one is None:
        return None
    return {
        name: round(float(value * 100), 2) for name, value in zip(("points", "low", "high"), _three(one), strict=True)
    }


def _yuan(one: Estimate | None) -> dict[str, str] | None:
    if one is None:
        return None
    return {name: f"{value:.2f}" for name, value in zip(("value", "low", "high"), _three(one), strict=True)}


def _three(one: Estimate) -> tuple[Decimal, Decimal, Decimal]:
    return one.value, one.low, one.high


def on_screen(found: Uplift, period: Period) -> list[str]:
    """What an owner reads; the verdict is said whichever way it goes."""
    lines = [
        say("uplift.head", since=period.since, until=period.until, window=say_duration(period.window)),
        _line("uplift.nudged", found.nudged),
        _line("uplift.held_out", found.held_out),
    ]
    if found.difference and found.money:
        lines.append(_signed("uplift.difference", found.difference, 100, "+.1f"))
        lines.append(_signed("uplift.money", found.money, 1, "+,.2f"))
    left_out = say("uplift.left_out", **asdict(found.left_out), mixed=found.mixed)
    return [*lines, left_out, say("uplift.verdict", told=say(f"uplift.verdicts.{found.verdict.value}", least=LEAST))]


def _line(key: str, arm: Tally) -> str:
    share = "-" if arm.share is None else f"{arm.share * 100:.1f}%"
    return say(key, orders=arm.orders, recovered=arm.recovered, share=share, amount=f"{arm.amount:,.2f}")


def _signed(key: str, one: Estimate, scale: int, form: str) -> str:
    value, low, high = (format(part * scale, form) for part in _three(one))
    return say(key, value=value, low=low, high=high)
