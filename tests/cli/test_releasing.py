"""`releases` and `rollback`: which version of the operators' files is served, and the way back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.content.files import FileSet
from bot.core.staff import AuditLook
from bot.releases import Why
from bot.store import SqlStore, open_store
from bot.words import say
from tests.fakes import at, counting_ids

from .terminal import inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
SETS = [FileSet({"rules/a.yaml": text}) for text in (b"one", b"two", b"three")]
ONE, TWO, THREE = (one.version for one in SETS)


def in_store(work: Callable[[SqlStore], Awaitable[None]]) -> None:
    async def run() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        await work(store)
        await store.close()

    asyncio.run(run())


@pytest.fixture
def served(folder: Path) -> None:
    """Three sets, one after the other."""
    assert not list(folder.iterdir())

    async def work(store: SqlStore) -> None:
        for number, files in enumerate(SETS):
            await store.keep_release(files, f"c0ffee{number}" if number else None, at(number))
            await store.serve(files.version, at(number), "host:7", Why.FILES, number)

    in_store(work)


def test_before_the_first_there_is_nothing_to_list_or_to_return_to(capsys: Capture) -> None:
    assert inside(capsys, "releases").out == say("releases.none") + "\n"
    assert inside(capsys, "releases", "--json").out == ""
    assert say("releases.none_yet") in inside(capsys, "rollback").err


@pytest.mark.usefixtures("served")
def test_what_was_served_is_listed_newest_first(capsys: Capture) -> None:
    now, *_ = lines = inside(capsys, "releases").lines
    assert len(lines) == 3
    assert now == f"2026-11-22 12:00:02  {THREE}（提交 c0ffee2）  文件改动，由 host:7 换上  ← 正在使用"
    told = [json.loads(line) for line in inside(capsys, "releases", "--json").lines]
    assert [(one["version"], one["commit"], one["serving"]) for one in told] == [
        (THREE, "c0ffee2", True), (TWO, "c0ffee1", False), (ONE, None, False),
    ]  # fmt: skip
    assert inside(capsys, "releases", "--limit", "1").lines == [now, say("releases.more", count=1)]


@pytest.mark.usefixtures("served")
def test_a_rollback_goes_to_the_one_before_and_again_one_further(capsys: Capture) -> None:
    done = inside(capsys, "rollback")
    assert (done.code, done.err) == (0, "")
    assert f"{THREE}（提交 c0ffee2） → {TWO}（提交 c0ffee1）" in done.out
    assert json.loads(inside(capsys, "rollback", "--json").out) == {"from": TWO, "to": ONE, "commit": None}
    refused_in_one_line(inside(capsys, "rollback"), 1)
    assert [json.loads(line)["why"] for line in inside(capsys, "releases", "--json").lines][:2] == ["rollback"] * 2


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("wanted", [TWO, TWO[:6], "c0ffee1"])
def test_a_version_is_named_by_its_beginning_or_its_commit(wanted: str, capsys: Capture) -> None:
    assert json.loads(inside(capsys, "rollback", wanted, "--json").out)["to"] == TWO


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("wanted", "told"),
    [(TWO[:-1] + "x", TWO), (THREE, "不用退回"), ("c0ffee", "请写全"), (TWO[:3], TWO), ("", "")],
)
def test_what_names_no_other_version_is_refused_with_the_nearest(wanted: str, told: str, capsys: Capture) -> None:
    refused = inside(capsys, "rollback", wanted) if wanted else inside(capsys, "rollback", "--limit")
    assert refused_in_one_line(refused, 1 if wanted else 2)
    assert told in refused.err


@pytest.mark.usefixtures("served")
def test_a_rollback_stands_in_the_audit_log(capsys: Capture) -> None:
    inside(capsys, "rollback")

    async def look(store: SqlStore) -> None:
        [line] = await store.audit(AuditLook(9))
        assert (line.agent_id, line.act, line.data) == ("cli", "office.rollback", {"version": TWO, "instead_of": THREE})

    in_store(look)
