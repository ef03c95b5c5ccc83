"""Who was told a line of the reply files, whichever line it stood on then; and one word more to them.

In: a line of a set of files, the store, the book, the time. Out: messages that were sent, commands. Never: another
wording that stood at that number, a word in a conversation that people look after, the same word twice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import send_message
from bot.content.files import REPLIES, FileSet
from bot.content.replies import ReplyFile, read_reply
from bot.content.typed import nearest
from bot.core.book import Book, Wording
from bot.core.first_word import greeting
from bot.core.made import made_of
from bot.core.outreach import HELD, after_quiet, in_peace, quiet_from
from bot.core.staff import Audited
from bot.errors import ContentError, UsageError, YebanError
from bot.ids import derived
from bot.ports import Store
from bot.records import CARE_SPAN, Command, Purpose, Reached
from bot.words import say

_NUMBER = re.compile(r"[0-9]{1,7}")
_ON_ITS_WAY = frozenset({"pending", "sending", "sent"})


@dataclass(frozen=True, slots=True)
class Line:
    """A wording: `source` is where it stands in the version asked about, `key` what names it in all. `alone`: no other
    variant says the same."""

    source: str
    topic: str
    variant: str
    text: str
    key: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Got:
    """A message with that line, and where the line stood when it was sent."""

    message: Reached
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


def place_of(text: str) -> tuple[str, int]:
    """`FILE:LINE` as people type it: `replies/` may be left out, and a folder may stand before it. Raises
    `UsageError`."""
    path, _, number = text.strip().replace("\\", "/").rpartition(":")
    if not path.endswith(".md") or not _NUMBER.fullmatch(number):
        raise UsageError("errors.recall_place", text=text)
    below = f"/{path}".rpartition(f"/{REPLIES}")[2].removeprefix("/").removeprefix("./")
    return f"{REPLIES}{below}", int(number)


def line_at(files: FileSet, path: str, number: int) -> Line:
    """The wording that a line of a file belongs to. Raises `YebanError` where there is none."""
    reply = read_reply(files, path)
    wordings = list(_wordings(reply))
    for variant, wording in wordings:
        first = int(wording.source.rpartition(":")[2])
        if first <= number <= first + wording.text.count("\n"):
            same = {(name, of) for name, of, key in _keys(files, wording) if key == wording.key}
            return Line(wording.source, reply.topic.name, variant, wording.text, wording.key, alone=len(same) == 1)
    known = say("join.list").join(wording.source.rpartition(":")[2] for _, wording in wordings)
    raise YebanError("errors.recall_line", place=f"{path}:{number}", known=known)


def _wordings(reply: ReplyFile) -> Iterator[tuple[str, Wording]]:
    for variant in reply.topic.variants.values():
        yield from ((variant.name, wording) for wording in variant.wordings)


def _keys(files: FileSet, like: Wording) -> Iterator[tuple[str, str, str]]:
    """Topic, variant and key of every wording of the files that hold this one's first line."""
    first = like.text.partition("\n")[0]
    for path in files.below(REPLIES):
        try:
            reply = read_reply(files, path) if first in files.text(path) else None
        except ContentError:
            continue
        yield from ((reply.topic.name, variant, one.key) for variant, one in _wordings(reply)) if reply else ()


async def who_got(store: Store, line: Line, since: datetime | None, until: datetime | None) -> Found:
    """In the order in which they were sent, from `since` on and before `until`."""
    reached = await store.reached(line.key, line.source, since, until)
    found = [one for one in reached if not one.damaged]
    got = [got for one in found if one.made and (got := _as_said(one, one.made, line))]
    old = [one for one in found if not one.made and line.source in one.source.split("; ")]
    return Found(tuple(got), len(old), len(reached) - len(found))


def _as_said(message: Reached, made: Mapping[str, Any], line: Line) -> Got | None:
    for part in made["parts"]:
        mine = line.alone or (part["topic"], part["variant"]) == (line.topic, line.variant)
        if part["wording"] == line.key and mine:
            return Got(message, part["source"], made["version"], made["commit"])
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


async def follow_up(store: Store, found: Found, line: Line, topic: str, book: Book, now: datetime) -> FollowUp:
    """What would be said to whom. Raises `YebanError` where there is no such reply."""
    if topic not in book.topics:
        raise YebanError("errors.recall_topic", topic=topic, nearest=nearest(topic, sorted(book.topics)))
    last = {_key(one.message, line, topic): one.message for one in found.got}
    states = await store.states_of(tuple(last))
    commands, lists = list[Command](), {name: list[str]() for name in ("held", "told", "lost", "wordless")}
    for key, message in last.items():
        why = _why_not(message, states.get(key))
        command = None if why else _command(message, key, line, topic, book, now)
        if command:
            commands.append(command)
        else:
            lists[why or "wordless"].append(message.conversation_id)
    return FollowUp(line.source, topic, tuple(commands), **{name: tuple(talks) for name, talks in lists.items()})


def _key(message: Reached, line: Line, topic: str) -> str:
    """One a conversation: neither a second look nor another wording of the topic makes it two."""
    return derived("recall", line.key, topic, message.channel, message.conversation_id)


def _why_not(message: Reached, state: str | None) -> str:
    """Why a conversation is not written to: by which list, none if it may be."""
    if state:
        return "told" if state in _ON_ITS_WAY else "lost"
    return "held" if message.talk and message.talk.holder in HELD else ""


def _command(message: Reached, key: str, line: Line, topic: str, book: Book, now: datetime) -> Command | None:
    talk = message.talk
    said = greeting(topic, talk, book, now) if talk else None
    if talk is None or said is None:
        return None
    zone = ZoneInfo(book.rules.shop.timezone)
    until = quiet_from(now, now + CARE_SPAN, book.rules.care.quiet, zone)
    made = made_of(said, book, now, ("recall", line.source))
    return send_message(talk, said, Purpose.CARE, key, now, deadline=until, made=made, key=key)
