"""Plays a dialog through the real turn with the shipped replies and rules.

In: a dialog and a book. Out: what was amiss, as a text that a person can read. Never: a store, a clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.core.book import Book
from bot.core.bundles import offered_ids
from bot.core.buyer import Buyer, Issue, Tag, Told, with_news
from bot.core.buyerfile import learned
from bot.core.facts import Facts
from bot.core.model import AgentState, Conversation, Item, Kind, Message, Order, Presence, Sender
from bot.core.shifts import live_groups, next_live, on_shift
from bot.core.states import Happened
from bot.core.taking import moved
from bot.core.turn import Turn, take_turn
from bot.core.walltime import in_zone
from bot.demo import load_demo
from tests.core.book import CHINA
from tests.dialogs.script import Dialog, Step


@cache
def _shop(now: datetime) -> tuple[dict[str, Item], tuple[Order, ...]]:
    """The demo shop's items by id, and its orders, as of a minute."""
    loaded = load_demo(now)
    return {item.id: item for item in loaded.items}, loaded.orders


@dataclass(frozen=True, slots=True)
class Scene:
    """A dialog as it is played: the book, and the demo shop as of its first minute."""

    dialog: Dialog
    book: Book

    @property
    def opens(self) -> datetime:
        return in_zone(self.dialog.at, CHINA)

    def opening(self) -> Conversation:
        return Conversation("c1", "page", self.dialog.buyer, item_id=self.dialog.item)

    def file(self) -> Buyer:
        """What is known of the buyer when the dialog begins."""
        known, at = self.dialog.file, self.opens - self.dialog.file.ago
        return Buyer(
            self.dialog.buyer,
            told={name: Told(value, at) for name, value in known.told.items()},
            preferences={name: Told(value, at) for name, value in known.wishes.items()},
            counts=known.counts,
            tags=tuple(Tag(name, "a01", at) for name in known.tags),
            issues=tuple(
                Issue(intent, "c0", "needs_person", at, intent, line=line) for intent, line in known.open.items()
            ),
        )

    def facts(self, step: Step, conversation: Conversation, file: Buyer, now: datetime) -> Facts:
        """What the shell would have gathered for this turn."""
        items, orders = _shop(self.opens)
        mine = tuple(order for order in orders if order.buyer_id == self.dialog.buyer)
        near = {step.item, conversation.item_id, *(line.item_id for order in mine for line in order.lines)}
        shifts, works = self.book.rules.shifts, self.book.works
        on = on_shift(shifts, now, works)
        there = (agent for span in on if span.group not in self.dialog.away for agent in span.agents)
        present = [Presence(agent, AgentState.ONLINE, now) for agent in there]
        return Facts(
            orders=mine,
            items={one: items[one] for one in near if one in items},
            live=live_groups(shifts, present, now, works),
            rostered=frozenset(span.group for span in on),
            back_at={group: next_live(shifts, now, group, works) for group in self.book.rules.routing.groups},
            ahead={str(group): count for group, count in self.dialog.ahead.items()},
            paused=self.dialog.paused,
            offers={one: items[one] for one in offered_ids(self.book.rules, now) if one in items},
            buyer=file,
        )


def play(dialog: Dialog, book: Book) -> str:
    """The whole dialog, a line for each thing; what is not as expected is marked. Empty if all is well."""
    book = _standing(book, dialog)
    scene, failed = Scene(dialog, book), False
    conversation, file, now, lines = scene.opening(), scene.file(), scene.opens, list[str]()
    for number, step in enumerate(dialog.turns, 1):
        now += step.after if number > 1 else step.after * 0
        if step.people:
            conversation = moved(conversation, Happened(step.people))
            lines.append(f"{number}. 〔{step.people}〕")
            continue
        facts = scene.facts(step, conversation, file, now)
        turn = take_turn(_messages(step, dialog, number, now), conversation, facts, book, now)
        conversation = replace(turn.conversation, version=number)
        news = learned(turn, f"t{number}")
        file = with_news(file, news) if news else file
        amiss = [*_amiss(step, turn), *_misfiled(step, file)]
        failed = failed or bool(amiss)
        lines += [*_told(number, step, turn), *(f"   ✗ {one}" for one in amiss)]
    return "\n".join([f"{dialog.name} ({dialog.at})", *lines]) if failed else ""


def _standing(book: Book, dialog: Dialog) -> Book:
    """The book on the platform that the dialog is about."""
    if dialog.platform is None:
        return book
    shop = book.rules.shop.model_copy(update={"platform": dialog.platform})
    return replace(book, rules=replace(book.rules, shop=shop))


def _messages(step: Step, dialog: Dialog, number: int, now: datetime) -> list[Message]:
    """The buyer's bubbles and cards of one turn, in that order."""
    plain = Message(f"m{number}", "c1", dialog.buyer, Sender.BUYER, Kind.TEXT, now)
    said = [replace(plain, id=f"m{number}-{at}", text=text) for at, text in enumerate(step.says)]
    cards = [
        replace(plain, kind=Kind.ITEM_CARD, item_id=step.item) if step.item else None,
        replace(plain, kind=Kind.ORDER_CARD, order_id=step.order) if step.order else None,
        replace(plain, kind=Kind(step.sends)) if step.sends else None,
    ]
    return [*said, *(card for card in cards if card)]


def _told(number: int, step: Step, turn: Turn) -> Iterator[str]:
    shown = " / ".join([*step.says, *(f"〔{one}〕" for one in (step.item, step.order, step.sends) if one)])
    claims = ", ".join(
        f"{claim.intent} {claim.score:.0f}" for claim in turn.meaning.claims or turn.meaning.candidates[:3]
    )
    sure = "" if turn.meaning.claims else "?"
    yield f"{number}. {shown}   [{sure}{claims}]"
    parts = ", ".join(f"{part.topic} {part.variant}" for part in turn.reply.parts) if turn.reply else "-"
    decision, holder = turn.decision, turn.conversation.holder
    yield f"   {decision.kind} {decision.reason} {decision.group or ''} -> {parts}; {holder}"
    yield f"   {turn.reply.text if turn.reply else '-'}".replace("\n", "\n   ")


def _amiss(step: Step, turn: Turn) -> Iterator[str]:
    """Each expectation that does not hold."""
    text, decision = turn.reply.text if turn.reply else "", turn.decision
    if step.does and decision.kind != step.does:
        yield f"does: {step.does}"
    if step.why and decision.reason not in step.why:
        yield f"why: {', '.join(step.why)}"
    if step.topics is not None and not _same_topics(step.topics, turn):
        yield f"topics: {', '.join(step.topics)}"
    if step.group and decision.group != step.group:
        yield f"group: {step.group}"
    if turn.conversation.holder != step.holder:
        yield f"holder: {step.holder}"
    yield from (f"has: {word}" for word in step.has if word not in text)
    yield from (f"lacks: {word}" for word in step.lacks if word in text)
    yield from (f"note: {word}" for word in step.note if word not in turn.summary)


def _misfiled(step: Step, file: Buyer) -> Iterator[str]:
    """What the buyer's file should say after the turn."""
    if step.tags is not None and set(step.tags) != set(file.tag_names):
        yield f"tags: {', '.join(step.tags)}"
    if step.consent and step.consent != (file.consent.state if file.consent else None):
        yield f"consent: {step.consent}"


def _same_topics(wanted: tuple[str, ...], turn: Turn) -> bool:
    """Topics are compared in order; without a variant any will do."""
    said = [(part.topic, part.variant) for part in turn.reply.parts] if turn.reply else []
    pairs = zip((one.partition(" ") for one in wanted), said, strict=False)
    return len(wanted) == len(said) and all(
        topic == told[0] and variant in {"", told[1]} for (topic, _, variant), told in pairs
    )
