"""A service record as plain JSON values, for whoever shows it.

In: a record, the side from which to look. Out: a mapping. Never: a float; shares and yuan are text.

`{"day", "timezone", "known_until": ISO, how far into the day the log reaches, "definitions": [{"name",
"title", "from", "unit", "measure", "units", "within", "rate": 0 to 1 as text or null, "mean_ms": or null}], "total":
row, "agents", "shifts", "intents": [row]}`; with `--by` only that list. A row: `{"key": agent, `bot`, shift or intent,
or null, "buyers", "served", "conversations", "rounds", "unanswered", "hand_offs", "missed", "bot" and "human":
{"count", "mean_ms", "median_ms", "p90_ms", "within_8s", "within_30s", "within_180s"}, "conversion": {"asked", "paid",
"rate", "amount": yuan as text} or null, "present_minutes", "late": [{"at", "shift", "seconds"}]}`, the last two of
agents only.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.core.conversions import Conversion
from bot.core.definitions import Figure
from bot.core.kpis import Record, Row
from bot.core.tallies import MARKS, Responses, Tally

_SHARE = Decimal("0.0001")
#: The sides from which a record can be looked at, and the list of each.
LISTS: Mapping[str, str] = {"agent": "agents", "shift": "shifts", "intent": "intents"}


def plain(found: Record, by: str | None) -> Mapping[str, object]:
    """All of it, or of the lists only that of one side. The same for the same log, and in the same order."""
    lists: Mapping[str, Sequence[Row]] = {"agents": found.agents, "shifts": found.shifts, "intents": found.intents}
    wanted = [LISTS[by]] if by else list(lists)
    return {
        "day": found.day.isoformat(),
        "timezone": found.timezone,
        "known_until": found.known_until.isoformat(),
        "definitions": [_figure(one) for one in found.figures],
        "total": _tally(found.total),
        **{name: [_row(one, by_agent=name == "agents") for one in lists[name]] for name in wanted},
    }


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
