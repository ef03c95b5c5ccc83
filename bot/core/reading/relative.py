"""A size told by the one that was bought: 大一码, 小两号, 大一点的.

In: a text, the sizes of an item in their order, the size bought. Out: one of those sizes. Never: one that it has not.
"""

import re
from collections.abc import Sequence

from bot.core.reading.numerals import arabic, fold

_STEP = re.compile(r"([大小])\s*(\d)\s*个?\s*(?:尺?码|号)|([大小])\s*(?:1\s*)?点(?=$|[的儿吧,，。!！\s])")


def step_of(text: str) -> int:
    """How many sizes larger (or, below 0, smaller) a text wants it; 0 where it does not say."""
    found = _STEP.search(arabic(fold(text)))
    if found is None:
        return 0
    count = int(found[2] or 1)
    return count if "大" in (found[1], found[3]) else -count


def stepped(text: str, sizes: Sequence[str], bought: str | None) -> str | None:
    """The size that is so many steps from the one bought, if the item has it."""
    step = step_of(text)
    if not step or bought not in sizes:
        return None
    place = sizes.index(bought) + step
    return sizes[place] if 0 <= place < len(sizes) else None
