"""What every store keeps of the operators' files, and which of them are served."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.files import FileSet
from bot.releases import Serving, Why
from bot.store import SqlStore, open_store
from bot.store.sql_releases import _kept, _text
from tests.fakes import at, counting_ids

pytestmark = pytest.mark.anyio

FILES = FileSet(
    {
        "replies/a.md": "---\nintent: a\n---\n亲，在的\r\n".encode(),
        "replies/b/c.md": b"\xef\xbb\xbf---\n",
        "rules/same.yaml": "---\nintent: a\n---\n亲，在的\r\n".encode(),
        "rules/odd.bin": b"\x00\xff\xfe\r\n",
        "rules/zero.txt": b"a\x00b",
        "rules/empty.yaml": b"",
    }
)
CHANGED = FileSet({**FILES.texts, "rules/empty.yaml": b"timezone: UTC\n"})


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=50)
def test_any_bytes_come_back(text: bytes) -> None:
    digest, body = _kept(text)
    assert _text(digest, body) == text
    assert "\0" not in body


async def test_a_set_comes_back_byte_for_byte(store: SqlStore) -> None:
    assert await store.keep_release(FILES, None, at(0))
    assert await store.keep_release(CHANGED, "c0ffee", at(1))
    assert await store.release_files(FILES.version) == FILES
    assert await store.release_files(CHANGED.version) == CHANGED
    assert await store.release_files("0" * 16) is None


async def test_a_set_is_kept_once_and_learns_the_commit_it_lacked(store: SqlStore) -> None:
    assert await store.keep_release(FILES, None, at(0))
    assert not await store.keep_release(FILES, "c0ffee", at(1))
    assert not await store.keep_release(FILES, "later0", at(2))
    assert await store.serve(FILES.version, at(3), "host:1", Why.FILES, after=0)
    assert await store.serving() == Serving(1, FILES.version, at(3), "host:1", Why.FILES, "c0ffee")


async def test_nothing_is_served_before_the_first(store: SqlStore) -> None:
    assert await store.serving() is None
    assert await store.releases(9) == []


async def test_what_is_served_is_told_newest_first(store: SqlStore) -> None:
    for number, version in enumerate(("a", "b", "a")):
        why = Why.ROLLBACK if number == 2 else Why.FILES
        assert await store.serve(version, at(number), "me", why, after=number)
    told = [(one.seq, one.version, one.why) for one in await store.releases(2)]
    assert told == [(3, "a", Why.ROLLBACK), (2, "b", Why.FILES)]


async def test_who_did_not_know_of_the_last_change_changes_nothing(store: SqlStore) -> None:
    assert await store.serve("a", at(0), "me", Why.FILES, after=0)
    assert not await store.serve("b", at(1), "me", Why.FILES, after=0)
    assert not await store.serve("b", at(1), "me", Why.FILES, after=7)
    assert [one.version for one in await store.releases(9)] == ["a"]


async def test_of_many_processes_that_choose_at_once_one_does(database_url: str) -> None:
    stores = [open_store(database_url, new_id=counting_ids(f"s{number}")) for number in range(3)]
    try:
        tried = [one.serve(f"v{number}", at(0), "me", Why.FILES, after=0) for number, one in enumerate(stores)]
        done = await asyncio.gather(*tried)
        [line] = await stores[0].releases(9)
        assert (sum(done), line.version) == (1, f"v{done.index(True)}")
    finally:
        await asyncio.gather(*(one.close() for one in stores))


async def test_a_files_texts_are_told_once_each_by_the_newest_set_that_has_them(store: SqlStore) -> None:
    assert (await store.kept_texts("replies/a.md"), await store.kept_paths()) == ({}, frozenset())
    await store.keep_release(FILES, None, at(0))
    await store.keep_release(CHANGED, None, at(1))
    gone = FileSet({"rules/empty.yaml": b""})
    await store.keep_release(gone, None, at(2))
    found = await store.kept_texts("rules/empty.yaml")
    assert [*found.items()] == [(gone.version, b""), (CHANGED.version, b"timezone: UTC\n")]
    assert await store.kept_texts("replies/a.md") == {CHANGED.version: FILES.texts["replies/a.md"]}
    assert await store.kept_texts("replies/nowhere.md") == {}
    assert await store.kept_paths() == frozenset(FILES.texts)
