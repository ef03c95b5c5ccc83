"""Which size fits: an item's own chart against what the buyer told of the body.

In: a chart, body data, the shop's measures. Out: the rows that fit and what they were chosen by. Never: a size that the
chart does not print.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.core.model import Item, SizeRow
from bot.core.rules.shop import Sizes
from bot.core.slots import Slots

_PRINT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*(?:[-~]\s*(\d{1,3}(?:\.\d{1,2})?))?\s*(?:cm)?")


class Basis(StrEnum):
    """What a size was chosen by."""

    BODY = "body"
    MEASURE = "measure"
    USUAL = "usual"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows that fit or the two a body is between, smallest first; none with a `basis` is beyond the chart. `lacks` is
    what the chart must still be told: height, weight or the shop's name of a measure."""

    rows: tuple[SizeRow, ...] = ()
    basis: Basis | None = None
    lacks: tuple[str, ...] = ()


def fit(item: Item, slots: Slots, sizes: Sizes) -> Fit:
    """By height and weight, else by a measure, else by the size that the buyer wears or asks about."""
    chart, told = _ascending(item.size_chart), _told(slots)
    wanted = [name for name in told if any(_bounds(row, name) for row in chart)]
    lacks = tuple(name for name in wanted if told[name] is None)
    if wanted and not lacks:
        return Fit(_by_body(chart, told), Basis.BODY)
    measured = _by_measure(chart, slots.measures, sizes)
    if measured is not None:
        return Fit(measured, Basis.MEASURE)
    lacks = lacks or tuple(_measures_of(chart, sizes))
    return _by_name(chart, slots, told, lacks)


def has_body_chart(item: Item, sizes: Sizes) -> bool:
    """Whether the chart speaks of bodies at all (a scarf's does not)."""
    return any(row.height or row.weight for row in item.size_chart) or bool(_measures_of(item.size_chart, sizes))


def measure_of(row: SizeRow, name: str) -> tuple[Decimal, Decimal] | None:
    """A printed measure as a closed range in cm: "24.5" or "24-24.5"; other print is not understood."""
    found = _PRINT.fullmatch(row.measures.get(name, "").strip().lower())
    if found is None:
        return None
    low, high = Decimal(found[1]), Decimal(found[2] or found[1])
    return (low, high) if low <= high else None


def _told(slots: Slots) -> dict[str, Decimal | None]:
    return {"height": slots.height, "weight": slots.weight}


def _by_name(
    chart: tuple[SizeRow, ...], slots: Slots, told: Mapping[str, Decimal | None], lacks: tuple[str, ...]
) -> Fit:
    """The row of the size that is worn, if the half of a body that was told does not speak against it; a body that is
    half told is asked for the rest before a size asked about is shown."""
    row = _row(chart, slots.usual_size)
    if row and all(_holds(_bounds(row, name), value) for name, value in told.items() if value is not None):
        return Fit((row,), Basis.USUAL, lacks)
    row = _row(chart, slots.size)
    half = any(value is not None for value in told.values())
    return Fit((row,), Basis.ASKED, lacks) if row and not half else Fit(lacks=lacks)


def _row(chart: Iterable[SizeRow], size: str | None) -> SizeRow | None:
    return next((row for row in chart if size and row.size.upper() == size.upper()), None)


def _by_body(chart: tuple[SizeRow, ...], told: Mapping[str, Decimal | None]) -> tuple[SizeRow, ...]:
    """A row fits when every range it prints holds; ranges share their borders, so two neighbours may both fit."""
    printed = (row for row in chart if row.height or row.weight)
    both = tuple(row for row in printed if all(_holds(_bounds(row, name), value) for name, value in told.items()))
    return _nearest(both, told) if both else _between(chart, told)


def _nearest(rows: tuple[SizeRow, ...], told: Mapping[str, Decimal | None]) -> tuple[SizeRow, ...]:
    """Of more than two rows the two in whose middle the body is."""
    kept = sorted(rows, key=lambda row: _off_centre(row, told))[:2]
    return tuple(row for row in rows if row in kept)


def _off_centre(row: SizeRow, told: Mapping[str, Decimal | None]) -> Decimal:
    ranges = ((_bounds(row, name), value) for name, value in told.items())
    return sum((abs(value - (low + high) / 2) for (low, high), value in _known(ranges)), Decimal(0))


def _known(
    ranges: Iterable[tuple[tuple[Decimal, Decimal] | None, Decimal | None]],
) -> Iterable[tuple[tuple[Decimal, Decimal], Decimal]]:
    return ((bounds, value) for bounds, value in ranges if bounds is not None and value is not None)


def _between(chart: tuple[SizeRow, ...], told: Mapping[str, Decimal | None]) -> tuple[SizeRow, ...]:
    """Height says one size and weight its neighbour: both are named. Further apart, the chart has no answer."""
    says = {name: [at for at, row in enumerate(chart) if holding(row, name, value)] for name, value in told.items()}
    numbers = sorted({at for places in says.values() for at in places})
    near = all(says.values()) and numbers[-1] - numbers[0] == 1
    return tuple(chart[at] for at in numbers) if near else ()


def holding(row: SizeRow, name: str, value: Decimal | None) -> bool:
    """Whether a row prints a range of height (cm) or weight (kg) that the value is in."""
    bounds = _bounds(row, name)
    return bounds is not None and _holds(bounds, value)


def _by_measure(
    chart: tuple[SizeRow, ...], measures: Mapping[str, Decimal], sizes: Sizes
) -> tuple[SizeRow, ...] | None:
    """The row that prints the measure, or the two between whose figures it lies; None where none was told."""
    name = next((name for name in _measures_of(chart, sizes) if name in measures), None)
    if name is None:
        return None
    figures = [(bounds, at) for at, row in enumerate(chart) if (bounds := measure_of(row, name))]
    printed = [(bounds, chart[at]) for bounds, at in sorted(figures)]
    exact = tuple(row for bounds, row in printed if _holds(bounds, measures[name]))[:2]
    below = [row for (_, high), row in printed if high < measures[name]]
    above = [row for (low, _), row in printed if low > measures[name]]
    return exact or ((below[-1], above[0]) if below and above else ())


def _measures_of(chart: Iterable[SizeRow], sizes: Sizes) -> list[str]:
    """Measures of the body that a chart prints in a form that is understood."""
    rows = tuple(chart)
    return [name for name, one in sizes.measures.items() if one.fits and any(measure_of(row, name) for row in rows)]


def _ascending(chart: tuple[SizeRow, ...]) -> tuple[SizeRow, ...]:
    """Smallest first, however the shop printed it."""
    for name in ("weight", "height"):
        if chart and all(_bounds(row, name) for row in chart):
            return tuple(sorted(chart, key=lambda row: _bounds(row, name) or (Decimal(0), Decimal(0))))
    return chart


def _bounds(row: SizeRow, name: str) -> tuple[Decimal, Decimal] | None:
    if name == "weight":
        return row.weight
    return (Decimal(row.height[0]), Decimal(row.height[1])) if row.height else None


def _holds(bounds: tuple[Decimal, Decimal] | None, value: Decimal | None) -> bool:
    return bounds is None or (value is not None and bounds[0] <= value <= bounds[1])
