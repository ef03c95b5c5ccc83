"""Rows of every age and state, and in plain words which of them a prune must take.

In: hypothesis; rows as they are stored. Out: databases in a small world, where everything refers to everything; the
rows that must stay. Never: the store's own conditions.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.fakes import at
from tests.store.copies import Rows

Row = Mapping[str, Any]
Field = st.SearchStrategy[Any]
DAY = 86400
BEFORE = at(-90 * DAY)
_TIMES = st.sampled_from([at(days * DAY) for days in (-300, -200, -91, -90, -89, 0)])
_CHANNELS, _TALKS = st.sampled_from(["webhook", "page"]), st.sampled_from(["c1", "c2", "c:3"])
_ORDERS, _BUYERS = st.sampled_from(["o1", "o2"]), st.sampled_from(["b1", "b2"])
_COMMANDS = st.sampled_from([f"k{number}" for number in range(6)])
_LANES = st.builds("c:{}:{}".format, _CHANNELS, _TALKS) | st.sampled_from(
    ["o:o1", "o:o2", "i:i1", "i:i2", "a:a1", "b:b1", "x"]
)
_LOGS = st.sampled_from(["h1", "h2", "h3"])
_LETTERS = ("dead", "expired", "seen")
_STATES = st.sampled_from(["sent", "cancelled", "unsaid", "dropped", *_LETTERS])


def _maybe(found: Field) -> Field:
    return st.none() | found


@st.composite
def _command(draw: st.DrawFn) -> Row:
    waits = draw(st.sampled_from([True, False, False, False]))
    row = {
        "id": draw(_COMMANDS), "channel": draw(_CHANNELS), "conversation_id": draw(_TALKS), "lane": "any",
        "type": "message.send", "data": {}, "by_bot": True, "tries": 0, "unsure": False, "turn_id": None,
        "purpose": draw(st.sampled_from(["reply", "handoff", "nudge", "care"])), "order_id": draw(_maybe(_ORDERS)),
        "state": "pending" if waits else draw(_STATES), "due_at": draw(_TIMES) if waits else None,
        "created_at": draw(_TIMES), "deadline": draw(_TIMES), "sent_at": draw(_maybe(_TIMES)),
    }  # fmt: skip
    return {**row, "token": None, "error": None, "asked_at": None, "trace": None}


@st.composite
def _talk(draw: st.DrawFn) -> Row:
    holder = draw(st.sampled_from(["bot", "closed", "human", "queued"]))
    return {
        "channel": draw(_CHANNELS), "id": draw(_TALKS), "version": 1, "buyer_id": draw(_BUYERS), "holder": holder,
        "team": None, "queued_since": at(0) if holder == "queued" else None, "announced": False,
        "updated_at": draw(_TIMES), "body": "{}",
    }  # fmt: skip


@st.composite
def _commitment(draw: st.DrawFn) -> Row:
    state = draw(st.sampled_from(["open", "done", "dropped"]))
    return {
        "id": draw(st.sampled_from(["p1", "p2", "p3"])), "channel": draw(_CHANNELS), "conversation_id": draw(_TALKS),
        "buyer_id": draw(_BUYERS), "kind": "promise", "text": "寄发票", "made_by": "a1", "made_at": draw(_TIMES),
        "team": "presale", "due_at": draw(_maybe(_TIMES)), "agent_id": None, "state": state, "settled_by": None,
        "settled_at": None if state == "open" else draw(_TIMES),
    }  # fmt: skip


def _of(**fields: Field | object) -> st.SearchStrategy[Row]:
    drawn = {name: one if isinstance(one, st.SearchStrategy) else st.just(one) for name, one in fields.items()}
    return st.fixed_dictionaries(drawn)


_TABLES: Mapping[str, tuple[st.SearchStrategy[Row], Sequence[str], str | None]] = {
    "inbox": (
        _of(channel="webhook", event_id=st.uuids().map(str), type="t", lane=_LANES, body={}, received_at=_TIMES,
            ready_at=at(0), done_at=_maybe(_TIMES), trace=None),
        ["event_id"], "received_at",
    ),
    "outbox": (_command(), ["id"], "created_at"),
    "message": (
        _of(channel=_CHANNELS, conversation_id=_TALKS, id=st.uuids().map(str), author="buyer", kind="text", text="在吗",
            at=_TIMES, source=None, recalled=False, turn_id=None, command_id=None),
        ["id"], "at",
    ),
    "turn": (
        _of(id=st.uuids().map(str), conversation_id=_TALKS, at=_TIMES, decision="answer", reason="sure",
            command_ids=[], story={}, before=None),
        ["id"], None,
    ),
    "conversation": (_talk(), ["channel", "id"], None),
    "nudge": (
        _of(order_id=_ORDERS, step=st.sampled_from(["first", "second"]), due_at=_TIMES, reason=None,
            state=st.sampled_from(["planned", "sending", "sent", "held_out", "cancelled", "needs_review"]),
            command_id=_maybe(_COMMANDS), buyer_id=_BUYERS, purpose=st.sampled_from(["nudge", "care"]),
            at=_maybe(_TIMES)),
        ["order_id", "step"], None,
    ),
    "orders": (
        _of(id=_ORDERS, buyer_id=_BUYERS, status=st.sampled_from(["unpaid", "shipped", "finished", "closed"]),
            created_at=at(-300 * DAY), updated_at=_TIMES, body="{}"),
        ["id"], None,
    ),
    "issue": (
        _of(id=st.uuids().map(str), at=_TIMES, kind="unanswered", text="在吗", channel=_maybe(_CHANNELS),
            conversation_id=_maybe(_TALKS), buyer_id=_maybe(_BUYERS), agent_id=None, turn_id=None, intent=None,
            topic=None, source=None, item_id=None, order_id=_maybe(_ORDERS), reason=None, settled_by=None, remedy=None,
            settled_at=_maybe(_TIMES)),
        ["id"], None,
    ),
    "buyer": (_of(id=_BUYERS, version=1, updated_at=_TIMES, agreed_at=None, body="{}"), ["id"], None),
    "lane": (
        _of(id=_LANES, ready_at=_maybe(_TIMES), first_at=None, token=_maybe(st.just("t")), lease_until=None),
        ["id"], None,
    ),
    "items": (_of(id=st.just("i1"), updated_at=at(-300 * DAY), body="{}"), ["id"], None),
    "presence": (_of(agent_id="a1", state="online", since=at(-300 * DAY)), ["agent_id"], None),
    "journal": (
        _of(id=st.uuids().map(str), at=_TIMES, kind="queued", channel=_maybe(_CHANNELS), conversation_id=_maybe(_TALKS),
            buyer_id=_maybe(_BUYERS), agent_id=None, team=None, data={}),
        ["id"], "at",
    ),
    "commitment": (_commitment(), ["id"], None),
    "handover": (
        _of(id=_LOGS, team="presale", at=_TIMES, ended=[], receiving=[], made_at=at(0), live_at=None), ["id"], None,
    ),
    "handover_line": (
        _of(handover_id=_LOGS, number=st.integers(1, 3), kind="waiting", channel=_CHANNELS, conversation_id=_TALKS,
            buyer_id=_BUYERS, text="在等", urgency=5, waiting_since=None, due_at=None, commitment_id=None,
            agent_id=None, acknowledged_by=None, acknowledged_at=_maybe(_TIMES), escalated_at=None,
            handed_on=_maybe(_LOGS)),
        ["handover_id", "number"], None,
    ),
    "notice": (
        _of(id=st.sampled_from(["overdue:p1", "overdue:p2", "other"]), at=_TIMES, kind="overdue", team="supervisor",
            data={}, seen_by=None, seen_at=_maybe(_TIMES)),
        ["id"], None,
    ),
    "session": (
        _of(digest=st.uuids().map(str), agent_id="a1", made_at=at(-300 * DAY), seen_at=at(-300 * DAY), ends_at=_TIMES),
        ["digest"], None,
    ),
    "audit": (
        _of(at=_TIMES, agent_id="a1", act=st.uuids().map(str), channel=None, conversation_id=None, data={}),
        ["act"], "at",
    ),
    "account": (
        _of(agent_id=st.sampled_from(["a1", "a2"]), name="小王", role="agent", password="hash", one_time=False,
            failures=0, locked_until=None, disabled_at=None, made_at=at(-300 * DAY), changed_at=at(-300 * DAY),
            language=None),
        ["agent_id"], None,
    ),
    "picture": (
        _of(id=st.uuids().map(str), channel=_CHANNELS, conversation_id=_TALKS, kind="image/png", made_at=_TIMES,
            body="aGk="),
        ["id"], None,
    ),
    "switch": (_of(name="paused", is_on=True, at=at(-300 * DAY)), ["name"], None),
}  # fmt: skip


def databases() -> st.SearchStrategy[Rows]:
    """Numbered rows have numbers that grow with their time; what nobody has read yet is in a log that is there."""
    return st.fixed_dictionaries({name: _table(*told) for name, told in _TABLES.items()}).map(_whole)


def _whole(rows: Rows) -> Rows:
    logs = {one["id"] for one in rows["handover"]}
    lines = [one for one in rows["handover_line"] if one["handover_id"] in logs or one["acknowledged_at"] is not None]
    return {**rows, "handover_line": lines}


def _table(row: st.SearchStrategy[Row], key: Sequence[str], grows: str | None) -> st.SearchStrategy[Sequence[Row]]:
    rows = st.lists(row, max_size=7, unique_by=lambda one: tuple(one[name] for name in key))
    return rows.map(lambda some: _numbered(some, grows)) if grows else rows


def _numbered(rows: Sequence[Row], grows: str) -> Sequence[Row]:
    ordered = sorted(rows, key=lambda one: one[grows])
    return [{**row, "seq": number} for number, row in enumerate(ordered, 1)]
