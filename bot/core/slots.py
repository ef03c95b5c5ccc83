"""What a message names: numbers, body data, sizes, colours, carriers, places, days, sums.

In: a buyer's text, when it was said, the shop's own words for things. Out: `Slots`. Never: a guess; what is ambiguous
stays empty. The readers are in `bot.core.reading`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.core.card import asked_words
from bot.core.model import Item
from bot.core.promotions import named_promotion
from bot.core.reading.answers import chart_measure, only_figure, other_half
from bot.core.reading.body import read_body
from bot.core.reading.colors import names_color, read_color, read_own_color
from bot.core.reading.dates import Day, read_day
from bot.core.reading.measures import read_measures
from bot.core.reading.numbers import is_order_number, read_money, read_orders, read_parcels, read_quantity
from bot.core.reading.numerals import arabic, fold
from bot.core.reading.routes import read_area, read_carrier
from bot.core.reading.sizes import is_size, read_size, read_usual
from bot.core.rules import Rules
from bot.core.rules.shop import Carrier, OtherCarrier, Sizes
from bot.words import say

__all__ = [
    "Day", "Slots", "carrier_names", "is_of_another", "is_of_body", "is_order_number", "of_answer", "of_item",
    "own_words", "read_slots",
]  # fmt: skip

_LASTING = frozenset({"height", "weight", "usual_size", "size", "color", "carrier", "area"})
_BODY = frozenset({"height", "weight", "usual_size"})
_LISTED = "\n"
_MEASURE = "measure."
_OTHER, _YES = "other", "1"
_BLANKS = re.compile(r"\s{2,}")
#: Somebody whose size is spoken of, and the buyer who nevertheless asks for his own.
_ANOTHER = re.compile(
    r"(?<![其吉])[他她](?![家们])|朋友|老公|老婆|对象|闺蜜|同事|婆婆|爷爷|奶奶|孩子|小孩|宝宝|儿子|女儿|爸爸|妈妈(?!装)"
    r"|妹妹|弟弟|哥哥|(?<!小)姐姐|(?:我|给|帮|跟|和)(?:老?[爸妈]|[姐妹哥弟])"
)
_OWN = re.compile(r"我(?:得|要|该|应该|能|可以|适合)*[穿选拍]")
_OF_SIZES = re.compile(r"[穿码号大小选拍合买高重斤]|cm|kg")


@dataclass(frozen=True, slots=True)
class Slots:
    """Everything named; None or empty where nothing was.

    Height in cm, weight in kg, `measures` in cm by the shop's names for them; `usual_size` is what the buyer wears,
    `size` and `color` what is asked about; `money` in yuan; `day` as it was said, `date` what it means; `wish` is the
    carrier where the buyer wishes for it; `promotion` by its name in the rules, or a shopping day the shop has none
    for; `attributes` are the words for what a card is asked for; `other` where the body is not the buyer's own.
    """

    order_ids: tuple[str, ...] = ()
    tracking_nos: tuple[str, ...] = ()
    height: Decimal | None = None
    weight: Decimal | None = None
    measures: Mapping[str, Decimal] = field(default_factory=dict)
    usual_size: str | None = None
    size: str | None = None
    color: str | None = None
    quantity: int | None = None
    money: tuple[Decimal, ...] = ()
    carrier: str | None = None
    wish: str | None = None
    area: str | None = None
    day: str | None = None
    date: Day | None = None
    promotion: str | None = None
    attributes: tuple[str, ...] = ()
    other: bool = False

    @property
    def tells_body(self) -> bool:
        """Whether anything was said that a size can be chosen by."""
        return bool(self.height or self.weight or self.measures or self.usual_size)

    def filled(self) -> dict[str, object]:
        """Only what was named, as plain JSON values."""
        return {name: _json(value) for name, value in zip(_NAMED, _values(self), strict=True) if value}

    def with_told(self, told: Mapping[str, str], *, answering: bool) -> "Slots":
        """What was named before fills gaps: a body where it is the same person's; the rest only while a question is
        being answered."""
        if not told:
            return self
        words = told if answering else {}
        others = is_of_another(told)
        body = {} if self.other and not others else told
        return replace(
            self,
            height=self.height or _decimal(body.get("height")),
            weight=self.weight or _decimal(body.get("weight")),
            measures={**_measures(body), **self.measures},
            usual_size=self.usual_size or body.get("usual_size") or None,
            size=self.size or words.get("size"),
            color=self.color or words.get("color"),
            carrier=self.carrier or words.get("carrier"),
            area=self.area or words.get("area"),
            attributes=self.attributes or tuple(filter(None, words.get("attributes", "").split(_LISTED))),
            other=self.other or (others and not self._tells_both),
        )

    @property
    def _tells_both(self) -> bool:
        return self.height is not None and self.weight is not None

    def to_tell(self) -> dict[str, str]:
        """The part worth remembering, as text; another person's body takes the place of the buyer's."""
        asked = {"attributes": _LISTED.join(self.attributes)} if self.attributes else {}
        body = {f"{_MEASURE}{name}": str(value) for name, value in self.measures.items()}
        named = {name: str(value) for name, value in self.filled().items() if name in _LASTING}
        return self._whose() | named | body | asked

    def _whose(self) -> dict[str, str]:
        if self.other:
            return {"height": "", "weight": "", "usual_size": "", _OTHER: _YES}
        return {_OTHER: ""} if self._tells_both else {}


_NAMED = tuple(one.name for one in fields(Slots) if one.name != _OTHER)
_values = attrgetter(*_NAMED)


def read_slots(text: str, rules: Rules, said_at: datetime | None = None) -> Slots:
    """Find all slots of one turn's text; without the aware moment it was said at, days keep only their words. What is
    told of the buyer's body is taken out before a size that is asked about is looked for."""
    folded = _folded(text)
    today = said_at.astimezone(ZoneInfo(rules.shop.timezone)).date() if said_at else None
    day, date = read_day(folded, today, rules.carriers)
    carrier, wish = read_carrier(folded, rules.carriers)
    figures = arabic(folded)
    measures, rest = read_measures(figures, rules.sizes)
    usual, rest = read_usual(rest, rules.sizes)
    height, weight = read_body(rest, rules.sizes)
    return Slots(
        order_ids=read_orders(folded),
        tracking_nos=read_parcels(folded),
        height=height,
        weight=weight,
        measures=measures,
        usual_size=usual,
        size=read_size(rest, rules.sizes),
        color=read_color(folded, rules.sizes),
        quantity=read_quantity(figures),
        money=read_money(figures),
        carrier=carrier,
        wish=wish,
        area=read_area(folded, rules.carriers),
        day=day,
        date=date,
        promotion=named_promotion(folded, rules),
        attributes=asked_words(folded, rules.attributes),
        other=_of_another(folded),
    )


def is_of_body(name: str) -> bool:
    """Whether a told slot is of the one who wears it."""
    return name in _BODY or name.startswith(_MEASURE)


def is_of_another(told: Mapping[str, str]) -> bool:
    """Whether the body that was told is somebody else's."""
    return told.get(_OTHER) == _YES


def of_item(slots: Slots, text: str, item: Item | None, rules: Rules) -> Slots:
    """The second look, once the item is known: its own sizes and colours are what the words mean."""
    if item is None:
        return slots
    folded, own = _folded(text), own_words(item, rules.sizes)
    _, rest = read_usual(read_measures(arabic(folded), rules.sizes)[1], rules.sizes)
    bodies = slots.height is not None or slots.weight is not None
    sizes = tuple(size for size in own[1] if not (bodies and size.isdigit()))
    size = read_size(rest, rules.sizes, sizes) if sizes else slots.size
    told = None if sizes and read_size(rest, rules.sizes) else slots.size
    named = names_color(folded, rules.sizes, own[0])
    color = read_own_color(folded, rules.sizes, own[0]) if named else slots.color
    attributes = asked_words(folded, rules.attributes, item)
    if named and color is None:
        size = told = None  # of which colour nobody can tell: all that is there is told
    return replace(slots, size=size or told, color=color, attributes=attributes)


def carrier_names(rules: Rules) -> dict[str, tuple[str, ...]]:
    """Every carrier the shop knows of, its own and others, with their other names."""
    known: list[Carrier | OtherCarrier] = [*rules.carriers.carriers, *rules.carriers.others]
    return {one.name: one.also for one in known}


def of_answer(slots: Slots, text: str, told: Mapping[str, str], item: Item | None, rules: Rules) -> Slots:
    """A bare figure after the bot's question for a body: "52" after a height, "24.5" for a shoe."""
    figure = None if slots.tells_body else only_figure(arabic(_folded(text)))
    if figure is None:
        return slots
    known = (_decimal(told.get("height")), _decimal(told.get("weight")))
    height, weight = other_half(figure, known, rules.sizes)
    half = height is not None or weight is not None
    measures = {} if half or item is None else chart_measure(figure, item, rules.sizes)
    return replace(slots, height=height, weight=weight, measures=measures) if half or measures else slots


def _folded(text: str) -> str:
    """One form of letters, and no long runs of blanks."""
    return _BLANKS.sub(lambda run: _LISTED if _LISTED in run[0] else " ", fold(text))


def _of_another(folded: str) -> bool:
    """Whether the size of somebody else is spoken of, and not the buyer's own."""
    return bool(_ANOTHER.search(folded) and _OF_SIZES.search(folded)) and not _OWN.search(folded)


def own_words(item: Item, sizes: Sizes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Colours and sizes: the first and second words of the SKU names; a single word may be a size."""
    words = [sku.name.split() for sku in item.skus]
    first, second = (tuple(dict.fromkeys(parts[at] for parts in words if len(parts) > at)) for at in (0, 1))
    only_sizes = not second and all(is_size(word, sizes) for word in first)
    return ((), first) if only_sizes else (first, second)


def _measures(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {name.removeprefix(_MEASURE): Decimal(value) for name, value in told.items() if name.startswith(_MEASURE)}


def _json(value: object) -> object:
    """Sums and measures as people read them; the rest as it is."""
    if isinstance(value, Mapping):
        return say("join.list").join(f"{name}{figure}" for name, figure in value.items())
    if isinstance(value, tuple) and isinstance(value[0], Decimal):
        return say("join.list").join(map(str, value))
    return value if isinstance(value, (str, tuple, int)) else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
