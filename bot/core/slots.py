"""What a message names: numbers, body data, sizes, colours, carriers, places, days.

In: a buyer's text and the shop's own words for things. Out: `Slots`. Never: a guess; what is ambiguous stays empty.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from bot.core.rules import Rules
from bot.core.rules.shop import Carrier, OtherCarrier, Sizes

_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ORDER_NO = re.compile(r"(?<![0-9a-z])(?!1[3-9]\d{9}(?!\d))(?:o\d{3,12}|\d{10,20})(?![0-9a-z])")  # but no mobile number
_TRACKING_NO = re.compile(r"(?<![0-9a-z])[a-z]{2}\d{9,15}(?![0-9a-z])")
_METRES = re.compile(r"(?<![\d.])([12])\s*(?:米|m|\.)\s*(\d{1,2})(?!\d)")
_CM = re.compile(
    r"(?<![\d长宽围肩])(?<![长宽围肩][\s:是])(\d{2,3})\s*(?:cm|厘米|公分)|(?:身高|高)\s*[:：]?\s*(\d{3})(?!\d)"
)
_KG = re.compile(r"(?<!\d)(\d{2,3}(?:\.\d)?)\s*(?:公斤|kg|千克)")
_JIN = re.compile(r"(?<!\d)(\d{2,3}(?:\.\d)?)\s*斤")
_WEIGHT = re.compile(r"(?:体重|重)\s*[:：]?\s*(\d{2,3}(?:\.\d)?)(?!\d)")
_PAIR = re.compile(
    r"(?<!\d)(1\d{2}|2[0-2]\d)\s*(?:(?:cm|厘米|公分)[\s,，、/\-和的]*|[\s,，、/\-和的]+)(\d{2,3}(?:\.\d)?)(?!\d|元|块|号)"
)
_DAYS = re.compile(
    r"(今天|明天|后天|大后天|今晚|明早|(?:这|下)?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[日号])"
)
#: A carrier that is not wished for.
_REFUSED = re.compile(r"(?:不要|不发|别发|别用|不用|不走|别走|除了)[^,，。!！?？\s]{0,4}")
_LASTING = frozenset({"height", "weight", "size", "color", "carrier", "area"})


@dataclass(frozen=True, slots=True)
class Slots:
    """Everything named; None or empty where nothing was. Height in cm, weight in kg."""

    order_ids: tuple[str, ...] = ()
    tracking_nos: tuple[str, ...] = ()
    height: Decimal | None = None
    weight: Decimal | None = None
    size: str | None = None
    color: str | None = None
    carrier: str | None = None
    area: str | None = None
    day: str | None = None

    def filled(self) -> dict[str, object]:
        """Only what was named, as plain JSON values."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in pairs if value}

    def with_told(self, told: Mapping[str, str], *, answering: bool) -> "Slots":
        """What was named before fills gaps: a body stays; the rest only while a question is being answered."""
        words = told if answering else {}
        return replace(
            self,
            height=self.height or _decimal(told.get("height")),
            weight=self.weight or _decimal(told.get("weight")),
            size=self.size or words.get("size"),
            color=self.color or words.get("color"),
            carrier=self.carrier or words.get("carrier"),
            area=self.area or words.get("area"),
        )

    def to_tell(self) -> dict[str, str]:
        """The part worth remembering, as text."""
        return {name: str(value) for name, value in self.filled().items() if name in _LASTING}


def read_slots(text: str, rules: Rules) -> Slots:
    """Find all slots of one turn's text."""
    folded = unicodedata.normalize("NFKC", text).lower()
    height, weight = read_body(folded, rules.sizes)
    return Slots(
        order_ids=tuple(_ORDER_NO.findall(folded)),
        tracking_nos=tuple(_TRACKING_NO.findall(folded)),
        height=height,
        weight=weight,
        size=read_size(folded, rules.sizes),
        color=_named(folded, rules.sizes.colors),
        carrier=_named(_REFUSED.sub("", folded), carrier_names(rules)),
        area=_named(folded, {area.name: area.also for area in rules.carriers.areas}),
        day=found[1] if (found := _DAYS.search(folded)) else None,
    )


def carrier_names(rules: Rules) -> dict[str, tuple[str, ...]]:
    """Every carrier the shop knows of, its own and others, with their other names."""
    known: list[Carrier | OtherCarrier] = [*rules.carriers.carriers, *rules.carriers.others]
    return {carrier.name: carrier.also for carrier in known}


def read_body(folded: str, sizes: Sizes) -> tuple[Decimal | None, Decimal | None]:
    """Height (cm) and weight (kg) as said; implausible figures are not body data."""
    text = _arabic(folded)
    height, weight = _height(text), _weight(text, sizes)
    if height is None or weight is None:
        height, weight = _pair(text, height, weight, sizes)
    return _within(height, sizes.height_cm), _within(weight, sizes.weight_kg)


def read_size(folded: str, sizes: Sizes) -> str | None:
    """A printed size such as XL or 39, also by its other words; letters count only where they stand alone."""
    for size in sorted(sizes.words, key=len, reverse=True):
        if any(_stands_alone(word.lower(), folded) for word in (size, *sizes.words[size])):
            return size
    return None


def _stands_alone(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    if word.isdigit():
        return re.search(rf"(?<![\d.]){word}\s*(?:码|号)", text) is not None
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _named(text: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one name that is mentioned; of two mentions the longer word, then the earlier."""
    hits = [
        (-len(word), text.index(word.lower()), name)
        for name, also in names.items()
        for word in (name, *also)
        if word.lower() in text
    ]
    return min(hits)[2] if hits else None


def _arabic(text: str) -> str:
    """一米六五 -> 1米65, 一百零四斤 -> 104斤; only number words in front of a measure are touched."""
    text = re.sub(r"([一二两])米([一二三四五六七八九])([零〇一二三四五六七八九])?", _metre_words, text)
    return re.sub(
        r"([一二两]?)百([零〇]?)([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)(?=公?斤|千克|kg|厘米|公分)",
        _hundred,
        text,
    )


def _metre_words(found: re.Match[str]) -> str:
    tail = f"{_CHINESE[found[2]]}{_CHINESE[found[3]] if found[3] else 0}"
    return f"{_CHINESE[found[1]]}米{tail}"


def _hundred(found: re.Match[str]) -> str:
    hundreds, zero, digit, ten, unit = (found[i] for i in range(1, 6))
    value = 100 * _CHINESE.get(hundreds, 1)
    if ten:
        value += 10 * _CHINESE.get(digit, 1) + _CHINESE.get(unit, 0)
    elif digit:
        value += _CHINESE[digit] * (1 if zero else 10)
    return str(value)


def _height(text: str) -> Decimal | None:
    if found := _METRES.search(text):
        return Decimal(found[1]) * 100 + Decimal(found[2].ljust(2, "0"))
    found = _CM.search(text)
    return Decimal(found[1] or found[2]) if found else None


def _weight(text: str, sizes: Sizes) -> Decimal | None:
    if found := _KG.search(text):
        return Decimal(found[1])
    if found := _JIN.search(text):
        return Decimal(found[1]) / 2
    found = _WEIGHT.search(text)
    return _unitless(found[1], sizes) if found else None


def _pair(
    text: str, height: Decimal | None, weight: Decimal | None, sizes: Sizes
) -> tuple[Decimal | None, Decimal | None]:
    """ "165 52": a height and then a weight, with or without units."""
    found = _PAIR.search(text)
    if found is None:
        return height, weight
    return height or Decimal(found[1]), weight or _unitless(found[2], sizes)


def _unitless(figure: str, sizes: Sizes) -> Decimal:
    value = Decimal(figure)
    return value / 2 if value > sizes.jin_above else value


def _within(value: Decimal | None, bounds: tuple[int, int]) -> Decimal | None:
    return value if value is not None and bounds[0] <= value <= bounds[1] else None
