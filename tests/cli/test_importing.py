"""`yeban import`: what it keeps, what it refuses, and what it says of both."""

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli.importing import SHOWN
from bot.store import SqlStore, open_store
from bot.words import say
from tests.fakes import counting_ids
from tests.shop.test_exports import ROW, table

from .terminal import inside
from .test_admin import ITEM, ORDER

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
T = TypeVar("T")


def in_store(work: Callable[[SqlStore], Awaitable[T]]) -> T:
    async def run() -> T:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def stored(order_id: str) -> str | None:
    order = in_store(lambda store: store.find(None, order_id))[1]
    return order.status.value if order else None


def put(folder: Path, name: str, *told: Mapping[str, object]) -> str:
    (folder / name).write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return name


def test_a_gbk_export_is_imported_as_such(capsys: Capture, folder: Path) -> None:
    (folder / "orders.csv").write_bytes(table(ROW).encode("gbk"))
    refused = inside(capsys, "import", "orders.csv")
    assert (refused.code, refused.out, stored(ROW["订单编号"])) == (1, "", None)
    assert "--encoding gbk" in refused.err
    done = inside(capsys, "import", "orders.csv", "--encoding", "gbk")
    assert (done.code, done.err, stored(ROW["订单编号"])) == (0, "", "paid")


def test_an_encoding_that_nobody_knows_is_misuse(capsys: Capture) -> None:
    assert inside(capsys, "import", "orders.csv", "--encoding", "klingon").code == 2


def test_older_snapshots_are_ignored_and_counted(capsys: Capture, folder: Path) -> None:
    newer = {**ORDER, "status": "shipped", "updated_at": "2026-11-10T10:00:00+08:00"}
    inside(capsys, "import", put(folder, "new.json", newer))
    done = inside(capsys, "import", put(folder, "old.json", ORDER, ITEM))
    assert (done.code, done.lines[0]) == (0, say("import.done_older", items=1, orders=0, older=1))
    assert stored("o1") == "shipped"


def test_of_many_faults_the_first_are_told_and_the_rest_counted(capsys: Capture, folder: Path) -> None:
    rows = [{**ROW, "订单编号": f"o{number}", "实付金额": "1e9"} for number in range(SHOWN + 7)]
    (folder / "orders.csv").write_text(table(*rows), "utf-8")
    done = inside(capsys, "import", "orders.csv")
    lines = done.err.splitlines()
    assert (done.code, done.out, len(lines)) == (1, "", SHOWN + 1)
    assert [line.partition("  ")[0] for line in lines[:-1]] == [f"orders.csv:{at}" for at in range(2, SHOWN + 2)]
    assert lines[-1] == say("import.more", count=7)
    assert stored("o0") is None


def test_a_doubt_is_told_and_keeps_nothing_out(capsys: Capture, folder: Path) -> None:
    done = inside(capsys, "import", put(folder, "a.json", {**ORDER, "amount": "500.00"}))
    assert (done.code, stored("o1")) == (0, "paid")
    [line] = done.err.splitlines()
    assert line.startswith("提醒  a.json:1  ")


def test_progress_is_shown_where_it_is_asked_for(capsys: Capture, folder: Path) -> None:
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "price", "on_sale", "updated_at"])
        rows.writerows([f"i{number}", "袜子", "9.90", "是", "2026-11-10T09:30:00+08:00"] for number in range(10_000))
    told = [say(f"import.{stage}", count=10_000) for stage in ("read", "checked", "stored")]
    assert inside(capsys, "import", "items.csv", "--progress").err.splitlines() == told
    assert inside(capsys, "import", "items.csv").err == ""


def test_an_order_of_an_unknown_buyer_waits_for_the_buyer(capsys: Capture, folder: Path) -> None:
    done = inside(capsys, "import", put(folder, "a.json", {**ORDER, "buyer_id": "nobody-yet", "status": "unpaid"}))
    assert (done.code, stored("o1")) == (0, "unpaid")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(noise=st.binary(min_size=1, max_size=40), place=st.integers(0, 600), cut=st.booleans(), gbk=st.booleans())
def test_a_spoiled_file_is_kept_whole_or_not_at_all(
    capsys: Capture, folder: Path, noise: bytes, place: int, cut: bool, gbk: bool
) -> None:
    """Both orders are there afterwards, or neither is."""
    (folder / "yeban.db").unlink(missing_ok=True)
    encoding = "gbk" if gbk else "utf-8"
    good = table({**ROW, "订单编号": "o1"}, {**ROW, "订单编号": "o2"}).encode(encoding)
    spoiled = good[:place] + noise + (b"" if cut else good[place:])
    (folder / "orders.csv").write_bytes(spoiled)
    done = inside(capsys, "import", "orders.csv", "--encoding", encoding)
    assert "Traceback" not in done.err
    there = [stored("o1"), stored("o2")] if done.code == 0 else [_any_order()]
    assert (done.code == 0) == (there != [False])


def _any_order() -> bool:
    return any(stored(one) for one in ("o1", "o2"))
