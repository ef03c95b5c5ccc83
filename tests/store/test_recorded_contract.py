"""Turns read back page by page, and the sets of files they were taken with, on both stores."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import create_engine, insert

from bot.content.files import FileSet
from bot.recorded import Given, Reader, as_text
from bot.records import Outcome, TurnRecord
from bot.store import SqlStore
from bot.store.schema import release, release_text
from tests.fakes import at, buyer_event, buyer_message, order, talk

pytestmark = pytest.mark.anyio
GIVEN = Given((buyer_message(1),), (order(),))


async def turned(store: SqlStore, number: int, given: str | None = as_text(GIVEN), buyer: str = "b1") -> TurnRecord:
    """A turn in a conversation of its own."""
    one = f"c{number}"
    stood = replace(talk(one=one), buyer_id=buyer)
    record = TurnRecord(
        f"t{number}", one, at(number // 2), "answer", "sure", (), {"n": number}, stood, "00c0ffee", given
    )
    await store.accept(buyer_event(number, one))
    [claim] = await store.claim(at(1_000), 10)
    done = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, Outcome(done, stood, messages=(buyer_message(number, one),), turn=record), at(1_001))
    return record


async def pages(store: SqlStore, limit: int) -> AsyncIterator[list[TurnRecord]]:
    after = None
    while page := list(await store.recorded(at(0), at(99), after, limit)):
        yield page
        after = page[-1].at, page[-1].id


async def test_every_turn_comes_once_in_order_however_small_the_pages(store: SqlStore) -> None:
    made = [await turned(store, number) for number in range(1, 8)]
    for limit in (1, 2, 3, 50):
        found = [page async for page in pages(store, limit)]
        assert [turn for page in found for turn in page] == made
        assert max(map(len, found)) <= limit


async def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(store: SqlStore) -> None:
    for number in (2, 4, 6):
        await turned(store, number)
    assert [one.id for one in await store.recorded(at(1), at(3), None, 9)] == ["t2", "t4"]


async def test_an_erased_buyers_turns_give_nothing_any_more(store: SqlStore) -> None:
    await turned(store, 1)
    await turned(store, 2, buyer="b2")
    await store.erase_buyer("b1", at(2_000))
    found = {one.id: (one.given, one.before) for one in await store.recorded(at(0), at(99), None, 9)}
    assert found["t1"] == (None, None)


async def test_what_was_given_is_exported_as_the_json_that_it_is(store: SqlStore) -> None:
    await turned(store, 1)
    told = await store.export_buyer("b1")
    assert told is not None
    turns = told["turns"]
    assert isinstance(turns, list)
    assert turns[0]["given"]["asked"][0]["text"] == "第1句"


@pytest.mark.parametrize(
    "given", [GIVEN, Given(), Given(paused=True, queue_ahead={"presale": 2}, orders=(order(), order(one="o2")))]
)
def test_what_was_given_is_read_back_as_it_was(given: Given) -> None:
    assert Reader().read(as_text(given)) == given


def test_what_a_newer_version_wrote_beside_is_passed_over_and_nonsense_is_refused() -> None:
    assert Reader().read('{"paused":true,"weather":{"rain":1}}') == Given(paused=True)
    assert Reader().read('{"orders":[{"id":"o1"}]}') is None
    assert [Reader().read(text) for text in ("{", "[]", "null", '{"items":3}')] == [None] * 4


def _keep(database_url: str, files: FileSet) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    digests: Mapping[str, str] = {path: sha256(text).hexdigest() for path, text in files.texts.items()}
    with engine.begin() as connection:
        row = {"version": files.version, "commit": None, "at": at(0), "manifest": dict(digests)}
        connection.execute(insert(release).values(row))
        for path, text in files.texts.items():
            connection.execute(insert(release_text).values(digest=digests[path], body=text.decode()))
    engine.dispose()


async def test_a_set_is_found_by_the_beginning_of_its_version(store: SqlStore, database_url: str) -> None:
    files = FileSet({"replies/a.md": "亲\r\n".encode(), "rules/shop.yaml": b"a: 1\n"})
    _keep(database_url, files)
    assert await store.kept_set(files.version[:8]) == files
    assert await store.kept_set("zz") is None
    assert await store.kept_set("%") is None
    _keep(database_url, FileSet({"replies/b.md": b"x"}))
    assert await store.kept_set("") is None
