"""What a turn means only after the one before: answers to the bot's questions, and short follow-ups.

In: a turn's words and slots, the conversation before it, the facts. Out: an answer, a follow-up, the told slots that
still hold. Never: a guess; words that say more than a slot are no follow-up.

A follow-up ("那黑色的呢") is read as the last topic asked anew. Which slots a topic uses is read off its own texts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.book import Book, Topic, Variant
from bot.core.facts import OPEN, Facts, items_meant, wording
from bot.core.meaning import SMALL_TALK
from bot.core.model import Conversation, Item, Message, Order
from bot.core.once import once
from bot.core.pick import Pick
from bot.core.rules import Rules
from bot.core.rules.listening import Listening
from bot.core.rules.shop import Area, Carrier, OtherCarrier
from bot.core.slots import Slots, is_order_number
from bot.core.text import bare, plain
from bot.core.titles import calling
from bot.core.view import Scene
from bot.core.wares import colors, sizes
from bot.words import say

#: What a topic must name for a slot to be of use to it: fields its texts need, situations its variants are for.
_SERVES: Mapping[str, tuple[str, ...]] = {
    "color": ("asked.color", "asked.sku", "sku_"),
    "size": ("asked.size", "asked.sku", "sku_"),
    "height": ("size.", "size_", "no_body"),
    "weight": ("size.", "size_", "no_body"),
    "carrier": ("carrier.", "asked.carrier", "carrier_"),
    "area": ("area.", "asked.area", "area_"),
    "item": ("item.", "no_item", "sku_", "size_"),
    "attributes": ("item.asked_", "attribute_"),
    "order_ids": ("order.", "no_order", "many_orders"),
}
#: Slots that a conversation's next item, order or round may not take over.
_OF_ITEM = frozenset({"color", "size"})
_PASSING = frozenset({"color", "size", "carrier", "area", "attributes"})
_FIGURES = re.compile(r"[0-9]+")
OFFERED = "offered:"  # an entry of `asked`: an order in the list that the buyer was shown
SIZE = "size:"  # the size that is remembered was asked about
_LEAST_NAME = 2  # letters of a title that tell one order from another


@dataclass(frozen=True, slots=True)
class Before:
    """What a turn follows: the open questions, the topics last answered, the orders that were listed for the buyer to
    choose from, the `names` of all open ones, the item that is spoken of, called or shown now, the words that `call`
    another item than before by its title, and what was told before."""

    asked: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    orders: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    item: Item | None = None
    call: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


def before(messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book) -> Before:
    """The conversation as far as it helps to understand the next turn."""
    listed = [entry.removeprefix(OFFERED) for entry in conversation.asked if entry.startswith(OFFERED)]
    meant = items_meant(messages, conversation, facts)
    item = meant[0] if len(meant) == 1 else None
    return Before(
        asked=conversation.asked,
        told=conversation.told,
        topics=tuple(book.topics[name] for name in conversation.last_topics if name in book.topics),
        orders=tuple(listed),
        names={order.id: _names_of(order, facts) for order in facts.orders if _may_name(order, conversation, listed)},
        item=item,
        call=calling(wording(messages), item) if item and item.id != conversation.item_id else (),
    )


def _may_name(order: Order, conversation: Conversation, listed: Sequence[str]) -> bool:
    return order.buyer_id == conversation.buyer_id and (order.status in OPEN or order.id in listed)


def _names_of(order: Order, facts: Facts) -> str:
    """Everything an order may be called by, one a line: titles, variants, its state."""
    skus = {sku.id: sku.name for item in facts.items.values() for sku in item.skus}
    words = [word for line in order.lines for word in (line.title, skus.get(line.sku_id or "", ""))]
    return "\n".join(map(plain, (*words, say(f"order_status.{order.status}"))))


def answered(messages: Sequence[Message], text: str, slots: Slots, past: Before, rules: Rules) -> str | None:
    """Which open question this turn answers, if it says nothing else: a choice, an order, an item, body data."""
    if not past.asked:
        return None
    word, listening = bare(text), rules.reception.listening
    choices = [entry for entry in past.asked if entry.startswith("choice:")]
    place = place_of(word, listening)
    if len(choices) == 1 and word in yes_words(listening):
        return choices[0]
    if place is not None and place < len(choices):
        return choices[place]
    left = _left(text, slots, past, rules)
    bare_card = not left
    shown = {
        "order": is_order_number(word)
        or named_order(text, slots, past, listening) is not None
        or (bare_card and bool(slots.order_ids or any(message.order_id for message in messages))),
        "item": bare_card and bool(past.call or any(message.item_id for message in messages)),
        "body": slots.tells_body,
        "half": slots.tells_body,
        "size": slots.tells_body
        or word in no_words(listening)
        or (bool(slots.size) and not _without(left, listening.yes)),
    }
    return next((entry for entry in past.asked if shown.get(entry.split(":")[0])), None)


def declines(text: str, past: Before, listening: Listening) -> bool:
    """Whether the turn only says that no offered reading was meant."""
    return any(entry.startswith("choice:") for entry in past.asked) and bare(text) in no_words(listening)


def named_order(text: str, slots: Slots, past: Before, listening: Listening) -> str | None:
    """The one of the listed orders that a text picks, by its place or by a word of its title; with no list, of all open
    ones, if the text speaks of an order."""
    said = plain(text)
    place = place_of(bare(text), listening)
    if place is not None:
        return past.orders[place] if place < len(past.orders) else None
    known = past.orders or (past.names if any(one in said for one in _orders(listening)) else ())
    if not known:
        return None
    word = slots.color or _trimmed(said, listening.fillers)
    called = [one for one in known if len(word) >= _LEAST_NAME and word in past.names.get(one, "")]
    return called[0] if len(called) == 1 else None


def follow_up(messages: Sequence[Message], text: str, slots: Slots, past: Before, rules: Rules) -> Topic | None:
    """The last topic that a turn asks anew: it names slots of that topic and says nothing else."""
    if not past.topics:
        return None
    named = {name for name in slots.filled() if name in _SERVES}
    if past.call or any(message.item_id for message in messages):
        named.add("item")
    if named_order(text, slots, past, rules.reception.listening):
        named = {"order_ids"}
    elif not named or not plain(text) or _left(text, slots, past, rules):
        return None
    usable = (topic for topic in past.topics if topic.intent not in SMALL_TALK and named <= _used_by(topic))
    return next(usable, None)


def is_but_a_body(text: str, slots: Slots, past: Before, rules: Rules) -> bool:
    """Whether a turn tells height and weight and nothing else."""
    return slots.height is not None and slots.weight is not None and not _left(text, slots, past, rules)


def holding(conversation: Conversation, facts: Facts, messages: Sequence[Message], leans: bool) -> dict[str, str]:
    """The told slots that help to read this turn. A body holds for good; colour, size and carrier only while the turn
    leans on the last one, and not for another item; an area while no order says where the parcel goes."""
    told = dict(conversation.told)
    shown = {message.item_id for message in messages if message.item_id}
    changed = conversation.item_id is not None and bool(shown - {conversation.item_id})
    ordered = any(order.buyer_id == conversation.buyer_id and order.status in OPEN for order in facts.orders)
    dropped = set() if leans else _PASSING - (set() if ordered else {"area"})
    return {name: word for name, word in told.items() if name not in dropped | (_OF_ITEM if changed else set())}


def kept_told(told: Mapping[str, str], item_before: str | None, item_now: str | None) -> dict[str, str]:
    """What stays told: another item has other colours and sizes."""
    changed = item_before is not None and item_now != item_before
    return {name: word for name, word in told.items() if not (changed and name in _OF_ITEM)}


def told_for_good(told: Mapping[str, str]) -> dict[str, str]:
    """What a new round still knows of the buyer."""
    return {name: word for name, word in told.items() if name not in _PASSING}


def said_as(chosen: Pick, scene: Scene) -> str:
    """The name under which an answer counts as said: the topic, and what it was about. The same topic about another
    colour, area, item or named order is no repeat."""
    used, slots, focus = _used_by_variant(chosen.variant), scene.slots, scene.focus
    about = [str(value) for name, value in slots.filled().items() if name in used - {"order_ids"}]
    about += [focus.item.id] if focus.item and "item" in used else []
    about += [focus.order.id] if focus.order and focus.named and "order_ids" in used else []
    return " ".join([chosen.topic.name, *about])


def _used_by(topic: Topic) -> frozenset[str]:
    """The slots that a topic's variants are of use for."""
    return frozenset().union(*map(_used_by_variant, topic.variants.values()))


@once
def _used_by_variant(variant: Variant) -> frozenset[str]:
    names = (variant.name, *variant.needs)
    return frozenset(slot for slot, marks in _SERVES.items() if any(name.startswith(marks) for name in names))


def _left(text: str, slots: Slots, past: Before, rules: Rules) -> str:
    """What a text says beside the slots it names."""
    listening = rules.reception.listening
    figures = bool(slots.tells_body or slots.order_ids or slots.tracking_nos)
    words = {word for name, words in _words(past, rules).items() if getattr(slots, name) for word in words}
    left = _without(plain(text), (*words, *past.call, *slots.attributes, *(listening.body if figures else ())))
    return _without(_FIGURES.sub("", left) if figures else left, (*listening.fillers, *listening.back))


def _words(past: Before, rules: Rules) -> dict[str, list[str]]:
    """All words for slots, the item's own among them."""
    shop, carriers = rules.sizes, rules.carriers
    own = (colors(past.item), sizes(past.item)) if past.item else ((), ())
    return {
        "color": [*_spelled(shop.colors), *own[0], *(color.removesuffix("色") for color in own[0])],
        "size": [*_spelled(shop.words), *own[1]],
        "carrier": _called((*carriers.carriers, *carriers.others)),
        "area": _called(carriers.areas),
    }


def _spelled(words: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [word for name, also in words.items() for word in (name, *also)]


def _called(named: Iterable[Carrier | OtherCarrier | Area]) -> list[str]:
    return [word for one in named for word in (one.name, *one.also, *one.unsure)]


def _without(said: str, words: Iterable[str]) -> str:
    """A text in normal form without some words, longest first."""
    for word in sorted(map(plain, words), key=len, reverse=True):
        said = said.replace(word, "")
    return said


def _trimmed(said: str, words: Iterable[str]) -> str:
    """A text in normal form without some words at its ends."""
    longest = sorted(map(plain, words), key=len, reverse=True)
    while word := next((word for word in longest if said.startswith(word) or said.endswith(word)), ""):
        said = said.removeprefix(word) if said.startswith(word) else said.removesuffix(word)
    return said


def place_of(word: str, listening: Listening) -> int | None:
    """Which of a list a whole text in normal form names, counted from 0."""
    return _called_places(listening).get(word)


@once
def _called_places(listening: Listening) -> Mapping[str, int]:
    """Every way to name one of a list; of two places that are named alike the first."""
    named = enumerate(listening.numbers)
    said = [(pick.format(n=one), place) for place, numbers in named for one in numbers for pick in listening.picks]
    return {plain(word): place for word, place in reversed(said)}


@once
def yes_words(listening: Listening) -> frozenset[str]:
    """Whole answers that say yes, without courtesies and signs."""
    return frozenset(map(bare, listening.yes))


@once
def no_words(listening: Listening) -> frozenset[str]:
    """Whole answers that say no, without courtesies and signs."""
    return frozenset(map(bare, listening.no))


@once
def _orders(listening: Listening) -> tuple[str, ...]:
    return tuple(map(plain, listening.orders))
