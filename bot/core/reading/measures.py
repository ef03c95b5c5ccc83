"""Body measures beside height and weight: foot, bust, waist, hip.

In: a folded text with digits, the shop's names of measures. Out: centimetres by the shop's name, and the text without
them. Never: a figure that is vague, a bra's cup, or beyond the bounds that the shop set.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.core.once import once
from bot.core.reading.numerals import has_figures
from bot.core.rules.shop import Measure, Sizes

#: Between a name and its figure.
FILLER = r"(?:\s|是|有|大概|大约|差不多|约|在|才|只有|就|:|为|的)*"
#: A figure that says "and some": as precise as its last digit, so 160多 may be anything up to 169.
_VAGUE = r"\s*(?:多|几|出头|-|~|到|至)"
_FIGURE = rf"(\d{{1,3}}(?:\.\d)?)(?:\s*(cm|厘米|公分|尺(\d(?:\.\d)?)?|mm|毫米))?(?![\d.]|[a-z]|{_VAGUE})"
_CHI = Decimal(100) / 3


def read_measures(text: str, sizes: Sizes) -> tuple[Mapping[str, Decimal], str]:
    """Each measure that is named once with one figure, in cm."""
    found: dict[str, Decimal] = {}
    for name, pattern in _patterns(sizes) if has_figures(text) else ():
        value, text = _read(text, pattern, sizes.measures[name])
        if value is not None:
            found[name] = value
    return found, text


@once
def _patterns(sizes: Sizes) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _pattern((name, *measure.also))) for name, measure in sizes.measures.items())


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    named = "|".join(re.escape(word.lower()) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![上下])(?:{named}){FILLER}{_FIGURE}")


def _read(text: str, pattern: re.Pattern[str], measure: Measure) -> tuple[Decimal | None, str]:
    values = {_centimetres(hit[1], hit[2], hit[3], measure) for hit in pattern.finditer(text)}
    value = values.pop() if len(values) == 1 else None
    return value, pattern.sub(" ", text)


def _centimetres(figure: str, unit: str | None, tenths: str | None, measure: Measure) -> Decimal | None:
    """腰围2尺1 is 70 cm; 脚245 without a unit is millimetres where centimetres make no sense."""
    value = Decimal(figure)
    if unit and unit.startswith("尺"):
        value = ((value + Decimal(tenths or 0) / 10) * _CHI).quantize(Decimal(1))
    low, high = measure.cm
    if unit in {"mm", "毫米"} or (unit is None and low * 10 <= value <= high * 10 and value > high):
        value /= 10
    return value if low <= value <= high else None
