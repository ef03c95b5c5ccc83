"""A conversation as it stands once somebody has taken it over or passed it on.

In: a conversation, who gets it, the time. Out: the conversation. Never: whether that may be; `desk.py` asks.
"""

from dataclasses import replace
from datetime import datetime

from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentKind
from bot.core.states import Happened, after
from bot.core.waits import SAID_ALL, SUPERVISOR
from bot.ids import derived

NOTE_MAX = 500


def moved(conversation: Conversation, happened: Happened) -> Conversation:
    """Whoever waited waits no longer; a conversation that comes back starts with a clean slate."""
    holder = after(conversation.holder, happened)
    calm = replace(
        conversation, holder=holder, waiting_since=None, announced=False, urgency=5, asked=(), misses=0, last_topics=(),
        flow=None, past_flows=(), tried=(), soothed=0, look_at=None, replied=None,
    )  # fmt: skip
    if holder is Holder.HUMAN:
        return calm
    return replace(calm, said={}, group=None, reason=None, summary="", agent_id=None, agent_since=None)


def spoken_by(conversation: Conversation, agent: object, at: datetime) -> Conversation:
    """One of the shop's people has said something: the conversation is theirs from then on."""
    name = str(agent) if agent else None
    since = conversation.agent_since if name == conversation.agent_id else at
    spoke = max(at, conversation.served_at or at)  # a word of another desk may be worked on later than it was said
    return replace(conversation, served_by=name, served_at=spoke, agent_id=name, agent_since=since if name else None)


def still_waiting(spoken: Conversation, before: Conversation, since: datetime, look_at: datetime) -> Conversation:
    """What was said answers nothing that the buyer wrote while it was written: for that they wait on, `since` then."""
    return replace(spoken, waiting_since=since, urgency=before.urgency, look_at=look_at)


def taken_over(talk: Conversation, agent: str, now: datetime, *, unanswered: bool = False) -> Conversation:
    """A human's from now on, though nothing is said yet; who waited waits on. `unanswered`: what the bot was about to
    say is not said any more, and somebody waits for it."""
    holder = after(talk.holder, Happened.HUMAN_SPOKE)
    since = talk.agent_since if talk.agent_id == agent else now
    waiting = talk.waiting_since or (now if unanswered else None)
    return replace(talk, holder=holder, agent_id=agent, agent_since=since, waiting_since=waiting, look_at=now)


def to_agent(talk: Conversation, to: str, now: datetime) -> Conversation:
    """In other hands. A buyer who has had an answer does not wait because of it."""
    if talk.holder is Holder.HUMAN:
        return replace(talk, agent_id=to, agent_since=now, tried=(), look_at=now)
    return replace(_queued(talk, now), agent_id=to, agent_since=now, tried=())


def to_group(talk: Conversation, by: str, to: str, now: datetime) -> Conversation:
    """In that group's queue, with the age that the wait has; not back to whoever sends it while others are there."""
    return replace(
        _queued(talk, now), group=to, agent_id=None, agent_since=None, tried=(by,), announced=False,
        urgency=0 if to == SUPERVISOR else talk.urgency,
    )  # fmt: skip


def _queued(talk: Conversation, now: datetime) -> Conversation:
    """Waiting for people; where the buyer did not wait, nothing is said to them of it."""
    quiet = talk if talk.waiting_since else replace(talk, waiting_since=now, soothed=SAID_ALL)
    return replace(quiet, holder=Holder.QUEUED, look_at=now, reason=talk.reason or "transferred")


def note_left(talk: Conversation, by: str, note: str, now: datetime) -> Commitment:
    note_id = derived("note", talk.channel, talk.id, str(talk.version))
    return Commitment(
        note_id, talk.channel, talk.id, talk.buyer_id, CommitmentKind.NOTE, short(note), by, now,
        talk.group or SUPERVISOR, agent_id=talk.agent_id,
    )  # fmt: skip


def short(note: str) -> str:
    return note.strip()[:NOTE_MAX]
