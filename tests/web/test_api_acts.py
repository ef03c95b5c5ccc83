"""Acts over the interface: what is told twice is done once, whatever an id looks like, and nobody gives to himself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import httpx
import pytest

from tests.web.api_room import TEN, Room, room, said

pytestmark = pytest.mark.anyio
PLACE = "/conversations/webhook/c1"
DUE = (TEN + timedelta(hours=1)).isoformat()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as opened:
        await opened.waits("c1")
        yield opened


async def test_a_promise_that_is_told_again_under_its_key_is_the_same(desk: Room) -> None:
    told = {"kind": "promise", "text": "今天补发", "due_at": DUE, "key": "k1"}
    first = await desk.does(f"{PLACE}/commitments", **told)
    assert (await desk.does(f"/commitments/{first.json()['id']}/done")).json() == {"done": True}
    desk.clock.turn(7200)
    again = await desk.does(f"{PLACE}/commitments", **told)
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, first.json()["id"], "done")
    assert len(desk.rows("commitment")) == 1
    assert [row["kind"] for row in desk.rows("journal")] == ["promised", "settled"]


async def test_another_key_agent_or_conversation_is_another_promise(desk: Room) -> None:
    await desk.waits("c2")
    told = {"kind": "call_back", "text": "回个话"}
    for one, agent, key in (("c1", "a01", "k1"), ("c1", "a01", "k2"), ("c1", "a11", "k1"), ("c2", "a01", "k1")):
        place = f"/conversations/webhook/{one}/commitments"
        assert (await desk.does(place, agent, key=key, **told)).status_code == 200
    for _ in range(2):
        desk.clock.turn(1)
        await desk.does(f"{PLACE}/commitments", **told)
    assert len({row["id"] for row in desk.rows("commitment")}) == 6


async def test_another_promise_under_a_used_key_is_refused(desk: Room) -> None:
    told = {"kind": "promise", "text": "今天补发", "due_at": DUE, "key": "k1"}
    await desk.does(f"{PLACE}/commitments", **told)
    for changed in ({"text": "明天补发"}, {"due_at": (TEN + timedelta(hours=2)).isoformat()}, {"kind": "note"}):
        assert "k1" in said(await desk.does(f"{PLACE}/commitments", **(told | changed)), 409)
    assert [row["text"] for row in desk.rows("commitment")] == ["今天补发"]


async def test_of_two_promises_at_once_under_one_key_one_stands(desk: Room) -> None:
    answers = dict[str, httpx.Response]()

    async def owe(text: str) -> None:
        answers[text] = await desk.does(f"{PLACE}/commitments", kind="promise", text=text, due_at=DUE, key="k")

    async with anyio.create_task_group() as group:
        for text in ("甲", "乙"):
            group.start_soon(owe, text)
    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    [kept] = desk.rows("commitment")
    assert answers[kept["text"]].status_code == 200


async def test_other_words_under_the_key_of_a_reply_are_not_dropped_in_silence(desk: Room) -> None:
    for _ in range(2):
        assert (await desk.does(f"{PLACE}/reply", text=" 您好 ", key="k")).status_code == 200
    assert "k" in said(await desk.does(f"{PLACE}/reply", text="再见", key="k"), 409)
    assert [row["data"]["text"] for row in desk.rows("outbox")] == ["您好"]


async def test_other_words_under_the_key_of_an_issue_are_not_dropped_in_silence(desk: Room) -> None:
    told = {"kind": "remark", "text": "电话 13900001111 打不通", "key": "k"}
    first = await desk.does("/issues", **told)
    desk.clock.turn(60)
    again = await desk.does("/issues", **told)
    assert (again.status_code, again.json()) == (200, first.json())
    assert "k" in said(await desk.does("/issues", **(told | {"text": "另一件事"})), 409)
    assert len(desk.rows("issue")) == 1


async def test_a_conversation_is_reached_whatever_its_id_looks_like(desk: Room) -> None:
    for one in ("a/b", "a/claim", "c1/claim", "50%", "a%2Fb", "../c1", "客户 7", "x?y#z"):
        await desk.waits(one)
        place = f"/conversations/webhook/{_encoded(one)}"
        assert (await desk.asks(place)).json()["conversation"]["id"] == one
        assert (await desk.does(f"{place}/claim")).json()["agent_id"] == "a01"
        assert (await desk.does(f"{place}/reply", text="您好", key="k")).json()["id"] == one
        owed = await desk.does(f"{place}/commitments", kind="note", text="常客")
        assert [each["id"] for each in (await desk.asks(f"{place}/commitments")).json()] == [owed.json()["id"]]
    assert (await desk.asks(PLACE)).json()["conversation"]["agent_id"] is None


async def test_an_address_that_is_none_stays_unknown(desk: Room) -> None:
    assert (await desk.asks("/conversations/webhook/a/b")).status_code == 404
    assert (await desk.asks("/queue/")).status_code == 307
    assert (await desk.does("/queue")).status_code == 405


def _encoded(one: str) -> str:
    return "".join(f"%{byte:02X}" for byte in one.encode())


async def test_nobody_gives_a_conversation_to_himself(desk: Room) -> None:
    assert "自己" in said(await desk.does(f"{PLACE}/transfer", to="a01", note="给我"), 422)
    assert (desk.rows("journal"), desk.rows("commitment")) == ([], [])
    assert (await desk.does(f"{PLACE}/transfer", to="a11")).json()["agent_id"] == "a11"


async def test_what_is_closed_is_closed_once(desk: Room) -> None:
    first = await desk.does(f"{PLACE}/close")
    for agent in ("a01", "a11"):
        again = await desk.does(f"{PLACE}/close", agent)
        assert (again.status_code, again.json()) == (200, first.json())
    assert [row["kind"] for row in desk.rows("journal")] == ["closed"]


async def test_the_queue_is_shown_by_group_and_by_agent(desk: Room) -> None:
    await desk.waits("c2", "a11", "aftersale")
    await desk.waits("c3", "a01")

    async def ids(asked: str) -> list[str]:
        return sorted(one["id"] for one in (await desk.asks(f"/queue{asked}")).json())

    assert await ids("") == ["c1", "c2", "c3"]
    assert await ids("?group=presale") == ["c1", "c3"]
    assert await ids("?agent=a11") == ["c2"]
    assert await ids("?group=presale&agent=a11") == []
    assert "vip" in said(await desk.asks("/queue?group=vip"), 404)
    assert "a99" in said(await desk.asks("/queue?agent=a99"), 404)


async def test_a_close_names_what_the_agent_saw_and_is_refused_where_more_came(desk: Room) -> None:
    await desk.does(f"{PLACE}/reply", text="您好", key="k")
    await desk.writes("c1", "m1", "发什么快递")
    [line] = (await desk.asks(PLACE)).json()["lines"]
    assert "又发来了消息" in said(await desk.does(f"{PLACE}/close", seen=line["seq"] - 1), 422)
    assert said(await desk.does(f"{PLACE}/close", seen=-1), 422)
    assert (await desk.does(f"{PLACE}/close", seen=line["seq"])).json()["holder"] == "closed"


async def test_a_reply_names_what_the_agent_saw_and_what_came_after_waits_on(desk: Room) -> None:
    await desk.writes("c1", "m1", "发什么快递")
    [line] = (await desk.asks(PLACE)).json()["lines"]
    waits = await desk.does(f"{PLACE}/reply", text="您好", key="k1", seen=line["seq"] - 1)
    assert waits.json()["waiting_since"] is not None
    answered = await desk.does(f"{PLACE}/reply", text="中通", key="k2", seen=line["seq"])
    assert answered.json()["waiting_since"] is None
