"""Height and weight in the ways people write them.

In: a folded text with digits and without other measures. Out: cm and kg. Never: a figure that may mean something else:
"1米6多", "120多斤", "160-165" and a bare "165" stay empty, so that the buyer is asked.
"""

import re
from decimal import Decimal

from bot.core.reading.measures import FILLER
from bot.core.rules.shop import Sizes

_KILO, _JIN_WORD = r"(?:公斤|kg|千克)", r"斤"
_CM_WORD = r"(?:cm|厘米|公分)"
#: Things that have metres, centimetres and weights too.
_THING = r"\s*(?:的|长|宽|厚|高的)?\s*(?:床|桌|柜|窗|帘|线|绳|布|被|毯|沙发|地垫|架|长|宽|厚|直径|\*|x(?!l)|×)"
_GOODS = (
    r"\s*(?:装|/|每|一[箱袋桶包]|以内|以上|起|包邮|的?(?:大米|米|面|油|水果|苹果|橙|货|箱|袋|桶|狗粮|猫粮|猫砂|哑铃))"
)
_METRES = re.compile(
    rf"(?<![\d.￥¥$长宽厚深])([12])(?:\s*(?:米|m(?![a-z]))\s*(\d{{1,2}})|[.点](\d{{1,2}})\s*(?:米|m(?![a-z])))(?!\d|\.\d|{_THING})"
)
_DOTTED = re.compile(
    r"(?:(?<=[高我他她人妈爸子]|:)|(?<=[高我他她人:]\s)|(?<=高是)|(?<![\d.￥¥$])(?=\d\.\d{1,2}[\s,、/]*(?:体?重)?\s*\d{2,3}(?:\.\d)?(?:斤|公斤|kg|千克|$|[\s,。!?吗穿])))"
    r"([12])\.(\d{1,2})(?!\d|\.\d|斤|公|千|k|元|块|倍|折|%)"
)
_RANGE = re.compile(rf"(?<!\d)(\d{{2,3}})\s*(?:{_CM_WORD}|{_JIN_WORD}|{_KILO})?\s*(?:-|~|—|到|至)+\s*(\d{{2,3}})(?!\d)")
_ABOUT = re.compile(
    rf"(?:不到|不足|超过|至少|没有?到)\s*\d{{2,3}}(?:{_CM_WORD})?|\d*0\s*(?:{_CM_WORD}|{_JIN_WORD}|{_KILO})?\s*(?:多|几|出头)"
)
_CM = re.compile(
    rf"(?<![\d.长宽围肩厚深径跟筒领袖])(?<![长宽围肩厚深径跟筒领袖][\s:是约为])(\d{{2,3}}(?:\.\d)?)\s*{_CM_WORD}(?!{_THING})"
)
_TALL = re.compile(
    rf"(?:身高|净高|个子|个头|(?<![最提加增跟身净帮])高){FILLER}(\d{{2,3}}(?:\.\d)?)(?!\d|\.\d|\s*(?:斤|公斤|kg|千克|元|块|%|码|号|体重\s*(?:$|[,。!?的穿])))"
)
_TALL_AFTER = re.compile(r"(?<![\d.])(1\d{2}|20\d)\s*(?:的)?(?:身高|个子|个头|高)(?!\d|\s*[:是])")
_KG = re.compile(rf"(?<![\d.])(\d{{1,3}}(?:\.\d)?)\s*{_KILO}(?!{_GOODS})")
_JIN = re.compile(rf"(?<![\d.])(\d{{2,3}}(?:\.\d)?)\s*{_JIN_WORD}(?!{_GOODS})")
_WEIGHT = re.compile(rf"(?:体重|(?<![净毛承载超体])重(?!量)){FILLER}(\d{{2,3}}(?:\.\d)?)(?!\d|\.\d|\s*(?:元|块|%|cm))")
_WEIGHT_AFTER = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d)?)\s*的?体重(?!\s*[\d:是])")
_CARRIED = re.compile(rf"(?:承重|承受|载重|净重|毛重|承载)[^,。\s]{{0,4}}?\d+(?:\.\d+)?\s*(?:{_JIN_WORD}|{_KILO})?")
_AFTER = r"(?!\d|\.\d|[a-jl-z%*×]|\s*(?:元|块|号|码|件|个|条|双|折|天|厘米|公分|cm|岁|以|减))"
_PAIR = re.compile(
    rf"(?<![\d.满￥¥$*x×])(1\d{{2}}|20\d|21\d|220)(?:\s*{_CM_WORD}[\s,、/;|和的-]*|[\s,、/;|和的—-]+)(\d{{2,3}}(?:\.\d)?){_AFTER}"
)
_REVERSED = re.compile(rf"\d\s*(?:{_JIN_WORD}|{_KILO})[\s,、/;]*(1\d{{2}}|20\d)(?!\s*(?:斤|公斤|kg|千克)){_AFTER}")
_CHILD = re.compile(r"宝|孩|娃|儿子|女儿|童|岁|体重|身高")
_SMALL = Decimal(25)

Body = tuple[Decimal | None, Decimal | None]


def read_body(text: str, sizes: Sizes) -> Body:
    """Height (cm) and weight (kg) as said; implausible figures are not body data."""
    said = _exact(text)
    pair = _pair(said, sizes)
    height = _within(_height(said) or (pair[0] if pair else None), sizes.height_cm)
    weight = _within(_weight(said, pair, height, sizes), sizes.weight_kg)
    if weight is not None and weight < _SMALL and height is None and not _CHILD.search(said):
        weight = None  # ten kilos of rice
    return height, weight


def _exact(text: str) -> str:
    """Metres as centimetres, and nothing of what is only roughly told."""
    said = _DOTTED.sub(_as_cm, _METRES.sub(_as_cm, _CARRIED.sub(" ", text)))
    said = _RANGE.sub(lambda found: " " if int(found[2]) > int(found[1]) else found[0], said)
    return _ABOUT.sub(" ", said)


def _as_cm(found: re.Match[str]) -> str:
    """1米6 and 1.6米 are 160 cm."""
    metres, decimals = [group for group in found.groups() if group]
    return f"{int(metres) * 100 + int(decimals.ljust(2, '0'))}cm"


def _height(said: str) -> Decimal | None:
    hits = (pattern.search(said) for pattern in (_TALL, _CM, _TALL_AFTER, _REVERSED))
    return next((Decimal(hit[1]) for hit in hits if hit), None)


def _weight(said: str, pair: Body | None, height: Decimal | None, sizes: Sizes) -> Decimal | None:
    if found := _KG.search(said):
        return Decimal(found[1])
    if found := _JIN.search(said):
        return Decimal(found[1]) / 2
    found = _WEIGHT.search(said) or _WEIGHT_AFTER.search(said)
    figure = Decimal(found[1]) if found else pair[1] if pair and pair[0] == height else None
    return None if figure is None else unitless(figure, height, sizes)


def _pair(said: str, sizes: Sizes) -> Body | None:
    """ "165 52": a height and then a smaller figure; of a child's only where a child or a body is spoken of."""
    found = _PAIR.search(said)
    if found is None:
        return None
    height, figure = Decimal(found[1]), Decimal(found[2])
    has_unit = re.match(rf"\s*(?:{_JIN_WORD}|{_KILO})", said[found.end() :]) is not None
    is_body = height >= sizes.child_below or bool(_CHILD.search(said) or re.search(_CM_WORD, found[0]))
    return (height, figure) if has_unit or (is_body and figure < height) else None


def unitless(figure: Decimal, height: Decimal | None, sizes: Sizes) -> Decimal:
    """kg up to `jin_above`, 斤 beyond it; where that makes no body and the other unit does, the other."""
    as_kg, as_jin = figure, figure / 2
    usual, other = (as_jin, as_kg) if figure > sizes.jin_above else (as_kg, as_jin)
    if height is not None and not is_body(usual, height, sizes) and is_body(other, height, sizes):
        return other
    return usual


def is_body(weight: Decimal, height: Decimal, sizes: Sizes) -> bool:
    """Whether a person of this height may weigh so much (kg/m²)."""
    low, high = sizes.child_bmi if height < sizes.child_below else sizes.bmi
    return low <= weight / (height / 100) ** 2 <= high


def _within(value: Decimal | None, bounds: tuple[int, int]) -> Decimal | None:
    return value if value is not None and bounds[0] <= value <= bounds[1] else None
