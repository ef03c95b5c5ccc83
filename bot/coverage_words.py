"""How coverage is told: on a screen, as Markdown, as plain values.

In: a coverage, its days. Out: lines, a mapping. Never: a buyer's word; in Markdown, a cell that breaks its table.

`{"since", "until": shop-local dates, both within, "turns", "said", "moved", "files": [{"path", "topic", "title",
"intent", "said", "changed": {variant: count}, "lines": [{"source", "variant", "text", "said", "why": null or why it did
not speak}], "asks": count, "asks_won": [{"source", "text", "count"}], "asks_never": sources}], "intents": [{"intent":
or null, "title", "turns", "answered", "asked", "handed_off", "missed", "stayed"}], "near": [{"intent", "rival",
"title", "rival_title", "count", "ask"}], "offers": [{"intent", "title", "offered", "taken"}], "gone": {topic: count},
"cleared_until": ISO, or null where nothing of the span was cleared away}`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.columns import aligned
from bot.core.coverage import TIE, Volume
from bot.core.coverage_report import Coverage, FileRow
from bot.words import say

SHOWN = 20  # rows of a table on a screen
_MINUTE = "%Y-%m-%d %H:%M"
_OUTCOMES = ("answered", "asked", "handed_off", "missed", "stayed")
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Table:
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Row]


def on_screen(told: Coverage, since: date, until: date, zone: ZoneInfo, *, whole: bool) -> Iterator[str]:
    """Of each table the first rows, or all."""
    yield from _head(told, since, until, zone)
    for table in _tables(told, whole=whole):
        yield f"\n{table.title}"
        shown = table.rows if whole else table.rows[:SHOWN]
        yield from aligned([_names(table), *shown]) if shown else [say("coverage.nothing")]
        if len(shown) < len(table.rows):
            yield say("coverage.more", count=len(table.rows) - len(shown))


def as_markdown(told: Coverage, since: date, until: date, zone: ZoneInfo) -> Iterator[str]:
    """All of it, for a merge request."""
    head, *rest = _head(told, since, until, zone)
    yield from (f"## {head}", "", *(f"- {line}" for line in rest))
    for table in _tables(told, whole=True):
        yield from ("", f"### {table.title}", "")
        rows = [_names(table), ["---"] * len(table.columns), *table.rows]
        yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows) if table.rows else [say("coverage.nothing")]


def _head(told: Coverage, since: date, until: date, zone: ZoneInfo) -> Iterator[str]:
    lines = [line for one in told.files for line in one.lines]
    spoke, asks = sum(line.said > 0 for line in lines), [won for one in told.files for _, won in one.asks]
    yield say("coverage.head", since=since, until=until, turns=told.turns, said=told.said)
    yield say(
        "coverage.lines", files=len(told.files), lines=len(lines), spoke=spoke, dead=len(lines) - spoke,
        asks=len(asks), won=sum(won > 0 for won in asks),
    )  # fmt: skip
    if told.cleared_until:
        yield say("coverage.cleared", until=told.cleared_until.astimezone(zone).strftime(_MINUTE))
    if whys := Counter(line.why for line in told.dead if line.why):
        counted = (say("coverage.whys_row", why=say(f"coverage.why.{why}"), count=whys[why]) for why in whys)
        yield say("coverage.whys", told=say("join.list").join(counted))
    if told.moved:
        yield say("coverage.moved", count=told.moved)
    if changed := sum(count for one in told.files for count in one.changed.values()):
        yield say("coverage.changed", count=changed)
    if told.gone:
        names = say("join.list").join(name for name, _ in told.gone)
        yield say("coverage.gone", count=sum(count for _, count in told.gone), names=names)


def _tables(told: Coverage, *, whole: bool) -> Iterator[_Table]:
    intents = [[_named(one.title, one.intent), *_volume(one.volume)] for one in told.intents]
    yield _Table(say("coverage.intents"), ("intent", "turns", *_OUTCOMES), intents)
    near = [
        [_named(one.title, one.intent), _named(one.rival_title, one.rival), str(one.count), one.ask or ""]
        for one in told.near
    ]
    yield _Table(say("coverage.near", tie=f"{TIE:.0f}"), ("intent", "rival", "count", "ask"), near)
    offers = [[_named(one.title, one.intent), str(one.offered), str(one.taken)] for one in told.offers]
    yield _Table(say("coverage.offers"), ("intent", "offered", "taken"), offers)
    dead = [[line.source, line.variant, say(f"coverage.why.{line.why}")] for line in told.dead]
    yield _Table(say("coverage.dead"), ("source", "variant", "why"), dead)
    if whole:
        files = [[one.path, str(one.said), str(len(one.asks)), str(_won(one))] for one in told.files]
        yield _Table(say("coverage.columns.path"), ("path", "said", "asks", "won"), files)


def _won(one: FileRow) -> int:
    return len(one.asks) - len(one.never)


def _named(title: str | None, intent: str | None) -> str:
    if intent is None:
        return say("coverage.no_intent")
    return say("coverage.intent", title=title, intent=intent) if title else intent


def _volume(one: Volume) -> Iterator[str]:
    yield str(one.turns)
    yield from (_share(getattr(one, name), one.turns) for name in _OUTCOMES)


def _share(some: int, of: int) -> str:
    return f"{some} ({100 * some / of:.0f}%)" if some else "0"


def _names(table: _Table) -> Row:
    return [say(f"coverage.columns.{name}") for name in table.columns]


def _cell(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())


def plain(told: Coverage, since: date, until: date) -> Mapping[str, object]:
    """All of it."""
    return {
        "since": since.isoformat(), "until": until.isoformat(), "turns": told.turns, "said": told.said,
        "moved": told.moved, "files": [_file(one) for one in told.files],
        "intents": [{"intent": one.intent, "title": one.title, **asdict(one.volume)} for one in told.intents],
        "near": [asdict(one) for one in told.near], "offers": [asdict(one) for one in told.offers],
        "gone": dict(told.gone), "cleared_until": told.cleared_until and told.cleared_until.isoformat(),
    }  # fmt: skip


def _file(one: FileRow) -> Mapping[str, object]:
    won = [{"source": ask.source, "text": ask.text, "count": count} for ask, count in one.asks if count]
    return {
        "path": one.path, "topic": one.topic, "title": one.title, "intent": one.intent, "said": one.said,
        "changed": one.changed, "lines": [asdict(line) for line in one.lines], "asks": len(one.asks),
        "asks_won": won, "asks_never": [ask.source for ask in one.never],
    }  # fmt: skip
