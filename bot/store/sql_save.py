"""All effects of one unit of work, or none.

In: a connection inside a transaction, a claim, an outcome. Out: whether it was applied. Never: half of it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, update

from bot.core.model import Conversation, Holder, Item, Order, Presence
from bot.ports import Claim, Command, Outcome
from bot.store import sql_inbox, sql_nudges, sql_outbox
from bot.store.rows import (
    command_values,
    conversation_values,
    item_values,
    message_values,
    nudge_values,
    order_values,
    presence_values,
    turn_values,
)
from bot.store.schema import conversation, items, message, nudge, orders, outbox, presence, switch, turn
from bot.store.sql_work import PAUSED, UNDELIVERED, thread_of
from bot.store.upsert import add, put, put_newer


def save(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Guarded twice: by the lane's token and by the conversation's version. A version that has moved on frees the lane,
    so that the work is taken up anew at once."""
    if not sql_inbox.holds(connection, claim):
        return False
    kept = outcome.conversation is None or put_conversation(connection, outcome.conversation, now)
    if kept:
        _apply(connection, claim, outcome, now)
    sql_inbox.free(connection, claim, now)
    return kept


def put_conversation(connection: Connection, one: Conversation, now: datetime) -> bool:
    """Store the next version; False if someone else has. Once a human holds it, no word of the bot leaves any more."""
    stored = _next_version(connection, one, now)
    if stored and one.holder is Holder.HUMAN:
        sql_outbox.silence(connection, one)
    return stored


def _next_version(connection: Connection, one: Conversation, now: datetime) -> bool:
    values = conversation_values(one, one.version + 1, now)
    if one.version == 0:
        return add(connection, conversation, values)
    same = and_(conversation.c.channel == one.channel, conversation.c.id == one.id)
    seen = and_(same, conversation.c.version == one.version)
    return connection.execute(update(conversation).where(seen).values(values)).rowcount == 1


def announce(connection: Connection, one: Conversation, command: Command, now: datetime) -> bool:
    told = one.holder is Holder.QUEUED and not one.announced
    if not told or not put_conversation(connection, replace(one, announced=True), now):
        return False
    return add(connection, outbox, command_values(command, None))


def see_to(connection: Connection, one: Conversation, now: datetime) -> bool:
    """People get a conversation in which something did not arrive; that it did not stays on record."""
    if not put_conversation(connection, one, now):
        return False
    thread = and_(outbox.c.channel == one.channel, outbox.c.conversation_id == one.id)
    connection.execute(update(outbox).where(thread, outbox.c.state.in_(UNDELIVERED)).values(state="seen"))
    return True


def put_orders(connection: Connection, *snapshots: Order) -> set[str]:
    """The ids of those that were newer than what was stored."""
    return {
        one.id
        for one in snapshots
        if put_newer(connection, orders, orders.c.id, orders.c.updated_at, order_values(one))
    }


def put_items(connection: Connection, *snapshots: Item) -> None:
    for one in snapshots:
        put_newer(connection, items, items.c.id, items.c.updated_at, item_values(one))


def put_presence(connection: Connection, *states: Presence) -> None:
    for one in states:
        put_newer(connection, presence, presence.c.agent_id, presence.c.since, presence_values(one))


def set_paused(connection: Connection, paused: bool, now: datetime) -> None:
    put(connection, switch, [switch.c.name], {"name": PAUSED, "is_on": paused, "at": now})


def _apply(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> None:
    _say(connection, claim, outcome, now)
    stale = {one.id for one in outcome.orders} - put_orders(connection, *outcome.orders)
    put_items(connection, *outcome.items)
    put_presence(connection, *outcome.presence)
    for order_id, reason in outcome.cancel_nudges.items():
        if order_id not in stale:
            sql_nudges.cancel(connection, order_id, reason)
    for one in outcome.plan:
        if one.order_id not in stale:
            add(connection, nudge, nudge_values(one))
    turn_id = outcome.turn.id if outcome.turn else None
    for command in outcome.commands:
        add(connection, outbox, command_values(command, turn_id))
    if outcome.turn:
        add(connection, turn, turn_values(outcome.turn))
    sql_inbox.finish(connection, claim, outcome.done, now)


def _say(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """The transcript's part: what was received, and what was taken back."""
    talk = outcome.conversation
    thread = (talk.channel, talk.id) if talk else thread_of(claim)
    if thread is None:
        return
    turn_id = outcome.turn.id if outcome.turn else None
    for one in outcome.messages:
        add(connection, message, message_values(thread[0], one, turn_id))
    for one_id in outcome.recalled:
        _take_back(connection, thread, one_id, now)


def _take_back(connection: Connection, thread: tuple[str, str], one_id: str, now: datetime) -> None:
    """Mark a line as recalled; one that has not come yet leaves its mark first, so that it is never answered."""
    place = {"channel": thread[0], "conversation_id": thread[1], "id": one_id}
    add(connection, message, place | {"author": "buyer", "kind": "text", "text": "", "at": now, "recalled": True})
    here = and_(*(message.c[name] == value for name, value in place.items()))
    connection.execute(update(message).where(here).values(recalled=True))
