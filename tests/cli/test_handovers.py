"""`handover`: the day's logs and what nobody has acknowledged, as lines and as JSON."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.acknowledging import acknowledge
from bot.acts import Act
from bot.core.model import Holder
from bot.core.notebooks import Handover, HandoverLine, LineKind
from bot.store import open_store
from bot.words import say
from tests.core.book import local
from tests.fakes import counting_ids, talk

from .terminal import inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
MORNING, EVENING = local("2026-11-23 09:00"), local("2026-11-23 18:00")


def two_logs() -> None:
    async def run() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        for one in ("c1", "c2"):
            waiting = replace(talk(holder=Holder.QUEUED, one=one), waiting_since=MORNING)
            await store.act(Act(conversation=waiting), MORNING)
        lines = tuple(
            HandoverLine(number, LineKind.WAITING, "webhook", f"c{number}", "b1", f"买家{number}\x1b[31m\n在等")
            for number in (1, 2)
        )
        first = Handover("h1", "presale", MORNING, (), ("早班",), MORNING, lines)
        second = Handover("h2", "presale", EVENING, ("早班",), ("晚班",), EVENING, lines[1:])
        await store.act(Act(handovers=(first,)), MORNING)
        await acknowledge(store, "h1", 1, "a01", MORNING)
        await store.act(Act(handovers=(second,)), EVENING)
        await store.close()

    asyncio.run(run())


def test_nothing_to_hand_over_is_told(capsys: Capture) -> None:
    assert inside(capsys, "handover").out == say("handover.none") + "\n"
    assert inside(capsys, "handover", "--open").out == say("handover.none_open") + "\n"
    assert inside(capsys, "handover", "--json").out == ""


def test_a_days_logs_are_shown_with_what_became_of_each_line(capsys: Capture) -> None:
    two_logs()
    done = inside(capsys, "handover", "--at", "2026-11-23T23:00")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "【售前】11月23日 09:00 交接：（无） → 早班，共 2 条，未确认 0 条（h1）",
        "  1. 买家  买家1 [31m 在等  【a01 11月23日 09:00 已确认】",
        "  2. 买家  买家2 [31m 在等  【转入下一次交接】",
        "【售前】11月23日 18:00 交接：早班 → 晚班，共 1 条，未确认 1 条（h2）",
        "  2. 买家  买家2 [31m 在等  【未确认】",
    ]
    assert inside(capsys, "handover", "--at", "2026-11-24T01:00").out == say("handover.none") + "\n"


def test_what_nobody_has_acknowledged_is_shown_of_whichever_day(capsys: Capture) -> None:
    two_logs()
    done = inside(capsys, "handover", "--open")
    assert len(done.lines) == 2
    assert "h2" in done.lines[0]


def test_json_is_an_object_a_log(capsys: Capture) -> None:
    two_logs()
    told = [json.loads(line) for line in inside(capsys, "handover", "--at", "2026-11-23", "--json").lines]
    assert [(one["id"], one["group"], one["ended"], one["receiving"], one["live_at"]) for one in told] == [
        ("h1", "presale", [], ["早班"], None), ("h2", "presale", ["早班"], ["晚班"], None),
    ]  # fmt: skip
    [line] = told[1]["lines"]
    assert (told[1]["at"], line["kind"], line["number"], line["handed_on"]) == (
        "2026-11-23T10:00:00+00:00", "waiting", 2, None,
    )  # fmt: skip


def test_a_time_that_is_none_is_refused(capsys: Capture) -> None:
    assert refused_in_one_line(inside(capsys, "handover", "--at", "gestern"), 2)
