"""An item's sizes against its size chart, and the chart against itself.

In: an item and the rules. Out: findings. Never: a size chosen for anybody.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from bot.core.model import Item, SizeRow
from bot.core.once import once, remembered
from bot.core.patrol.finding import Finding, missing, wrong
from bot.core.rules import Rules
from bot.core.rules.catalogue import Kind
from bot.words import say

Span = tuple[Decimal, Decimal]
_RANGE = re.compile(
    r"(\d{1,4}(?:\.\d{1,2})?)\s*[-~]\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:cm|厘米)?", re.ASCII | re.IGNORECASE
)


def chart_findings(item: Item, kind: Kind | None, rules: Rules) -> Iterator[Finding]:
    """What the chart lacks or says twice."""
    if not item.size_chart:
        yield from _no_chart(item, kind, rules)
        return
    yield from _unlike(item, rules)
    for row in item.size_chart:
        yield from _inverted(row)
    sane = [row for row in item.size_chart if all(low <= high for low, high in _spans(row).values())]
    yield from _nested(sane)
    yield from _out_of_order(sane, rules)
    yield from _holes(sane, rules)


def _no_chart(item: Item, kind: Kind | None, rules: Rules) -> Iterator[Finding]:
    found = _sizes(item, rules)
    if item.on_sale and found and (kind is None or kind.chart):
        yield missing("no_chart", sizes=_list(found))


def _unlike(item: Item, rules: Rules) -> Iterator[Finding]:
    """Sizes that are sold and not in the chart, and the other way round."""
    printed = {folded_size(row.size) for row in item.size_chart}
    sold = {folded_size(word) for sku in item.skus for word in sku.name.split()}
    lacking = [size for size in _sizes(item, rules) if folded_size(size) not in printed]
    extra = [row.size for row in item.size_chart if folded_size(row.size) not in sold]
    if lacking:
        yield wrong("sizes_not_in_chart", sizes=_list(lacking))
    if extra and item.skus:
        yield wrong("chart_not_sold", sizes=_list(extra))


def _sizes(item: Item, rules: Rules) -> list[str]:
    """The sizes that SKU names print, but for those that fit all."""
    known = _ranks(rules).keys() | {folded_size(row.size) for row in item.size_chart}
    known -= {folded_size(size) for size in rules.catalogue.one_size}
    words = dict.fromkeys(word for sku in item.skus for word in sku.name.split())
    return [word for word in words if folded_size(word) in known]


@once
def _ranks(rules: Rules) -> Mapping[str, int]:
    """The shop's sizes with their places in its list."""
    return {folded_size(size): place for place, size in enumerate(rules.sizes.words)}


@remembered
def folded_size(word: str) -> str:
    """How sizes are compared: width and case do not count; XXL is 2XL."""
    plain = unicodedata.normalize("NFKC", word).upper().removesuffix("码")
    count = len(plain) - 1
    return f"{count}XL" if count > 1 and plain == "X" * count + "L" else plain


def _inverted(row: SizeRow) -> Iterator[Finding]:
    for name, span in _spans(row).items():
        if span[0] > span[1]:
            yield wrong("range_inverted", size=row.size, name=say(f"slots.{name}"), low=span[0], high=span[1])

    for name, text in row.measures.items():
        found = _RANGE.fullmatch(text.strip())
        if found and Decimal(found[1]) > Decimal(found[2]):
            yield wrong("range_inverted", size=row.size, name=name, low=found[1], high=found[2])


def _nested(chart: Sequence[SizeRow]) -> Iterator[Finding]:
    """Whoever the inner of two rows fits, the outer one fits as well: the chart tells them two sizes."""
    rows = [(row.size, spans) for row in chart if (spans := _spans(row))]
    for (one, mine), (other, theirs) in combinations(rows, 2):
        if mine == theirs:
            yield wrong("chart_same", size=other, other=one)
        elif _within(mine, theirs):
            yield wrong("chart_within", size=one, other=other)
        elif _within(theirs, mine):
            yield wrong("chart_within", size=other, other=one)


def _within(inner: Mapping[str, Span], outer: Mapping[str, Span]) -> bool:
    """Both print the same ranges, and each of the inner lies in the outer's."""
    return inner.keys() == outer.keys() and all(_holds(outer[name], inner[name]) for name in inner)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _out_of_order(chart: Sequence[SizeRow], rules: Rules) -> Iterator[Finding]:
    """A larger size for smaller bodies; what is larger, the shop's own list of sizes tells by its order."""
    rank = _ranks(rules)
    known = sorted((row for row in chart if folded_size(row.size) in rank), key=lambda row: rank[folded_size(row.size)])
    for small, large in pairwise(known):
        spans = [(_spans(small)[name], _spans(large)[name]) for name in _spans(small).keys() & _spans(large).keys()]
        if any(b[0] < a[0] and b[1] < a[1] for a, b in spans):
            yield wrong("chart_order", size=large.size, other=small.size)


def _holes(chart: Sequence[SizeRow], rules: Rules) -> Iterator[Finding]:
    """Bodies between the smallest and the largest that no row is for."""
    allowed = {"height": rules.catalogue.gaps.height, "weight": rules.catalogue.gaps.weight}
    for name, gap in allowed.items():
        for low, high in _between(sorted(spans[name] for row in chart if name in (spans := _spans(row)))):
            if high - low > gap:
                yield missing("chart_hole", name=say(f"slots.{name}"), low=low, high=high)


def _between(spans: Sequence[Span]) -> Iterator[Span]:
    """Where one run of ranges ends and the next begins."""
    ends = [max(high for _, high in spans[: place + 1]) for place in range(len(spans))]
    yield from ((end, after[0]) for end, (_, after) in zip(ends, pairwise(spans), strict=False) if after[0] > end)


def _spans(row: SizeRow) -> dict[str, Span]:
    """The ranges of a body that a row prints, in cm and kg."""
    height = (Decimal(row.height[0]), Decimal(row.height[1])) if row.height else None
    return {name: span for name, span in (("height", height), ("weight", row.weight)) if span is not None}


def _list(words: Sequence[str]) -> str:
    return say("join.list").join(words)
