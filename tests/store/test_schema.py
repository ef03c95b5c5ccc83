"""The migrations lead to the tables that the code speaks of."""

import multiprocessing
from collections.abc import Mapping
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import TableClause, column, insert, select, table

from bot.errors import UsageError
from bot.store import versions
from bot.store.engine import as_it_is, open_engines, read, upgrade
from bot.store.rows import command_values
from bot.store.schema import message, metadata
from tests.fakes import reply


def test_the_newest_migration_and_the_tables_agree(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'yeban.db'}")
    difference = read(engines.read, lambda one: compare_metadata(MigrationContext.configure(one), metadata))
    engines.dispose()
    assert difference == []


def test_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'yeban.db'}")
    upgrade(engines.write)
    engines.dispose()


def test_a_commit_is_on_disk_before_anyone_is_told(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'yeban.db'}")
    with engines.write.connect() as one:
        found = [one.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    engines.dispose()
    assert found == ["wal", 2]


def _open(path: str) -> None:
    open_engines(f"sqlite:///{path}").dispose()


def test_processes_that_start_together_take_turns(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=_open, args=(str(tmp_path / "yeban.db"),)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0, 0]


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_an_unknown_database_is_the_operators_mistake(url: str) -> None:
    with pytest.raises(UsageError):
        open_engines(url)


def test_lines_from_before_know_what_the_bot_said_them_for_as_far_as_their_commands_are_there(
    database_url: str,
) -> None:
    engines = as_it_is(database_url)
    with engines.write.begin() as connection:
        versions.rebuild(connection, "v0007")
        told = {**command_values(reply("k1"), None), "data": "{}", "by_bot": True, "unsure": False, "due_at": None}
        told |= dict.fromkeys(("created_at", "deadline"), 0)
        del told["made"]  # a later version's
        connection.execute(insert(_only("outbox", told)), told)
        for number, (author, command) in enumerate((("bot", "k1"), ("bot", "k2"), ("buyer", None)), 1):
            said = {"channel": "webhook", "conversation_id": "c1", "id": f"m{number}", "author": author, "kind": "text"}
            line = {**said, "text": "", "at": number, "recalled": False, "command_id": command}
            connection.execute(insert(_only("message", line)), line)
    upgrade(engines.write)
    found = read(
        engines.read, lambda one: one.execute(select(message.c.purpose).order_by(message.c.seq)).scalars().all()
    )
    engines.dispose()
    assert found == ["reply", None, None]


def _only(name: str, told: Mapping[str, object]) -> TableClause:
    """A table as an older version has it."""
    return table(name, *map(column, told))
