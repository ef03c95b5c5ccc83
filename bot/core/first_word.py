"""The words with which the shop speaks first: which reply, in which of its variants, with which facts.

In: orders, what is known of their buyer, the book, the time. Out: a `Reply`, or None where facts or words are missing.
Never: a text with a field missing, one that crosses a red line, another buyer's data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot.core.book import Book, View
from bot.core.care import merged_postage, together
from bot.core.compose import Reply, render
from bot.core.facts import Facts, Focus
from bot.core.model import Conversation, Item, Order
from bot.core.order_words import city_of, several_words
from bot.core.pick import pick
from bot.core.redlines import hits
from bot.core.situations import PRECEDENCE, establish
from bot.core.slots import Slots
from bot.core.view import Scene, build_view
from bot.core.when import say_money

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What is spoken of: `orders` (one, or several at once), the buyer's conversation and `others` of their orders, the
    `items` that orders name."""

    orders: tuple[Order, ...]
    conversation: Conversation | None
    others: tuple[Order, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)


def first_word(reply: str, told: Told, book: Book, now: datetime) -> Reply | None:
    """A topic's text about orders, in the variant that the facts pick."""
    scene = _scene(told, book, now)
    holding = {*establish(scene, book.rules.routing.default), *_moment(told, scene, book)}
    view = {**build_view(scene), **_postage(told), **_several(told)}
    return worded(reply, [name for name in PRECEDENCE if name in holding], view, told.orders[0].id, scene, book)


def greeting(reply: str, talk: Conversation, book: Book, now: datetime) -> Reply | None:
    """A topic's text about nothing but the day."""
    scene = Scene(book.rules, Facts(), Focus(), Slots(), now)
    return worded(reply, establish(scene, book.rules.routing.default), build_view(scene), talk.id, scene, book)


def worded(reply: str, situations: Sequence[str], view: View, key: str, scene: Scene, book: Book) -> Reply | None:
    """A topic's words in the variant that may speak, chosen among its wordings by a key."""
    topic = book.topics.get(reply)
    chosen = pick(topic, situations, view, scene.now, scene.zone) if topic else None
    said = Reply((render(chosen, key, view),)) if chosen else None
    return None if said and hits(said.text, book.rules.redlines) else said


def _scene(told: Told, book: Book, now: datetime) -> Scene:
    """As if the buyer had asked about the order. Where it goes, and what the buyer told of themselves, is known."""
    one = told.orders[0] if len(told.orders) == 1 else None
    item = told.items.get(one.lines[0].item_id) if one and one.lines else None
    focus = Focus(order=one, item=item, rivals=() if one else told.orders)
    known = told.conversation.told if told.conversation else {}
    body = {name: word for name, word in known.items() if name in {"height", "weight", "usual_size"}}
    slots = Slots(area=city_of(one, book.rules) if one else None).with_told(body, answering=True)
    return Scene(book.rules, Facts(orders=told.orders, items=told.items), focus, slots, now)


def _moment(told: Told, scene: Scene, book: Book) -> Iterator[str]:
    """What this moment is good for: a promotion about to end, the reason why the buyer hesitates."""
    local, running = scene.now.astimezone(scene.zone).replace(tzinfo=None), scene.promotion.running
    if running and running.until - local <= book.rules.nudges.countdown:
        yield "promo_ends"
    if why := hesitation(told.conversation, book):
        yield f"hesitates_{why}"


def hesitation(talk: Conversation | None, book: Book) -> str | None:
    """Why the buyer hesitates, by what they were last answered about; of several reasons the first in the rules."""
    names = (*talk.last_topics, *talk.said) if talk else ()
    asked = {topic.intent for name in names if (topic := book.topics.get(name))}
    reasons = (one.why for one in book.rules.nudges.hesitations if asked & {*one.intents})
    return next(reasons, None)


def _several(told: Told) -> View:
    """Of very many orders the first few are named."""
    words = several_words(told.orders, _NAMED) if told.orders[1:] else {}
    return {"order": {name: word for name, word in words.items() if word}} if words else {}


def _postage(told: Told) -> View:
    """What one parcel would cost instead of several."""
    several = together(told.orders[0], told.others) if len(told.orders) == 1 else ()
    if not several[1:]:
        return {}
    total, merged = sum((one.postage for one in several), Decimal(0)), merged_postage(several)
    words = {"sum": say_money(total), "merged": say_money(merged), "saved": say_money(total - merged)}
    return {"postage": words | {"count": str(len(several))}}
