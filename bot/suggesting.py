"""What helps an agent to answer: what the bot would say, replies by their codes, why the bot said what it said.

In: a conversation's place; all else is read from the store as a turn of the bot's reads it. Out: suggestions, short
replies, reasons. Never: a write of any kind.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.acting import Place
from bot.clock import Now
from bot.core.book import Book
from bot.core.bundles import offered_ids
from bot.core.compose import Part, Reply
from bot.core.facts import Facts
from bot.core.made import Made, made_of
from bot.core.model import Conversation, Holder, Kind, Message, Sender
from bot.core.shorts import Short, shorts
from bot.core.suggest import Suggestion, suggest
from bot.core.whys import Why, why_of
from bot.ports import Store
from bot.records import Claim, Purpose, Spoken
from bot.refusals import UnknownError
from bot.sheets import Traced
from bot.turns import facts_of
from bot.unanswered import BOT, COMFORTS, unanswered

#: Lines of a conversation that are looked at, and characters that are thought over.
LINES, LONGEST = 60, 2_000
#: Words that a buyer who waits for people hears from the bot answer nothing.
_BESIDE = COMFORTS | {Purpose.HANDOFF}


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an answer is made from; `asked` by nobody but the conversation's buyer, the last line being `heard`."""

    asked: tuple[Message, ...]
    heard: int | None
    talk: Conversation
    facts: Facts
    now: datetime


class Suggesting:
    """Reads only. `book` gives the current operators' files."""

    def __init__(self, store: Store, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._book = book
        self._now = now

    async def suggestion(self, place: Place) -> Suggestion | None:
        """What the bot would answer to what the buyer wrote since the last answer; None where it would not, where
        nothing waits, or where somebody else writes in the buyer's conversation. Raises `UnknownError`."""
        book = self._book()
        scope = await self._scope(place, book)
        if scope is None:
            return None
        told = await asyncio.to_thread(suggest, scope.asked, scope.talk, scope.facts, book, scope.now)
        return replace(told, heard=scope.heard) if told else None

    async def shorts(self, place: Place, prefix: str) -> Sequence[Short]:
        """Replies by code or title, the nearest first, as they would be said to this buyer now. Raises
        `UnknownError`."""
        book = self._book()
        scope = await self._scope(place, book)
        if scope is None:
            return ()
        return await asyncio.to_thread(shorts, prefix, scope.asked, scope.talk, scope.facts, book, scope.now)

    async def made(
        self, place: Place, text: str, *, code: str = "", suggested: bool = False, heard: int | None = None
    ) -> Made | None:
        """Of what an agent's words are made: they are those of the reply of a code, or the suggested ones, as these
        would be said now to what the buyer wrote up to the line `heard`: what came after it, the agent had not before
        them. None for words of the agent's own, also where only a sign was changed. Raises `UnknownError`."""
        book = self._book()
        scope = await self._scope(place, book, heard) if code or suggested else None
        if scope is None:
            return None
        parts = await asyncio.to_thread(_called if code else _suggested, scope, book, code)
        if not parts or Reply(parts).text.strip() != text.strip():
            return None
        return made_of(Reply(parts), book, scope.now, ("agent", f"/{code}" if code else "suggestion"))

    async def whys(self, place: Place, last: int = LINES) -> Mapping[str, Why]:
        """Why the bot said those of the conversation's last lines that turns of its own said, by the lines' ids."""
        lines, book = await self._store.traced(place.channel, place.id, last), self._book()
        said = ((one.line.id, one.turn) for one in lines if one.line.author == BOT)
        return {one: why_of(turn.story, turn.decision, turn.reason, turn.at, book) for one, turn in said if turn}

    async def _scope(self, place: Place, book: Book, heard: int | None = None) -> _Scope | None:
        """As the worker loads it, up to the line `heard`. None where somebody else wrote: no order may be told to
        them."""
        now = self._now()
        lines = _up_to(heard, await self._store.traced(place.channel, place.id, LINES))
        claim = Claim(f"c:{place.channel}:{place.id}", "")
        work = await self._store.load(claim, offered_ids(book.rules, now))
        talk = work.conversation
        if talk is None:
            raise UnknownError("desk.no_conversation", id=place.id)
        asked = _asked(lines, talk) if talk.holder is not Holder.CLOSED else ()
        if any(_facts(one).get("stranger") for one in asked):
            return None
        before = next((one.turn.before for one in asked if one.turn and one.turn.before), talk)
        last, said = lines[-1].line.seq if lines else None, tuple(_message(one, talk) for one in asked)
        return _Scope(said, last, before, facts_of(work, talk.buyer_id, book, now), now)


def _called(scope: _Scope, book: Book, code: str) -> tuple[Part, ...]:
    found = shorts(code, scope.asked, scope.talk, scope.facts, book, scope.now)
    return tuple(one.part for one in found if one.code == code and one.part)


def _suggested(scope: _Scope, book: Book, _: str) -> tuple[Part, ...]:
    told = suggest(scope.asked, scope.talk, scope.facts, book, scope.now)
    return told.parts if told else ()


def _up_to(heard: int | None, lines: Sequence[Traced]) -> Sequence[Traced]:
    return lines if heard is None else [one for one in lines if one.line.seq <= heard]


def _asked(lines: Sequence[Traced], talk: Conversation) -> Sequence[Traced]:
    """What waits for an answer; of very much the end."""
    waits = talk.holder is Holder.HUMAN and talk.waiting_since is not None
    ids = [line.id for line in unanswered([one.line for one in lines], waits=waits, beside=_BESIDE)]
    found, room = list[Traced](), LONGEST
    for one in reversed([one for one in lines if one.line.id in ids]):
        room -= len(one.line.text)
        if found and room < 0:
            break
        found.append(one)
    return found[::-1]


def _message(one: Traced, talk: Conversation) -> Message:
    """A line as the turn that read it heard it; the transcript has no cards."""
    line, heard = one.line, next((told for told in _heard(one) if told.get("id") == one.line.id), {})
    return Message(
        line.id, talk.id, talk.buyer_id, Sender.BUYER, _kind(line), line.at, line.text[:LONGEST], talk.buyer_name,
        heard.get("item_id"), heard.get("order_id"), heard.get("media_url"),
    )  # fmt: skip


def _kind(line: Spoken) -> Kind:
    return Kind(line.kind) if line.kind in {one.value for one in Kind} else Kind.TEXT


def _heard(one: Traced) -> Iterator[Mapping[str, Any]]:
    messages = one.turn.story.get("messages") if one.turn else None
    yield from (told for told in (messages if isinstance(messages, list) else ()) if isinstance(told, Mapping))


def _facts(one: Traced) -> Mapping[str, Any]:
    facts = one.turn.story.get("facts") if one.turn else None
    return facts if isinstance(facts, Mapping) else {}
