"""The desk's pages: what they show, what forms do, what a buyer's words cannot."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import anyio
import pytest

from bot.acting import Place
from bot.acts import Act
from bot.commands import said_id
from bot.core.model import Holder
from bot.core.staff import Role
from bot.records import Accepted, Spoken
from bot.web.desk.face import SHOWN_MAX
from bot.web.desk.gate import LoginNeededError
from bot.web.desk.live import Live, Page, frames
from tests.fakes import buyer_event
from tests.web.api_room import TEN
from tests.web.desk_room import desk_room
from tests.web.gates import OpenGate

pytestmark = pytest.mark.anyio
SCRIPTS = ["<script>alert(1)</script>", "{{7*7}}", "<img src=x onerror=alert(1)>"]
EVIL = [*SCRIPTS, "\u202egnp.exe", "\u2066x", "名" * 10_000]


async def test_the_queue_shows_mine_and_who_waits_and_what_was_said(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        await room.waits("c2")
        await room.waits("c3", agent="a11")
        await room.writes("c2", "m1", "我的快递呢")
        text = (await room.page()).text
        mine, rest = text.split('id="q-waiting"')
        assert "b-c1" in mine
        assert "我的快递呢" in rest
        assert 'data-urgent="2"' in text
        assert "a11" in rest


async def test_a_thread_shows_its_lines_and_how_it_stands(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c/1 ?")
        await room.writes("c/1 ?", "m1", "能便宜吗")
        found = await room.page("/desk/t/webhook/c%2F1%20%3F")
        assert found.status_code == 200
        assert "能便宜吗" in found.text
        assert "/desk/t/webhook/c%2F1%20%3F/claim" in found.text
        assert "等待人工" in found.text


async def test_a_thread_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        found = await room.page("/desk/t/webhook/nobody")
        assert found.status_code == 404
        assert "没有这个会话" in found.text


@pytest.mark.parametrize("evil", EVIL, ids=["script", "braces", "image", "rtl", "isolate", "huge"])
async def test_a_buyers_words_and_name_stay_words(tmp_path: Path, evil: str) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01", name=evil[:200])
        await room.writes("c1", "m1", evil)
        for path in ("/desk", "/desk/t/webhook/c1", "/desk/t/webhook/c1/card"):
            found = await room.page(path)
            assert found.status_code == 200
            assert not [one for one in ("<script>alert", "<img src=x", ">49<") if one in found.text]
            assert "<bdi>" in found.text


async def test_claim_reply_and_the_rest_go_through_the_service_and_the_audit(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1")
        await room.writes("c1", "m1", "在吗")
        assert (await room.acts("c1", "claim")).status_code == 204
        assert (await room.acts("c1", "reply", text="亲，在的", key="k1")).status_code == 204
        assert (await room.acts("c1", "reply", text="亲，在的", key="k1")).status_code == 204
        assert [one.text for one in await room.store.unsent("webhook", "c1")] == ["亲，在的"]
        assert "发送中" in (await room.page("/desk/t/webhook/c1")).text
        assert (await room.acts("c1", "owe", text="补发", kind="promise", due="30")).status_code == 204
        [owed] = await room.store.commitments_of("webhook", "c1")
        assert owed.due_at == room.clock() + timedelta(minutes=30)
        assert (await room.acts("c1", "settle", id=owed.id)).status_code == 204
        assert (await room.acts("c1", "hand_back")).status_code == 204
        assert [note[1] for note in room.gate.notes] == ["claim", "reply", "reply", "owe", "settle", "hand_back"]
        assert "亲，在的" not in str(room.gate.notes)


async def test_two_who_claim_the_same_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1")
        assert (await room.acts("c1", "claim")).status_code == 204
        room.gate.who = OpenGate("a11").who
        lost = await room.acts("c1", "claim")
        assert lost.status_code == 409
        assert "a01" in lost.json()["detail"][0]["msg"]


async def test_only_a_supervisor_takes_over_and_an_operator_says_nothing(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1")
        await room.acts("c1", "claim")
        room.gate.who = OpenGate("a11").who
        assert (await room.acts("c1", "claim", over="1")).status_code == 422
        room.gate.who = OpenGate("s01", Role.SUPERVISOR).who
        assert (await room.acts("c1", "claim", over="1")).status_code == 204
        room.gate.who = OpenGate("op", Role.OPERATOR).who
        assert (await room.acts("c1", "reply", text="亲")).status_code == 403
        assert 'id="composer"' not in (await room.page("/desk/t/webhook/c1")).text


async def test_a_form_without_its_token_changes_nothing(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1")
        assert (await room.acts("c1", "claim", csrf="other")).status_code == 403
        talk = await room.store.talk("webhook", "c1")
        assert talk
        assert talk.agent_id is None


async def test_without_scripts_a_form_leads_back_to_its_thread_and_keeps_the_text_that_was_refused(
    tmp_path: Path,
) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        done = await room.acts("c1", "reply", scripted=False, text="亲，好的")
        assert (done.status_code, done.headers["location"]) == (303, "/desk/t/webhook/c1")
        refused = await room.acts("c1", "reply", scripted=False, text="亲，加我微信")
        assert refused.status_code == 422
        assert "亲，加我微信</textarea>" in refused.text


async def test_the_next_buyer_is_the_hottest_of_those_who_wait(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1")
        await room.waits("c2", agent="a11")
        first = await room.form("/desk/next")
        assert first.json() == {"path": "/desk/t/webhook/c1"}
        room.gate.who = OpenGate("s01", Role.SUPERVISOR).who
        assert (await room.form("/desk/next")).status_code == 404


async def test_a_stream_tells_of_lines_and_of_the_queue_as_they_change(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        who = room.gate.who
        assert who

        beats = list[None]()

        async def here() -> None:
            beats.append(None)

        face = room.face
        live = Live(face.desk, face.board, face.news, face.suggesting, lambda: face.scene(who), here)
        stream = frames(live, Page(Place("webhook", "c1"), 0))
        told = ""
        while 'id="queue"' not in told:
            told = (await anext(stream)).decode()
        await room.writes("c1", "m1", "还在吗")
        while "还在吗</bdi></p>" not in told:
            told = (await anext(stream)).decode()
        assert told.startswith("event: line")
        room.face.news.close()
        with anyio.fail_after(5):
            assert not [frame async for frame in stream if b"still here" in frame]
        assert len(beats) == 1


async def test_what_a_buyer_writes_is_shown_before_it_is_worked_on_and_again_with_its_number(
    tmp_path: Path,
) -> None:
    async with desk_room(tmp_path) as room:
        kept, who, face = await room.waits("c1", agent="a01"), room.gate.who, room.face
        assert who
        assert await room.store.act(Act(replace(kept, holder=Holder.HUMAN, version=1)), TEN)
        live = Live(face.desk, face.board, face.news, face.suggesting, lambda: face.scene(who), nothing)
        stream, lines = frames(live, Page(Place("webhook", "c1"), 0)), list[str]()
        while 'id="queue"' not in (await anext(stream)).decode():
            pass
        assert await room.store.accept(replace(buyer_event(7), received_at=TEN, ready_at=TEN)) is Accepted.AT_ONCE
        while len(lines) < 1:
            lines += [told for told in [(await anext(stream)).decode()] if "第7句</bdi></p>" in told]
        await room.writes("c1", "m7", "第7句")
        while len(lines) < 2:
            lines += [told for told in [(await anext(stream)).decode()] if "第7句</bdi></p>" in told]
        assert ["data-seq" in told for told in lines] == [False, True]
        assert ["\nid: " in told for told in lines] == [False, True]
        assert all('data-id="m7"' in told for told in lines)


async def nothing() -> None:
    """A log-in that lasts."""


def test_a_line_that_was_saved_beside_a_later_one_or_was_taken_back_is_told_too() -> None:
    def line(seq: int, kind: str = "text") -> Spoken:
        return Spoken(seq, f"m{seq}", "buyer", kind, "在吗", TEN)

    page = Page(Place("webhook", "c1"), 5)
    assert page.since == 5
    assert [one.seq for one in page.new([line(6), line(8)])] == [6, 8]
    assert page.since == 5
    assert [one.seq for one in page.new([line(6), line(7), line(8, "recalled")])] == [7, 8]
    assert page.new([line(6), line(7), line(8, "recalled")]) == []
    page.new([line(seq) for seq in range(9, 30)])
    assert page.since == 19


async def test_however_much_is_heard_a_desk_says_that_it_is_open_and_ends_with_its_log_in(tmp_path: Path) -> None:
    """News comes faster than the heartbeat."""
    seconds, beats = count(1_000, 4), list[None]()

    async def here() -> None:
        beats.append(None)
        if len(beats) > 3:
            raise LoginNeededError("desk.login_needed")

    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        who, face = room.gate.who, room.face
        assert who
        live = Live(
            face.desk, face.board, face.news, face.suggesting, lambda: face.scene(who), here, lambda: next(seconds)
        )

        async def goes_on() -> None:
            while True:
                face.news.tell("c:webhook:c1")
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as beside:
            beside.start_soon(goes_on)
            with anyio.fail_after(20):
                assert [frame async for frame in frames(live, Page(Place("webhook", "c1"), 0), heartbeat=15)]
            beside.cancel_scope.cancel()
    assert len(beats) == 4


async def test_a_long_thread_begins_with_its_end_and_shows_the_rest_when_asked(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        for number in range(SHOWN_MAX + 3):
            await room.writes("c1", f"m{number}", f"第{number}句。")
        short, whole = await room.page("/desk/t/webhook/c1"), await room.page("/desk/t/webhook/c1?all=1")
        assert ("第0句。" in short.text, "更早的 3 条" in short.text) == (False, True)
        assert ("第0句。" in whole.text, "更早的" in whole.text) == (True, False)


async def test_what_the_bot_would_say_is_offered_and_quick_phrases_by_their_codes(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        await room.writes("c1", "m1", "发什么快递")
        assert (await room.page("/desk/t/webhook/c1/suggestion")).status_code == 200
        assert (await room.page("/desk/t/webhook/c1/shorts?p=zzz")).status_code == 200
        assert (await room.page("/desk/t/webhook/c1/nothing")).status_code == 404


async def test_a_suggestion_that_is_sent_unchanged_keeps_where_its_words_are_written(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        await room.writes("c1", "m1", "发什么快递")
        told = await room.face.suggesting.suggestion(Place("webhook", "c1"))
        assert told
        for key, text in (("k1", told.text), ("k2", f"{told.text}！")):
            done = await room.acts("c1", "reply", text=text, key=key, suggested="1", code="")
            assert done.status_code == 204
            await room.writes("c1", f"m{key}", "发什么快递")
        unchanged, changed = [await room.store.explain(said_id("webhook", "c1", "a01", key)) for key in ("k1", "k2")]
        assert unchanged
        assert changed
        assert (f"'source': '{told.source}'" in str(unchanged["command"]), bool(unchanged["made"])) == (True, True)
        assert ("'source': None" in str(changed["command"]), changed["made"]) == (True, None)


async def test_a_suggestion_keeps_it_too_where_the_buyer_writes_before_the_agent_clicks(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        await room.writes("c1", "m1", "发什么快递")
        [heard] = re.findall(r'data-heard="(\d+)"', (await room.page("/desk/t/webhook/c1/suggestion")).text)
        told = await room.face.suggesting.suggestion(Place("webhook", "c1"))
        assert told
        await room.writes("c1", "m2", "转人工")
        sends = {
            "k1": {"text": told.text, "heard": heard},
            "k2": {"text": told.text, "seen": heard},
            "k3": {"text": f"{told.text}！", "heard": heard},
            "k4": {"text": told.text},
        }
        for key, fields in sends.items():
            assert (await room.acts("c1", "reply", key=key, suggested="1", **fields)).status_code == 204
        said = [await room.store.explain(said_id("webhook", "c1", "a01", key)) for key in sends]
        assert [bool(one and one["made"]) for one in said] == [True, True, False, False]


async def test_search_finds_by_words_on_a_page_of_its_own_and_as_a_part(tmp_path: Path) -> None:
    async with desk_room(tmp_path) as room:
        await room.waits("c1", agent="a01")
        await room.writes("c1", "m1", "袜子起球了怎么办")
        whole, part = await room.page("/desk/search?q=起球"), await room.page("/desk/search?part&q=起球")
        assert all("袜子起球了" in one.text for one in (whole, part))
        assert ("<html" in whole.text, "<html" in part.text) == (True, False)
        for asked in ("%25", "_", "", "x" * 9_000, "%00", "\u202e"):
            assert (await room.page(f"/desk/search?q={asked}")).status_code == 200, asked
