"""What no store can keep is refused at the door, in Chinese and in one shape, before anything is asked of a store."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.web.api_room import Room, room, said

pytestmark = pytest.mark.anyio
PLACE = "/conversations/webhook/c1"
#: As JSON: a NUL, half of a surrogate pair.
UNSTORABLE = ["坏\\u0000字", "\\ud83d"]


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """One for all: what is refused changes nothing."""
    async with room(tmp_path_factory.mktemp("input")) as opened:
        await opened.waits("c1")
        yield opened


@pytest.mark.parametrize("path", ["/handovers?since=", "/handovers?until=", "/notices?since="])
@pytest.mark.parametrize(
    "time",
    [
        "2026-11-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00",
        "2026-02-30T00:00:00Z", "1700000000", "昨天",
    ],
)  # fmt: skip
async def test_a_time_without_a_zone_or_beyond_the_calendar_is_refused(desk: Room, path: str, time: str) -> None:
    assert "带时区" in said(await desk.asks(path + time), 422)
    assert (await desk.asks(f"{path}2026-11-01T00:00:00%2B08:00")).status_code == 200


async def test_each_end_of_a_span_is_looked_at(desk: Room) -> None:
    bad = await desk.asks("/issues/feedback?since=2026-11-01T00:00:00&until=9999-12-31T23:59:59-14:00")
    assert said(bad, 422).count("带时区") == 2
    assert [point["loc"] for point in bad.json()["detail"]] == [["query", "since"], ["query", "until"]]


@pytest.mark.parametrize("due", ["2026-12-01T00:00:00", "9999-12-31T23:59:59-14:00", "1700000000"])
async def test_what_is_owed_is_due_at_a_time_that_everybody_reads_alike(desk: Room, due: str) -> None:
    assert "带时区" in said(await desk.does(f"{PLACE}/commitments", kind="promise", text="补发", due_at=due), 422)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (f"{PLACE}?after=99999999999999999999", "不能大于"),
        (f"{PLACE}?after={'9' * 5000}", "整数"),
        (f"{PLACE}?after=-1", "不能小于"),
        (f"{PLACE}?after=x", "整数"),
        ("/stats?day=x", "日期"),
        ("/stats?by=x", "可用的取值"),
    ],
)
async def test_a_number_or_a_day_that_is_none_is_told_as_such(desk: Room, path: str, hint: str) -> None:
    assert hint in said(await desk.asks(path), 422)


async def test_a_line_of_a_log_has_a_number_that_a_column_holds(desk: Room) -> None:
    assert "不能大于" in said(await desk.does("/handovers/h1/lines/99999999999999999999/acknowledge"), 422)
    assert said(await desk.does("/handovers/h1/lines/1/acknowledge"), 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{PLACE}/reply", '{"key": "k", "text": "@"}'),
        (f"{PLACE}/reply", '{"key": "@", "text": "您好"}'),
        (f"{PLACE}/transfer", '{"to": "a11", "note": "@"}'),
        (f"{PLACE}/transfer", '{"to": "@"}'),
        (f"{PLACE}/commitments", '{"kind": "note", "text": "@"}'),
        (f"{PLACE}/commitments", '{"kind": "note", "text": "好", "key": "@"}'),
        ("/commitments/p1/reassign", '{"to": "@"}'),
        ("/issues", '{"kind": "remark", "text": "@"}'),
        ("/issues", '{"kind": "remark", "text": "好", "conversation_id": "@"}'),
        ("/issues", '{"kind": "@", "text": "好"}'),
        ("/issues/settle", '{"ids": ["@"], "remedy": "好"}'),
        ("/issues/settle", '{"ids": ["i1"], "remedy": "@"}'),
        ("/presence", '{"state": "@"}'),
        ("/presence", '{"state": "online", "@": 1}'),
    ],
)
@pytest.mark.parametrize("text", UNSTORABLE)
async def test_words_and_ids_that_no_store_can_keep_are_refused(desk: Room, path: str, body: str, text: str) -> None:
    assert said(await desk.sends(path, body.replace("@", text)), 422)


@pytest.mark.parametrize("one", ["%00", "a%0Ab", "%20", "%C2%85", "x" * 129])
async def test_an_address_with_an_id_that_cannot_be_one_is_refused(desk: Room, one: str) -> None:
    hint = "最多 128" if one.startswith("x") else "控制字符"
    for path in (f"/conversations/webhook/{one}", f"/conversations/{one}/c1/commitments", f"/queue?group={one}"):
        assert hint in said(await desk.asks(path), 422)
    for path in (f"/commitments/{one}/done", f"/notices/{one}/seen", f"/conversations/webhook/{one}/claim"):
        assert hint in said(await desk.does(path), 422)


async def test_words_may_have_lines_and_any_letter(desk: Room) -> None:
    text = "您好\n这边看一下 😀"
    assert (await desk.does(f"{PLACE}/reply", text=text, key="k")).status_code == 200
    assert text in json.dumps([row["data"] for row in desk.rows("outbox")], ensure_ascii=False).replace("\\n", "\n")


async def test_what_is_too_long_is_told_in_characters(desk: Room) -> None:
    assert "500 个字符" in said(await desk.does(f"{PLACE}/transfer", to="a11", note="长" * 501), 422)
    assert "JSON" in said(await desk.sends("/presence", "{"), 422)
