"""What a turn teaches of its buyer: sizes told, wishes, how often what is asked, matters for people, consent, tags.

In: a decided turn, the file before it. Out: `News`, or None where the file has it all. Never: a word of somebody else
taken for the buyer's; a doubt read as consent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.buyer import RULE, Agreed, Buyer, Issue, News, Tag, with_news
from bot.core.facts import Facts
from bot.core.model import Conversation, DecisionKind, Order, Refund
from bot.core.remembered import kept
from bot.core.rules.buyers import Buyers, ConsentWords, TagRule
from bot.core.slots import is_of_another, is_of_body
from bot.core.text import clauses, plain

if TYPE_CHECKING:  # the river of a turn; who only checks the rules' own proofs does without it
    from bot.core.turn import Turn

_LINE, _NEAR = 60, 4  # characters
#: Runs of digits that may be a phone, a card or an identity number; their middle is masked.
_DIGITS = re.compile(r"(?<!\d)(\d{3})(?:[ -]?\d){4,}(\d{2})(?!\d)")


def learned(turn: "Turn", turn_id: str) -> News | None:
    """News of the conversation's buyer, as of the turn's moment; somebody else who writes there teaches nothing."""
    case, rules = turn.case, turn.case.book.rules.buyers
    known = case.facts.buyer
    if known is None or case.scene.focus.stranger:
        return None
    news = News(
        known.id,
        case.now,
        told=_new(known, _told(turn)),
        preferences=_wished(known, turn),
        counts=_counts(known, turn, rules),
        issues=tuple(_issues(turn, turn_id)),
        consent=_changed(known, consent_of(case.meaning.text, rules.consent)),
    )
    news = replace(news, tags=earned(with_news(known, news), case.facts, rules, case.now))
    name = case.conversation.buyer_name
    told = replace(news, name=name if name and not (known.name and known.name.value == name) else None)
    return told if news != News(known.id, case.now) or (told.name and known.version) else None


def closing(conversation: Conversation, known: Buyer | None, now: datetime) -> News | None:
    """People are done with a conversation, and with the matters that they were called to it for."""
    waits = known is not None and any(one.conversation_id == conversation.id for one in known.open_issues)
    return News(conversation.buyer_id, now, closed=(conversation.id,)) if waits else None


def consent_of(text: str, words: ConsentWords) -> Agreed | None:
    """What a message says of being told of offers; taking back wins, and what is only asked is nothing."""
    if _takes_back(text, words):
        return Agreed.WITHDRAWN
    heard = {_agreed(plain(clause), words) for clause in clauses(text)}
    if Agreed.WITHDRAWN in heard:
        return Agreed.WITHDRAWN
    return Agreed.GRANTED if Agreed.GRANTED in heard and not _asks(text, words) else None


def earned(known: Buyer, facts: Facts, rules: Buyers, now: datetime) -> tuple[Tag, ...]:
    """Tags that rules set now; one that is in the file, set or taken off, is left as it is."""
    held = {tag.name for tag in known.tags}
    mine = [order for order in facts.orders if order.buyer_id == known.id]
    due = (rule for rule in rules.tags if rule.name not in held and _holds(rule, known.counts, mine))
    return tuple(Tag(rule.name, RULE, now) for rule in due)


def _holds(rule: TagRule, counts: Mapping[str, int], orders: Iterable[Order]) -> bool:
    if rule.counted:
        return sum(counts.get(name, 0) for name in rule.counted) >= rule.times
    if rule.orders:
        return sum(map(kept, orders)) >= rule.orders
    return sum(order.refund is Refund.REFUNDED for order in orders) >= rule.refunds


def _told(turn: "Turn") -> dict[str, str]:
    """What of the buyer's own body this turn has changed in what the conversation was told."""
    before, after = turn.case.conversation.told, turn.conversation.told
    if turn.case.meaning.slots.other or is_of_another(before):
        return {}
    return {name: word for name, word in after.items() if word and is_of_body(name) and before.get(name) != word}


def _new(known: Buyer, told: Mapping[str, str]) -> dict[str, str]:
    return {name: word for name, word in told.items() if name not in known.told or known.told[name].value != word}


def _wished(known: Buyer, turn: "Turn") -> dict[str, str]:
    slots = turn.case.meaning.slots
    wishes = {"carrier": slots.wish, "area": slots.area}
    held = {name: told.value for name, told in known.preferences.items()}
    return {name: word for name, word in wishes.items() if word and held.get(name) != word}


def _counts(known: Buyer, turn: "Turn", rules: Buyers) -> dict[str, int]:
    """Only what a tag still waits for; the same question going on is one."""
    meaning = turn.meaning
    goes_on = meaning.follows or meaning.answers is not None
    heard = set() if goes_on else {claim.intent for claim in meaning.claims}
    heard |= {f"flag:{meaning.flag.name}"} if meaning.flag else set()
    held = {tag.name for tag in known.tags}
    awaited = {name for rule in rules.tags if rule.name not in held for name in rule.counted}
    return dict.fromkeys(sorted(heard & awaited), 1)


def _issues(turn: "Turn", turn_id: str) -> Iterator[Issue]:
    """A hand-off, with its order where one is spoken of."""
    case, decision = turn.case, turn.decision
    if decision.kind is not DecisionKind.HAND_OFF:
        return
    claims, order = case.meaning.claims or case.meaning.choices, case.scene.focus.order
    yield Issue(
        turn_id,
        case.conversation.id,
        decision.reason,
        case.now,
        intent=claims[0].intent if claims else None,
        order_id=order.id if order else None,
        line=masked(case.meaning.text.replace("\n", " "))[:_LINE],
    )


def masked(text: str) -> str:
    """138****78 for longer runs of digits."""
    return _DIGITS.sub(r"\1****\2", text)


def _changed(known: Buyer, said: Agreed | None) -> Agreed | None:
    return None if known.consent and known.consent.state is said else said


def _takes_back(text: str, words: ConsentWords) -> bool:
    said = plain(text)
    for phrase in words.allow:
        said = said.replace(plain(phrase), "\n")
    return any(plain(word) in said for word in words.withdraw)


def _agreed(clause: str, words: ConsentWords) -> Agreed | None:
    """One clause in normal form; with a denial right before the words it is the opposite, further off a doubt."""
    place = min((at for word in words.grant if (at := clause.find(plain(word))) >= 0), default=-1)
    if place < 0:
        return None
    ahead = clause[:place]
    if _denied(ahead[-_NEAR:], words):
        return Agreed.WITHDRAWN
    return None if _denied(ahead, words) else Agreed.GRANTED


def _denied(ahead: str, words: ConsentWords) -> bool:
    return any(plain(word) in ahead for word in words.denials)


def _asks(text: str, words: ConsentWords) -> bool:
    return any(mark in text for mark in ("?", "？")) or any(plain(word) in plain(text) for word in words.questions)
