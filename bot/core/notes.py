"""What is written on an order for those who pack and sell: wishes that buyers told, whose sale it is.

In: what a buyer says, the rules, a note as it stands. Out: wishes, the note as it shall be. Never: a word of people's
taken out of a note; a wish that the buyer did not tell, only asked about, refused or complained of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from bot.core.facts import OPEN
from bot.core.model import Order, OrderStatus, Refund
from bot.core.once import once
from bot.core.rules import Rules
from bot.core.rules.outreach import Notes
from bot.core.rules.shop import Carrier, Carriers
from bot.core.slots import Slots
from bot.core.text import plain
from bot.core.view import Scene
from bot.core.when import say_duration
from bot.core.wished import heard
from bot.core.wordlist import WordList
from bot.words import say

NOTED = "system/wish_noted"  # the reply that reads a wish back
_UNPACKED = frozenset({OrderStatus.UNPAID, OrderStatus.PAID})


@dataclass(frozen=True, slots=True)
class Wish:
    """`name` as the rules call it; `says` as it is written and read back: 发圆通, which is a `carrier`."""

    name: str
    says: str
    carrier: bool = False


def wishes_in(text: str, slots: Slots, rules: Rules) -> tuple[Wish, ...]:
    """What a buyer wishes for the parcel; in doubt it is nothing. A carrier that the shop does not ship with, or only
    for more money, counts for nothing; which one is refused the slots have read."""
    notes = rules.care.notes
    if not (rules.care.enabled and notes.enabled) or not _words(rules).has_any(plain(text)):
        return ()
    carrier = say("notes.carrier", carrier=slots.wish) if slots.wish else None
    found = {one.meant for one in heard(text, _words(rules), rules) if one.meant.carrier or not one.denied}
    names = [one.name for one in notes.wishes]
    wished = (wish for wish in found if not wish.carrier or wish.says == carrier)
    return tuple(sorted(wished, key=lambda wish: names.index(wish.name)))


def wish_view(wishes: tuple[Wish, ...], notes: Notes) -> dict[str, str]:
    """The words that texts may use of what is noted."""
    said = say("join.list").join(one.says for one in wishes)
    return {"list": said, "keep": say_duration(notes.keep)} if wishes else {}


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
def _words(rules: Rules) -> WordList[Wish]:
    """What is said for each wish; a carrier by each of its names."""
    notes, free = rules.care.notes, _free(rules.carriers)
    said = ((word, Wish(one.name, one.name)) for one in notes.wishes for word in one.words)
    by = (one.name for one in notes.wishes if one.carrier)
    sent = (
        (word, Wish(name, say("notes.carrier", carrier=one.name), carrier=True))
        for name in by
        for one in free
        for word in (one.name, *one.also, *one.unsure)
    )
    return WordList((plain(word), wish) for word, wish in (*said, *sent))


def _free(carriers: Carriers) -> tuple[Carrier, ...]:
    return tuple(one for one in carriers.carriers if one.extra is None)


def kept_wishes(old: Mapping[str, datetime], new: tuple[Wish, ...], rules: Rules, now: datetime) -> dict[str, datetime]:
    """What is wished for the next order, and when it was said; of carriers only the one wished for last."""
    held = {wish: at for wish, at in old.items() if now - at <= rules.care.notes.keep}
    if any(one.carrier for one in new):
        carriers = {say("notes.carrier", carrier=one.name) for one in rules.carriers.carriers}
        held = {wish: at for wish, at in held.items() if wish not in carriers}
    return held | {one.says: now for one in new}


def note_of(wishes: tuple[str, ...]) -> str:
    """Wishes as they are written on an order."""
    return say("notes.wishes", wishes=say("join.list").join(wishes))


def whole_note(memo: str | None, lines: Iterable[str]) -> str:
    """A note with our lines at its end, each once. A carrier that is wished for instead of another is written as that
    (改发圆通), once more if it was wished for before, so that the last one counts."""
    told = (memo or "").rstrip()
    ours = [_as_first(line) for line in reduce(_with, lines, "").splitlines()]
    shown = _shown(told.splitlines(), [line for line in ours if _carrier_of(line)])
    for line in ours:
        if shown and _carrier_of(line):
            shown -= 1
        else:
            told = _with(told, line)
    return told


def _shown(written: Iterable[str], sent: Sequence[str]) -> int:
    """How many of the lines with carriers, sent one after the other, a note already ends with."""
    there = [_as_first(line) for line in written if _carrier_of(line)]
    ends = (count for count in range(len(sent), 0, -1) if there[-count:] == sent[:count])
    return next(ends, 0)


def _with(told: str, line: str) -> str:
    written = told.splitlines()
    last = next((carrier for one in reversed(written) if (carrier := _carrier_of(one))), None)
    if _carrier_of(line) not in (None, last) and last:
        line = _instead(line)
    elif line in written or _instead(line) in written:
        return told
    return f"{told}\n{line}" if told else line


def _carrier_of(line: str) -> str | None:
    """The carrier that a line of ours asks for, as a wish."""
    carries = say("notes.carrier", carrier="")
    return next((one for one in _wishes_of(_as_first(line)) if one.startswith(carries)), None)


def _wishes_of(line: str) -> list[str]:
    ours = note_of(())
    return line.removeprefix(ours).split(say("join.list")) if line.startswith(ours) else []


def _as_first(line: str) -> str:
    return _put(line, say("notes.carrier_instead", carrier=""), say("notes.carrier", carrier=""))


def _instead(line: str) -> str:
    return _put(line, say("notes.carrier", carrier=""), say("notes.carrier_instead", carrier=""))


def _put(line: str, old: str, new: str) -> str:
    """A line of ours with its carrier told in another way."""
    said = [new + one.removeprefix(old) if one.startswith(old) else one for one in _wishes_of(line)]
    return note_of(tuple(said)) if said else line
