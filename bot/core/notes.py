"""What is written on an order for those who pack and sell: wishes that buyers told, whose sale it is.

In: what a buyer says, the rules, a note as it stands. Out: wishes, the note as it shall be. Never: a word of people's
taken out of a note; a wish that the buyer did not tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.facts import OPEN
from bot.core.model import Order, OrderStatus, Refund
from bot.core.once import once
from bot.core.rules import Rules
from bot.core.rules.outreach import Notes
from bot.core.rules.outreach import Wish as WishRule
from bot.core.slots import Slots
from bot.core.text import plain
from bot.core.view import Scene
from bot.core.when import say_duration
from bot.words import say

NOTED = "system/wish_noted"  # the reply that reads a wish back
_UNPACKED = frozenset({OrderStatus.UNPAID, OrderStatus.PAID})


@dataclass(frozen=True, slots=True)
class Wish:
    """`name` as the rules call it; `says` as it is written and read back: 发圆通."""

    name: str
    says: str


def wishes_in(text: str, slots: Slots, rules: Rules) -> tuple[Wish, ...]:
    """What a buyer wishes for the parcel. Words that stand in a phrase meaning something else count for nothing, and so
    does a carrier that the shop does not ship with, or only for more money."""
    notes = rules.care.notes
    if not (rules.care.enabled and notes.enabled):
        return ()
    said = plain(text)
    for phrase in _not_meant(notes):
        said = said.replace(phrase, "")
    own = {one.name for one in rules.carriers.carriers if one.extra is None}
    carrier = slots.wish if slots.wish in own else None
    found = (_found(one, said, carrier, notes) for one in notes.wishes)
    return tuple(wish for wish in found if wish)


def _found(one: WishRule, said: str, carrier: str | None, notes: Notes) -> Wish | None:
    if one.carrier:
        return Wish(one.name, say("notes.carrier", carrier=carrier)) if carrier else None
    return Wish(one.name, one.name) if any(word in said for word in _words(notes)[one.name]) else None


def wish_view(wishes: tuple[Wish, ...], notes: Notes) -> dict[str, dict[str, str]]:
    """The words that texts may use of what is noted."""
    said = say("join.list").join(one.says for one in wishes)
    return {"wish": {"list": said, "keep": say_duration(notes.keep)}} if wishes else {}


def can_note(scene: Scene) -> bool:
    """Whether a wish comes in time: for the order that is spoken of, or for the next one where none is open."""
    order = scene.focus.order
    if order and order.status in OPEN:
        return takes_notes(order)
    return not scene.focus.rivals and not scene.focus.stranger


def takes_notes(order: Order) -> bool:
    """Whether an order has yet to be packed."""
    return order.status in _UNPACKED and order.refund is Refund.NONE


@once
def _words(rules: Notes) -> dict[str, tuple[str, ...]]:
    return {one.name: tuple(map(plain, one.words)) for one in rules.wishes}


@once
def _not_meant(rules: Notes) -> tuple[str, ...]:
    return tuple(sorted(map(plain, rules.not_words), key=len, reverse=True))


def note_of(wishes: tuple[str, ...]) -> str:
    """Wishes as they are written on an order."""
    return say("notes.wishes", wishes=say("join.list").join(wishes))


def whole_note(memo: str | None, lines: Iterable[str]) -> str:
    """A note with our lines at its end, each once."""
    told = (memo or "").rstrip()
    for line in lines:
        if line not in told.splitlines():
            told = f"{told}\n{line}" if told else line
    return told
