"""Pictures of buyers: kept, found by their ids.

In: a connection inside a transaction. Out: pictures. Never: two pictures under one id; the first one stays.
"""

from base64 import b64decode, b64encode

from sqlalchemy import ColumnElement, Connection, or_, select, tuple_

from bot.core.pictures import Picture
from bot.store.schema import picture
from bot.store.sql_traces import Traces
from bot.store.upsert import add


def keep(connection: Connection, one: Picture) -> None:
    row = {
        "id": one.id, "channel": one.channel, "conversation_id": one.conversation_id, "kind": one.kind,
        "made_at": one.made_at, "body": b64encode(one.data).decode("ascii"),
    }  # fmt: skip
    add(connection, picture, row)


def picture_at(connection: Connection, one: str) -> Picture | None:
    row = connection.execute(select(picture).where(picture.c.id == one)).first()
    if row is None:
        return None
    return Picture(row.id, row.channel, row.conversation_id, row.kind, row.made_at, b64decode(row.body))


def sent_by(found: Traces) -> ColumnElement[bool]:
    """Those of a buyer's conversations, and those that the buyer's messages in others' have brought."""
    mine = tuple_(picture.c.channel, picture.c.conversation_id).in_(found.places)
    return or_(mine, picture.c.id.in_([one for _, _, one in found.told]))
