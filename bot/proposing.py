"""What operators might write, from the issue log and the conversations behind it.

In: a store, a book, a span of time. Out: suggestions. Never: a file touched; a word that is not masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.book import Book
from bot.core.issue_groups import QUESTIONS
from bot.core.material import FOLLOWING, WITHIN, Answer, answers_of
from bot.core.notebooks import Issue
from bot.core.proposals import Names, Proposal, proposals_of, question_in
from bot.core.trial import Trial, tried
from bot.core.vectors import Encode
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal, what it would change if it adds lines, and what people answered meanwhile."""

    proposal: Proposal
    trial: Trial | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`issues` were open; today's files already understand so many (`understood`) of them."""

    found: tuple[Suggestion, ...]
    issues: int
    understood: int


async def suggestions(
    store: Store, book: Book, since: datetime, until: datetime, least: int, encode: Encode | None = None
) -> Suggestions:
    """From what was filed in [since, until)."""
    filed = await store.issues(since, until, QUESTIONS)
    names = await store.names_of({one.buyer_id for one in filed if one.buyer_id})
    told = proposals_of(filed, book, least, names)
    trials, by_id = tried(told.found, book, encode), {one.id: one for one in filed}
    found = []
    for one in told.found:
        issues = [by_id[each] for each in one.group.ids]
        found.append(Suggestion(one, trials.get(one.id), await _answers(store, issues, book, names)))
    return Suggestions(tuple(found), told.issues, told.understood)


async def _answers(store: Store, issues: Sequence[Issue], book: Book, names: Names) -> tuple[Answer, ...]:
    placed = [(one, (one.channel, one.conversation_id)) for one in issues if one.channel and one.conversation_id]
    places = [(channel or "", talk or "", one.at, one.at + WITHIN) for one, (channel, talk) in placed]
    followed = await store.followed(places, FOLLOWING)
    asked = ((question_in(one), lines) for (one, _), lines in zip(placed, followed, strict=True))
    called = {name for one in issues for name in names.get(one.buyer_id or "", ())}
    return answers_of(asked, book, called)
