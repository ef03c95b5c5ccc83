"""Which size fits: an item's own chart against height and weight.

In: a chart and body data. Out: the rows that fit. Never: a size that the chart does not print.
"""

from dataclasses import dataclass
from decimal import Decimal

from bot.core.model import Item, SizeRow


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows of the chart that fit, smallest first. `body` is false where the chart or the buyer gives too little."""

    rows: tuple[SizeRow, ...]
    told: bool


def fit(item: Item, height: Decimal | None, weight: Decimal | None) -> Fit:
    """A row fits when every range it prints holds; ranges share their borders, so two neighbours may both fit."""
    asks_height = any(row.height for row in item.size_chart)
    asks_weight = any(row.weight for row in item.size_chart)
    if (asks_height and height is None) or (asks_weight and weight is None):
        return Fit((), told=False)
    by_both = tuple(row for row in item.size_chart if _holds(row.height, height) and _holds(row.weight, weight))
    return Fit(by_both or _between(item, height, weight), told=True)


def has_body_chart(item: Item) -> bool:
    """Whether the chart speaks of bodies at all (a scarf's does not)."""
    return any(row.height or row.weight for row in item.size_chart)


def _between(item: Item, height: Decimal | None, weight: Decimal | None) -> tuple[SizeRow, ...]:
    """Height says one size and weight its neighbour: both are named. Further apart, the chart has no answer."""
    numbers = [
        number
        for number, row in enumerate(item.size_chart)
        if (row.height and _holds(row.height, height)) or (row.weight and _holds(row.weight, weight))
    ]
    tall = any(row.height and _holds(row.height, height) for row in item.size_chart)
    heavy = any(row.weight and _holds(row.weight, weight) for row in item.size_chart)
    near = tall and heavy and numbers[-1] - numbers[0] <= 1
    return tuple(item.size_chart[number] for number in numbers) if near else ()


def _holds(bounds: tuple[Decimal, Decimal] | tuple[int, int] | None, value: Decimal | None) -> bool:
    return bounds is None or (value is not None and bounds[0] <= value <= bounds[1])
