"""Height and weight in the ways people write them.

In: a folded text with digits and without other measures. Out: cm and kg. Never: a figure that may mean something else:
"1米6多", "120多斤", "160-165", a bare "165" and the figures of two people stay empty, so that the buyer is asked.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.core.reading.measures import FILLER
from bot.core.reading.numerals import has_figures
from bot.core.rules.shop import Sizes

_KILO, _JIN_WORD = r"(?:公斤|kg|千克)", r"斤"
_CM_WORD = r"(?:cm|厘米|公分)"
#: Things that have metres, centimetres and weights too.
_THING = r"\s*(?:的|长|宽|厚|高的)?\s*(?:床|桌|柜|窗|帘|线|绳|布|被|毯|沙发|地垫|架|长|宽|厚|直径|\*|x(?!l)|×)"
_GOODS = (
    r"\s*(?:装|/|每|一[箱袋桶包]|以内|以上|起|包邮|的?(?:大米|米|面|油|水果|苹果|橙|货|箱|袋|桶|狗粮|猫粮|猫砂|哑铃))"
)
_UNIT = rf"(?:{_CM_WORD}|{_JIN_WORD}|{_KILO})"
_METRES = re.compile(
    rf"(?<![\d.￥¥$长宽厚深])([12])(?:\s*(?:米|m(?![a-z]))\s*(\d{{1,2}})(?!\d|\.\d)"
    rf"|[.点](\d{{1,2}})\s*(?:米|m(?![a-z]))(?=\d{{2,3}}(?:\.\d)?\s*(?:{_JIN_WORD}|{_KILO})|(?!\d|\.\d)))(?!{_THING})"
)
_DOTTED = re.compile(
    r"(?:(?<=[高我他她人妈爸子]|:)|(?<=[高我他她人:]\s)|(?<=高是)|(?<![\d.￥¥$])(?=\d\.\d{1,2}[\s,、/]*(?:体?重)?\s*\d{2,3}(?:\.\d)?(?:斤|公斤|kg|千克|$|[\s,。!?吗穿])))"
    r"([12])\.(\d{1,2})(?!\d|\.\d|斤|公|千|k|元|块|倍|折|%)"
)
#: What stands for a vague figure, and for a vague weight: no reader crosses the dots, which no folded text has.
_VAGUE, _VAGUE_WEIGHT = "…", "体重…"
_RANGE = re.compile(rf"(?<!\d)(\d{{2,3}})\s*{_UNIT}?\s*(?:-|~|—|到|至)+\s*(\d{{2,3}})(?!\d)\s*{_UNIT}?")
_ABOUT = re.compile(
    rf"(?:不到|不足|超过|至少|没有?到)\s*\d{{2,3}}\s*{_UNIT}?"
    rf"|(?<!\d)\d{{0,2}}0\s*{_UNIT}?\s*(?:多(?![大少高重])|几(?![码号个斤])|出头)\s*{_UNIT}?"
    rf"|[一二两三四五六七八九十百几]+多?\s*(?:{_JIN_WORD}|{_KILO})"
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
_WEIGHT_AFTER = re.compile(rf"(?<![\d.])(\d{{2,3}}(?:\.\d)?)\s*的?体重(?!{FILLER}(?:[\d…]|体重)|\s*[:是])")
#: "165体重52": a height only where nothing else is one.
_BEFORE_WEIGHT = re.compile(
    rf"(?<![\d.满￥¥$*x×])(1[3-9]\d|20\d)[\s,、]*(?:体重|重){FILLER}(?:…|体重|\d{{2,3}}(?!\d|\s*(?:{_CM_WORD}|的?身高)))"
)
_CARRIED = re.compile(rf"(?:承重|承受|载重|净重|毛重|承载)[^,。\s]{{0,4}}?\d+(?:\.\d+)?\s*(?:{_JIN_WORD}|{_KILO})?")
_AFTER = r"(?!\d|\.\d|[a-jl-z%*×]|\s*(?:元|块|号|码|件|个|条|双|折|天|厘米|公分|cm|岁|以|减))"
_PAIR = re.compile(
    rf"(?<![\d.满￥¥$*x×])(1\d{{2}}|20\d|21\d|220)(?:\s*{_CM_WORD}[\s,、/;|和的-]*|[\s,、/;|和的—-]+)(\d{{2,3}}(?:\.\d)?){_AFTER}"
)
_REVERSED = re.compile(rf"\d\s*(?:{_JIN_WORD}|{_KILO})[\s,、/;]*(1\d{{2}}|20\d)(?!\s*(?:斤|公斤|kg|千克)){_AFTER}")
_CHILD = re.compile(r"宝|孩|娃|儿子|女儿|童|岁|体重|身高")
_SMALL = Decimal(25)
#: "不是165" is not said of the buyer; what stands after "现在" is what holds.
_DENIED = re.compile(r"(?<!是)不是\s*(?:身高|体重)?\s*$")
_HOLDS = re.compile(r"(?:现在|目前|应该是|改成|不对[\s,]*是?)\s*(?:身高|体重|只有|是|才|大概|有|就|约|:)*\s*$")
_LEAD = 12  # characters before a figure that say what it is

Body = tuple[Decimal | None, Decimal | None]
#: Figures by where they stand.
_Hits = dict[int, Decimal]


def read_body(text: str, sizes: Sizes) -> Body:
    """Height (cm) and weight (kg) as said; what makes no body is no body data, and one of two people's is neither's."""
    if not has_figures(text):
        return None, None
    said = _exact(text)
    pairs = _pairs(said, sizes)
    height = _within(_height(said, pairs), sizes.height_cm)
    weight = _within(_weight(said, pairs, height, sizes), sizes.weight_kg)
    if weight is None:
        return height, None
    if height is None:
        rice = weight < _SMALL and not _CHILD.search(said)  # ten kilos of it
        return None, None if rice else weight
    return height, weight if is_body(weight, height, sizes) else None


def _exact(text: str) -> str:
    """Metres as centimetres, and a mark for all that is only roughly told."""
    said = _DOTTED.sub(_as_cm, _METRES.sub(_as_cm, _CARRIED.sub(" ", text)))
    said = _RANGE.sub(lambda found: _mark(found) if int(found[2]) > int(found[1]) else found[0], said)
    return _ABOUT.sub(_mark, said)


def _mark(found: re.Match[str]) -> str:
    return _VAGUE_WEIGHT if re.search(rf"{_JIN_WORD}|{_KILO}", found[0]) else _VAGUE


def _as_cm(found: re.Match[str]) -> str:
    """1米6 and 1.6米 are 160 cm."""
    metres, decimals = [group for group in found.groups() if group]
    return f"{int(metres) * 100 + int(decimals.ljust(2, '0'))}cm"


def _height(said: str, pairs: Mapping[int, Body]) -> Decimal | None:
    """The one that is named as a height or stands before a weight, else one that stands beside it otherwise."""
    named = _hits(said, _TALL, _CM, _TALL_AFTER)
    beside = {at: height for at, (height, _) in pairs.items() if height is not None}
    return _one(said, named | beside or _hits(said, _REVERSED) or _hits(said, _BEFORE_WEIGHT))


def _weight(said: str, pairs: Mapping[int, Body], height: Decimal | None, sizes: Sizes) -> Decimal | None:
    """The one that is said with a unit, else with a name, else after a height."""
    jin = {at: figure / 2 for at, figure in _hits(said, _JIN).items()}
    if hits := _hits(said, _KG) | jin:
        return _one(said, hits)
    beside = {at: figure for at, (tall, figure) in pairs.items() if tall == height and figure is not None}
    figure = _one(said, _hits(said, _WEIGHT) or _hits(said, _WEIGHT_AFTER) or beside)
    return None if figure is None else unitless(figure, height, sizes)


def _hits(said: str, *patterns: re.Pattern[str]) -> _Hits:
    return {hit.start(1): Decimal(hit[1]) for pattern in patterns for hit in pattern.finditer(said)}


def _one(said: str, hits: Mapping[int, Decimal]) -> Decimal | None:
    """The figure that all hits agree on, or the one that is said to hold now."""
    meant = {at: figure for at, figure in hits.items() if not _DENIED.search(said[max(0, at - _LEAD) : at])}
    now = {figure for at, figure in meant.items() if _HOLDS.search(said[max(0, at - _LEAD) : at])}
    figures = now or set(meant.values())
    return figures.pop() if len(figures) == 1 else None


def _pairs(said: str, sizes: Sizes) -> Mapping[int, Body]:
    """ "165 52": heights and then smaller figures; of a child's only where a child or a body is spoken of."""
    return {hit.start(1): (Decimal(hit[1]), Decimal(hit[2])) for hit in _PAIR.finditer(said) if _is_pair(hit, sizes)}


def _is_pair(found: re.Match[str], sizes: Sizes) -> bool:
    height, figure, said = Decimal(found[1]), Decimal(found[2]), found.string
    has_unit = re.match(rf"\s*(?:{_JIN_WORD}|{_KILO})", said[found.end() :]) is not None
    is_told = height >= sizes.child_below or bool(_CHILD.search(said) or re.search(_CM_WORD, found[0]))
    is_label = "/" in found[0] and _JIN.search(said) is not None  # "110斤 选160/84"
    return has_unit or (is_told and figure < height and not is_label)


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
