"""PostgreSQL's manners: the only place that speaks its dialect.

In: a URL. Out: engines whose commits are on disk. Never: a table.
"""

from collections.abc import Sequence

from sqlalchemy import URL, Connection, Engine, create_engine, text

NAMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_PATIENCE = 5
# A server that is gone, or a lock that nobody lets go of, ends in an error that is tried again, not in silence.
_SETTINGS = {
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
    "synchronous_commit": "on",
    "timezone": "UTC",
}
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_UNHURRIED = {"lock_timeout": "60s", "statement_timeout": "0", "idle_in_transaction_session_timeout": "10min"}
_UPGRADE_LOCK = 0x79656261  # any number of ours: "yeba"


def writing(url: URL) -> Engine:
    """One connection; each statement sees what others have committed before it."""
    return _engine(url, 1, isolation_level="READ COMMITTED")


def reading(url: URL) -> Engine:
    """Many connections that cannot write; each transaction sees one snapshot."""
    return _engine(url, 8, isolation_level="REPEATABLE READ", postgresql_readonly=True)


def take_turns(connection: Connection) -> None:
    """Processes that start together upgrade one after the other; the lock ends with the transaction."""
    unhurried(connection)
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})


def unhurried(connection: Connection) -> None:
    """Until the transaction ends, a statement may take as long as it takes."""
    for setting, value in _UNHURRIED.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": setting, "value": value})


def lock(connection: Connection, tables: Sequence[str]) -> None:
    """Nobody else reads or writes these tables until the transaction ends."""
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in sorted(tables))
    connection.exec_driver_sql(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE")


def last_number(connection: Connection, table: str) -> int:
    """The last number that a table's `seq` has given out; sequences lie outside of snapshots and only grow."""
    found = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'seq') AS regclass))")
    return connection.scalar(found, {"name": table}) or 0


def go_on_after(connection: Connection, table: str, number: int) -> None:
    """The next number of a table's `seq` is greater than this."""
    if number:
        moved = text("SELECT setval(CAST(pg_get_serial_sequence(:name, 'seq') AS regclass), :number)")
        connection.execute(moved, {"name": table, "number": number})


def plain(url: URL) -> str:
    """The URL as the driver itself reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _engine(url: URL, size: int, **options: object) -> Engine:
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=_PATIENCE,
        execution_options=options,
        connect_args={"connect_timeout": _PATIENCE, "application_name": "yeban", "options": settings, **_KEEPALIVE},
    )
