"""`db upgrade`, `backup`, `restore`: one file moves a shop, each said in one line."""

import json
from pathlib import Path

import pytest

from bot.store import versions
from bot.store.engine import as_it_is
from bot.store.schema import metadata
from bot.words import catalogue

from .terminal import Printed, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]


def noted(printed: Printed) -> dict[str, object]:
    """The one line of the log."""
    [line] = printed.err.splitlines()
    return {name: value for name, value in json.loads(line).items() if name not in {"level", "timestamp"}}


def test_an_upgrade_says_from_where_to_where(capsys: Capture) -> None:
    engines = as_it_is("sqlite:///yeban.db")
    with engines.write.begin() as connection:
        versions.climb(connection, "v0001")
    engines.dispose()
    newest = versions.newest()
    first, second = inside(capsys, "db", "upgrade"), inside(capsys, "db", "upgrade")
    assert (first.code, second.code) == (0, 0)
    assert "v0001" in first.out
    assert newest in first.out
    assert "v0001" not in second.out
    assert noted(first) == {"event": "db.upgraded", "before": "v0001", "after": newest}


def test_a_first_upgrade_makes_the_tables(capsys: Capture) -> None:
    assert inside(capsys, "db", "upgrade").code == 0
    assert inside(capsys, "db", "backup", "copy").code == 0


def test_a_shop_is_carried_over_in_one_file(capsys: Capture, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    inside(capsys, "pause")
    kept = inside(capsys, "db", "backup", "copy")
    assert (kept.code, noted(kept)) == (0, {"event": "db.backed_up", "rows": 1})
    monkeypatch.setenv("YEBAN_DATABASE_URL", "sqlite:///other.db")
    back = inside(capsys, "db", "restore", "copy")
    assert (back.code, noted(back)) == (0, {"event": "db.restored", "rows": 1})
    assert {path.name for path in folder.iterdir()} == {"copy", "yeban.db", "other.db"}
    assert refused_in_one_line(inside(capsys, "db", "restore", "copy"), 1)


def test_a_file_is_not_overwritten_by_mistake(capsys: Capture) -> None:
    inside(capsys, "pause")
    assert [inside(capsys, "db", "backup", "copy", *more).code for more in ((), (), ("--force",))] == [0, 1, 0]


@pytest.mark.parametrize("name", ["nowhere/copy", ".", "yeban.db"])
def test_a_place_that_takes_no_copy_is_told_in_one_line(capsys: Capture, name: str) -> None:
    inside(capsys, "pause")
    assert refused_in_one_line(inside(capsys, "db", "backup", name), 1)


@pytest.mark.parametrize("name", ["nowhere", ".", "yeban.db"])
def test_what_is_no_copy_is_told_in_one_line(capsys: Capture, name: str) -> None:
    inside(capsys, "db", "upgrade")
    assert refused_in_one_line(inside(capsys, "db", "restore", name), 1)


def test_there_must_be_something_to_copy(capsys: Capture, folder: Path) -> None:
    assert refused_in_one_line(inside(capsys, "db", "backup", "copy"), 1)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", [["db"], ["db", "burn"], ["db", "backup"], ["db", "restore"], ["db", "upgrade", "x"]])
def test_half_a_command_is_misuse(capsys: Capture, words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, *words), 2)


def test_every_table_has_a_name_for_people() -> None:
    assert {f"tables.{name}" for name in metadata.tables} <= set(catalogue())
