"""Who was told lines of the reply files, wherever they stood then; and one word more to them.

In: lines of sets of files, the store, the book, the time. Out: messages that were sent, commands. Never: another
wording that stood at that number, a word in a conversation that people look after, the same word twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import send_message
from bot.content.files import FileSet
from bot.content.typed import nearest
from bot.core.book import Book
from bot.core.first_word import greeting
from bot.core.made import made_of
from bot.core.outreach import HELD, after_quiet, in_peace, quiet_from
from bot.core.staff import Audited
from bot.errors import YebanError
from bot.ids import derived
from bot.lines import Line
from bot.ports import Store
from bot.records import CARE_SPAN, Command, Purpose, Reached

_ON_ITS_WAY = frozenset({"pending", "sending", "sent"})


@dataclass(frozen=True, slots=True)
class Got:
    """A message with one of the lines, and where that stood when it was sent."""

    message: Reached
    line: Line
    source: str
    version: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """`unsure`: messages from before it was kept which wording was said; they name that line and may mean another.
    `damaged`: those of which that cannot be read any more."""

    got: tuple[Got, ...]
    unsure: int
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One word more about a line, from a topic: commands, one a conversation; conversations that people hold; those
    that were told before; those whose word was given up on its way; those to which the text cannot be said."""

    line: str
    topic: str
    commands: tuple[Command, ...]
    held: tuple[str, ...]
    told: tuple[str, ...]
    lost: tuple[str, ...]
    wordless: tuple[str, ...]


async def who_got(store: Store, lines: Sequence[Line], since: datetime | None, until: datetime | None) -> Found:
    """In the order in which they were sent, from `since` on and before `until`; each message once."""
    got, old, damaged = dict[str, Got](), set[str](), set[str]()
    for line in lines:
        for one in await store.reached(line.key, line.source, since, until):
            if one.damaged:
                damaged.add(one.id)
            elif one.made and (said := _as_said(one, one.made, line)):
                got.setdefault(one.id, said)
            elif one.made is None:
                old.add(one.id)
    return Found(tuple(sorted(got.values(), key=lambda one: one.message.at)), len(old), len(damaged))


def _as_said(message: Reached, made: Mapping[str, Any], line: Line) -> Got | None:
    for part in made["parts"]:
        mine = line.alone or (part["topic"], part["variant"]) == (line.topic, line.variant)
        if part["wording"] == line.key and mine:
            return Got(message, line, part["source"], made["version"], made["commit"])
    return None


async def send(store: Store, more: FollowUp, book: Book, files: FileSet, by: str, now: datetime) -> int:
    """Queue the commands; how many were not queued before. The book's files are kept beside, so that its words can be
    proven later. Raises `YebanError` at a time at which nothing may be said to buyers unasked."""
    zone, quiet = ZoneInfo(book.rules.shop.timezone), book.rules.care.quiet
    if (await store.pause()).on:
        raise YebanError("errors.recall_paused")
    if not in_peace(now, quiet, zone):
        raise YebanError("errors.recall_quiet", until=f"{after_quiet(now, quiet, zone).astimezone(zone):%m-%d %H:%M}")
    await store.keep_release(files, book.commit, now)
    queued = await store.greet(more.commands)
    await store.note(Audited(now, by, "recall", data={"line": more.line, "say": more.topic, "queued": queued}))
    return queued


async def follow_up(
    store: Store, found: Found, lines: Sequence[Line], topic: str, book: Book, now: datetime
) -> FollowUp:
    """What would be said to whom. Raises `YebanError` where there is no such reply."""
    if topic not in book.topics:
        raise YebanError("errors.recall_topic", topic=topic, nearest=nearest(topic, sorted(book.topics)))
    last = {(one.message.channel, one.message.conversation_id): one for one in found.got}
    keys = {talk: [_key(talk, line, topic) for line in lines] for talk in last}
    states = await store.states_of([key for each in keys.values() for key in each])
    commands, lists = list[Command](), {name: list[str]() for name in ("held", "told", "lost", "wordless")}
    for talk, got in last.items():
        why = _why_not(got.message, {states[key] for key in keys[talk] if key in states})
        command = None if why else _command(got, _key(talk, got.line, topic), topic, book, now)
        if command:
            commands.append(command)
        else:
            lists[why or "wordless"].append(got.message.conversation_id)
    named = "; ".join(line.source for line in lines)
    return FollowUp(named, topic, tuple(commands), **{name: tuple(talks) for name, talks in lists.items()})


def _key(talk: tuple[str, str], line: Line, topic: str) -> str:
    """One a conversation: neither a second look nor another wording of the topic makes it two."""
    return derived("recall", line.key, topic, *talk)


def _why_not(message: Reached, states: set[str]) -> str:
    """Why a conversation is not written to: by which list, none if it may be."""
    if states:
        return "told" if states & _ON_ITS_WAY else "lost"
    return "held" if message.talk and message.talk.holder in HELD else ""


def _command(got: Got, key: str, topic: str, book: Book, now: datetime) -> Command | None:
    talk = got.message.talk
    said = greeting(topic, talk, book, now) if talk else None
    if talk is None or said is None:
        return None
    zone = ZoneInfo(book.rules.shop.timezone)
    until = quiet_from(now, now + CARE_SPAN, book.rules.care.quiet, zone)
    made = made_of(said, book, now, ("recall", got.line.source))
    return send_message(talk, said, Purpose.CARE, key, now, deadline=until, made=made, key=key)
