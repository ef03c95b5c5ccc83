"""The lines of a hand-over log in the agents' words.

In: a conversation or a commitment, the shop's zone. Out: one line of text. Never: "today"; a log is read on other days
too.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.model import Conversation
from bot.core.notebooks import Commitment
from bot.words import say

_LONGEST = 300


def talk_text(one: Conversation, zone: ZoneInfo) -> str:
    """Who waits since when for what, and with whom."""
    told = say("join.rows").join(filter(None, (line.strip() for line in one.summary.splitlines())))
    summary = told[:_LONGEST] or say("handover.nothing")
    buyer, agent = _buyer(one.buyer_name or one.buyer_id), one.agent_id or say("handover.nobody")
    if one.waiting_since is None:
        return say("handover.held", buyer=buyer, agent=agent, summary=summary)
    since = clock_text(one.waiting_since, zone)
    if one.agent_id is None:
        return say("handover.queued", buyer=buyer, since=since, summary=summary)
    return say("handover.waits", buyer=buyer, since=since, agent=agent, summary=summary)


def owed_text(one: Commitment, name: str | None, zone: ZoneInfo, now: datetime) -> str:
    """What was promised to whom, by whom and until when."""
    due = clock_text(one.due_at, zone) if one.due_at else ""
    word = one.kind.value
    if word != "note":
        word += "_open" if one.due_at is None else "_late" if one.due_at < now else ""
    return say(f"handover.{word}", buyer=_buyer(name or one.buyer_id), text=one.text, by=one.made_by, due=due)


def clock_text(at: datetime, zone: ZoneInfo) -> str:
    """Date and minute, shop-local."""
    local = at.astimezone(zone)
    return f"{say('when.date', month=local.month, day=local.day)} {local:%H:%M}"


def _buyer(name: str) -> str:
    return say("handover.buyer", name=name)
