"""A backup is everything as it was at one moment, fits either database, and comes back whole or not at all."""

import asyncio
import gzip
import stat
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select

from bot.errors import YebanError
from bot.records import Outcome
from bot.store import SqlStore, archive, care, open_store, versions
from bot.store.dump import Dump
from bot.store.engine import as_it_is, open_engines, read
from bot.store.load import load
from bot.store.schema import message, metadata
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, counting_ids, reply, talk
from tests.store.conftest import NewUrl
from tests.store.copies import Rows, databases, everything, fill

Makers = tuple[NewUrl, NewUrl]
_SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_numbers = count(100)


def back_up(url: str, path: Path) -> Path:
    care.back_up(url, path, at(0), force=True)
    return path


@pytest.fixture
def pair(makers: Makers) -> tuple[str, str]:
    """Two databases for all examples of a test."""
    return makers[0](), makers[1]()


@given(rows=databases())
@settings(max_examples=8, deadline=None, suppress_health_check=_SHARED)
def test_row_for_row_the_same_from_either_database_to_either(pair: tuple[str, str], tmp_path: Path, rows: Rows) -> None:
    old, new = pair
    fill(old, rows)
    fill(new, {})
    counts = care.restore(new, back_up(old, tmp_path / "copy"))
    assert everything(new) == everything(old)
    assert counts == {name: len(rows[name]) for name in metadata.tables}


def test_numbers_go_on_where_they_were_though_the_newest_rows_are_gone(makers: Makers, tmp_path: Path) -> None:
    old, new = makers[0](), makers[1]()
    engines = open_engines(old)
    for number in range(1, 8):
        add_message(engines.write, number)
    with engines.write.begin() as connection:
        connection.execute(delete(message).where(message.c.seq > 3))
    engines.dispose()
    care.restore(new, back_up(old, tmp_path / "copy"))
    engines = open_engines(new)
    add_message(engines.write, 8)
    newest = read(engines.read, lambda one: one.scalar(select(func.max(message.c.seq))))
    engines.dispose()
    assert newest == 8


def add_message(engine: Engine, number: int) -> None:
    line = {"channel": "webhook", "conversation_id": "c1", "id": f"m{number}", "author": "buyer", "kind": "text"}
    with engine.begin() as connection:
        connection.execute(insert(message).values(line | {"text": "在吗", "at": at(number), "recalled": False}))


@pytest.mark.anyio
async def test_what_was_under_way_is_taken_up_after_the_restore(makers: Makers, tmp_path: Path) -> None:
    old, new = makers[0](), makers[1]()
    store = open_store(old, new_id=counting_ids("old"))
    await store.accept(buyer_event(1))
    [claim] = await store.claim(at(1), 10)
    await store.save(claim, Outcome(done=(1,), conversation=talk(), commands=(reply("r1"),)), at(1))
    await store.accept(buyer_event(2, seconds=1))
    assert (len(await store.claim(at(2), 10)), len(await store.claim_commands(at(2), 10, WEBHOOK))) == (1, 1)
    await store.close()
    care.restore(new, back_up(old, tmp_path / "copy"))
    store = open_store(new, new_id=counting_ids("new"))
    assert (await store.claim(at(3), 10), await store.claim_commands(at(3), 10, WEBHOOK)) == ([], [])
    [again], [sending] = await store.claim(at(30), 10), await store.claim_commands(at(30), 10, WEBHOOK)
    work = await store.load(again)
    assert [event.id for event in work.events] == ["e2"]
    assert work.conversation is not None
    assert await store.save(again, Outcome(done=(2,), conversation=work.conversation), at(31))
    assert await store.mark_sent(sending, at(31))
    await store.close()


def test_what_is_committed_meanwhile_is_not_in_it(makers: Makers) -> None:
    """After each line of the backup another row is there."""
    old, new = open_engines(makers[0]()), as_it_is(makers[1]())
    add_message(old.write, 1)
    with old.read.begin() as connection:
        lines = list[str]()
        for line in Dump(connection, at(0)):
            lines.append(line)
            add_message(old.write, len(lines) + 1)
    with new.write.begin() as connection:
        assert load(connection, lines)["message"] == 1
    old.dispose()
    new.dispose()


@pytest.mark.anyio
async def test_a_backup_beside_a_busy_writer_holds_whole_turns(
    database_url: str, makers: Makers, tmp_path: Path
) -> None:
    """Each turn adds a message, a command and a version; whenever the copy was made, they agree."""
    store, told = open_store(database_url, new_id=counting_ids()), count(1)
    await turn(store, next(told))
    copying = asyncio.create_task(asyncio.to_thread(back_up, database_url, tmp_path / "copy"))
    while not copying.done():
        await turn(store, next(told))
    await store.close()
    new = makers[1]()
    care.restore(new, await copying)
    rows = everything(new)
    [one] = rows["conversation"]
    done = [event for event in rows["inbox"] if event["done_at"]]
    assert one["version"] == len(rows["message"]) == len(rows["outbox"]) == len(done) > 0
    assert len(rows["inbox"]) - len(done) <= 1


async def turn(store: SqlStore, number: int) -> None:
    await store.accept(buyer_event(number, seconds=number * 10))
    [claim] = await store.claim(at(number * 10 + 9), 10)
    work = await store.load(claim)
    outcome = Outcome(
        done=tuple(event.seq for event in work.events),
        conversation=work.conversation or talk(),
        messages=(buyer_message(number),),
        commands=(reply(f"r{number}"),),
    )
    assert await store.save(claim, outcome, at(number * 10 + 9))


def filled(url: str) -> str:
    engines = open_engines(url)
    for number in range(1, 30):
        add_message(engines.write, number)
    engines.dispose()
    return url


def is_untouched(url: str) -> bool:
    """No table holds a row."""
    return not any(everything(url).values())


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=_SHARED)
def test_a_damaged_file_is_refused_and_nothing_kept(tmp_path: Path, data: st.DataObject) -> None:
    """Cut, or with another byte put in anywhere; a change may leave the content as it was (the packing's own time
    stamp), never another content."""
    old, new = f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / f'{next(_numbers)}.db'}"
    path = tmp_path / "copy"
    if not path.exists():
        back_up(filled(old), path)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    rest = data.draw(st.sampled_from([whole[place + 1 :], b""]))
    (tmp_path / "hurt").write_bytes(whole[:place] + data.draw(st.binary(max_size=2)) + rest)
    refusal = refused(new, tmp_path / "hurt")
    assert refusal in {None, "errors.no_backup", "errors.backup_damaged"}
    assert everything(new) == everything(old) if refusal is None else is_untouched(new)


def refused(url: str, path: Path) -> str | None:
    """Why a restore was refused."""
    try:
        care.restore(url, path)
    except YebanError as error:
        return error.key
    return None


WRONG: dict[str, Callable[[list[str]], list[str]]] = {
    "the last line is missing": lambda lines: lines[:-1],
    "a row is missing": lambda lines: [line for line in lines if '"m7"' not in line],
    "a row is there twice": lambda lines: [*lines[:-1], *[line for line in lines if '"m7"' in line], lines[-1]],
    "something follows": lambda lines: [*lines, lines[-1]],
    "a table is missing": lambda lines: [line for line in lines if not line.startswith('{"table":"items"')],
    "a table of nobody": lambda lines: [lines[0], '{"table":"people","columns":["id"]}', *lines[1:]],
    "a column of nobody": lambda lines: [line.replace('"author"', '"writer"') for line in lines],
    "a cell too many": lambda lines: [line.replace('"m7"', '"m7",7') for line in lines],
    "a value of another kind": lambda lines: [line.replace('"m7"', '{"m":7}') for line in lines],
    "a number too great": lambda lines: [line.replace(str(at(7).timestamp())[:9], "9" * 40) for line in lines],
    "no number": lambda lines: [line.replace('"numbers":{', '"numbers":{"x":1},"y":{') for line in lines],
    "no JSON": lambda lines: [*lines[:3], "[", *lines[3:]],
    "a bare word": lambda lines: [*lines[:3], "7", *lines[3:]],
}


@pytest.mark.parametrize("wrong", WRONG)
def test_lines_that_were_never_written_are_refused(database_url: str, tmp_path: Path, wrong: str) -> None:
    engines = open_engines(filled(f"sqlite:///{tmp_path / 'old.db'}"))
    with engines.read.begin() as connection:
        lines = WRONG[wrong](list(Dump(connection, at(0))))
    engines.dispose()
    engines = as_it_is(database_url)
    with pytest.raises(YebanError, match="损坏"), engines.write.begin() as connection:
        load(connection, lines)
    engines.dispose()
    assert is_untouched(database_url)


def test_only_an_empty_database_is_filled(makers: Makers, tmp_path: Path) -> None:
    old, new = filled(makers[0]()), makers[1]()
    copy = back_up(old, tmp_path / "copy")
    engines = open_engines(new)
    add_message(engines.write, 99)
    engines.dispose()
    before = everything(new)
    with pytest.raises(YebanError, match="空数据库"):
        care.restore(new, copy)
    assert everything(new) == before


@pytest.mark.parametrize("version", versions.known())
def test_a_copy_of_an_older_schema_is_brought_up_to_date(makers: Makers, tmp_path: Path, version: str) -> None:
    engines = as_it_is(makers[0]())
    old = engines.write.url.render_as_string(hide_password=False)
    with engines.write.begin() as connection:
        versions.rebuild(connection, version)
    add_message(engines.write, 1)
    engines.dispose()
    copy = back_up(old, tmp_path / "copy")
    engines = as_it_is(old)
    assert read(engines.read, versions.current) == version
    engines.dispose()
    new = makers[1]()
    care.restore(new, copy)
    assert [line["id"] for line in everything(new)["message"]] == ["m1"]


def test_a_copy_of_a_newer_schema_asks_for_newer_software(tmp_path: Path) -> None:
    lines = ['{"format":"yeban-backup","format_version":1,"schema":"v9999","at":"2026"}']
    archive.write(tmp_path / "copy", lines, force=False)
    with pytest.raises(YebanError, match="v9999"):
        care.restore(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "copy")


def test_a_database_of_newer_software_is_left_alone(database_url: str) -> None:
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'v9999'")
    engines.dispose()
    with pytest.raises(YebanError, match="v9999"):
        open_engines(database_url)


def test_the_file_is_its_owners_and_alone(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copy = back_up(filled(database_url), folder / "copy")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == ["copy"]


def test_a_file_that_is_there_is_replaced_only_on_demand_and_only_by_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_text("precious")
    with pytest.raises(YebanError, match="--force"):
        archive.write(path, ["[]"], force=False)
    with pytest.raises(ZeroDivisionError):
        archive.write(path, (str(1 // number) for number in (1, 0)), force=True)
    assert ([one.name for one in tmp_path.iterdir()], path.read_text()) == (["copy"], "precious")
    archive.write(path, ["[]"], force=True)
    assert gzip.decompress(path.read_bytes()) == b"[]\n"


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(YebanError):
        archive.write(tmp_path, ["[]"], force=True)


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(YebanError, match="没有数据库"):
        care.back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy", at(0), force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_has_nothing_to_copy(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(YebanError, match="db upgrade"):
        care.back_up(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "copy", at(0), force=False)
