"""A receiver's data as it may be shown: enough to be recognised by its owner, too little for anybody else.

In: a name, a phone number. Out: the same with most of it starred. Never: a whole name or number.
"""

import re

_STAR = "*"
_HEAD, _TAIL = 3, 4


def mask_name(name: str) -> str:
    """The first character, and a star for each of the rest: 张**."""
    return name[:1] + _STAR * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and last four figures: 138****8000; of a short number only the last two."""
    figures = re.sub(r"\D", "", phone.strip().removeprefix("+86"))
    if len(figures) <= _HEAD + _TAIL:
        return _STAR * max(2, len(figures) - 2) + figures[-2:]
    return figures[:_HEAD] + _STAR * (len(figures) - _HEAD - _TAIL) + figures[-_TAIL:]
