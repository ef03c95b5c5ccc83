"""Which piece of an order a buyer means.

In: a text and the titles of an order's lines. Out: one title, or all of them joined. Never: one of two that are named
alike.
"""

import re
from collections.abc import Sequence

from bot.core.text import plain
from bot.words import say

_ALL = re.compile(r"都|全部|全退|整单|一起|所有")
#: Letters that name a title unasked, or rather than another; its last, which says what kind of thing it is, counts
#: double.
_CLEAR = 2


def named_piece(text: str, titles: Sequence[str], *, asked: bool) -> str | None:
    """The piece that a text names; the only one there is need not be named."""
    if len(titles) == 1:
        return titles[0]
    said = plain(text)
    shares = {title: _shared(said, plain(title)) for title in titles}
    first, second = (*sorted(shares.values(), reverse=True), 0, 0)[:2]
    if not first and asked and _ALL.search(said):
        return say("join.list").join(titles)
    clear = first >= (1 if asked else _CLEAR) and (not second or first - second >= _CLEAR)
    return next(title for title, share in shares.items() if share == first) if clear else None


def _shared(said: str, title: str) -> int:
    """The length of the longest stretch of a title that was said."""
    spans = ((start, end) for start in range(len(title)) for end in range(start + 1, len(title) + 1))
    longest = max((end - start for start, end in spans if title[start:end] in said), default=0)
    return longest + (1 if longest and title[-1] in said else 0)
