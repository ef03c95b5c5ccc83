"""A day told again from either store is the same day."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cli.stats import as_json
from bot.content.calendar import workdays
from bot.content.rules import read_rules
from bot.core.attendance import Attendance, Late
from bot.core.conversions import Conversion
from bot.core.daylog import DayLog
from bot.core.kpis import Record, span_of
from bot.core.rounds import Line, Talk
from bot.core.tallies import Responses
from bot.service_record import ClearedDayError, service_record
from bot.store import SqlStore, care
from tests.content.desk import REPOSITORY
from tests.core.book import rules
from tests.core.transcripts import moment
from tests.store.days import Shopkeeper, lived, next_day

pytestmark = pytest.mark.anyio
DAY = date(2026, 11, 20)
RULES = rules()


def works(day: date) -> bool:
    return day.weekday() < 5


async def told(store: SqlStore, day: date = DAY) -> Record:
    return await service_record(store, RULES, works, day)


async def heard(store: SqlStore, day: date = DAY) -> tuple[Sequence[Talk], DayLog]:
    talks = list[Talk]()
    return talks, await store.day(span_of(day, RULES), talks.append)


async def test_the_lines_of_a_day_come_with_who_said_them_and_what_for(store: SqlStore) -> None:
    await lived(store)
    talks, _ = await heard(store)
    assert [(one.id, one.buyer_id) for one in talks] == [(f"c{number}", f"b{number}") for number in range(1, 6)]
    assert [(one.author, one.purpose) for one in talks[1].lines] == [
        ("buyer", None), ("bot", "handoff"), ("bot", "notice"), ("a02", "reply"), ("bot", "nudge"),
    ]  # fmt: skip
    assert [one.author for one in talks[0].lines] == ["buyer", "bot", "buyer", "bot", "buyer", "a01"]
    assert talks[0].lines[2] == Line(
        moment("10:00:00"), talks[0].lines[2].seq, "buyer", turn_id=talks[0].lines[2].turn_id,
        intents=("carrier", "stock"), decision="answer",
    )  # fmt: skip
    assert [one.recalled for one in talks[2].lines] == [True]


async def test_nobody_is_the_bot_by_calling_himself_so(store: SqlStore) -> None:
    """c4's agent is called `bot` by the channel; others call themselves so at the desk."""
    await lived(store)
    shop = Shopkeeper(store, begun=2000)
    for number, name in enumerate(("buyer", "bot", "system", "seller")):
        await shop.says(f"15:00:0{number}", "c4", by=name)
    talks, _ = await heard(store)
    assert [one.author for one in talks[3].lines] == ["buyer", *["seller"] * 5]


async def test_the_day_is_that_of_the_log(store: SqlStore) -> None:
    """Rounds of the day: c1 two (the third is the day before's), c2, c4, c5; c3 was taken back. The bot 2 s and 3 s;
    people 30 s, 180 s and 10 s, 220 / 3 = 73.333 s."""
    await lived(store)
    found = await told(store)
    total = found.total
    assert (total.buyers, total.served, total.conversations, total.rounds) == (4, 3, 4, 5)
    assert (total.unanswered, total.hand_offs, total.missed) == (1, 1, 0)
    assert total.bot == Responses(2, 2500, 2500, 3000, (2, 2, 2))
    assert total.human == Responses(3, 73333, 30000, 180000, (0, 2, 3))
    assert total.conversion == Conversion(4, 1, Decimal("129.00"))
    assert [(one.key, one.tally.rounds) for one in found.agents] == [
        ("a01", 1), ("a02", 1), ("seller", 1), ("bot", 1), (None, 1),
    ]  # fmt: skip
    assert found.agents[0].attendance == Attendance(540, (Late(moment("09:05:00"), "早班", 300),))
    assert [one.key for one in found.intents] == ["ask_human", "carrier", "size_fit", "stock", None]
    assert found.known_until == moment("23:30:00")


async def test_the_evening_s_last_round_is_the_evening_s(store: SqlStore) -> None:
    """Asked a minute before midnight, answered half a minute after it: 90 s."""
    await lived(store)
    found = await told(store, DAY - timedelta(days=1))
    assert (found.total.rounds, found.total.bot) == (1, Responses(1, 90000, 90000, 90000, (0, 0, 1)))


async def test_a_day_reckoned_twice_is_the_same(store: SqlStore) -> None:
    await lived(store)
    assert as_json(await told(store), None) == as_json(await told(store), None)


async def test_a_day_is_the_same_to_the_byte_on_every_store(store: SqlStore) -> None:
    """The shipped rules' record of it, as `yeban stats --json` prints it."""
    await lived(store)
    shipped = read_rules(REPOSITORY / "rules").rules
    expected = json.loads((REPOSITORY / "tests" / "cli" / "stats.json").read_text("utf-8"))
    found = as_json(await service_record(store, shipped, workdays(), DAY), None)
    assert found == json.dumps(expected, ensure_ascii=False)


async def test_what_the_next_day_brings_changes_nothing_but_that_the_day_is_over(store: SqlStore) -> None:
    await lived(store)
    before = await told(store)
    await next_day(store)
    after = await told(store)
    assert after == replace(before, known_until=moment("+1 00:00:00"))
    assert as_json(after, None) == as_json(await told(store), None)


async def test_an_answer_of_the_next_day_is_the_questions(store: SqlStore) -> None:
    await lived(store)
    shop = Shopkeeper(store, begun=2000)
    await shop.hears("+1 09:00:00", "c5", by="a01", buyer="b5")
    found = await told(store)
    assert (found.total.unanswered, found.total.human.count) == (0, 4)


async def test_a_day_without_a_line_is_empty(store: SqlStore) -> None:
    found = await told(store)
    assert (found.total.rounds, found.agents, found.known_until) == (0, (), moment("00:00:00"))


async def test_a_day_of_which_something_was_cleared_is_refused_with_the_first_whole_one(
    store: SqlStore, database_url: str
) -> None:
    """Cleared until 04:00 of the 20th: two silences of 12 h later is the 21st at 04:00; the 22nd is whole."""
    await lived(store)
    care.prune(database_url, moment("04:00:00"), lambda _: None)
    for day in (DAY - timedelta(days=400), DAY, DAY + timedelta(days=1)):
        with pytest.raises(ClearedDayError, match="2026-11-22"):
            await told(store, day)
    assert (await told(store, DAY + timedelta(days=2))).total.rounds == 0


async def test_a_day_right_behind_what_was_cleared_is_whole(store: SqlStore, database_url: str) -> None:
    await lived(store)
    before = await told(store)
    care.prune(database_url, moment("-1 00:00:00"), lambda _: None)
    assert await told(store) == before
    with pytest.raises(ClearedDayError, match="2026-11-20"):
        await told(store, DAY - timedelta(days=1))
