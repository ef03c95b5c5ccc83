"""Rows of the journal and the notebooks into values and back.

In: rows and the values of `core.notebooks`. Out: the other one. Never: SQL.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.core.notebooks import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Entry,
    Handover,
    HandoverLine,
    Happening,
    Issue,
    IssueKind,
    LineKind,
    Notice,
    NoticeKind,
)
from bot.store.rows import Values, take

_ENTRY = ("id", "at", "channel", "conversation_id", "buyer_id", "agent_id")
_COMMITMENT = ("id", "channel", "conversation_id", "buyer_id", "text", "made_by", "made_at", "due_at", "agent_id",
               "settled_by", "settled_at")  # fmt: skip
_LINE = ("number", "channel", "conversation_id", "buyer_id", "text", "urgency", "waiting_since", "due_at",
         "commitment_id", "agent_id", "acknowledged_by", "acknowledged_at", "escalated_at", "handed_on")  # fmt: skip
_ISSUE = ("id", "at", "text", "channel", "conversation_id", "buyer_id", "agent_id", "turn_id", "intent", "topic",
          "source", "item_id", "order_id", "reason", "settled_by", "settled_at", "remedy")  # fmt: skip
_NOTICE = ("id", "at", "seen_by", "seen_at")


def entry_values(one: Entry) -> Values:
    return take(one, *_ENTRY, "kind") | {"team": one.group, "data": dict(one.data)}


def entry_of(row: Row[Any]) -> Entry:
    return Entry(**take(row, *_ENTRY), kind=Happening(row.kind), group=row.team, data=row.data)


def commitment_values(one: Commitment) -> Values:
    return take(one, *_COMMITMENT, "kind", "state") | {"team": one.group}


def commitment_of(row: Row[Any]) -> Commitment:
    kind, state = CommitmentKind(row.kind), CommitmentState(row.state)
    return Commitment(**take(row, *_COMMITMENT), kind=kind, state=state, group=row.team)


def handover_values(one: Handover) -> Values:
    shifts = {"ended": list(one.ended), "receiving": list(one.receiving)}
    return take(one, "id", "at", "made_at", "live_at") | {"team": one.group} | shifts


def line_values(handover_id: str, one: HandoverLine) -> Values:
    return take(one, *_LINE, "kind") | {"handover_id": handover_id}


def line_of(row: Row[Any]) -> HandoverLine:
    return HandoverLine(**take(row, *_LINE), kind=LineKind(row.kind))


def handover_of(row: Row[Any], lines: Sequence[HandoverLine]) -> Handover:
    shifts = (tuple(row.ended), tuple(row.receiving))
    return Handover(row.id, row.team, row.at, *shifts, row.made_at, tuple(lines), row.live_at)


def issue_values(one: Issue) -> Values:
    return take(one, *_ISSUE, "kind")


def issue_of(row: Row[Any]) -> Issue:
    return Issue(**take(row, *_ISSUE), kind=IssueKind(row.kind))


def notice_values(one: Notice) -> Values:
    return take(one, *_NOTICE, "kind") | {"team": one.group, "data": dict(one.data)}


def notice_of(row: Row[Any]) -> Notice:
    return Notice(**take(row, *_NOTICE), kind=NoticeKind(row.kind), group=row.team, data=row.data)
