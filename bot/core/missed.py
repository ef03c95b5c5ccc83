"""Messages that say that the last answer missed.

In: a message, the words for it of `rules/reception.yaml`. Out: whether it says so. Never: what was asked instead.
"""

from bot.core.rules.work import Missed
from bot.core.text import bare, clauses, plain


def says_missed(text: str, rules: Missed) -> bool:
    """Whether a message holds the last answer for none."""
    said, alone = plain(text), {bare(word) for word in rules.alone}
    return any(plain(word) in said for word in rules.words) or any(bare(part) in alone for part in clauses(text))
