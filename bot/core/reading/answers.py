"""A bare figure that answers the question for a body.

In: a folded text with digits that says nothing but a figure, what was told of the body before, the item's chart. Out:
the half that was missing, or the measure that the chart goes by. Never: a figure that may be either half.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.core.model import Item
from bot.core.reading.body import Body, is_body, unitless
from bot.core.rules.shop import Measure, Sizes

_ONLY = re.compile(
    r"\W*(?:我|是|大概|大约|差不多|就|有|约)*\s*(\d{2,3}(?:\.\d)?)\s*(?:左右|上下|的样子|吧|哦|呢|啊|的)*\W*"
)

_MILLIMETRES = 100  # from here on a foot is told in millimetres


def only_figure(text: str) -> Decimal | None:
    """The one figure that is all a text says; vague ones (120多) are none."""
    found = _ONLY.fullmatch(text)
    return Decimal(found[1]) if found else None


def other_half(figure: Decimal, told: Body, sizes: Sizes) -> Body:
    """A weight beside the height that was told, a height beside the weight; only if the two make a body."""
    height, weight = told
    if height is not None and weight is None:
        kilos = unitless(figure, height, sizes)
        return (None, kilos) if is_body(kilos, height, sizes) else (None, None)
    if weight is not None and height is None and sizes.height_cm[0] <= figure <= sizes.height_cm[1]:
        return (figure, None) if is_body(weight, figure, sizes) else (None, None)
    return None, None


def chart_measure(figure: Decimal, item: Item, sizes: Sizes) -> Mapping[str, Decimal]:
    """The one measure of the body that the item's chart prints and that the figure may be, in cm."""
    printed = {name for row in item.size_chart for name in row.measures}
    read = {name: _in_cm(figure, one) for name, one in sizes.measures.items() if one.fits and name in printed}
    found = {name: value for name, value in read.items() if value is not None}
    return found if len(found) == 1 else {}


def _in_cm(figure: Decimal, measure: Measure) -> Decimal | None:
    low, high = measure.cm
    if figure >= _MILLIMETRES and figure > high:
        figure /= 10
    return figure if low <= figure <= high else None
