"""How people let go of a conversation: it is over, or the bot's again.

In: who acts, on which conversation, what of it they have seen. Out: the conversation. Never: a question dropped unseen.
"""

from datetime import datetime

from bot.acting import Acting, Place
from bot.acts import Act
from bot.commands import hand_back, unsaid_again
from bot.core.buyer import Buyer
from bot.core.buyerfile import closing
from bot.core.floor import Floor
from bot.core.model import Conversation, Holder
from bot.core.notebooks import Happening
from bot.core.states import Happened
from bot.core.taking import moved
from bot.core.waits import journal_entry
from bot.records import Event
from bot.refusals import UnfitError
from bot.unanswered import BUYER, RECALLED, unanswered


class Ending(Acting):
    """The ends of people's part."""

    async def hand_back(self, place: Place, agent: str) -> Conversation:
        """The bot has it again, and takes up what the buyer still waits to hear of. What people were called for is
        done."""
        file, floor = await self._of_buyer(place, agent)

        async def change(talk: Conversation, now: datetime) -> Act | None:
            self._free(talk, agent, floor)
            news, entry = closing(talk, file, now), journal_entry(talk, Happening.HANDED_BACK, now, agent=agent)
            asked = await self._unanswered(talk, now)
            ended = moved(talk, Happened.HANDED_BACK)
            return Act(ended, (hand_back(talk, now),), (entry,), news=(news,) if news else (), events=asked)

        return await self._do(place, change)

    async def close(self, place: Place, agent: str, seen: int | None = None) -> Conversation:
        """It is over; what the buyer writes next begins anew. `seen`: the number of the last line that the agent had
        before them; `UnfitError` where the buyer has written after it."""
        file, floor = await self._of_buyer(place, agent)

        async def change(talk: Conversation, now: datetime) -> Act | None:
            if talk.holder is Holder.CLOSED:
                return None
            self._free(talk, agent, floor)
            await self._nothing_since(talk, seen)
            news, entry = closing(talk, file, now), journal_entry(talk, Happening.CLOSED, now, agent=agent)
            return Act(moved(talk, Happened.CLOSED), journal=(entry,), news=(news,) if news else ())

        return await self._do(place, change)

    async def _of_buyer(self, place: Place, agent: str) -> tuple[Buyer | None, Floor]:
        floor = await self.floor()
        self.known(agent)
        talk = await self._talk(place)
        return await self._store.buyer(talk.buyer_id), floor

    async def _nothing_since(self, talk: Conversation, seen: int | None) -> None:
        """Read after the conversation: what is saved later than this look moves its version on."""
        lines = await self._store.transcript(talk.channel, talk.id, seen) if seen is not None else ()
        if any(line.author == BUYER and line.kind != RECALLED for line in lines):
            raise UnfitError("desk.wrote_again")

    async def _unanswered(self, talk: Conversation, now: datetime) -> tuple[Event, ...]:
        lines = await self._store.transcript(talk.channel, talk.id) if talk.waiting_since else ()
        asked = [line.id for line in unanswered(lines, waits=True)]
        return (unsaid_again(talk, asked, now),) if asked else ()
