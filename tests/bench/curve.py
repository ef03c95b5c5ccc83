"""Coverage against precision while the confidence threshold moves, and what limits it now.

In: the shipped book and labelled lines. Out: tables. Never: a threshold chosen.
"""

from collections import Counter
from collections.abc import Sequence

from bot.core.book import OOS, Book
from tests.bench.data import Line
from tests.bench.figures import Point, scored, shares
from tests.bench.shipped import at_threshold, claims
from tests.bench.show import Row, Tables, rounded

THRESHOLDS = (30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
READ = "dev"  # the set whose errors may be looked at
MOST = 40


def curve(book: Book, sets: dict[str, list[Line]]) -> Tables:
    """One table a set; the row `shipped` is the threshold of `rules/reception.yaml`."""
    tables: dict[str, Sequence[Row]] = {name: swept(book, lines) for name, lines in sets.items()}
    if READ in sets:
        made = claims(book, sets[READ])
        tables[f"{READ}: wrong claims"] = _rows(wrong(sets[READ], made))
        tables[f"{READ}: in scope, not claimed"] = _rows(unclaimed(sets[READ], made))
    return tables


def swept(book: Book, lines: Sequence[Line]) -> list[Row]:
    """The whole bot, clauses and all, at each threshold."""
    here = round(book.rules.reception.confidence.sure)
    return [
        {"threshold": sure, "shipped": "x" if sure == here else "", **_row(lines, at_threshold(book, sure))}
        for sure in sorted({*THRESHOLDS, here})
    ]


def wrong(lines: Sequence[Line], made: Sequence[Sequence[str]]) -> Counter[tuple[str, str]]:
    """How often each intent was mistaken for which; a clear line out of scope is `oos!`."""
    return Counter(
        (f"{OOS}!" if line.intent == OOS and line.labelled.clear else line.intent, claimed[0])
        for line, claimed in zip(lines, made, strict=True)
        if claimed and claimed[0] not in line.labelled.right
    )


def unclaimed(lines: Sequence[Line], made: Sequence[Sequence[str]]) -> Counter[tuple[str, str]]:
    """How many messages in scope of each intent were claimed for nothing."""
    pairs = zip(lines, made, strict=True)
    return Counter((line.intent, "") for line, claimed in pairs if line.labelled.in_scope and not claimed)


def _row(lines: Sequence[Line], book: Book) -> Row:
    counts = scored(lines, claims(book, lines))
    point: Point = shares(counts)
    return {
        "coverage": rounded(point.coverage),
        "precision": rounded(point.precision),
        "false": rounded(point.false),
        "claimed": counts.claimed,
        "messages": counts.messages,
    }


def _rows(counts: Counter[tuple[str, str]]) -> list[Row]:
    return [{"true": true, "claimed": claimed, "times": times} for (true, claimed), times in counts.most_common(MOST)]
