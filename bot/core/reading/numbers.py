"""Figures that are no body: orders, parcels, pieces, money.

In: a folded text, for pieces and money with digits. Out: what the figures count. Never: a phone or identity number
taken for an order's, or a count of days, people or colours for pieces.
"""

import re
from decimal import Decimal

from bot.core.reading.numerals import has_figures

_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}|[48]00\d{7}")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ALONE = r"(?<![0-9a-z]){}(?![0-9a-z])"
_ORDER = re.compile(_ALONE.format(r"(?:o\d{3,12}|\d{6}-\d{15}|\d{10,20})"))
_PARCEL = re.compile(
    _ALONE.format(r"(?:jd[a-z]{0,3}\d{9,15}(?:-\d{1,3}-\d{1,3}-?)?|[a-z]{2,4}\d{9,16}|[a-z]{2}\d{9}[a-z]{2})")
)
_PARCEL_FIGURES = re.compile(_ALONE.format(r"(?:7[2-9]\d{10,13}|[34]\d{12}|[34]\d{14})"))
_PARCEL_SAID = re.compile(r"运单|快递单|快递号|物流|单号|快递|包裹")
_ANSWER = re.compile(r"(?:订单号?|单号|编号|尾号)?(?:是|为)?([a-z]{0,5}\d[0-9a-z]{3,23})")
_PIECE = r"(件|双|个|条|箱|盒|瓶|袋|包|套|只|顶|罐|支|份|对|桶|台|张|把|片|卷|床|打|提)"
_NO_PIECE = (
    r"(?!工作日|自然日|小时|月|礼拜|星期|周|人|颜色|色|码|尺|问题|款|订单|快递|地址|钟|半|[^,。\s]{0,2}[折减]|装|邮)"
)
_PIECES = re.compile(rf"(?<![\d.第满每前-])(\d{{1,4}})\s*{_PIECE}{_NO_PIECE}")
_ARTICLE = re.compile(r"(?:买|要|拍|下单?|订|购|来|拿|加购|拍下)了?\s*$")
_SUM = re.compile(
    r"(?:[￥¥$]|rmb)\s*(\d{1,6}(?:\.\d{1,2})?)|(?<![\d.])(\d{1,6}(?:\.\d{1,2})?)\s*(?:-|~|到|至)?\s*(?:元|圆|块钱|rmb)"
    r"|(?<![\d.])(\d{1,6})\s*块(\d)(?!\d)|(?<![\d.])(\d{1,6})\s*块(?=$|[\s,。!?;、]|[了的吗呢吧以包能行可啊呀减优券左上多])"
    r"|满\s*(\d{1,6}(?:\.\d{1,2})?)(?!\d|\.\d|\s*[件双个条箱盒瓶袋包套])|减\s*(\d{1,6})(?!\d|\.\d|\s*[肥件斤])"
)


def is_phone(digits: str) -> bool:
    """Whether digits are a mobile, landline or service number, or a person's identity number."""
    return any(shape.fullmatch(digits) for shape in (_MOBILE, _LANDLINE)) or _is_identity(digits)


def is_order_number(word: str) -> bool:
    """Whether a whole answer, folded and without signs, is an order's number or its last digits (four and more)."""
    found = _ANSWER.fullmatch(word)
    return found is not None and not is_phone(found[1]) and not found[1].endswith(("kg", "cm"))


def read_orders(folded: str) -> tuple[str, ...]:
    """Order numbers, without parcels' and people's."""
    if not has_figures(folded):
        return ()
    parcels = read_parcels(folded)
    return tuple(number for number in _ORDER.findall(folded) if number not in parcels and not is_phone(number))


def read_parcels(folded: str) -> tuple[str, ...]:
    """Tracking numbers; bare figures of a carrier's shape only where a parcel is spoken of and no order."""
    if not has_figures(folded):
        return ()
    found = _PARCEL.findall(folded)
    if _PARCEL_SAID.search(folded) and "订单" not in folded:
        found += [number for number in _PARCEL_FIGURES.findall(folded) if not is_phone(number)]
    return tuple(found)


def read_quantity(text: str) -> int | None:
    """Pieces that are wanted; "一个" is an article unless a verb of buying stands before it, 一箱24瓶 is a package."""
    if not has_figures(text):
        return None
    found = list(_PIECES.finditer(text))
    counts = {int(hit[1]) for hit in found}
    if len(counts) != 1 or (counts == {1} and not any(_ARTICLE.search(text[: hit.start()]) for hit in found)):
        return None
    return counts.pop() or None


def read_money(text: str) -> tuple[Decimal, ...]:
    """Sums in yuan, in their order; 3块5 is 3.5, and a bare 一块 means "together"."""
    if not has_figures(text):
        return ()
    found = ((next(filter(None, hit.groups())), hit) for hit in _SUM.finditer(text))
    sums = (Decimal(f"{hit[3]}.{hit[4]}") if hit[3] else Decimal(figure) for figure, hit in found if _is_sum(hit))
    return tuple(dict.fromkeys(sums))


def _is_sum(hit: re.Match[str]) -> bool:
    return hit[5] != "1" or re.search(r"(?:便宜|少|差|贵|加|才|就)\s*$", hit.string[: hit.start()]) is not None


def _is_identity(digits: str) -> bool:
    """A resident's number has a birthday and a check digit."""
    if _IDENTITY.fullmatch(digits) is None:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False)) % 11
    return "10x98765432"[rest] == digits[-1]
