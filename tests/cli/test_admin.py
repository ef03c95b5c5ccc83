"""`import`, `pause`, `resume`, `explain`: through the store, all or nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from bot.records import Outcome, TurnRecord
from bot.store import SqlStore, open_store
from tests.fakes import at, buyer_event, buyer_message, counting_ids, reply, talk

from .terminal import inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
T = TypeVar("T")
ITEM: Mapping[str, object] = {
    "id": "i1", "title": "女款卫衣", "price": "129.00", "skus": [{"id": "s1", "name": "黑色 M", "stock": 3}],
    "attributes": {"面料": "棉"}, "on_sale": True, "updated_at": "2026-11-10T09:30:00+08:00",
}  # fmt: skip
ORDER: Mapping[str, object] = {
    "id": "o1", "buyer_id": "b1", "status": "paid", "amount": "137.00", "postage": "8.00",
    "lines": [{"item_id": "i1", "title": "女款卫衣", "quantity": 1, "price": "129.00"}],
    "created_at": "2026-11-10T09:00:00+08:00", "updated_at": "2026-11-10T09:30:00+08:00",
}  # fmt: skip


def _in_store(work: Callable[[SqlStore], Awaitable[T]]) -> T:
    """Look into the database that the commands of this folder use."""

    async def run() -> T:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def _known(store: SqlStore) -> tuple[list[str], list[str]]:
    """The orders of buyer b1 and the items of them."""
    await store.accept(buyer_event(1))
    [claim] = await store.claim(at(1), 10)
    work = await store.load(claim)
    return [order.id for order in work.orders], sorted(work.items)


def _write(folder: Path, *orders: Mapping[str, object]) -> None:
    told = {"items": [ITEM], "orders": list(orders)}
    (folder / "shop.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def test_a_good_file_is_imported_whole(capsys: Capture, folder: Path) -> None:
    _write(folder, ORDER)
    done = inside(capsys, "import", "shop.json")
    assert (done.code, done.err) == (0, "")
    assert _in_store(_known)[0] == ["o1"]


def test_the_same_file_twice_is_no_fault(capsys: Capture, folder: Path) -> None:
    _write(folder, ORDER)
    assert [inside(capsys, "import", "shop.json").code for _ in range(2)] == [0, 0]


def test_of_a_broken_file_all_faults_are_told_and_nothing_is_imported(capsys: Capture, folder: Path) -> None:
    _write(folder, ORDER, {**ORDER, "id": "o2", "status": "lost", "amount": "12,5"}, {**ORDER, "id": "o3", "flg": "1"})
    done = inside(capsys, "import", "shop.json")
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 3
    assert all(line.startswith("shop.json:") and len(line.split("  ")) == 3 for line in done.err.splitlines())
    assert _in_store(_known) == ([], [])


def test_a_file_that_is_not_there_is_an_expected_failure(capsys: Capture) -> None:
    assert refused_in_one_line(inside(capsys, "import", "nowhere.csv"), 1)


def test_paused_stays_paused_until_resumed(capsys: Capture) -> None:
    assert inside(capsys, "pause").code == 0
    assert _in_store(lambda store: store.vitals(at(0))).paused
    assert inside(capsys, "resume").code == 0
    assert not _in_store(lambda store: store.vitals(at(0))).paused


@pytest.mark.parametrize(("url", "code"), [("sqlite:////nowhere/at/all/x.db", 1), ("mysql://localhost/x", 2), ("", 0)])
def test_a_database_that_cannot_be_reached_is_told_in_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, url: str, code: int
) -> None:
    monkeypatch.setenv("YEBAN_DATABASE_URL", url)
    done = inside(capsys, "pause")
    assert (done.code, done.err.count("\n")) == (code, 1 if code else 0)


async def _answered(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    [claim] = await store.claim(at(1), 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    turn = TurnRecord("t1", "c1", at(1), "answer", "sure", ("r1",), {"candidates": [{"intent": "carrier"}]})
    effects = Outcome(seqs, talk(), (buyer_message(1),), commands=(reply("r1"),), turn=turn)
    assert await store.save(claim, effects, at(1))


def test_a_sent_message_tells_its_whole_story(capsys: Capture) -> None:
    _in_store(_answered)
    done = inside(capsys, "explain", "r1", "--json")
    assert (done.code, done.err) == (0, "")
    told = json.dumps(done.object, ensure_ascii=False)
    assert all(part in told for part in ("答r1", "replies/a.md:3", "sure", "carrier"))


def test_a_story_as_json_is_one_line(capsys: Capture) -> None:
    _in_store(_answered)
    done = inside(capsys, "explain", "r1", "--json")
    assert (done.code, len(done.lines)) == (0, 1)
    assert inside(capsys, "explain", "r1").code == 0
