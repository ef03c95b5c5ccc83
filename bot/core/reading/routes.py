"""Where a parcel goes and who carries it.

In: a folded text and the carriers' rules. Out: the one area, carrier and wish that are named. Never: a carrier that the
buyer refuses, a place that parcels only come from, or one of two that were asked about alike.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.core.once import once
from bot.core.reading.named import Mention, Vocabulary
from bot.core.rules.shop import Area, Carrier, Carriers, OtherCarrier

_FROM = re.compile(r"(?:从|由|是在|人在)$")
_SENDS = re.compile(r"(?:[省市]|这边|那边)?(?:发货|发出|发过来|发的|寄过来|寄出|仓)")
_GOAL = re.compile(r"(?:到|至|往|去|寄|发|送|达|运|收货地址是?|地址是?)(?:我们|咱们|我这?|给)?(?:在|的)?\s*$")
_AND = re.compile(r"和|跟|与|还是|或|以及|、|,|都|[?？]")
_REFUSAL = re.compile(
    r"(?:(?<!要)不要|(?<![特级区差])别|不想要?|不用|不走|不发|不寄|不选|不喜欢|不接受|拒绝|讨厌|除了?|(?<!是)不是)(?:再|给我|帮我)*(?:发|走|用|寄|选|送|使|要)?了?\s*$"
)
_WHY = re.compile(r"(?:为什么|为啥|怎么|咋|干嘛|干吗)[^,。!?\s]{0,3}$")
_REFUSED_AFTER = re.compile(
    r"(?:快递|的)?(?:就|都)?(?:不要|别发|别用|不行|算了|不发|不走|不喜欢|除外|以外|之外)(?!吗|么|\?)"
)
_LISTED = re.compile(r"\s*(?:和|跟|与|或者?|以及|、|/)\s*$")
_JOINED = re.compile(r"[\s,、/]*(?:和|跟|与|或者?|还有)?\s*")
_ALL_REFUSED = re.compile(r"都(?:不|别)")
_CHANGED_TO = re.compile(r"(?:换成?|改成?|改发|改走|换发|改为|变成)\s*$")
_WISH = re.compile(
    r"(?:(?<![是般都们认经])(?:发|走|寄|用)|想要|只要|就要|(?<!不)要|换成?|改成?|改发|指定|选择?|必须|最好是?)(?:个)?\s*$"
)

Route = tuple[str | None, str | None]


def read_area(folded: str, carriers: Carriers) -> str | None:
    """The area that the buyer's parcel goes to."""
    said = _places(carriers).mentions(folded)
    if not said:
        return None
    said = tuple(one for one in said if not _is_source(folded, one)) or said
    goals = _names(one for one in said if _GOAL.search(folded[: one.start]))
    if goals:
        return goals[0] if len(goals) == 1 else None
    apart = any(_AND.search(folded[one.end : other.start]) for one, other in pairwise(said))
    return None if apart and len(_names(said)) > 1 else said[0].name


def read_carrier(folded: str, carriers: Carriers) -> Route:
    """The carrier that is meant, and the same again where the buyer wishes for it."""
    said = _known(carriers).mentions(folded)
    if not said:
        return None, None
    open_ones = not_refused(folded, said)
    wanted = [one for one in open_ones if _CHANGED_TO.search(folded[: one.start])] or open_ones
    if not wanted:
        return None, None
    wish = next((one.name for one in wanted if _WISH.search(folded[: one.start])), None)
    return wish or wanted[0].name, wish


def _is_source(folded: str, one: Mention) -> bool:
    return bool(_FROM.search(folded[: one.start]) or _SENDS.match(folded, one.end))


def not_refused(folded: str, said: tuple[Mention, ...]) -> list[Mention]:
    """A refusal holds for a whole list: 不要顺丰和圆通, 顺丰、圆通都不要."""
    refused = [_is_refused(folded, one) for one in said]
    for at in range(1, len(said)):
        listed = _LISTED.fullmatch(folded[said[at - 1].end : said[at].start]) is not None
        refused[at] = refused[at] or (listed and refused[at - 1])
    for at in range(len(said) - 1, 0, -1):
        joined = _JOINED.fullmatch(folded[said[at - 1].end : said[at].start]) and refused[at]
        refused[at - 1] = refused[at - 1] or bool(joined and _ALL_REFUSED.search(folded[said[at].end :]))
    return [one for one, no in zip(said, refused, strict=True) if not no]


def _is_refused(folded: str, one: Mention) -> bool:
    """Asking why it is not sent with a carrier is no refusal."""
    before = _REFUSAL.search(folded[: one.start])
    if before and not _WHY.search(folded[: before.start()]):
        return True
    return _REFUSED_AFTER.match(folded, one.end) is not None


def _names(mentions: Iterable[Mention]) -> list[str]:
    return list(dict.fromkeys(one.name for one in mentions))


Named = Carrier | OtherCarrier | Area


def _vocabulary(known: Sequence[Named], decoys: tuple[str, ...]) -> Vocabulary:
    sure = {word.lower(): one.name for one in known for word in (one.name, *one.also)}
    unsure = {word.lower(): one.name for one in known for word in one.unsure}
    return Vocabulary(sure, unsure, tuple(word.lower() for word in decoys))


@once
def _places(carriers: Carriers) -> Vocabulary:
    return _vocabulary(carriers.areas, carriers.not_names)


@once
def _known(carriers: Carriers) -> Vocabulary:
    return _vocabulary((*carriers.carriers, *carriers.others), carriers.not_names)
