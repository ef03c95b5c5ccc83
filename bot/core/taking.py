"""A conversation as it stands once somebody has taken it over or passed it on.

In: a conversation, who gets it, the time. Out: the conversation. Never: whether that may be; `desk.py` asks.
"""

from dataclasses import replace
from datetime import datetime

from bot.core.dispatch import SUPERVISOR
from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentKind
from bot.core.states import Happened, after
from bot.ids import derived

NOTE_MAX = 500


def taken_over(talk: Conversation, agent: str, now: datetime) -> Conversation:
    """A human's from now on, though nothing is said yet; the buyer waits on."""
    holder = after(talk.holder, Happened.HUMAN_SPOKE)
    since = talk.agent_since if talk.agent_id == agent else now
    waiting = talk.waiting_since or (now if talk.holder is Holder.BOT else None)
    return replace(talk, holder=holder, agent_id=agent, agent_since=since, waiting_since=waiting, look_at=now)


def to_agent(talk: Conversation, to: str, now: datetime) -> Conversation:
    holder = Holder.HUMAN if talk.holder is Holder.HUMAN else Holder.QUEUED
    waiting = talk.waiting_since or now
    return replace(talk, holder=holder, agent_id=to, agent_since=now, waiting_since=waiting, tried=(), look_at=now)


def to_group(talk: Conversation, to: str, now: datetime) -> Conversation:
    """In that group's queue, with the age that the wait has."""
    return replace(
        talk, holder=Holder.QUEUED, group=to, agent_id=None, agent_since=None, tried=(), announced=False, look_at=now,
        waiting_since=talk.waiting_since or now, urgency=0 if to == SUPERVISOR else talk.urgency,
        reason=talk.reason or "transferred",
    )  # fmt: skip


def note_left(talk: Conversation, by: str, note: str, now: datetime) -> Commitment:
    note_id = derived("note", talk.channel, talk.id, str(talk.version))
    return Commitment(
        note_id, talk.channel, talk.id, talk.buyer_id, CommitmentKind.NOTE, short(note), by, now,
        talk.group or SUPERVISOR, agent_id=talk.agent_id,
    )  # fmt: skip


def short(note: str) -> str:
    return note.strip()[:NOTE_MAX]
