"""The migrations lead to the tables that the code speaks of."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.errors import UsageError
from bot.store.engine import open_engines, read, upgrade
from bot.store.schema import metadata


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
