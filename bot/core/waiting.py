"""Since when a buyer waits for people, and whether the people who had the conversation are still there.

In: a conversation, who is there, what was said. Out: the conversation as it waits. Never: who gets it; that is
`dispatch.py`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.book import Book
from bot.core.case import Decision
from bot.core.facts import Facts
from bot.core.meaning import Meaning
from bot.core.model import Conversation, Holder
from bot.core.questions import hear
from bot.core.routing import staffed
from bot.core.rules.work import Routing
from bot.core.states import Happened, after
from bot.core.text import plain
from bot.core.waits import GONE_HOME, HELD, TOLD_WHEN

_CLOSING = frozenset({"thanks", "ack", "closing"})


def asks_people(talk: Conversation, meaning: Meaning, now: datetime, book: Book) -> Conversation:
    """The buyer writes in a human's conversation: from now on a word is waited for, unless it was a mere thank-you.
    What raises a red flag is as hot there as anywhere."""
    if meaning.silent or (_is_calm(meaning, book) and not meaning.flag):
        return talk
    hot = replace(talk, urgency=min(talk.urgency, meaning.flag.urgency)) if meaning.flag else talk
    if hot.waiting_since:
        return hot
    return replace(hot, waiting_since=now, soothed=0, tried=(), look_at=now + book.rules.routing.dispatch.hold_after)


def _is_calm(meaning: Meaning, book: Book) -> bool:
    """Nothing but thanks, in every message of the turn: what was asked right before them waits for a word all the
    same."""
    if not meaning.claims or {claim.intent for claim in meaning.claims} - _CLOSING:
        return False
    lines = [line for line in meaning.text.split("\n") if plain(line)]
    alone = ({claim.intent for claim in hear(line, book).claims} for line in lines if lines[1:])
    return all(claimed and claimed <= _CLOSING for claimed in alone)


def left_by_people(talk: Conversation, live: Collection[str], routing: Routing, now: datetime) -> Conversation:
    """A human's conversation in which that human has been silent for long, with nobody there to go on: it waits for
    people, and until they come the bot does for the buyer what it can."""
    group = talk.group or routing.default
    there = staffed(group, frozenset(live), routing) in live
    spoke = talk.served_at or talk.agent_since or talk.waiting_since
    silent = spoke is not None and now - spoke >= routing.dispatch.gone_after
    if talk.holder is not Holder.HUMAN or there or not silent:
        return talk
    return replace(
        talk, holder=after(talk.holder, Happened.LEFT), group=group, reason=GONE_HOME, announced=False,
        agent_id=None, agent_since=None, tried=(), waiting_since=talk.waiting_since or now, look_at=now,
        soothed=HELD | TOLD_WHEN,  # by what the bot says now
    )  # fmt: skip


def first_look(since: datetime, decision: Decision, facts: Facts, routing: Routing) -> datetime | None:
    """When the routing must look at a new wait for another reason than that somebody has time: to hold the line where
    the buyer was told nothing, later to apologise."""
    rules, group = routing.dispatch, decision.group or routing.default
    if decision.quiet and group in facts.live:
        return since + rules.hold_after
    opens = since if group in facts.live else facts.back_at.get(group)
    return opens + rules.late_after if opens else None


def told_so(decision: Decision, facts: Facts, routing: Routing) -> int:
    """What the buyer heard with the hand-over (`waits.HELD` and the like): that somebody comes, or when."""
    if decision.quiet:
        return 0
    return HELD if (decision.group or routing.default) in facts.live else HELD | TOLD_WHEN
