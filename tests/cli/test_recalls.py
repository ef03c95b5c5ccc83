"""`recall`: who was told a line, in whichever version and on whichever line of the file; and one word more to them."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.acts import Act
from bot.content.files import FileSet
from bot.core.book import Book
from bot.core.rules.shifts import Window
from bot.core.staff import AuditLook
from bot.core.states import Happened
from bot.core.taking import moved
from bot.errors import YebanError
from bot.lines import line_at
from bot.recalling import FollowUp, follow_up, send, who_got
from bot.records import Command, Purpose
from bot.store import SqlStore
from tests.cli.shopstory import CARRIER, SAYS, answers, in_store, shop, write
from tests.core.book import DAY, local
from tests.fakes import WEBHOOK

from .terminal import REPOSITORY, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")
Capture = pytest.CaptureFixture[str]
WRONG = SAYS.replace("48", "24").replace("{{ shop.lead }}", "当天")
LOWER = WRONG.replace("## default", "\n\n## default")
TWO_LINES = WRONG.replace("内发出。", "内发出。\n退货请拨13800138000。")
SOON, LATER = DAY + timedelta(minutes=1), DAY + timedelta(minutes=2)


def _story(*parts: tuple[str, datetime, str]) -> None:
    """The file's text, when, and which buyer asked."""

    async def told(store: SqlStore) -> None:
        for text, now, buyer in parts:
            await answers(store, shop({CARRIER: text}), "发什么快递", buyer, now=now)

    in_store(told)


def _talks(told: object) -> Sequence[str]:
    assert isinstance(told, list)
    return [one["conversation_id"] for one in told]


def test_exactly_the_buyers_of_a_line_are_found_though_it_moved(capsys: Capture, folder: Path) -> None:
    """In the first version another wording stands at that number; in the third the same one stands two lines below."""
    _story((SAYS, DAY, "b1"), (WRONG, SOON, "b2"), (LOWER, LATER, "b3"), (SAYS, LATER + timedelta(1), "b4"))
    write(folder, {CARRIER: WRONG})
    done = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--json")
    assert (done.code, done.err, len(done.lines)) == (0, "", 1)
    assert _talks(done.object["messages"]) == ["c-b2", "c-b3"]
    messages = done.object["messages"]
    assert isinstance(messages, list)
    assert [one["source"] for one in messages] == [f"{CARRIER}:6", f"{CARRIER}:8"]
    assert len({one["version"] for one in messages}) == 2


@pytest.mark.parametrize("place", [":6", "#default"])
def test_of_two_replies_that_say_the_same_only_the_one_is_meant(capsys: Capture, folder: Path, place: str) -> None:
    other = "replies/shipping/ship_time.md"
    files = {CARRIER: WRONG, other: WRONG.replace("intent: carrier", "intent: ship_time")}

    async def told(store: SqlStore) -> None:
        await answers(store, shop(files), "发什么快递", "b1")
        await answers(store, shop(files), "什么时候发货", "b2", now=SOON)

    in_store(told)
    write(folder, files)
    for path, talk in ((CARRIER, "c-b1"), (other, "c-b2")):
        assert _talks(inside(capsys, "recall", "--line", f"{path}{place}", "--json").object["messages"]) == [talk]


def test_the_line_may_be_meant_in_a_version_that_is_served_no_more(capsys: Capture, folder: Path) -> None:
    _story((LOWER, DAY, "b1"), (SAYS, SOON, "b2"))
    write(folder, {CARRIER: SAYS})
    version = shop({CARRIER: LOWER})[1].version
    done = inside(capsys, "recall", "--line", "shipping/carrier.md:8", "--version", version, "--json")
    assert _talks(done.object["messages"]) == ["c-b1"]
    asked = ("recall", "--line", "shipping/carrier.md:8", "--version", "nowhere")
    assert refused_in_one_line(inside(capsys, *asked), 1)
    assert refused_in_one_line(inside(capsys, *asked, "--commit", "HEAD"), 2)


def test_only_those_of_the_period_are_told(capsys: Capture, folder: Path) -> None:
    _story((WRONG, DAY, "b1"), (WRONG, DAY + timedelta(days=1), "b2"), (WRONG, DAY + timedelta(days=2), "b3"))
    write(folder, {CARRIER: WRONG})
    asked = ("recall", "--line", f"{CARRIER}:6", "--json", "--since", "2026-11-24", "--until")
    assert _talks(inside(capsys, *asked, "2026-11-24").object["messages"]) == ["c-b2"]
    assert _talks(inside(capsys, *asked, "2026-11-24T14:00").object["messages"]) == []
    assert refused_in_one_line(inside(capsys, *asked, "2026-11-20"), 2)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE outbox SET data = ? WHERE conversation_id = 'c-b1'", "{"),
        ("UPDATE outbox SET data = ? WHERE conversation_id = 'c-b1'", "[]"),
        ("UPDATE outbox SET made = made || ? WHERE conversation_id = 'c-b1'", "}"),
        ("UPDATE outbox SET made = '[' || made || ? WHERE conversation_id = 'c-b1'", "]"),
        ("UPDATE outbox SET made = '{\"parts\": ' || made || ? WHERE conversation_id = 'c-b1'", "}"),
    ],
)
def test_damaged_records_are_left_out_counted_and_told(
    capsys: Capture, folder: Path, statement: str, broken: str
) -> None:
    _story((WRONG, DAY, "b1"), (WRONG, SOON, "b2"))
    write(folder, {CARRIER: WRONG})
    with closing(sqlite3.connect("yeban.db")) as database, database:
        assert database.execute(statement, (broken,)).rowcount == 1
    told = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--json")
    assert (told.code, told.object["damaged"], _talks(told.object["messages"])) == (0, 1, ["c-b2"])
    assert "另有 1 条消息的记录损坏" in inside(capsys, "recall", "--line", f"{CARRIER}:6").out


@pytest.mark.parametrize(
    "broken",
    [
        "{}", '{"version":"x"}', '{"version":"x","parts":"gone"}', '{"version":"x","commit":null,"parts":[]}',
        "[1,2]", '"x"', "null", b"\xff",
    ],
)  # fmt: skip
def test_a_record_that_is_whole_json_and_tells_no_wording_is_damaged(
    capsys: Capture, folder: Path, broken: str | bytes
) -> None:
    _story((WRONG, DAY, "b1"), (WRONG, SOON, "b2"))
    write(folder, {CARRIER: WRONG})
    with closing(sqlite3.connect("yeban.db")) as database, database:
        assert database.execute("UPDATE outbox SET made = ? WHERE conversation_id = 'c-b1'", (broken,)).rowcount == 1
    told = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--json").object
    assert (told["damaged"], told["unsure"], _talks(told["messages"])) == (1, 0, ["c-b2"])


def test_a_damaged_record_of_another_line_is_none_of_this_line(capsys: Capture, folder: Path) -> None:
    """Nor is one of a line whose number only begins alike."""
    _story((WRONG, DAY, "b1"), (WRONG, SOON, "b2"))
    write(folder, {CARRIER: WRONG})
    with closing(sqlite3.connect("yeban.db")) as database, database:
        database.execute("UPDATE outbox SET made = '{' WHERE conversation_id = 'c-b1'")
        named = database.execute("UPDATE message SET source = source || '1' WHERE conversation_id = 'c-b1'")
        assert named.rowcount
    told = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--json").object
    assert (told["damaged"], _talks(told["messages"])) == (0, ["c-b2"])


def test_a_record_that_was_cut_off_before_it_names_the_wording_is_counted_too(capsys: Capture, folder: Path) -> None:
    _story((WRONG, DAY, "b1"), (WRONG, SOON, "b2"))
    write(folder, {CARRIER: WRONG})
    with closing(sqlite3.connect("yeban.db")) as database, database:
        database.execute("UPDATE outbox SET made = '{\"version\": \"1' WHERE conversation_id = 'c-b1'")
        database.execute("UPDATE conversation SET body = '{' WHERE id = 'c-b2'")
    told = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--json").object
    assert (told["damaged"], _talks(told["messages"])) == (1, ["c-b2"])


def test_people_read_one_line_a_message_masked_and_the_sum(capsys: Capture, folder: Path) -> None:
    _story((TWO_LINES, DAY, "b1"), (TWO_LINES, SOON, "b2"), (TWO_LINES, LATER, "b3"))
    write(folder, {CARRIER: TWO_LINES})
    done = inside(capsys, "recall", "--line", "./replies/shipping/carrier.md:7", "--limit", "2")
    assert done.code == 0
    assert "13800138000" not in "".join(done.lines[1:])
    assert done.lines[-1] == "共 3 条消息，3 个会话，3 位买家"
    assert "还有 1 条" in done.lines[-2]
    assert len(done.lines) == 5


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        (f"{CARRIER}:5", 1, "在第 6 行"),
        (f"{CARRIER}:5", 1, "最近的是第 6 行"),
        (f"{CARRIER}:0", 1, "文件 replies/shipping/carrier.md 有，第 0 行不是"),
        ("replies/shiping/carier.md:6", 1, f"都没有 replies/shiping/carier.md；是不是想写 {CARRIER}？"),
        ("replies/shiping/carier.md#default", 1, f"是不是想写 {CARRIER}？"),
        (f"{CARRIER}#defualt", 1, "没有情形“defualt”，有过的是 default；是不是想写 default？"),
        (f"{CARRIER}#nope", 1, "没有情形“nope”，有过的是 default\n"),
        ("shipping/nope.md:1", 1, "都没有 replies/shipping/nope.md\n"),
        ("carier.md:6", 1, f"都没有 replies/carier.md；是不是想写 {CARRIER}？"),
        (f"{CARRIER}#", 2, "文件#情形"),
        (CARRIER, 2, "文件:行号"),
        (f"{CARRIER}:x", 2, "文件:行号"),
        (f"{CARRIER}:{'9' * 5000}", 2, "文件:行号"),
    ],
)
def test_what_is_no_line_of_words_is_told(capsys: Capture, folder: Path, line: str, code: int, part: str) -> None:
    write(folder, {CARRIER: SAYS})
    _story()
    done = inside(capsys, "recall", "--line", line)
    assert refused_in_one_line(done, code)
    assert part in done.err


def test_a_file_that_is_gone_names_a_version_that_has_it(capsys: Capture, folder: Path) -> None:
    """And one that no version has says so, wherever it is asked about."""
    _story((WRONG, DAY, "b1"))
    write(folder, {"replies/other.md": SAYS})
    done = inside(capsys, "recall", "--line", f"{CARRIER}:6")
    version = shop({CARRIER: WRONG})[1].version
    assert refused_in_one_line(done, 1)
    assert f"以前的版本里有；加 --version {version}" in done.err
    again = inside(capsys, "recall", "--line", f"{CARRIER}:6", "--version", version, "--json")
    assert _talks(again.object["messages"]) == ["c-b1"]


TWO = WRONG.replace("内发出。", "内发出。\n~\n亲，{{ shop.lead }}内准发。\n\n## unpaid\n亲，会晚一点。")


def test_several_lines_are_looked_for_at_once_and_a_message_is_told_once(capsys: Capture, folder: Path) -> None:
    _story((SAYS, DAY, "b1"), (WRONG, SOON, "b2"), (LOWER, LATER, "b3"))
    write(folder, {CARRIER: SAYS})
    version = shop({CARRIER: LOWER})[1].version
    lines = ("--line", f"{CARRIER}:8")
    one = inside(capsys, "recall", *lines, "--version", version, "--json").object
    assert _talks(one["messages"]) == ["c-b2", "c-b3"]
    both = inside(capsys, "recall", *lines, *lines, "--version", version, "--json").object
    assert (both["messages"], both["lines"], both["line"]) == (one["messages"], [one["line"]], one["line"])


def test_a_variant_means_all_its_wordings_in_all_versions(capsys: Capture, folder: Path) -> None:
    buyers = [f"b{number}" for number in range(8)]

    async def told(store: SqlStore) -> None:
        await answers(store, shop({CARRIER: TWO}), "发什么快递", *buyers)
        await answers(store, shop({CARRIER: SAYS}), "发什么快递", "b8", now=SOON)

    in_store(told)
    write(folder, {CARRIER: WRONG})
    found = inside(capsys, "recall", "--line", f"{CARRIER}#default", "--json").object
    assert sorted(_talks(found["messages"])) == sorted(f"c-{buyer}" for buyer in (*buyers, "b8"))
    lines = found["lines"]
    assert isinstance(lines, list)
    assert [one["variant"] for one in lines] == ["default"] * 3
    assert len({one["text"] for one in lines}) == 3
    then = ("--version", shop({CARRIER: TWO})[1].version, "--json")
    said = [inside(capsys, "recall", "--line", f"{CARRIER}:{line}", *then) for line in (6, 8)]
    parts = [set(_talks(one.object["messages"])) for one in said]
    assert (parts[0] | parts[1], parts[0] & parts[1]) == ({f"c-{buyer}" for buyer in buyers}, set())
    assert all(parts)
    late = inside(capsys, "recall", "--line", f"{CARRIER}#unpaid", "--line", f"{CARRIER}:6")
    assert "## unpaid" in late.lines[0]
    assert "## default" in late.lines[1]


def test_a_variant_of_a_file_that_is_gone_is_found_in_the_versions_that_had_it(capsys: Capture, folder: Path) -> None:
    _story((WRONG, DAY, "b1"), (SAYS, SOON, "b2"))
    write(folder, {"replies/other.md": SAYS})
    found = inside(capsys, "recall", "--line", "shipping/carrier.md#default", "--json").object
    assert _talks(found["messages"]) == ["c-b1", "c-b2"]


RENAMED = "replies/shipping/carrier2.md"


@pytest.mark.parametrize("place", [":6", "#default"])
def test_who_got_a_line_is_found_by_the_new_name_of_its_file(capsys: Capture, folder: Path, place: str) -> None:
    _story((WRONG, DAY, "b1"), (SAYS, SOON, "b2"))
    write(folder, {RENAMED: WRONG})
    found = inside(capsys, "recall", "--line", f"{RENAMED}{place}", "--json").object
    assert _talks(found["messages"]) == ["c-b1"]


CORRECTION = "replies/care/correction.md"
SORRY = """---
title: 更正发货时间
samples:
  - given: {shop: {name: 示例店, lead: 48小时}}
    says: 48小时
---
## default
亲，刚才的发货时间说错了，{{ shop.name }}是付款后{{ shop.lead }}内发出，抱歉。
"""
TODAY = shop({CARRIER: SAYS, CORRECTION: SORRY})
SAID = "亲，刚才的发货时间说错了，小店是付款后48小时内发出，抱歉。"
ARRIVES = LATER + timedelta(seconds=5)


async def _told(store: SqlStore, now: datetime = LATER, today: tuple[Book, FileSet] = TODAY) -> tuple[FollowUp, int]:
    """What is said to those who got the wrong line, and how many commands are new."""
    line = line_at(shop({CARRIER: WRONG})[1], CARRIER, 6)
    found = await who_got(store, [line], None, None)
    more = await follow_up(store, found, [line], "care/correction", today[0], now)
    return more, await send(store, more, *today, "cli", now)


async def _wrong(store: SqlStore, *buyers: str) -> None:
    await answers(store, shop({CARRIER: WRONG}), "发什么快递", *buyers)


def test_everybody_who_got_the_line_hears_once_more_from_a_line_that_can_be_proven(capsys: Capture) -> None:
    async def told(store: SqlStore) -> Sequence[Command]:
        await _wrong(store, "b1", "b2")
        await answers(store, shop({CARRIER: SAYS}), "发什么快递", "b3", now=SOON)
        assert (await _told(store))[1] == 2
        claimed = await store.claim_commands(ARRIVES, 9, WEBHOOK)
        assert all([await store.mark_sent(one, ARRIVES) for one in claimed])
        [line] = await store.audit(AuditLook(9))
        assert (line.agent_id, line.act) == ("cli", "recall")
        assert line.data == {"line": f"{CARRIER}:6", "say": "care/correction", "queued": 2}
        return [one.command for one in claimed]

    sent = in_store(told)
    assert {one.conversation_id: one.data["text"] for one in sent} == {"c-b1": SAID, "c-b2": SAID}
    assert all(one.by_bot and one.purpose is Purpose.CARE for one in sent)
    proven = inside(capsys, "explain", sent[0].id)
    assert (proven.code, "一字不差" in proven.out, f"recall  {CARRIER}:6" in proven.out) == (0, True, True)


def test_who_was_told_is_not_told_again() -> None:
    async def told(store: SqlStore) -> tuple[FollowUp, int]:
        await _wrong(store, "b1")
        await _told(store)
        await answers(store, shop({CARRIER: WRONG}), "发什么快递", "b2", now=SOON)
        return await _told(store, ARRIVES)

    again, queued = in_store(told)
    assert (again.told, queued, [one.conversation_id for one in again.commands]) == (("c-b1",), 1, ["c-b2"])


def test_who_got_two_of_the_lines_is_told_once_and_neither_is_taken_up_again() -> None:
    async def told(store: SqlStore) -> tuple[FollowUp, FollowUp]:
        await _wrong(store, "b1")
        await answers(store, shop({CARRIER: SAYS}), "发什么快递", "b9", "b1", now=SOON)
        wrong, right = (line_at(shop({CARRIER: text})[1], CARRIER, 6) for text in (WRONG, SAYS))
        both = await who_got(store, [wrong, right], None, None)
        assert sorted(one.message.conversation_id for one in both.got) == ["c-b1", "c-b1", "c-b9"]
        first = await follow_up(store, both, [wrong, right], "care/correction", TODAY[0], LATER)
        assert await send(store, first, *TODAY, "cli", LATER) == 2
        return first, await follow_up(store, both, [right, wrong], "care/correction", TODAY[0], ARRIVES)

    first, again = in_store(told)
    assert sorted(one.conversation_id for one in first.commands) == ["c-b1", "c-b9"]
    assert (again.commands, sorted(again.told)) == ((), ["c-b1", "c-b9"])
    assert first.line == f"{CARRIER}:6; {CARRIER}:6"


def test_a_conversation_that_people_hold_is_left_to_them_and_who_is_erased_is_left_alone() -> None:
    async def told(store: SqlStore) -> tuple[FollowUp, int]:
        await _wrong(store, "b1", "b2", "b3")
        talk = await store.talk("webhook", "c-b1")
        assert talk is not None
        assert await store.act(Act(moved(talk, Happened.HUMAN_SPOKE)), SOON)
        await store.erase_buyer("b2", SOON)
        return await _told(store)

    more, queued = in_store(told)
    assert (more.held, queued, [one.conversation_id for one in more.commands]) == (("c-b1",), 1, ["c-b3"])


def test_a_word_that_people_overtook_is_not_taken_for_said() -> None:
    async def told(store: SqlStore) -> tuple[FollowUp, int]:
        await _wrong(store, "b1")
        await _told(store)
        talk = await store.talk("webhook", "c-b1")
        assert talk is not None
        assert await store.act(Act(moved(talk, Happened.HUMAN_SPOKE)), LATER)
        return await _told(store, ARRIVES)

    again, queued = in_store(told)
    assert (again.lost, again.told, again.commands, queued) == (("c-b1",), (), (), 0)


def test_what_needs_a_fact_that_is_not_known_is_not_said() -> None:
    tracked = shop({CORRECTION: SORRY.replace("shop.name", "order.carrier")})

    async def told(store: SqlStore) -> tuple[FollowUp, int]:
        await _wrong(store, "b1")
        return await _told(store, today=tracked)

    more, queued = in_store(told)
    assert (more.wordless, queued) == (("c-b1",), 0)


def test_a_topic_that_is_none_is_told_with_the_nearest(capsys: Capture) -> None:
    async def told(store: SqlStore) -> None:
        line = line_at(shop({CARRIER: WRONG})[1], CARRIER, 6)
        found = await who_got(store, [line], None, None)
        await follow_up(store, found, [line], "care/corection", TODAY[0], DAY)

    with pytest.raises(YebanError, match="care/correction"):
        in_store(told)
    assert refused_in_one_line(inside(capsys, "recall", "--line", f"{CARRIER}:6", "--send"), 2)


def test_nothing_is_said_while_paused_or_in_the_quiet_hours() -> None:
    care = TODAY[0].rules.care.model_copy(update={"quiet": (Window.model_validate({"from": "21:30", "to": "09:00"}),)})
    quiet = replace(TODAY[0], rules=replace(TODAY[0].rules, care=care)), TODAY[1]

    async def told(store: SqlStore) -> int:
        await _wrong(store, "b1")
        with pytest.raises(YebanError, match="11-24 09:00"):
            await _told(store, local("2026-11-23 22:00"), quiet)
        await store.set_paused(paused=True, now=DAY)
        with pytest.raises(YebanError, match="yeban resume"):
            await _told(store)
        return len(await store.claim_commands(ARRIVES, 9, WEBHOOK))

    assert in_store(told) == 0


def test_the_preview_shows_every_word_and_sends_nothing(capsys: Capture, folder: Path) -> None:
    for name in ("replies", "rules"):
        shutil.copytree(REPOSITORY / name, folder / name)
    write(folder, {CORRECTION: SORRY})
    _story((WRONG, DAY, "b1"))
    version = shop({CARRIER: WRONG})[1].version
    asked = ("recall", "--line", f"{CARRIER}:6", "--version", version, "--say", f"{CORRECTION}")
    done = inside(capsys, *asked)
    assert (done.code, done.err) == (0, "")
    assert "预览：用 care/correction 补发 1 条，还没有发" in done.out
    assert "亲，刚才的发货时间说错了" in done.out
    told = inside(capsys, *asked, "--json").object["follow_up"]
    assert isinstance(told, dict)
    assert (told["queued"], _talks(told["messages"])) == (None, ["c-b1"])
    assert in_store(lambda store: store.claim_commands(LATER, 9, WEBHOOK)) == []
