"""Personal data as it may be shown: enough to be recognised by its owner, too little for anybody else.

In: a name, a phone number, a whole message. Out: the same with most of it starred. Never: a whole name or number.
"""

import re
import unicodedata
from functools import cache

_STAR = "*"
_HEAD, _TAIL = 3, 4
_ABROAD = r"(?:(?:\+|00)?86[\s-]*)?"
_MOBILE = re.compile(_ABROAD + r"(1\d\d\*+\d{4}|1(?:[\s-]?[\d*]){10})(?![\d*])")
_LANDLINE = re.compile(_ABROAD + r"\(?(0(?:10|2\d|[3-9]\d\d))\)?[\s-]*([\d*]{7,8})(?![\d*])")
#: What stands before an extension of a number that is neither.
_EXTENDED = re.compile(r"转|分机|ext|[x#,;]", re.IGNORECASE)

HIDDEN = "***"
_CJK = "一-鿿"
_MAIL = re.compile(r"[A-Za-z0-9][\w.%+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_PHONES = re.compile(r"(?<!\d)(?:\+?86[ .-]?)?(?:1[3-9]\d[ .-]?\d{4}[ .-]?\d{4}|0\d{2,3}[ -]\d{7,8})(?!\d)")
#: Orders, parcels, accounts: six figures and more in a row, with the letters and parts that belong to them.
_LONG = re.compile(r"[A-Za-z]{0,5}\d{6,}[A-Za-z\d]*(?:-\d+)*")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
_FIGURE = r"[0-9零〇一二三四五六七八九十百]"
#: Whoever types fast puts blanks anywhere.
_BLOCK = r"(?:[号#] ?楼|号 ?院|[栋幢]|单 ?元)"
_UNIT = rf"(?:{_BLOCK}|[号座弄室楼层户])"
#: What is counted behind a number; some of the words also begin another matter (501人不在, 501双十一到的).
_GOODS = (
    r"(?![\dA-Z.零〇一二三四五六七八九]|[元块件页个条台套张斤克千公米厘毫升瓦寸]|人(?![不在没都])"
    r"| ?(?:[元块字题]|双(?![十方])|平(?![时安日常])))"
)
_DOOR = (
    rf"{_FIGURE}++ ?{_UNIT}"
    rf"(?: ?[A-Za-z]?{_FIGURE}++ ?{_UNIT}|[A-Za-z]?{_FIGURE}++| [A-Za-z]?\d{{3,4}}{_GOODS})*+"
)
_STREET = rf"(?:大道|大街|胡同|[路街道巷弄村镇乡]|小区|花园|新村|大厦|公寓|广场|[苑园])[{_CJK}A-Za-z0-9]{{0,12}}?"
_STEP = rf"[{_CJK}]{{2,7}}?"
#: A street with a door, or a place told in three steps and more. Steps are possessive: a crowd of them costs no time.
_PLACE = (
    rf"(?:{_STEP}[省市州县区旗])*+[{_CJK}]{{0,6}}?{_STREET} ?{_DOOR}"
    rf"|(?:{_STEP}(?:自治区|自治州|街道|[省市州县区旗镇乡])){{3,}}+"
)
_GAP = r"[ ·•.-]{0,3}"
#: A car's plate, that of new energy with one sign more (GA 36-2018), in one piece or in several; a colour before a size
#: (黑XXL185, 黑M17585 for 175/85) is none.
_PLATE = re.compile(
    rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]{_GAP}(?!X*[SML]\d{{2,3}}(?!\d))"
    rf"(?!(?<=[黑青])X*[SML] ?1[4-9][05](?:[6-9]\d|1[0-2]\d)?(?!\d))[A-Z]{_GAP}(?=(?:[A-Z]{{0,2}}{_GAP}\d){{3}})"
    r"(?:(?:[A-Z\d]{4}[警学挂港澳领使]|[A-Z\d]{5,6})(?![A-Z\d])"
    rf"|[A-Z\d](?:{_GAP}[A-Z\d]){{3}}(?:{_GAP}[警学挂港澳领使]|(?:{_GAP}[A-Z\d]){{1,2}}(?![A-Z\d]| ?[件元块斤])))",
    re.IGNORECASE | re.ASCII,
)
_TOWER = (
    rf"(?:{_FIGURE}{{1,4}} ?{_BLOCK}|[A-Z] ?{_FIGURE}{{0,2}} ?(?:号 ?楼|[栋幢座])"
    rf"|{_FIGURE}{{1,2}} ?座(?= ?\d{{3,4}} ?室))"
)
_WITHIN = rf"(?:[ ,-]?(?:{_TOWER}|{_FIGURE}{{1,3}} ?[楼层门户室]))"
_NUMBER = r"[ ,-]?[A-Z]?(?:\d{3,4}|[零〇一二三四五六七八九]{3,4})"
_CALLED = r" ?(?:室(?![内外温])|号(?! ?[线机码])|户(?!外))"
#: Where in a house somebody lives: two parts and more, one with a room, or a room that is called so. No room is called
#: 500 or 1200: behind one part alone that is a price, a surface, a count.
_ROOM = (
    rf"{_TOWER}(?:{_WITHIN}++(?:{_NUMBER}(?:{_CALLED}|{_GOODS}))?+|{_NUMBER}(?:{_CALLED}|(?<!00){_GOODS}))"
    rf"|(?:{_FIGURE}{{1,3}} ?[楼层门] ?)?(?<![A-Z\d])[A-Z]?\d{{3,4}} ?(?:室(?![内外温])|号 ?房(?!型))"
)
_NAMED = (
    r"((?:收货人|收件人|收货姓名|姓名|名字|联系人)\s*(?:是|为|叫|:)?\s*)(?![是叫]?(?:什么|啥|怎么|谁))"
    rf"([{_CJK}·]{{2,6}}?)(?=$|[\s,。;、\d])"
)
#: Characters of a message that are looked at.
_MOST = 1_000


def mask_text(text: str) -> str:
    """A message in one line, without numbers by which somebody is reached or an order is found, mail addresses, doors
    and names that are told as such. A city alone stays, for that is what is asked about. Of a very long message only
    the beginning is told."""
    said = " ".join(unicodedata.normalize("NFKC", text[:_MOST]).split())
    place, room, named = _slow_to_make()
    for shape in (_MAIL, _PHONES, place, room, _PLATE, _LONG, _SPELT):
        said = shape.sub(HIDDEN, said)
    return named.sub(lambda hit: hit[1] + mask_name(hit[2]), said)


@cache
def _slow_to_make() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns that take as long to compile as all others together; many commands mask no message."""
    return re.compile(_PLACE), re.compile(_ROOM, re.IGNORECASE), re.compile(_NAMED)


def mask_name(name: str) -> str:
    """The first character, and a star for each of the rest: 张**."""
    return name[:1] + _STAR * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and last four figures: 138****8000; a landline's whole area code: 0571****6666; of a short number
    only the last two. An extension is left out, and stars that stand there already stay."""
    said = unicodedata.normalize("NFKC", phone).strip()
    if mobile := _MOBILE.match(said):
        return _starred(_figures(mobile[1]), _HEAD)
    if landline := _LANDLINE.match(said):
        return _starred(landline[1] + landline[2], len(landline[1]))
    figures = _figures(_EXTENDED.split(said)[0].removeprefix("+86"))
    if len(figures) <= _HEAD + _TAIL:
        return _STAR * max(2, len(figures) - 2) + figures[-2:]
    return _starred(figures, _HEAD)


def _figures(said: str) -> str:
    return re.sub(r"[^\d*]", "", said)


def _starred(figures: str, head: int) -> str:
    return figures[:head] + _STAR * (len(figures) - head - _TAIL) + figures[-_TAIL:]
