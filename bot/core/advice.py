"""A size recommendation in words: what was told, which row fits, why, what is still to be told.

In: a fit, the slots, the shop's sizes. Out: the fields of `size`. Never: a row that does not fit.
"""

from collections.abc import Mapping
from decimal import Decimal

from bot.core.model import SizeRow
from bot.core.rules.shop import Sizes
from bot.core.sizing import Basis, Fit, holding, measure_of
from bot.core.slots import Slots
from bot.words import say


def size_words(found: Fit | None, slots: Slots, sizes: Sizes) -> Mapping[str, str | None]:
    """`best` and `other` in the shop's order of naming; of two, `loose` is the larger and `snug` the smaller."""
    told = {"body": _body(slots, sizes), "usual": slots.usual_size, "lacks": _lacking(found)}
    if found is None or not found.rows:
        return told
    rows = found.rows if sizes.between == "smaller" else found.rows[::-1]
    two = {"other": rows[-1], "loose": found.rows[-1], "snug": found.rows[0]} if len(rows) > 1 else {}
    named = {name: row.size for name, row in two.items()}
    return {
        **told,
        **named,
        "best": rows[0].size,
        "range": _range(rows[0], sizes),
        "reason": _reason(found, slots, sizes),
    }


def _lacking(found: Fit | None) -> str:
    """What the chart must still be told, height and weight by their names."""
    names = {"height": say("slots.height"), "weight": say("slots.weight")}
    return say("join.and").join(names.get(name, name) for name in found.lacks) if found else ""


def _body(slots: Slots, sizes: Sizes) -> str:
    """What was told of the body, each with its unit; a garment's measures are not of it."""
    feet = ((name, cm) for name, cm in slots.measures.items() if name in sizes.measures and sizes.measures[name].fits)
    told = [*_build(slots.height, slots.weight), *(say("join.measure", name=name, value=cm) for name, cm in feet)]
    return say("join.list").join(told)


def _build(height: Decimal | None, weight: Decimal | None) -> list[str]:
    if height is not None and weight is not None:
        return [say("join.body", height=_plain(height), weight=_plain(weight))]
    if height is not None:
        return [say("join.height_only", height=_plain(height))]
    return [say("join.weight_only", weight=_plain(weight))] if weight is not None else []


def _plain(figure: Decimal) -> str:
    """52.5 for 52.50, 100 for 100.0."""
    return f"{figure.normalize():f}"


def _range(row: SizeRow, sizes: Sizes) -> str:
    """All that a row prints of the body."""
    parts = [("height", row.height), ("weight", row.weight)]
    said = [say(f"join.{name}", low=bounds[0], high=bounds[1]) for name, bounds in parts if bounds is not None]
    return say("join.ranges").join([*said, *_printed(row, sizes)])


def _printed(row: SizeRow, sizes: Sizes) -> list[str]:
    """Its measures of the body, as printed."""
    names = [name for name, one in sizes.measures.items() if one.fits and measure_of(row, name)]
    return [say("join.measure", name=name, value=row.measures[name].lower().removesuffix("cm")) for name in names]


def _reason(found: Fit, slots: Slots, sizes: Sizes) -> str:
    """Which ranges hold, of each row where there are two."""
    holds = [_holding(row, slots) if found.basis is Basis.BODY else _range(row, sizes) for row in found.rows]
    if len(holds) == 1:
        return holds[0]
    pairs = zip(found.rows, holds, strict=True)
    return say("join.rows").join(say("join.row", size=row.size, text=text) for row, text in pairs)


def _holding(row: SizeRow, slots: Slots) -> str:
    told = (("height", slots.height, row.height), ("weight", slots.weight, row.weight))
    parts = [
        say(f"join.{name}_in", value=_plain(value), low=bounds[0], high=bounds[1])
        for name, value, bounds in told
        if value is not None and bounds is not None and holding(row, name, value)
    ]
    return say("join.ranges").join(parts)
