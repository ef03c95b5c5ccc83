"""A receiver's data as it may be shown: enough to be recognised by its owner, too little for anybody else.

In: a name, a phone number. Out: the same with most of it starred. Never: a whole name or number.
"""

import re
import unicodedata

_STAR = "*"
_HEAD, _TAIL = 3, 4
_ABROAD = r"(?:(?:\+|00)?86[\s-]*)?"
_MOBILE = re.compile(_ABROAD + r"(1\d\d\*+\d{4}|1(?:[\s-]?[\d*]){10})(?![\d*])")
_LANDLINE = re.compile(_ABROAD + r"\(?(0(?:10|2\d|[3-9]\d\d))\)?[\s-]*([\d*]{7,8})(?![\d*])")
#: What stands before an extension of a number that is neither.
_EXTENDED = re.compile(r"转|分机|ext|[x#,;]", re.IGNORECASE)


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
