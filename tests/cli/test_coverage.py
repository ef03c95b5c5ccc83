"""`coverage`: which lines spoke, over a real database; and how it is told."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.coverage import Candidate, Tally, Told
from bot.core.coverage_report import coverage
from bot.coverage_words import SHOWN, as_markdown, on_screen, plain
from bot.records import Outcome, TurnRecord
from bot.store import open_store
from bot.words import say
from tests.core.book import CHINA, NIGHT, local
from tests.core.test_coverage import book, report, said, turn
from tests.fakes import WEBHOOK, buyer_event, counting_ids, reply, talk

from .terminal import inside, refused_in_one_line

DAYS = ("--since", "2026-11-23", "--until", "2026-11-29")
SINCE, UNTIL = date.fromisoformat("2026-11-23"), date.fromisoformat("2026-11-29")
MONDAY = local("2026-11-23 00:00")
STORY = {
    "intents": ["carrier"],
    "candidates": [{"intent": "carrier", "score": 1.0, "ask": "发什么快递", "source": "replies/shipping/carrier.md:6"}],
    "parts": [
        {"topic": "shipping/carrier", "variant": "default", "source": "replies/shipping/carrier.md:1", "text": "变了"}
    ],
}


async def turned() -> None:
    """A turn of Monday's first moment, and what it said."""
    store = open_store("sqlite:///yeban.db", new_id=counting_ids())
    await store.accept(replace(buyer_event(1), received_at=MONDAY, ready_at=MONDAY))
    [claim] = await store.claim(MONDAY, 10)
    command = reply("r1")
    data = {**command.data, "source": "replies/shipping/carrier.md:1"}
    command = replace(command, data=data, created_at=MONDAY, deadline=local("2026-11-30 00:00"))
    record = TurnRecord("t1", "c1", MONDAY, "answer", "sure", ("r1",), STORY)
    await store.save(claim, Outcome((1,), talk(), commands=(command,), turn=record), MONDAY)
    for one in await store.claim_commands(MONDAY, 10, WEBHOOK):
        await store.mark_sent(one, MONDAY)
    await store.close()


@pytest.mark.usefixtures("folder")
def test_a_week_is_counted_from_the_store(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(turned())
    done = inside(capsys, "coverage", *DAYS, "--json")
    assert (done.code, done.err.count("\n"), "没有 replies/、rules/" in done.err) == (0, 1, True)
    told = json.loads(done.out)
    assert (told["since"], told["until"], told["turns"], told["said"]) == ("2026-11-23", "2026-11-29", 1, 1)
    (spoke,) = [one for one in told["files"] if one["said"]]
    assert (spoke["path"], spoke["changed"]) == ("replies/shipping/carrier.md", {"default": 1})
    assert [one["text"] for one in spoke["asks_won"]] == ["发什么快递"]
    assert [(one["intent"], one["turns"], one["answered"]) for one in told["intents"]] == [("carrier", 1, 1)]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [["--json", "--md"], ["--since", "gestern"]])
def test_what_does_not_fit_is_refused_in_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "coverage", *arguments), 2)


NEAR = (Candidate("two", 90, "两句吗"), Candidate("stock", 86, "有|货\n吗"))
OFFER = Told("c1", "ask", "nearly_sure", (), (Candidate("stock", 60),))


def test_a_screen_has_the_first_rows_of_each_table_and_all_of_them_if_asked() -> None:
    told = report((said("亲，红甲。"), said("亲。", of="g/old")), (turn("two", near=NEAR), OFFER))
    short, whole = (list(on_screen(told, SINCE, UNTIL, CHINA, whole=whole)) for whole in (False, True))
    assert short[0] == say("coverage.head", since=SINCE, until=UNTIL, turns=2, said=2)
    assert say("coverage.gone", count=1, names="g/old") in short
    assert say("coverage.more", count=len(told.dead) - SHOWN) in short
    assert not any(line == say("coverage.more", count=len(told.dead) - SHOWN) for line in whole)
    assert sum(say("coverage.why.no_occasion") in line for line in whole) > SHOWN
    assert any(line.split() == ["两句（two）", "1", "1", "(100%)", "0", "0", "0", "0"] for line in short)


def test_markdown_has_all_of_it_in_tables_that_hold() -> None:
    told = report((said("亲，红甲。"),), (turn("two", near=NEAR), OFFER))
    lines = list(as_markdown(told, SINCE, UNTIL, CHINA))
    rows = [line for line in lines if line.startswith("|")]
    assert all(row.endswith("|") for row in rows)
    assert "| 两句（two） | 〔stock〕（stock） | 1 | 有\\|货 吗 |" in rows
    assert len(rows) > len(told.dead) + len(told.files)


def test_plain_values_tell_the_same() -> None:
    told = report((said("亲，红甲。"),), (turn("two", near=NEAR), OFFER))
    again = json.loads(json.dumps(plain(told, SINCE, UNTIL), ensure_ascii=False))
    assert again["near"] == [
        {"intent": "two", "rival": "stock", "title": "两句", "rival_title": "〔stock〕", "count": 1, "ask": "有|货\n吗"}
    ]
    assert again["offers"] == [{"intent": "stock", "title": "〔stock〕", "offered": 1, "taken": 0}]
    whys = {line["why"] for one in again["files"] for line in one["lines"]}
    assert {None, "not_asked", "no_occasion", "no_such_case", "pack_off", "out_of_date"} <= whys


def test_what_was_cleared_within_the_days_is_told_and_what_before_is_not() -> None:
    counts, later = Tally(book()).counts, NIGHT + timedelta(hours=1)
    half, none = (coverage(counts, book(), NIGHT, later, cleared) for cleared in (later, NIGHT))
    assert say("coverage.cleared", until="2026-11-23 03:13") in list(on_screen(half, SINCE, UNTIL, CHINA, whole=True))
    assert (half.cleared_until, none.cleared_until) == (later, None)


def test_where_nothing_happened_there_is_still_a_report() -> None:
    told = coverage(Tally(book()).counts, book(), MONDAY, MONDAY)
    assert say("coverage.nothing") in list(on_screen(told, SINCE, UNTIL, CHINA, whole=False))
    assert say("coverage.nothing") in list(as_markdown(told, SINCE, UNTIL, CHINA))
