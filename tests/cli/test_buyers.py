"""`buyer`: a file is shown, tagged, given out whole, and erased only when that was said twice."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.buyer import RULE, Agreed, Buyer, Issue, News, Tag
from bot.core.model import Receiver
from bot.records import Outcome
from bot.store import SqlStore, open_store
from bot.words import say
from tests.fakes import at, buyer_event, buyer_message, counting_ids, order, talk

from .terminal import REPOSITORY, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
NEWS = News(
    "b1", at(1), "小王", {"height": "165", "measure.脚长": "24"}, {"carrier": "顺丰"}, {"size_fit": 3},
    (Tag("爱问尺码", RULE, at(1)),), (Issue("t1", "c1", "needs_person", at(1), "exchange", "o1", "要换大一码"),),
    consent=Agreed.WITHDRAWN,
)  # fmt: skip


def _in_store(work: Callable[[SqlStore], Awaitable[None]]) -> None:
    async def run() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        await work(store)
        await store.close()

    asyncio.run(run())


@pytest.fixture
def known(folder: Path) -> None:
    """A buyer with a file, a conversation and an order, in the empty folder's database."""
    assert not list(folder.iterdir())

    async def work(store: SqlStore) -> None:
        bought = replace(order(), receiver=Receiver("王小林", "13900001111", "虚构路8号"))
        await store.import_snapshots([], [bought])
        await store.accept(buyer_event(1))
        [claim] = await store.claim(at(2), 10)
        named = replace(talk(), buyer_name="小王")
        outcome = Outcome(done=(1,), conversation=named, messages=(buyer_message(1),), news=(NEWS,))
        assert await store.save(claim, outcome, at(2))

    _in_store(work)


def _file() -> Buyer | None:
    found: list[Buyer | None] = []

    async def work(store: SqlStore) -> None:
        found.append(await store.buyer("b1"))

    _in_store(work)
    return found[0]


@pytest.mark.usefixtures("known")
def test_a_file_is_shown_a_line_a_thing_with_who_and_when(capsys: Capture) -> None:
    done = inside(capsys, "buyer", "show", "b1")
    assert (done.code, done.err) == (0, "")
    for part in (
        "小王",
        "爱问尺码",
        say("buyer.by_rule"),
        "身高165",
        "脚长24",
        "想发顺丰",
        "要换大一码",
        "2026-11-22",
        "加绒卫衣",
    ):
        assert part in done.out
    assert say("buyer.consent.withdrawn", day="2026-11-22") in done.lines


@pytest.mark.usefixtures("known")
def test_json_tells_all_of_the_file(capsys: Capture) -> None:
    done = inside(capsys, "buyer", "show", "b1", "--json")
    told = done.object
    assert (told["id"], told["counts"]) == ("b1", {"size_fit": 3})
    assert [one["id"] for one in json.loads(done.out)["orders"]] == ["o1"]
    assert told["consent"] == {"state": "withdrawn", "at": at(1).isoformat()}


@pytest.mark.parametrize("action", [["show", "b9"], ["export", "b9"], ["erase", "b9"]])
def test_a_buyer_of_whom_nothing_is_kept_is_told_so(capsys: Capture, action: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "buyer", *action), 1)


def test_tags_are_set_and_taken_off_by_people(capsys: Capture) -> None:
    assert inside(capsys, "buyer", "tag", "b1", " 老 客 ").out == say("buyer.tagged", id="b1", tag="老 客") + "\n"
    assert inside(capsys, "buyer", "tag", "b1", "VIP").code == 0
    assert inside(capsys, "buyer", "untag", "b1", "VIP").out == say("buyer.untagged", id="b1", tag="VIP") + "\n"
    file = _file()
    assert file is not None
    assert file.tag_names == ("老 客",)
    assert say("buyer.tag_off", tag="VIP", by="cli", day="")[:8] in inside(capsys, "buyer", "show", "b1").out


@pytest.mark.parametrize("odd", ["", "  ", "长" * 33, "a\x1b[31mb"])
def test_a_tag_that_is_none_is_misuse(capsys: Capture, odd: str) -> None:
    assert refused_in_one_line(inside(capsys, "buyer", "tag", "b1", odd), 2)


def test_where_only_listed_tags_may_be_set_no_other_is(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = folder / "rules"
    rules.mkdir()
    (folder / "replies").mkdir()
    for file in (REPOSITORY / "rules").glob("*.yaml"):
        text = file.read_text("utf-8").replace("free_tags: true", 'free_tags: "false"')
        (rules / file.name).write_text(text, "utf-8")
    monkeypatch.setenv("YEBAN_RULES_DIR", str(rules))
    refused = inside(capsys, "buyer", "tag", "b1", "随便写的")
    assert refused_in_one_line(refused, 1)
    assert "VIP" in refused.err
    assert [inside(capsys, "buyer", "tag", "b1", tag).code for tag in ("VIP", "老客")] == [0, 0]


@pytest.mark.usefixtures("known")
def test_the_export_is_one_object_with_everything(capsys: Capture) -> None:
    done = inside(capsys, "buyer", "export", "b1")
    told = json.loads(done.out)
    assert (done.code, told["file"]["body"]["counts"]) == (0, {"size_fit": 3})
    assert [one["body"]["receiver"]["name"] for one in told["orders"]] == ["王小林"]
    assert [line["text"] for line in told["conversations"][0]["transcript"]] == ["第1句"]
    assert set(told) == {
        "buyer_id", "file", "orders", "conversations", "elsewhere", "sent", "nudges", "turns", "issues", "events",
        "commitments", "handed_over", "journal", "pictures",
    }  # fmt: skip


@pytest.mark.usefixtures("known")
def test_an_erasure_is_first_only_foretold(capsys: Capture) -> None:
    done = inside(capsys, "buyer", "erase", "b1")
    assert (done.code, done.err) == (1, "")
    assert "--yes" in done.out
    foretold = [say(f"buyer.rows.{name}", count=1) for name in ("buyer", "conversation", "orders", "message")]
    assert all(part in done.out for part in foretold)
    assert _file() is not None


@pytest.mark.usefixtures("known")
def test_an_erasure_that_was_said_twice_is_done_and_noted_without_words(capsys: Capture) -> None:
    done = inside(capsys, "buyer", "erase", "b1", "--yes")
    assert (done.code, "buyer.erased" in done.err) == (0, True)
    assert not any(word in done.out + done.err for word in ("小王", "第1句", "13900001111"))
    assert _file() is None
    assert "王小林" not in inside(capsys, "buyer", "export", "b1").out
    assert refused_in_one_line(inside(capsys, "buyer", "erase", "b1"), 1)


def test_without_an_action_it_is_misuse(capsys: Capture) -> None:
    assert refused_in_one_line(inside(capsys, "buyer"), 2)
