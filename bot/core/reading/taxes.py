"""Taxpayers' numbers: what an invoice to a company must bear.

In: a text as written. Out: a number in capitals without blanks. Never: a number with a wrong check digit.

The unified social credit code is GB 32100-2015: 17 signs and a check sign modulo 31. Numbers given out before 2015 are
known by their shape: 15 signs (a region of 6 digits and an organisation's code of 9), 17 (15 digits and 2), 20 (a
resident's number and 2 digits).
"""

import re
import unicodedata

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_OLD = re.compile(r"\d{6}[0-9A-Z]{9}|\d{15}[0-9A-Z]{2}|\d{17}[\dX]\d{2}")
_WRITTEN = re.compile(r"(?<![0-9A-Z@.])[0-9A-Z](?:[ -]?[0-9A-Z])*(?![0-9A-Z@.])")
_NAMED = re.compile(r"税号|税务登记|纳税人|识别号|信用代码")
_LEAST, _MOST, _CODE = 12, 24, 18


def check_sign(first: str) -> str:
    """The check sign of a code's first 17 signs."""
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return SIGNS[-total % 31]


def is_credit_code(number: str) -> bool:
    """Whether a number is a unified social credit code."""
    return len(number) == _CODE and set(number) <= set(SIGNS) and check_sign(number[:-1]) == number[-1]


def is_tax_no(number: str) -> bool:
    """Whether a number is a code, or an older number by its shape."""
    return is_credit_code(number) or _OLD.fullmatch(number) is not None


def written_numbers(text: str) -> tuple[str, ...]:
    """Everything in a text that is long enough to be meant as one, in their order."""
    folded = unicodedata.normalize("NFKC", text).upper()
    found = (re.sub("[ -]", "", hit[0]) for hit in _WRITTEN.finditer(folded))
    return tuple(one for one in found if _LEAST <= len(one) <= _MOST and any(map(str.isdigit, one)))


def read_tax_no(text: str) -> str | None:
    """The number that a text tells unasked: a code, or whatever is called a taxpayer's number and may be one."""
    named = _NAMED.search(text) is not None
    numbers = written_numbers(text)
    return next((one for one in numbers if is_credit_code(one) or (named and is_tax_no(one))), None)
