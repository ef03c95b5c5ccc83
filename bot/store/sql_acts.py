"""What people or the routing do, all of it or nothing.

In: a connection inside a transaction, an act. Out: whether it was done. Never: a conversation over somebody else's.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.acts import Act
from bot.store.rows import command_values
from bot.store.schema import conversation, outbox, presence
from bot.store.sql_buyers import learn
from bot.store.sql_handovers import hand_over, mark
from bot.store.sql_inbox import accept
from bot.store.sql_notebooks import file, owe, tell, write
from bot.store.sql_save import put_conversation, put_presence
from bot.store.upsert import add_new


def apply(connection: Connection, act: Act, now: datetime) -> bool:
    """The conversation's version, the agent's room and the commitments' state are the guards; a `fresh` act is done
    once."""
    with connection.begin_nested() as all_or_nothing:
        done = _applied(connection, act, now)
        if not done:
            all_or_nothing.rollback()
    return done


def issued(connection: Connection, one: str) -> bool:
    """Whether a command is, or was, in the outbox."""
    return connection.scalar(select(outbox.c.seq).where(outbox.c.id == one)) is not None


def _has_room(connection: Connection, agent: str, most: int) -> bool:
    """Of two processes that give to the same agent the second waits and counts what the first gave."""
    connection.execute(select(presence.c.agent_id).where(presence.c.agent_id == agent).with_for_update())
    mine = select(func.count()).select_from(conversation).where(conversation.c.agent_id == agent)
    return (connection.scalar(mine) or 0) <= most


def _applied(connection: Connection, act: Act, now: datetime) -> bool:
    new = write(connection, act.journal)
    if act.fresh and act.journal and act.journal[0].id not in new:
        return False
    if act.conversation and not put_conversation(connection, act.conversation, now):
        return False
    if act.room and not _has_room(connection, *act.room):
        return False
    if owe(connection, act.commitments) != {one.id for one in act.commitments}:
        return False
    if not all(mark(connection, one) for one in act.lines):
        return False
    add_new(connection, outbox, [command_values(one, None) for one in act.commands], outbox.c.id)
    tell(connection, act.notices)
    hand_over(connection, act.handovers)
    file(connection, act.issues)
    put_presence(connection, act.presence)
    learn(connection, act.news, now)
    accept(connection, act.events, timedelta(0))
    return True
