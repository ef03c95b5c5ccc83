"""What turns will ask the matcher for, asked for all of them at once: that takes half the time.

In: the messages of some turns, a book whose matcher remembers. Out: nothing. Never: another answer; what is not
foreseen is ranked when a turn asks for it.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.book import OOS, Book
from bot.core.clauses import asks, clauses, is_one, requests
from bot.core.facts import wording
from bot.core.match import Remembering
from bot.core.model import Message
from bot.core.text import readable


def foresee(turns: Iterable[Sequence[Message]], book: Book) -> None:
    """Each turn's whole text first, for what that is decides which of its clauses are asked about."""
    matcher = book.matcher
    if not isinstance(matcher, Remembering):
        return
    texts = [readable(wording(asked)) for asked in turns]
    matcher.foresee(texts)
    matcher.foresee(part for text in texts for part in _parts(text, book))


def _parts(text: str, book: Book) -> Iterator[str]:
    """All where the whole is not sure, else those that ask or request."""
    if is_one(text, book.rules.reception.listening):
        return
    rules, told = book.rules, book.matcher.rank(text)
    sure = bool(told) and told[0].intent != OOS and told[0].score >= rules.reception.confidence.sure
    parts = clauses(text, rules.reception.listening)
    for part in parts if len(parts) > 1 else ():
        if not sure or asks(part, rules) or requests(part, rules):
            yield part.text
