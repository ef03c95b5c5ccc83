"""`db upgrade`, `backup`, `restore`: one file moves a shop, each said in one line."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.store import open_store, versions
from bot.store.engine import as_it_is
from bot.store.schema import metadata
from bot.words import catalogue, say
from tests.fakes import counting_ids
from tests.store.shoplife import DAY, Life

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
    assert (kept.code, noted(kept)) == (0, {"event": "db.backed_up", "rows": 2})
    monkeypatch.setenv("YEBAN_DATABASE_URL", "sqlite:///other.db")
    back = inside(capsys, "db", "restore", "copy")
    assert (back.code, noted(back)) == (0, {"event": "db.restored", "rows": 2})
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


async def _lived(seconds: float) -> None:
    store = open_store("sqlite:///yeban.db", new_id=counting_ids())
    life = Life(store)
    life.seconds = seconds
    await life.run([("writes", 0), ("turns", 0), ("sends", 5)])
    await store.close()


def test_a_prune_forgets_the_old_and_tells_what(capsys: Capture) -> None:
    """In the year of 2026 what lies long before it is old."""
    asyncio.run(_lived(-40 * 365 * DAY))
    dry = inside(capsys, "db", "prune", "--older-than", "7d", "--dry-run")
    done = inside(capsys, "db", "prune", "--older-than", "7d")
    again = inside(capsys, "db", "prune")
    assert [one.code for one in (dry, done, again)] == [0, 0, 0]
    assert all(say("db.count", table=say("tables.inbox"), count=1) in one.out for one in (dry, done))
    assert noted(done) == {"event": "db.pruned", "rows": 7, "days": 7}
    assert (dry.err, noted(again)["rows"]) == ("", 0)
    assert say("db.nothing") in again.out


@pytest.mark.parametrize("age", ["6d", "167h", "0d", "soon", "-9d", "", "999999d"])
def test_what_a_channel_may_still_tell_again_is_not_forgotten(capsys: Capture, age: str) -> None:
    inside(capsys, "db", "upgrade")
    assert refused_in_one_line(inside(capsys, "db", "prune", f"--older-than={age}"), 2)


def test_there_must_be_something_to_prune(capsys: Capture, folder: Path) -> None:
    for more in ((), ("--dry-run",)):
        assert refused_in_one_line(inside(capsys, "db", "prune", *more), 1)
    assert list(folder.iterdir()) == []
