"""The catalogue's lint: the new-product briefing and the store patrol over all products.

In: items as the shop has them, the rules, what buyers asked of each, the time. Out: what is wrong with each, the worst
first. Never: a change to a card; a price, a stock or a fact that is guessed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.model import Item
from bot.core.patrol.cards import (
    Questions,
    attribute_findings,
    clash_findings,
    kind_of,
    question_findings,
    red_line_findings,
)
from bot.core.patrol.charts import chart_findings
from bot.core.patrol.finding import Finding
from bot.core.patrol.sales import age_findings, shipping_findings, sku_findings
from bot.core.rules import Rules


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of one item."""

    item: Item
    finding: Finding


def patrol(
    items: Iterable[Item], rules: Rules, now: datetime, asked: Mapping[str, Questions] | None = None
) -> tuple[Found, ...]:
    """All findings, the worst first, then by item; `asked` by item id."""
    found = [Found(item, one) for item in items for one in findings_of(item, rules, now, (asked or {}).get(item.id))]
    return tuple(sorted(found, key=lambda one: (one.finding.severity, one.item.id)))


def findings_of(item: Item, rules: Rules, now: datetime, asked: Questions | None = None) -> tuple[Finding, ...]:
    """Of one item, the worst first. What a card lacks matters once it is on sale; what it says against itself always
    does."""
    return tuple(sorted(_findings(item, rules, now, asked or {}), key=lambda one: one.severity))


def _findings(item: Item, rules: Rules, now: datetime, asked: Questions) -> Iterator[Finding]:
    kind = kind_of(item.title, rules)
    yield from clash_findings(item, rules)
    yield from red_line_findings(item, rules)
    yield from chart_findings(item, kind, rules)
    yield from sku_findings(item)
    yield from shipping_findings(item, rules)
    yield from age_findings(item, rules, now)
    if item.on_sale:
        yield from attribute_findings(item, kind, rules)
        yield from question_findings(item, asked, rules)
