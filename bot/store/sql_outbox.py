"""Commands out, in order, each by one sender at a time.

In: a connection inside a transaction. Out: commands that may be sent right now. Never: a bot's word in a conversation
that a human holds, a word about an order that has moved on, a reply past its deadline.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    literal,
    not_,
    or_,
    update,
)

from bot.core.model import Conversation, Holder
from bot.ports import Later
from bot.records import ANSWERS, OUTREACH, SEND_LEASE, ClaimedCommand, Command, NudgeState, Purpose
from bot.store import sql_notes, sql_nudges
from bot.store.rows import command_of, spoken_values
from bot.store.schema import message, nudge, outbox
from bot.store.sql_buyers import files_of
from bot.store.sql_heads import SEQS, heads
from bot.store.sql_inbox import spoken_over
from bot.store.sql_unsaid import unsaid
from bot.store.sql_work import is_paused
from bot.store.times import UtcMicros
from bot.store.upsert import add_new

LEASE = SEND_LEASE
_ROUNDS = 10
_FINAL = {"due_at": None, "token": None}
#: Why a message of our own accord was not sent, where another moment may be better: it is judged again.
_AGAIN = frozenset({Holder.QUEUED.value, "deadline", "order"})
_TAKEN, _HELD = frozenset({Holder.HUMAN}), frozenset({Holder.HUMAN, Holder.QUEUED})
_PURPOSES = frozenset(one.value for one in Purpose)


def claim(
    connection: Connection, now: datetime, limit: int, token: str, channels: Collection[str]
) -> Sequence[ClaimedCommand]:
    """Lease the heads of sending lanes. Those that may no longer be sent are settled, and the next looked at."""
    claimed: list[ClaimedCommand] = []
    paused = is_paused(connection)
    for _ in range(_ROUNDS):
        rows = heads(connection, paused, now, limit - len(claimed), channels)
        unwanted = _unwanted(connection, rows)
        hushed = spoken_over(connection, {row.lane for row in rows if row.by_bot})
        looks = [(row, *_last_look(row, now, unwanted)) for row in rows if not (row.by_bot and row.lane in hushed)]
        going = [row for row, state, _ in looks if state is None]
        claimed += sql_notes.filled(connection, _take(connection, going, now, token))
        for row, state, reason in looks:
            if state is not None:
                _drop(connection, row, state, reason, now)
        if len(claimed) >= limit or not any(state for _, state, _ in looks):
            break
    return claimed


def mark_sent(connection: Connection, marks: Sequence[tuple[ClaimedCommand, datetime]]) -> Sequence[bool]:
    """The success of each send, and the line that the buyer now reads. False: the lease was lost."""
    now = max(moment for _, moment in marks)
    turns = _settle_sent(connection, marks, now)
    sent = [one.command for one, _ in marks if (one.command.id, one.token) in turns]
    told = {command_id: turn_id for (command_id, _), turn_id in turns.items()}
    _say(connection, [one for one in sent if one.type == "message.send"], told, now)
    nudges = [one.id for one in sent if one.purpose in OUTREACH]
    sql_nudges.settle_command(connection, nudges, NudgeState.SENT, None)
    return [(one.command.id, one.token) in turns for one, _ in marks]


def _settle_sent(
    connection: Connection, marks: Sequence[tuple[ClaimedCommand, datetime]], now: datetime
) -> Mapping[tuple[str, str], str | None]:
    """By id and token of those whose lease still held, the turn that made them; a statement a token, for SQLite looks
    up a list of pairs by reading the whole table."""
    turns: dict[tuple[str, str], str | None] = {}
    for token in sorted({one.token for one, _ in marks}):
        ids = [one.command.id for one, _ in marks if one.token == token]
        rows = connection.execute(_SENT, {"ids": ids, "holder": token, "now": now})
        turns |= {(row.id, token): row.turn_id for row in rows}
    return turns


def mark_retry(connection: Connection, claimed: ClaimedCommand, due: datetime, later: Later) -> bool:
    """What may have arrived once stays so, whatever the next try says."""
    unsure = or_(outbox.c.unsure, literal(later.unsure))
    again = {"state": "pending", "due_at": due, "token": None, "error": later.error, "unsure": unsure}
    return connection.execute(update(outbox).where(_mine(claimed)).values(again)).rowcount == 1


def mark_dead(connection: Connection, claimed: ClaimedCommand, error: str) -> bool:
    """Final; a nudge that failed is for a person to look at."""
    dead = update(outbox).where(_mine(claimed)).values(state="dead", error=error, **_FINAL)
    changed = connection.execute(dead).rowcount == 1
    if changed:
        sql_nudges.settle_command(connection, [claimed.command.id], NudgeState.NEEDS_REVIEW, error)
    return changed


def silence(connection: Connection, one: Conversation) -> None:
    """People have taken or closed the conversation: what the bot still meant to say there is cancelled, but for a word
    to a buyer who still waits for them."""
    thread = and_(outbox.c.conversation_id == one.id, outbox.c.channel == one.channel)
    waiting = and_(outbox.c.due_at.is_not(None), outbox.c.state == "pending", outbox.c.by_bot)
    soothes = and_(outbox.c.purpose == Purpose.NOTICE.value, outbox.c.asked_at == one.waiting_since)
    gone = and_(thread, waiting, not_(soothes)) if one.waiting_since else and_(thread, waiting)
    sql_nudges.cancel_commands(connection, gone, one.holder.value)


# Statements are put together once; what differs from call to call is bound.
_TAKE = update(outbox).where(SEQS)
_TAKE = _TAKE.values(
    state="sending",
    token=bindparam("holder", type_=Text),
    tries=outbox.c.tries + 1,
    due_at=bindparam("until", type_=UtcMicros),
    unsure=or_(outbox.c.unsure, outbox.c.state == "sending"),
)
_IDS = bindparam("ids", type_=Text, expanding=True)
_MINE = and_(outbox.c.id.in_(_IDS), outbox.c.token == bindparam("holder", type_=Text))
_SENT = (
    update(outbox).where(_MINE).values(state="sent", sent_at=bindparam("now", type_=UtcMicros), error=None, **_FINAL)
)
_SENT = _SENT.returning(outbox.c.id, outbox.c.turn_id)


def _unwanted(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[str, str]:
    """Messages of our own accord that have lost their sense since they were queued, and why: an order they speak of
    has moved on, or the buyer wants to hear of nothing any more."""
    told = [row for row in rows if row.purpose in OUTREACH]
    stale = dict.fromkeys(sql_nudges.stale(connection, [row.id for row in told]), "order")
    files = files_of(connection, {str(row.data.get("buyer_id", "")) for row in told})
    withdrawn = {one.id: one.consent.at for one in files.values() if one.consent and not one.wants_offers}
    left = [row for row in told if withdrawn.get(str(row.data.get("buyer_id", "")), row.created_at) > row.created_at]
    return {row.id: "not_agreed" for row in left} | stale


def _last_look(row: Row[Any], now: datetime, unwanted: Mapping[str, str]) -> tuple[str | None, str]:
    """The state in which a row ends unsent, and why; None where it may go. What a newer version has written and this
    one cannot read is for people, not for a loop."""
    if row.purpose not in _PURPOSES:
        return "dead", "unreadable"
    if held := _held_back(row):
        return "cancelled", held
    if row.while_status and row.order_status != row.while_status:
        return "cancelled", row.order_status or "no_order"
    if row.id in unwanted:
        return "cancelled", unwanted[row.id]
    if now > row.deadline:
        return "expired", "deadline"
    return None, ""


def _held_back(row: Row[Any]) -> str | None:
    """Why people's holding the conversation keeps the bot from saying this. A word to a buyer who waits for them is for
    that wait alone."""
    if not row.by_bot:
        return None
    if row.purpose == Purpose.NOTICE:
        return None if row.holder in _HELD and row.waiting_since == row.asked_at else "answered"
    return row.holder if row.holder in (_HELD if row.purpose in OUTREACH else _TAKEN) else None


def _take(connection: Connection, rows: Sequence[Row[Any]], now: datetime, token: str) -> Sequence[ClaimedCommand]:
    """A row whose sender died on the way may have arrived."""
    if rows:
        seqs = [row.seq for row in rows]
        connection.execute(_TAKE, {"seqs": seqs, "holder": token, "until": now + LEASE})
    return [ClaimedCommand(command_of(row), token, row.tries + 1, now + LEASE) for row in rows]


def _drop(connection: Connection, row: Row[Any], state: str, reason: str, now: datetime) -> None:
    """Of what may have gone out only a person can tell; a reply that surely has not is decided anew."""
    unsure = row.unsure or row.state == "sending"
    if state == "expired" and not unsure and row.by_bot and row.purpose in ANSWERS:
        unsaid(connection, row, now)
        return
    if state == "expired" and row.by_bot and row.purpose not in ANSWERS and not unsure:
        state = "cancelled"  # past its time, and nobody's loss
    end = {"state": state, "error": reason, "unsure": unsure, **_FINAL}
    connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(end))
    of_nudge = NudgeState.NEEDS_REVIEW if unsure else NudgeState.CANCELLED
    sql_nudges.settle_command(connection, [row.id], of_nudge, reason)
    if not unsure and reason in _AGAIN:
        sql_nudges.plan_anew(connection, nudge.c.command_id == row.id, now)


def _mine(claimed: ClaimedCommand) -> ColumnElement[bool]:
    return and_(outbox.c.id == claimed.command.id, outbox.c.token == claimed.token)


def _say(connection: Connection, sent: Sequence[Command], turns: Mapping[str, str | None], now: datetime) -> None:
    """The channel may have echoed a message before; then the line is there and only learns whose it is."""
    lines = {command.id: spoken_values(command, turns[command.id], now) for command in sent}
    rows = add_new(connection, message, list(lines.values()), message.c.command_id)
    for line in (lines[one] for one in lines.keys() - {row.command_id for row in rows}):
        same = and_(*(message.c[key] == line[key] for key in ("channel", "conversation_id", "id")))
        owner = {key: line[key] for key in ("author", "source", "turn_id", "command_id", "purpose")}
        connection.execute(update(message).where(same).values(owner))
