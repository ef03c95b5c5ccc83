"""All effects of one unit of work, or none.

In: a connection inside a transaction, a claim, an outcome. Out: whether it was applied, and what may be sent at
once. Never: half of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import Column, ColumnElement, Connection, and_, update

from bot.core.model import Conversation, Holder, Item, Order, OrderStatus, Presence, Refund
from bot.records import Claim, ClaimedCommand, Command, Outcome
from bot.store import sql_buyers, sql_inbox, sql_issue, sql_nudges, sql_outbox
from bot.store.rows import (
    command_values,
    conversation_values,
    item_values,
    message_values,
    order_values,
    presence_values,
    turn_values,
)
from bot.store.schema import conversation, items, message, orders, outbox, presence, turn
from bot.store.sql_issue import Issue
from bot.store.sql_notebooks import file, write
from bot.store.sql_talks import UNDELIVERED, Place, thread_of
from bot.store.upsert import Condition, New, add, add_new, put_if

T = TypeVar("T")
_SETTLED = frozenset({Holder.HUMAN, Holder.CLOSED})
Leased = tuple[ClaimedCommand, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """An outcome to be applied under a claim. Whoever holds the `token` sends at once what may go to `channels`."""

    claim: Claim
    outcome: Outcome
    now: datetime
    token: str | None = None
    channels: frozenset[str] = frozenset()


def save(connection: Connection, asked: Sequence[Saving]) -> Sequence[Leased | None]:
    """Each guarded twice: by the lane's token and by the conversation's version. A version that has moved on frees the
    lane, so that the work is taken up anew at once. None: not applied."""
    now = max(one.now for one in asked)
    held = sql_inbox.held(connection, [one.claim for one in asked])
    mine = [one for one in asked if one.claim in held]
    stored = put_conversations(connection, [talk for one in mine if (talk := one.outcome.conversation)], now)
    kept = [one for one in mine if (talk := one.outcome.conversation) is None or _place(talk) in stored]
    leased = _apply(connection, kept, now)
    if held:
        sql_inbox.free(connection, held, now)
    told = {one.claim: _leased(one, leased) for one in kept}
    return [told.get(one.claim) for one in asked]


def _leased(one: Saving, leased: Mapping[str, ClaimedCommand]) -> Leased:
    return tuple(leased[command.id] for command in one.outcome.commands if command.id in leased)


def put_conversations(connection: Connection, talks: Sequence[Conversation], now: datetime) -> set[Place]:
    """Store the next version of each; the places of those that nobody else has moved on. Once a human holds one, or
    people have closed it, no word of the bot leaves there any more."""
    rows = [conversation_values(one, one.version + 1, now) for one in sorted(talks, key=_place)]
    key = [conversation.c.channel, conversation.c.id]
    done = put_if(connection, conversation, key, rows, _is_next)
    stored = {(row.channel, row.id) for row in done}
    for one in talks:
        if one.holder in _SETTLED and _place(one) in stored:
            sql_outbox.silence(connection, one)
    return stored


def _is_next(new: New) -> ColumnElement[bool]:
    """Nobody else has stored this version, or a later one."""
    is_next: ColumnElement[bool] = conversation.c.version + 1 == new["version"]
    return is_next


def put_conversation(connection: Connection, one: Conversation, now: datetime) -> bool:
    """The same for one; False if someone else has moved it on."""
    return bool(put_conversations(connection, [one], now))


def _place(one: Conversation) -> Place:
    return one.channel, one.id


def announce(connection: Connection, one: Conversation, command: Command, now: datetime) -> bool:
    told = one.holder is Holder.QUEUED and not one.announced
    if not told or not put_conversation(connection, replace(one, announced=True), now):
        return False
    return bool(add_new(connection, outbox, [command_values(command, None)], outbox.c.id))


def see_to(connection: Connection, one: Conversation, now: datetime) -> bool:
    """People get a conversation in which something did not arrive; that it did not stays on record."""
    if not put_conversation(connection, one, now):
        return False
    thread = and_(outbox.c.channel == one.channel, outbox.c.conversation_id == one.id)
    connection.execute(update(outbox).where(thread, UNDELIVERED).values(state="seen"))
    return True


def put_orders(connection: Connection, snapshots: Iterable[Order]) -> set[str]:
    """The ids of those that were not older than what was stored."""
    rows = [order_values(one) for one in _newest(snapshots, lambda one: one.id, lambda one: one.updated_at)]
    return {row.id for row in put_if(connection, orders, [orders.c.id], rows, not_older(orders.c.updated_at))}


def put_items(connection: Connection, snapshots: Iterable[Item]) -> None:
    rows = [item_values(one) for one in _newest(snapshots, lambda one: one.id, lambda one: one.updated_at)]
    put_if(connection, items, [items.c.id], rows, not_older(items.c.updated_at))


def put_presence(connection: Connection, states: Iterable[Presence]) -> None:
    rows = [presence_values(one) for one in _newest(states, lambda one: one.agent_id, lambda one: one.since)]
    put_if(connection, presence, [presence.c.agent_id], rows, not_older(presence.c.since))


def _newest(snapshots: Iterable[T], key: Callable[[T], str], stamp: Callable[[T], datetime]) -> Sequence[T]:
    """One snapshot a key, of equally new ones the last, in the order in which rows are locked."""
    ordered = sorted(snapshots, key=lambda one: (key(one), stamp(one)))
    return list({key(one): one for one in ordered}.values())


@cache
def not_older(stamp: Column[datetime]) -> Condition:
    """What is there is no newer than what comes."""
    return lambda new: stamp <= new[stamp.name]


def _apply(connection: Connection, savings: Sequence[Saving], now: datetime) -> Mapping[str, ClaimedCommand]:
    outcomes = [one.outcome for one in savings]
    add(connection, message, *(row for one in savings for row in _lines(one.claim, one.outcome)))
    for one in savings:
        _take_back(connection, one.claim, one.outcome, now)
    _know(connection, outcomes)
    sql_inbox.finish(connection, [seq for outcome in outcomes for seq in outcome.done], now)
    leased = sql_issue.issue(connection, [command for one in savings for command in _issues(one)], now)
    add(connection, turn, *(turn_values(outcome.turn) for outcome in outcomes if outcome.turn))
    write(connection, [one for outcome in outcomes for one in outcome.journal])
    file(connection, [one for outcome in outcomes for one in outcome.issues])
    sql_buyers.learn(connection, [one for outcome in outcomes for one in outcome.news], now)
    return leased


def _know(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Snapshots, and what their orders' new state means for the nudges."""
    told = [order for outcome in outcomes for order in outcome.orders]
    stale = {one.id for one in told} - put_orders(connection, told)
    put_items(connection, [item for outcome in outcomes for item in outcome.items])
    put_presence(connection, [one for outcome in outcomes for one in outcome.presence])
    for order_id, reason in sorted(one for outcome in outcomes for one in outcome.cancel_nudges.items()):
        sql_nudges.cancel(connection, order_id, reason)
    planned = [one for outcome in outcomes for one in outcome.plan if one.order_id not in stale]
    for order in sorted(_moved_on(told), key=lambda one: one.id):
        if order.id not in stale:
            sql_nudges.follow(connection, order, {one.step for one in planned if one.order_id == order.id})
    sql_nudges.plan(connection, planned)
    sql_nudges.answered(connection, {outcome.answered_by for outcome in outcomes if outcome.answered_by})


def _moved_on(told: Sequence[Order]) -> Sequence[Order]:
    """Orders for which something else than a payment may be due; of several snapshots the newest."""
    newest = _newest(told, lambda one: one.id, lambda one: one.updated_at)
    return [one for one in newest if one.status is not OrderStatus.UNPAID or one.refund is not Refund.NONE]


def _issues(one: Saving) -> Iterator[Issue]:
    turn, talk = one.outcome.turn, one.outcome.conversation
    for command in one.outcome.commands:
        token = one.token if command.channel in one.channels else None
        yield Issue(command, turn.id if turn else None, talk.holder if talk else None, token)


def _thread(claim: Claim, outcome: Outcome) -> Place | None:
    talk = outcome.conversation
    return _place(talk) if talk else thread_of(claim.lane)


def _lines(claim: Claim, outcome: Outcome) -> Iterator[Mapping[str, object]]:
    """The transcript's part: what was received."""
    thread, turn_id = _thread(claim, outcome), outcome.turn.id if outcome.turn else None
    if thread is not None:
        yield from (message_values(thread[0], one, turn_id) for one in outcome.messages)


def _take_back(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Mark lines as recalled; one that has not come yet leaves its mark first, so that it is never answered."""
    thread = _thread(claim, outcome)
    if thread is None:
        return
    for one_id in outcome.recalled:
        place = {"channel": thread[0], "conversation_id": thread[1], "id": one_id}
        add(connection, message, place | {"author": "buyer", "kind": "text", "text": "", "at": now, "recalled": True})
        here = and_(*(message.c[name] == value for name, value in place.items()))
        connection.execute(update(message).where(here).values(recalled=True))
