"""One connection for one thread.

In: an engine. Out: transactions, one after the other. Never: a broken connection used again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError


class Hold:
    """Keeps its connection from transaction to transaction, for to lend one out and take it back costs as much as a
    short statement; after trouble it asks for another."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.let_go()

    def let_go(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # it was broken already
                self._connection.close()
        self._connection = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        self._connection = self._connection or self._engine.connect()
        try:
            with self._connection.begin():
                yield self._connection
        except Exception:
            self.let_go()
            raise
