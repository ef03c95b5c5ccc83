"""The few things that the two databases do each in their own way.

In: a connection inside a transaction. Out: the manners of its kind. Never: a statement of its own.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from bot.store import postgres, sqlite


class Manners(Protocol):
    """What `postgres` and `sqlite` both know."""

    def take_turns(self, connection: Connection, /) -> None:
        """Processes that change the schema do so one after the other, and as long as it takes."""

    def unhurried(self, connection: Connection, /) -> None:
        """This transaction may take its time."""

    def lock(self, connection: Connection, tables: Sequence[str], /) -> None:
        """Nobody else touches these tables until the transaction ends."""

    def last_number(self, connection: Connection, table: str, /) -> int:
        """The last `seq` that a table has given out, 0 if none."""

    def go_on_after(self, connection: Connection, table: str, number: int, /) -> None:
        """A table's next `seq` is greater than this."""


def manners(connection: Connection) -> Manners:
    return postgres if connection.dialect.name == "postgresql" else sqlite
