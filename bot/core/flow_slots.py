"""How a buyer's words answer what a flow asks for, by the kind of slot.

In: a slot, a text, what is known beside it. Out: a `Read`, or None where the text says nothing of it. Never: a guess.

`asked`: the slot is what the bot has just asked for, so that a bare "是的" or "2" answers it; else only words that can
mean nothing else count.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.context import no_words, place_of, yes_words
from bot.core.flow_facts import SKIPPED
from bot.core.model import Item
from bot.core.once import once
from bot.core.reading.contacts import read_email, read_receiver, tries_email
from bot.core.reading.named import Vocabulary
from bot.core.reading.numbers import is_order_number, read_money
from bot.core.reading.numerals import arabic, fold
from bot.core.reading.options import named_option, vocabulary_of
from bot.core.reading.pieces import named_piece
from bot.core.reading.relative import stepped
from bot.core.reading.taxes import is_tax_no, read_tax_no, written_numbers
from bot.core.reading.titles import read_title, titled
from bot.core.rules import Rules
from bot.core.rules.flows import NO, YES, Slot
from bot.core.rules.shop import Invoices
from bot.core.slots import of_item, read_slots
from bot.core.text import bare, plain
from bot.core.wares import colors, sizes

_LONGEST, _LEAST = 200, 2  # characters that are kept of a free text, letters that it must have
_FIGURE = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
_BY_PHONE = re.compile(r"电话|手机|号码")
_PART = re.compile(r"[省市区县镇乡路街号栋室]|1[3-9]\d{5,}")


@dataclass(frozen=True, slots=True)
class Read:
    """An answer: a `value`, or the `fault` for which it won't do."""

    value: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer is read against: the item and the variant that was bought, the order that is known or named by
    a number, the pictures so far, the titles of the order's lines, what was answered before. `first`: the message that
    begins the matter."""

    rules: Rules
    item: Item | None = None
    bought: str | None = None
    order_id: str | None = None
    proofs: int = 0
    lines: tuple[str, ...] = ()
    first: bool = False
    known: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[Slot, str, Ground, bool], Read | None]


def read_slot(slot: Slot, text: str, ground: Ground, *, asked: bool) -> Read | None:
    """What a text says to one slot."""
    if slot.asked_only and not asked:
        return None
    found = _READERS[slot.kind](slot, text, ground, asked)
    if found is None and asked and _skips(slot, text):
        return Read(SKIPPED)
    return found


def speaks_of(slot: Slot, text: str) -> bool:
    """Whether a text has a word of a slot's answers, be it to deny it ("不要退款")."""
    return slot.kind in {"choice", "yes_no"} and bool(_words_of(slot).mentions(plain(text)))


def drops(text: str, rules: Rules) -> bool:
    """Whether a text gives the matter up."""
    return without_drops(text, rules) != text


def without_drops(text: str, rules: Rules) -> str:
    """A text without the words that give a matter up; the text itself where it has none."""
    words = sorted(rules.flows.drop_words, key=len, reverse=True)
    found = re.compile("|".join(map(re.escape, words)) or "(?!)")
    return found.sub(" ", text)


def _skips(slot: Slot, text: str) -> bool:
    said = plain(text)
    return any(plain(word) in said for word in slot.skip)


def _offer(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """Taken, refused, or more wanted; a price that is named is no yes."""
    if not asked:
        return None
    said = _yes_no(slot, text, ground, asked)
    wants = any(plain(word) in plain(text) for word in slot.words) or bool(_money(slot, text, ground, asked))
    return Read(fault="more") if wants else said


def _choice(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    named = named_option(text, _words_of(slot), ground.rules.flows.correct_words)
    place = place_of(bare(text), ground.rules.reception.listening) if asked and named is None else None
    if place is not None and place < len(slot.options):
        return Read(tuple(slot.options)[place])
    return Read(named) if named else None


def _yes_no(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    named = named_option(text, _words_of(slot), ground.rules.flows.correct_words)
    listening, word = ground.rules.reception.listening, bare(text)
    if named is None and asked:
        named = YES if word in yes_words(listening) else NO if word in no_words(listening) else None
    return Read(named) if named else None


@once
def _words_of(slot: Slot) -> Vocabulary:
    return vocabulary_of(slot.options or {YES: slot.yes, NO: slot.no})


def _photos(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    del text, asked
    return Read(str(ground.proofs)) if ground.proofs >= slot.least else None


def _text(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """A first message counts only where it has one of the slot's words."""
    said = plain(text)
    tells = asked or (ground.first and any(plain(word) in said for word in slot.words))
    return Read(text.strip()[:_LONGEST]) if tells and len(said) >= _LEAST else None


def _order(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """The order in focus; a number that the shop does not know is kept for people."""
    del slot
    if ground.order_id:
        return Read(ground.order_id)
    word = bare(text)
    return Read(word) if asked and is_order_number(word) else None


def _line(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """One piece of the order, by its place in the list or by its title."""
    del slot
    place = place_of(bare(text), ground.rules.reception.listening) if asked else None
    if place is not None and place < len(ground.lines):
        return Read(ground.lines[place])
    named = named_piece(text, ground.lines, asked=asked) if ground.lines else None
    return Read(named) if named else None


def _sku(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """The colour and size wanted, what is not said as bought."""
    del slot, asked
    item, old = ground.item, (ground.bought or "").split()
    named = of_item(read_slots(text, ground.rules), text, item, ground.rules)
    if item is None:
        words = " ".join(filter(None, (named.color, named.size)))
        return Read(words) if words else None
    size = named.size or stepped(text, sizes(item) or colors(item), old[-1] if old else None)
    if not size and not named.color:
        return None
    return _in_stock(item, _composed(item, named.color, size, old), ground.bought)


def _composed(item: Item, color: str | None, size: str | None, old: list[str]) -> tuple[str, ...]:
    """The words of the variant, as far as they are known."""
    if not sizes(item):
        return tuple(filter(None, (color or size,)))
    words = (color or (old[0] if old else None), size or (old[1] if len(old) > 1 else None))
    return tuple(filter(None, words))


def _in_stock(item: Item, words: tuple[str, ...], bought: str | None) -> Read:
    found = [sku for sku in item.skus if set(words) <= set(sku.name.split())]
    if not found:
        return Read(fault="unknown")
    if len(found) == 1 and found[0].name == bought:
        return Read(fault="same")
    return Read(" ".join(words)) if any(sku.stock > 0 for sku in found) else Read(fault="out")


def _money(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    del slot, ground
    figures = arabic(fold(text))
    sums = read_money(figures)
    if sums:
        return Read(str(sums[-1]))
    alone = _FIGURE.findall(figures) if asked else []
    return Read(alone[0]) if len(alone) == 1 else None


def _receiver(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    """A whole address (by the way only with a telephone), or another telephone alone; asked for, a piece of an address
    is asked on. What is not said anew stays as it was told."""
    found = read_receiver(text)
    before = read_receiver(ground.known.get(slot.name, ""))
    if found.address and (asked or ground.first or found.phone):
        return Read(str(found.over(before)))
    if found.phone and _BY_PHONE.search(text) and not _PART.search(text.replace(found.phone, "").replace("号码", "")):
        return Read(str(found.over(before)))
    return Read(fault="part") if asked and (found.phone or found.name or _PART.search(text)) else None


def _invoice_type(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    named = named_option(text, _types(ground.rules.invoices), ground.rules.flows.correct_words)
    place = place_of(bare(text), ground.rules.reception.listening) if asked and named is None else None
    if place is not None and place < len(ground.rules.invoices.types):
        return Read(ground.rules.invoices.types[place].name)
    del slot
    return Read(named) if named else None


@once
def _types(invoices: Invoices) -> Vocabulary:
    return vocabulary_of({kind.name: kind.also for kind in invoices.types})


def _title(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    del slot, ground
    found = read_title(text) or (titled(text) if asked else None)
    return Read(found) if found else None


def _tax_no(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    del slot, ground
    known, written = read_tax_no(text), written_numbers(text) if asked else ()
    good = known or next((one for one in written if is_tax_no(one)), None)
    return Read(good) if good else Read(fault="wrong") if written else None


def _email(slot: Slot, text: str, ground: Ground, asked: bool) -> Read | None:
    del slot, ground
    found = read_email(text)
    return Read(found) if found else Read(fault="wrong") if asked and tries_email(text) else None


_READERS: Mapping[str, Reader] = {
    "choice": _choice,
    "yes_no": _yes_no,
    "photos": _photos,
    "text": _text,
    "order": _order,
    "sku": _sku,
    "money": _money,
    "receiver": _receiver,
    "invoice_type": _invoice_type,
    "title": _title,
    "tax_no": _tax_no,
    "email": _email,
    "offer": _offer,
    "line": _line,
}
