"""How groups and feedback of the issue log are told: on a screen, as plain values, as a table.

In: groups, feedback, the shop's zone and book. Out: lines, rows, CSV. Never: a buyer's id; a cell that a spreadsheet
takes for a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.core.book import Book
from bot.core.feedback import Feedback, Row
from bot.core.issue_groups import QUESTIONS, Group, Near, nearest_reply
from bot.core.weeks import Week
from bot.words import say

_BOM = "\ufeff"  # by this, spreadsheets know that a table is UTF-8
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MINUTE = "%Y-%m-%d %H:%M"
#: The columns of a table, in order; `reply.path` is the path in the reply.
GROUPS = (
    "kind", "text", "count", "before", "open", "buyers", "first_at", "last_at", "intent", "source", "reply.path",
    "reply.score", "samples", "id", "issues",
)  # fmt: skip
FEEDBACK = ("list", "item", "intent", "title", "reason", "count", "buyers", "samples")
Told = Mapping[str, object]


def parts_of(told: Feedback, titles: Mapping[str, str], intents: Mapping[str, str]) -> Iterator[tuple[str, list[Told]]]:
    """Each list with its rows, as plain values."""
    by_item = {"returns": told.returns, "complaints": told.complaints, "wrong_facts": told.wrong_facts}
    for name, rows in by_item.items():
        yield name, [_item_row(row, titles) for row in rows]
    yield (
        "unanswered",
        [{"intent": row.key[0] or None, "title": intents.get(row.key[0]), **_counts(row)} for row in told.unanswered],
    )


def _item_row(row: Row, titles: Mapping[str, str]) -> Told:
    reason = {"reason": row.key[1] or None} if len(row.key) > 1 else {}
    return {"item": row.key[0] or None, "title": titles.get(row.key[0]), **reason, **_counts(row)}


def _counts(row: Row) -> dict[str, object]:
    return {"count": row.count, "buyers": row.buyers, "samples": [_one_line(text) for text in row.samples]}


def told_of(group: Group, near: Near | None, zone: ZoneInfo) -> Told:
    reply = {"topic": near.topic, "path": near.path, "score": near.score} if near else None
    return {
        "id": group.id, "kind": group.kind.value, "text": _one_line(group.lead), "count": group.count,
        "before": group.before, "open": group.open, "buyers": group.buyers,
        "first_at": group.first_at.astimezone(zone).isoformat(), "last_at": group.last_at.astimezone(zone).isoformat(),
        "samples": [_one_line(text) for text in group.samples], "intent": group.intent, "topic": group.topic,
        "source": group.source, "reply": reply, "issues": list(group.ids),
    }  # fmt: skip


def on_screen(week: Week, found: Sequence[Group], limit: int, book: Book, zone: ZoneInfo) -> Iterator[str]:
    total, waits = sum(group.count for group in found), sum(group.open for group in found)
    yield say("issues.head", week=week.label, since=week.monday, until=week.sunday, count=total, open=waits)
    kind = None
    for group in found[:limit]:
        if group.kind is not kind:
            kind = group.kind
            yield say("issues.kind", kind=say(f"issues.kinds.{kind}"))
        yield from _group(group, nearest_reply(group, book), zone)
    if len(found) > limit:
        yield say("issues.more", count=len(found) - limit)


def _group(group: Group, near: Near | None, zone: ZoneInfo) -> Iterator[str]:
    lead = _one_line(group.lead) or say("issues.emptied")
    yield say(
        "issues.group", id=group.id, count=group.count, before=group.before, buyers=group.buyers, open=group.open,
        last=group.last_at.astimezone(zone).strftime(_MINUTE), text=lead,
    )  # fmt: skip
    if others := group.samples[1:]:
        yield say("issues.samples", text=say("issues.between").join(map(_one_line, others)))
    if group.source:
        yield say("issues.said", source=group.source)
    if group.kind in QUESTIONS:
        yield say("issues.reply", path=near.path, score=f"{near.score:.0f}") if near else say("issues.no_reply")


def feedback_on_screen(since: date, until: date, parts: Mapping[str, Sequence[Told]]) -> Iterator[str]:
    yield say("issues.feedback_head", since=since, until=until)
    for name, rows in parts.items():
        yield say("issues.kind", kind=say(f"issues.lists.{name}"))
        if not rows:
            yield say("issues.none")
        for row in rows:
            yield say("issues.row", count=row["count"], buyers=row["buyers"], what=_what(row))


def _what(row: Told) -> str:
    """An item with its title and reason, or what an intent is called."""
    if intent := row.get("intent"):
        return str(row.get("title") or intent)
    names = [row.get("item") or say("issues.unknown"), row.get("title"), row.get("reason")]
    return " ".join(str(name) for name in names if name)


def _one_line(text: str) -> str:
    return say("issues.then").join(text.split("\n"))


def table_of(rows: Iterable[Told], columns: Sequence[str]) -> str:
    """With a header in Chinese and a byte order mark: written as UTF-8 it is `utf-8-sig`."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(say(f"issues.columns.{name.replace('.', '_')}") for name in columns)
    table.writerows([_cell(name, _value(row, name)) for name in columns] for row in rows)
    return _BOM + written.getvalue().removesuffix("\n")


def _value(row: Told, name: str) -> object:
    first, _, rest = name.partition(".")
    found = row.get(first)
    if not rest:
        return found
    return _value(found, rest) if isinstance(found, Mapping) else None


def _cell(name: str, value: object) -> str:
    if name in {"kind", "list"}:
        return say(f"issues.{name}s.{value}")
    text = say("issues.between").join(map(str, value)) if isinstance(value, list) else str(value or "")
    return f"'{text}" if text.startswith(_FORMULA) else text
