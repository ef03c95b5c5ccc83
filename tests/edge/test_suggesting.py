"""What an agent is offered to say, over a real store; nothing of it leaves a trace."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bot.acting import Place
from bot.commands import said_id
from bot.content.files import FileSet
from bot.core.model import OrderStatus
from bot.core.rules.work import Reception
from bot.lines import line_at
from bot.proving import Prover
from bot.recalling import who_got
from bot.refusals import UnknownError
from bot.suggesting import Suggesting
from tests.core.book import TOPICS, book_of, rules
from tests.edge.desks import BOOK, C1, CARRIER, HOLD, QUESTION, Floor, on_the_floor
from tests.edge.happenings import snapshot, wrote
from tests.edge.sayings import another
from tests.fakes import order
from tests.store.copies import everything


def suggesting(floor: Floor) -> Suggesting:
    return Suggesting(floor.shop.store, lambda: floor.shop.book[0], floor.shop.clock)


def test_what_waits_for_a_human_is_answered_as_the_bot_would(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        await floor.shop.after(wrote(2, QUESTION))
        told = await suggesting(floor).suggestion(C1)
        assert told
        assert (told.text, told.topic, told.variant, told.intent) == (CARRIER, "shipping/carrier", "default", "carrier")
        assert (told.source, told.commit, told.title) == ("replies/shipping/carrier.md:0", "c0ffee", "〔carrier〕")
        assert 0.85 < told.score <= 1

    on_the_floor(tmp_path, story)


def test_facts_are_those_of_a_real_turn(tmp_path: Path) -> None:
    async def story(floor: Floor) -> object:
        sent = replace(order(OrderStatus.SHIPPED), carrier="中通", tracking_no="ZT00001")
        await floor.shop.after(snapshot(5, sent))
        await floor.shop.after(wrote(2, "我的快递到哪了"))
        told = await suggesting(floor).suggestion(C1)
        return told and told.text

    assert on_the_floor(tmp_path, story) == "亲，中通承运，单号 ZT00001。"


def test_nothing_is_written_by_looking(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        await floor.shop.after(wrote(2, f"{QUESTION}，发中通吧"))
        url = f"sqlite:///{tmp_path / 'n.db'}"
        before = everything(url)
        await suggesting(floor).suggestion(C1)
        await suggesting(floor).shorts(C1, "")
        await suggesting(floor).whys(C1)
        assert everything(url) == before

    on_the_floor(tmp_path, story)


def test_a_comfort_between_does_not_take_the_question_away(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[object]:
        await floor.shop.after(wrote(2, QUESTION))
        await floor.a_minute_later()
        assert await floor.sends() == [HOLD]
        told = await suggesting(floor).suggestion(C1)
        await floor.desk.reply(C1, "a01", "中通的", "k2")
        await floor.sends()
        return [told and told.text, await suggesting(floor).suggestion(C1)]

    assert on_the_floor(tmp_path, story) == [CARRIER, None]


@pytest.mark.parametrize("text", ["我打12315了", "转人工", "我要换货", "月球上的石头怎么卖呀", "嗯"])
def test_where_the_bot_would_hand_over_or_be_silent_nothing_is_suggested(tmp_path: Path, text: str) -> None:
    async def story(floor: Floor) -> object:
        await floor.shop.after(wrote(2, text))
        return await suggesting(floor).suggestion(C1)

    assert on_the_floor(tmp_path, story) is None


def test_it_speaks_too_where_people_come_first_and_while_the_bot_is_paused(tmp_path: Path) -> None:
    async def story(floor: Floor) -> object:
        reception = {"mode": "assist"}
        floor.shop.book[0] = book_of(TOPICS, rules(reception=reception))
        assert isinstance(floor.shop.book[0].rules.reception, Reception)
        await floor.shop.store.set_paused(True, floor.shop.clock())
        await floor.desk.close(C1, "a01")
        await floor.shop.after(wrote(2, QUESTION))
        assert (await floor.talk()).reason == "paused"
        told = await suggesting(floor).suggestion(C1)
        return told and told.text

    assert on_the_floor(tmp_path, story) == CARRIER


def test_to_somebody_else_in_the_buyers_conversation_nothing_is_suggested(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[object]:
        await floor.shop.after(snapshot(5, order(OrderStatus.SHIPPED)))
        await floor.shop.after(wrote(2, "我的快递到哪了", buyer="b2"))
        return [await suggesting(floor).suggestion(C1), await suggesting(floor).shorts(C1, "")]

    assert on_the_floor(tmp_path, story) == [None, ()]


def test_a_conversation_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        with pytest.raises(UnknownError):
            await suggesting(floor).suggestion(Place("webhook", "c9"))

    on_the_floor(tmp_path, story)


def test_each_line_of_the_bots_tells_why_it_was_said(tmp_path: Path) -> None:
    async def story(floor: Floor) -> dict[str, tuple[object, ...]]:
        await floor.desk.hand_back(C1, "a01")
        await floor.shop.after(wrote(2, QUESTION))
        await floor.sends()
        found = await suggesting(floor).whys(C1)
        lines = {line.id: line.text for line in await floor.shop.store.transcript("webhook", "c1")}
        return {
            lines[one]: (why.decision, why.reason, why.words, [meant.intent for meant in why.meant], why.source)
            for one, why in found.items()
        }

    told = on_the_floor(tmp_path, story)
    assert told.pop(CARRIER) == ("answer", "sure", "命中话术", ["carrier"], "replies/shipping/carrier.md:0")
    [handed] = told.values()
    assert handed[:3] == ("hand_off", "asked_for_human", "买家要求人工")


def test_short_codes_speak_with_this_buyers_facts(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[object, ...]]:
        codes = {"logistics/logistics_query": "wl", "shipping/carrier": "wlkd", "product/size_fit": "cm"}
        topics = [replace(one, short=codes.get(one.name)) for one in TOPICS]
        floor.shop.book[0] = book_of(topics, rules())
        sent = replace(order(OrderStatus.SHIPPED), carrier="中通", tracking_no="ZT00001")
        await floor.shop.after(snapshot(5, sent))
        found = await suggesting(floor).shorts(C1, "/wl")
        return [(one.code, one.text) for one in found]

    assert on_the_floor(tmp_path, story) == [("wl", "亲，中通承运，单号 ZT00001。"), ("wlkd", CARRIER)]


def test_of_a_queued_buyer_the_question_is_read_as_the_bot_first_heard_it(tmp_path: Path) -> None:
    """Not as it stands after the turn that called for people."""

    async def story(floor: Floor) -> object:
        await floor.desk.close(C1, "a01")
        quiet = {"mode": "human_first"}
        floor.shop.book[0] = book_of(TOPICS, rules(reception=quiet))
        await floor.shop.after(wrote(2, QUESTION))
        await floor.sends()
        assert (await floor.talk()).reason == "human_first"
        told = await suggesting(floor).suggestion(C1)
        return told and told.text

    assert on_the_floor(tmp_path, story) == CARRIER


PATH = "replies/shipping/carrier.md"
CODED = """---
intent: carrier
title: 发什么快递
short: kd
---
## default
亲，默认发{{ shop.carrier_default }}。
"""


async def _coded(floor: Floor) -> FileSet:
    """The shop's files, of which one has a code."""
    floor.shop.book[0], files = another(BOOK, FileSet({}), {PATH: CODED})
    await floor.shop.store.keep_release(files, None, floor.shop.clock())
    return files


def test_what_an_agent_sends_by_a_code_unedited_is_proven_and_recalled_as_the_files_words(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        files, store = await _coded(floor), floor.shop.store
        [short] = await suggesting(floor).shorts(C1, "/kd")
        assert short.text == CARRIER
        made = await suggesting(floor).made(C1, f"{CARRIER}\n", code="kd")
        await floor.desk.reply(C1, "a01", CARRIER, "k2", made=made)
        assert await floor.sends() == [CARRIER]
        told = await store.explain(said_id("webhook", "c1", "a01", "k2"))
        assert told
        kept, command = cast("Mapping[str, object]", told["made"]), cast("Mapping[str, object]", told["command"])
        assert (kept["version"], kept["decision"], kept["reason"]) == (files.version, "agent", "/kd")
        data = cast("Mapping[str, object]", command["data"])
        assert (data["source"], data["author"]) == (f"{PATH}:7", {"kind": "agent", "id": "a01"})
        assert (await Prover(store, tmp_path, tmp_path).prove(kept, CARRIER)).equal
        found = await who_got(store, [line_at(files, PATH, 7)], None, None)
        assert [(one.message.conversation_id, one.message.text) for one in found.got] == [("c1", CARRIER)]

    on_the_floor(tmp_path, story)


def test_a_suggestion_that_is_sent_as_it_stands_is_the_files_words_too(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        files = await _coded(floor)
        await floor.shop.after(wrote(2, QUESTION))
        made = await suggesting(floor).made(C1, CARRIER, suggested=True)
        assert made
        assert (made["version"], made["reason"]) == (files.version, "suggestion")

    on_the_floor(tmp_path, story)


def test_what_the_buyer_writes_between_takes_no_suggestions_proof_away(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        files, helper = await _coded(floor), suggesting(floor)
        await floor.shop.after(wrote(2, QUESTION))
        told = await helper.suggestion(C1)
        assert told
        assert (told.text, told.heard) == (CARRIER, await floor.last())
        await floor.shop.after(wrote(3, "转人工"))
        assert await helper.suggestion(C1) is None
        made = await helper.made(C1, CARRIER, suggested=True, heard=told.heard)
        assert made
        assert (made["version"], made["reason"]) == (files.version, "suggestion")
        assert await helper.made(C1, f"{CARRIER}哦", suggested=True, heard=told.heard) is None
        assert await helper.made(C1, CARRIER, suggested=True, heard=0) is None

    on_the_floor(tmp_path, story)


def test_what_an_agent_changed_or_wrote_is_the_agents_own(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        await _coded(floor)
        helper = suggesting(floor)
        told = [
            await helper.made(C1, CARRIER.replace("中通", "圆通"), code="kd"),
            await helper.made(C1, CARRIER + "哦", code="kd"),
            await helper.made(C1, CARRIER, code="k"),
            await helper.made(C1, CARRIER, code="nothing"),
            await helper.made(C1, CARRIER),
            await helper.made(C1, CARRIER, suggested=True),
        ]
        assert told == [None] * 6
        await floor.desk.reply(C1, "a01", CARRIER, "k3")
        await floor.sends()
        said = await floor.shop.store.explain(said_id("webhook", "c1", "a01", "k3"))
        assert said
        assert said["made"] is None

    on_the_floor(tmp_path, story)
