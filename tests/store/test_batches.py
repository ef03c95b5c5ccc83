"""Group commit: many callers, one commit, each with a fate of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from bot.ports import Overloaded, StoreDown
from bot.store import sqlite
from bot.store.batches import Batches

pytestmark = pytest.mark.anyio


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = sqlite.writing(make_url(f"sqlite:///{tmp_path / 'w.db'}"))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    yield made
    made.dispose()


def insert(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": number})
        return number

    return work


def insert_all(connection: Connection, numbers: Sequence[int]) -> Sequence[int]:
    return [insert(number)(connection) for number in numbers]


def rows(engine: Engine) -> list[int]:
    with engine.begin() as connection:
        return list(connection.scalars(text("SELECT n FROM t ORDER BY n")))


def count_commits(engine: Engine) -> list[int]:
    seen: list[int] = []
    event.listen(engine, "commit", lambda connection: seen.append(id(connection)))
    return seen


class Gate:
    """Work that keeps the writer busy until the test opens it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, connection: Connection) -> None:
        del connection
        self.entered.set()
        self.open.wait(10)


async def held(writer: Batches) -> tuple[Gate, asyncio.Task[None]]:
    gate = Gate()
    task = asyncio.create_task(writer.run(gate))
    await asyncio.to_thread(gate.entered.wait, 10)
    return gate, task


async def test_callers_who_wait_together_share_one_commit(engine: Engine) -> None:
    writer, commits = Batches(engine, "test"), count_commits(engine)
    gate, first = await held(writer)
    others = [asyncio.create_task(writer.run(insert(number))) for number in range(50)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, *others)
    assert len(commits) == 2
    await writer.close()
    assert rows(engine) == list(range(50))


async def test_work_that_fails_takes_back_only_itself(engine: Engine) -> None:
    writer = Batches(engine, "test")

    def half(connection: Connection) -> None:
        insert(7)(connection)
        raise ValueError("on purpose")

    gate, first = await held(writer)
    tasks = [asyncio.create_task(writer.run(work)) for work in (insert(1), half, insert(1), insert(2))]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["int", "ValueError", "IntegrityError", "int"]
    await writer.close()
    assert rows(engine) == [1, 2]


async def test_one_bad_item_of_many_pays_for_itself(engine: Engine) -> None:
    writer = Batches(engine, "test")
    gate, first = await held(writer)
    tasks = [asyncio.create_task(writer.run_together(insert_all, number)) for number in (1, 2, 2, 3)]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["int", "int", "IntegrityError", "int"]
    await writer.close()
    assert rows(engine) == [1, 2, 3]


async def test_a_commit_that_fails_fails_everyone_and_keeps_nothing(engine: Engine) -> None:
    writer = Batches(engine, "test")
    gate, first = await held(writer)

    def broken(connection: Connection) -> None:
        insert(9)(connection)
        raise OperationalError("disk", None, OSError("full"))

    tasks = [asyncio.create_task(writer.run(work)) for work in (insert(1), broken, insert(2))]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [StoreDown] * 3
    assert await writer.run(insert(3)) == 3
    await writer.close()
    assert rows(engine) == [3]


class DeadlockError(Exception):
    """What the driver raises when PostgreSQL ends a deadlock."""

    sqlstate = "40P01"


async def test_who_gave_way_to_another_transaction_is_tried_again_with_all_others(engine: Engine) -> None:
    writer, tries = Batches(engine, "test"), list[int]()
    gate, first = await held(writer)

    def gives_way_twice(connection: Connection) -> int:
        tries.append(insert(9)(connection))
        if len(tries) < 3:
            raise OperationalError("update", None, DeadlockError())
        return 9

    tasks = [asyncio.create_task(writer.run(work)) for work in (insert(1), gives_way_twice)]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    assert await asyncio.gather(*tasks) == [1, 9]
    await writer.close()
    assert (rows(engine), len(tries)) == ([1, 9], 3)


@pytest.mark.parametrize(("only_reads", "outcome"), [(True, "int"), (False, "StoreDown")])
async def test_on_a_connection_that_was_lost_only_reads_are_done_again(
    engine: Engine, only_reads: bool, outcome: str
) -> None:
    batches, tries = Batches(engine, "test", only_reads=only_reads), list[int]()

    def meets_a_lost_connection(connection: Connection) -> int:
        tries.append(int(connection.scalar(text("SELECT 1")) or 0))
        if len(tries) == 1:
            raise OperationalError("select", None, OSError("gone"), connection_invalidated=True)
        return 1

    [result] = await asyncio.gather(batches.run(meets_a_lost_connection), return_exceptions=True)
    await batches.close()
    assert (type(result).__name__, len(tries)) == (outcome, 2 if only_reads else 1)


async def test_a_full_queue_refuses_and_goes_on(engine: Engine) -> None:
    writer = Batches(engine, "test", bound=2)
    gate, first = await held(writer)
    tasks = [asyncio.create_task(writer.run(insert(number))) for number in range(3)]
    await asyncio.sleep(0)
    gate.open.set()
    results = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [type(result) for result in results[1:]] == [int, int, Overloaded]
    await writer.close()


async def test_closing_finishes_what_waits_and_refuses_the_rest(engine: Engine) -> None:
    writer = Batches(engine, "test")
    gate, first = await held(writer)
    tasks = [asyncio.create_task(writer.run(insert(number))) for number in range(20)]
    await asyncio.sleep(0)
    gate.open.set()
    await writer.close()
    await writer.close()
    assert await asyncio.gather(*tasks) == list(range(20))
    await first
    with pytest.raises(StoreDown):
        await writer.run(insert(99))


async def test_whoever_stops_waiting_does_not_stop_the_work(engine: Engine) -> None:
    writer = Batches(engine, "test")
    gate, first = await held(writer)
    gone = asyncio.create_task(writer.run(insert(1)))
    await asyncio.sleep(0)
    gone.cancel()
    gate.open.set()
    await first
    await writer.close()
    assert rows(engine) == [1]
