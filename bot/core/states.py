"""Who may hold a conversation after what: the whole law of hand-over in one table.

In: the holder and what happened. Out: the next holder. Never: a move that the table does not name.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.model import Holder


class Happened(StrEnum):
    """`LEFT`: the human who had the conversation is not there any more; it is still people's and waits for others."""

    BUYER_WROTE = "buyer_wrote"
    HUMAN_SPOKE = "human_spoke"
    HANDED_OFF = "handed_off"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    LEFT = "left"


MOVES: Mapping[tuple[Holder, Happened], Holder] = {
    (Holder.BOT, Happened.BUYER_WROTE): Holder.BOT,
    (Holder.BOT, Happened.HUMAN_SPOKE): Holder.HUMAN,
    (Holder.BOT, Happened.HANDED_OFF): Holder.QUEUED,
    (Holder.BOT, Happened.HANDED_BACK): Holder.BOT,
    (Holder.BOT, Happened.CLOSED): Holder.CLOSED,
    (Holder.QUEUED, Happened.BUYER_WROTE): Holder.QUEUED,
    (Holder.QUEUED, Happened.HUMAN_SPOKE): Holder.HUMAN,
    (Holder.QUEUED, Happened.HANDED_OFF): Holder.QUEUED,
    (Holder.QUEUED, Happened.HANDED_BACK): Holder.BOT,
    (Holder.QUEUED, Happened.CLOSED): Holder.CLOSED,
    (Holder.HUMAN, Happened.BUYER_WROTE): Holder.HUMAN,
    (Holder.HUMAN, Happened.HUMAN_SPOKE): Holder.HUMAN,
    (Holder.HUMAN, Happened.HANDED_BACK): Holder.BOT,
    (Holder.HUMAN, Happened.CLOSED): Holder.CLOSED,
    (Holder.HUMAN, Happened.LEFT): Holder.QUEUED,
    (Holder.CLOSED, Happened.BUYER_WROTE): Holder.BOT,
    (Holder.CLOSED, Happened.HUMAN_SPOKE): Holder.HUMAN,
    (Holder.CLOSED, Happened.HANDED_BACK): Holder.BOT,
    (Holder.CLOSED, Happened.CLOSED): Holder.CLOSED,
}


def after(holder: Holder, happened: Happened) -> Holder:
    """The next holder; `KeyError` for a move that the law does not know (while a human is there, his thread is never
    queued)."""
    return MOVES[holder, happened]
