"""Replies by their short codes (`/wl`), in the words that fit this buyer now.

In: what an agent typed, the buyer's messages and conversation, facts, the book, now. Out: a few `Short`s, the nearest
first. Never: a text with a field missing, one that crosses a red line, one composed that is not shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.book import DEFAULT, Book, Topic, View
from bot.core.compose import Part, render
from bot.core.facts import Facts, find_focus
from bot.core.model import Conversation, Message
from bot.core.pick import pick, speaks
from bot.core.redlines import hits
from bot.core.routing import group_of
from bot.core.situations import establish
from bot.core.slots import Slots
from bot.core.suggest import as_the_bot
from bot.core.view import Scene, build_view, shift_view
from bot.words import say

MOST = 8


@dataclass(frozen=True, slots=True)
class Short:
    """A reply that an agent may call by `code`. `text`: as it would be said now, from the line `source`; None where it
    can't be, and `missing` tells an agent why. `part`: of what that text was made."""

    code: str
    title: str
    topic: str
    text: str | None = None
    variant: str | None = None
    source: str | None = None
    missing: str | None = None
    part: Part | None = field(default=None, compare=False)


def called(book: Book, typed: str, most: int = MOST) -> Sequence[Topic]:
    """Whose code is what was typed, then whose code begins so, then whose title holds it."""
    sought = typed.strip().removeprefix("/").lower()
    ranked = ((_rank(topic, sought), (topic.short or "").lower(), topic) for topic in book.topics.values())
    found = sorted((one for one in ranked if one[0] is not None), key=lambda one: one[:2])
    return [topic for _, _, topic in found[:most]]


def _rank(topic: Topic, sought: str) -> int | None:
    code = (topic.short or "").lower()
    if not code:
        return None
    if code == sought:
        return 0
    if code.startswith(sought):
        return 1
    return 2 if sought in topic.title.lower() else None


def shorts(
    typed: str, messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime
) -> Sequence[Short]:
    """Those that are shown, composed."""
    topics = called(book, typed)
    scene = _scene(messages, conversation, facts, book, now) if topics else None
    view: View = build_view(scene) if scene else {}
    return [_short(topic, scene, view, conversation, book) for topic in topics] if scene else []


def _scene(messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime) -> Scene:
    """What the buyer's unanswered lines are about; where there are none, what was told and spoken of before."""
    if messages:
        return as_the_bot(messages, conversation, facts, book, now).case.scene
    slots = Slots().with_told(conversation.told, answering=True)
    return Scene(book.rules, facts, find_focus((), conversation, slots, facts), slots, now)


def _short(topic: Topic, scene: Scene, shared: View, conversation: Conversation, book: Book) -> Short:
    order = scene.focus.order
    group = group_of([topic.intent or ""], book.rules.routing, order.status if order else None)
    view, holding = {**shared, "shift": shift_view(scene, group)}, establish(scene, group)
    chosen = pick(topic, holding, view, scene.now, scene.zone)
    short = Short(topic.short or "", topic.title, topic.name)
    if chosen is None:
        return _without(short, _lacking(topic, holding, view))
    part = render(chosen, conversation.id, view)
    if hits(part.text, book.rules.redlines):
        return _without(short, say("shorts.red_line"))
    return Short(short.code, short.title, short.topic, part.text, part.variant, part.source, part=part)


def _without(short: Short, why: str) -> Short:
    return Short(short.code, short.title, short.topic, missing=why)


def _lacking(topic: Topic, holding: Sequence[str], view: View) -> str:
    """The facts that the first variant for how things stand lacks."""
    names = (name for name in (*holding, DEFAULT) if name in topic.variants and not speaks(topic, name, view))
    first = next(names, None)
    groups = list(dict.fromkeys(_unknown(topic, first, view))) if first else []
    if not groups:
        return say("shorts.unfit")
    return say("shorts.missing", facts=say("join.list").join(say(f"shorts.facts.{group}") for group in groups))


def _unknown(topic: Topic, name: str, view: View) -> Iterator[str]:
    for need in sorted(topic.variants[name].needs):
        group, _, field = need.partition(".")
        if field not in view.get(group, {}):
            yield group
