"""The service record as people read it: a table on the screen, or CSV for a spreadsheet.

In: a record, the side from which to look. Out: lines of text. Never: a cell that a spreadsheet would run.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.columns import aligned
from bot.core.definitions import Figure
from bot.core.kpis import Record, Row
from bot.core.rounds import BOT, SELLER
from bot.core.tallies import MARKS, Responses, Tally
from bot.words import say

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MINUTE = 60
_TENTH = Decimal("0.1")
Cells = Mapping[str, str]
#: What is told of nobody in particular, by side.
_NOBODY = {"agent": "stats.nobody", "shift": "stats.no_shift", "intent": "stats.no_intent"}
_COUNTS = ("buyers", "served", "conversations", "rounds", "unanswered", "hand_offs", "missed")
_NARROW = (
    "buyers", "served", "rounds", "unanswered", "hand_offs", "missed", "bot_count", "bot_median", "bot_8s",
    "human_count", "human_median", "human_p90", "human_180s", "paid", "conversion", "amount", "minutes", "late",
)  # fmt: skip


def on_screen(found: Record, by: str | None) -> list[str]:
    """The figures of the platforms, then the table: all of the day, and each row of the side that was asked for."""
    until = found.known_until.astimezone(ZoneInfo(found.timezone))
    shown = "24:00" if until.date() > found.day else f"{until:%H:%M}"
    lines = [say("stats.head", day=found.day, zone=found.timezone, until=shown)]
    lines += [say("stats.figure", title=one.definition.title, value=_figure(one)) for one in found.figures]
    names = [name for name in _NARROW if by == "agent" or name not in {"minutes", "late"}]
    rows = [[say(f"stats.columns.{by or 'all'}"), *(say(f"stats.columns.{name}") for name in names)]]
    for key, cells in _table(found, by):
        rows.append([key, *(cells.get(name, "") for name in names)])
    return [*lines, "", *aligned(rows)]


def as_csv(found: Record, by: str | None) -> str:
    """A header, the whole day, then a row a key; the platforms' figures stand in the row of the whole day."""
    told = io.StringIO()
    writer = csv.writer(told)
    figures = [one.definition.title for one in found.figures]
    names = [name for name in _columns() if by == "agent" or name not in {"minutes", "late"}]
    writer.writerow(
        [say(f"stats.columns.{by or 'all'}"), *(say(f"stats.columns.{name}") for name in names), *map(_safe, figures)]
    )
    for number, (key, cells) in enumerate(_table(found, by)):
        values = [_value(one) if number == 0 else "" for one in found.figures]
        writer.writerow([_safe(cell) for cell in (key, *(cells.get(name, "") for name in names), *values)])
    return told.getvalue()


def _figure(one: Figure) -> str:
    """What a definition came to, and of how many."""
    if not one.units:
        return say("stats.none")
    if one.definition.measure == "mean":
        return say("stats.mean", mean=_value(one), units=one.units)
    return say("stats.rate", share=_value(one), within=one.within, units=one.units)


def _value(one: Figure) -> str:
    """A share in percent, or seconds."""
    return _seconds(one.mean_ms) if one.definition.measure == "mean" else _percent(one.within, one.units)


def _table(found: Record, by: str | None) -> Iterator[tuple[str, Cells]]:
    yield say("stats.total"), _tally(found.total)
    sides: Mapping[str, Sequence[Row]] = {"agent": found.agents, "shift": found.shifts, "intent": found.intents}
    for row in sides[by] if by else ():
        yield _key(row.key, by or ""), {**_tally(row.tally), **_there(row)}


def _key(key: str | None, by: str) -> str:
    if key is None:
        return say(_NOBODY[by])
    named = {BOT: "stats.bot", SELLER: "stats.seller"}
    return say(named[key]) if by == "agent" and key in named else key


def _columns() -> Iterator[str]:
    yield from _COUNTS
    for who in ("bot", "human"):
        yield from (f"{who}_{name}" for name in ("count", "mean", "median", "p90", *_marks()))
    yield from ("paid", "conversion", "amount", "minutes", "late")


def _marks() -> Iterator[str]:
    yield from (f"{int(mark.total_seconds())}s" for mark in MARKS)


def _tally(one: Tally) -> Cells:
    cells = {name: str(getattr(one, name)) for name in _COUNTS}
    cells |= {**_responses("bot", one.bot), **_responses("human", one.human)}
    if one.conversion:
        sold = one.conversion
        cells |= {"paid": str(sold.paid), "conversion": _percent(sold.paid, sold.asked), "amount": f"{sold.amount:.2f}"}
    return cells


def _responses(who: str, one: Responses) -> Cells:
    spans = {"mean": one.mean, "median": one.median, "p90": one.p90}
    cells = {f"{who}_count": str(one.count)}
    cells |= {f"{who}_{name}": _seconds(span) for name, span in spans.items()}
    return cells | {f"{who}_{mark}": _percent(some, one.count) for mark, some in zip(_marks(), one.within, strict=True)}


def _there(row: Row) -> Cells:
    if row.attendance is None:
        return {}
    told = [
        say("stats.late", shift=one.shift or say("stats.no_shift_named"), minutes=-(-one.seconds // _MINUTE))
        for one in row.attendance.late
    ]
    return {"minutes": str(row.attendance.minutes), "late": say("join.list").join(told)}


def _seconds(millis: int | None) -> str:
    if millis is None:
        return say("stats.none")
    return str((Decimal(millis) / 1000).quantize(_TENTH))


def _percent(some: int, of: int) -> str:
    return f"{(Decimal(some) * 100 / of).quantize(_TENTH)}%" if of else say("stats.none")


def _safe(cell: str) -> str:
    """Nothing is an empty cell. An agent may be called `=1+1`; a spreadsheet is not to reckon with that."""
    if cell == say("stats.none"):
        return ""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
