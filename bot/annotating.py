"""What people write down beside a talk: tags in the buyer's file, notes on the buyer's orders.

In: who, in which conversation, what. Out: what became of it. Never: a tag that the rules do not allow, a note on
another buyer's order, one note twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.acting import Acting, Place
from bot.acts import Act
from bot.commands import note_order
from bot.core.buyer import Tag
from bot.core.model import Conversation, Order
from bot.ids import derived
from bot.records import Command
from bot.refusals import KeyTakenError, UnfitError, UnknownError
from bot.words import say

TAG_MAX, MEMO_MAX = 32, 200


@dataclass(frozen=True, slots=True)
class Noted:
    """A note on its way to the shop's system: `memo` is the line that is added, `command_id` what carries it."""

    command_id: str
    order_id: str
    memo: str
    flag: str


class Annotating(Acting):
    """The acts of people that no buyer hears of."""

    async def tag(self, place: Place, agent: str, name: str, on: bool) -> Sequence[Tag]:
        """Set a tag of the conversation's buyer, or take it off, as a person: no rule undoes either. The tags that
        there are then, the oldest first. Raises `UnfitError` with the known ones where the rules do not allow it, and
        `UnknownError`."""
        self.known(agent)
        rules, tag = self._book().rules.buyers, " ".join(name.split())
        if not any(one.isalnum() for one in tag) or len(tag) > TAG_MAX or not rules.allows(tag):
            raise UnfitError("desk.tag", tag=tag, most=TAG_MAX, known=say("join.list").join(rules.listed))
        talk = await self._talk(place)
        await self._store.tag_buyer(talk.buyer_id, tag, on, agent, self.now())
        file = await self._store.buyer(talk.buyer_id)
        return [one for one in sorted(file.tags if file else (), key=lambda tag: tag.at) if one.on]

    async def order_note(
        self, place: Place, agent: str, order_id: str, memo: str, flag: str | None, key: str
    ) -> Noted:  # fmt: skip
        """Add a line to an order's note, once for each `key`, and set its flag; without one, the rules' own where it
        has none. Raises `UnfitError` for an empty or long memo and a flag that the rules do not know, `UnknownError`
        for an order that is not this buyer's, `KeyTakenError` where the key noted something else."""
        self.known(agent)
        line, flags = " ".join(memo.split()), self.flags()
        if not line or len(line) > MEMO_MAX:
            raise UnfitError("desk.memo", most=MEMO_MAX)
        if flag is not None and flag not in flags:
            raise UnfitError("desk.flag", flag=flag, known=say("join.list").join(flags))
        talk = await self._talk(place)
        order = await self._order(talk, order_id)
        made = self._note(talk, order, line, flag, derived("noted", talk.channel, talk.id, agent, key))

        async def change(talk: Conversation, now: datetime) -> Act:
            del talk, now
            return Act(commands=(made,))

        await self._do(place, change, made.id)
        if (await self._store.noted(made.id) or (order_id, line)) != (order_id, line):
            raise KeyTakenError(key)
        return Noted(made.id, order.id, line, str(made.data["flag"]))

    def flags(self) -> Sequence[str]:
        """Those that the rules name (`care.yaml`)."""
        care = self._book().rules.care
        return tuple(dict.fromkeys((care.notes.flag, care.sale.agent_flag, care.sale.bot_flag)))

    async def _order(self, talk: Conversation, order_id: str) -> Order:
        """Of another buyer's it is told no more than of one that is not there."""
        _, order = await self._store.find(None, order_id)
        if order is None or order.buyer_id != talk.buyer_id:
            raise UnknownError("desk.no_order", id=order_id)
        return order

    def _note(self, talk: Conversation, order: Order, line: str, flag: str | None, one: str) -> Command:
        """A flag that is asked for stands over those of ours; people's own stay where none is."""
        chosen, over = flag or self._book().rules.care.notes.flag, self.flags() if flag else ()
        return replace(note_order(talk.channel, talk.id, order, line, chosen, self.now(), over=over), id=one)
