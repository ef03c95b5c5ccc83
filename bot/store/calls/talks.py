"""What was said in conversations, and what is on its way.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from bot.core.model import Conversation, Item, Order
from bot.core.pictures import Picture
from bot.records import Spoken, Unsent
from bot.sheets import Hit, Sought, Traced
from bot.store import (
    sql_cards,
    sql_coming,
    sql_keyed,
    sql_lines,
    sql_pictures,
    sql_search,
    sql_talks,
    sql_traced,
    sql_unsent,
    sql_work,
)
from bot.store.calls.base import Calls


class TalkCalls(Calls):
    """`ports.TalkStore`."""

    async def words_of(self, command_id: str) -> str | None:
        return await self._read(partial(sql_keyed.words_of, one=command_id))

    async def noted(self, command_id: str) -> tuple[str, str] | None:
        return await self._read(partial(sql_keyed.noted, one=command_id))

    async def talk(self, channel: str, conversation_id: str) -> Conversation | None:
        return await self._read(partial(sql_talks.talk_at, channel=channel, one=conversation_id))

    async def unsent(self, channel: str, conversation_id: str) -> Sequence[Unsent]:
        return await self._read(partial(sql_unsent.unsent, channel=channel, one=conversation_id))

    async def coming(self, channel: str, conversation_id: str) -> Sequence[Spoken]:
        return await self._read(partial(sql_coming.coming, channel=channel, one=conversation_id))

    async def last_words(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Spoken]:
        return await self._read(partial(sql_lines.last_words, places=places))

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        return await self._read(partial(sql_work.transcript, channel=channel, one=conversation_id, after=after))

    async def traced(self, channel: str, conversation_id: str, last: int) -> Sequence[Traced]:
        return await self._read(partial(sql_traced.traced, channel=channel, one=conversation_id, last=last))

    async def search(self, sought: Sought) -> Sequence[Hit]:
        return await self._read(partial(sql_search.found, sought=sought))

    async def keep_picture(self, picture: Picture) -> None:
        await self._writer.run(partial(sql_pictures.keep, one=picture))

    async def picture(self, picture_id: str) -> Picture | None:
        return await self._read(partial(sql_pictures.picture_at, one=picture_id))

    async def cards(self, channel: str, ids: Collection[str]) -> Mapping[str, Item | Order]:
        return await self._read(partial(sql_cards.cards, channel=channel, ids=ids))
