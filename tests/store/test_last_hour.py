"""First responses of the last sixty minutes, from what was really said."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.last_hour import Hours, last_hour, limits_on
from bot.records import Purpose
from bot.store import SqlStore, open_store
from tests.core.book import rules
from tests.core.transcripts import moment
from tests.fakes import counting_ids
from tests.store.days import Shopkeeper

pytestmark = pytest.mark.anyio
LATE = rules(
    kpis={
        "definitions": [
            {"name": "a", "title": "甲", "from": "2026-01-01", "why": "…", "unit": "round", "within": "10s",
             "counts": ["human"], "robot_only": "left_out"},
            {"name": "b", "title": "乙", "from": "2026-01-01", "why": "…", "unit": "round", "within": "3m",
             "counts": ["human"], "robot_only": "left_out"},
        ]
    }
)  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'hour.db'}", new_id=counting_ids())
    yield opened
    await opened.close()


async def test_the_bot_and_people_are_told_apart_and_older_questions_are_none(store: SqlStore) -> None:
    keeper = Shopkeeper(store)
    await keeper.hears("09:20:00", "c0")
    await keeper.hears("10:00:00", "c1")
    await keeper.says("10:00:02", "c1")
    await keeper.hears("10:10:00", "c2")
    await keeper.says("10:10:03", "c2", Purpose.HANDOFF)
    await keeper.says("10:11:00", "c2", by="a01")
    await keeper.hears("10:20:00", "c3")
    found = await last_hour(store, LATE, moment("10:30:00"))
    assert (found.limits, found.rounds, found.unanswered) == ((timedelta(seconds=10), timedelta(minutes=3)), 3, 1)
    assert (found.bot.count, found.bot.median, found.bot.within) == (2, 2500, (2, 2))
    assert (found.people.count, found.people.median, found.people.within) == (1, 60_000, (0, 1))


async def test_where_no_figure_is_defined_the_trades_own_limits_hold() -> None:
    assert limits_on(rules(), moment("10:00:00"))[0] == timedelta(seconds=8)


async def test_many_screens_cost_one_look(store: SqlStore) -> None:
    keeper, hours = Shopkeeper(store), Hours()
    first = await hours.at(store, LATE, moment("10:00:00"))
    await keeper.hears("09:59:00", "c1")
    assert await hours.at(store, LATE, moment("10:00:04")) is first
    assert (await hours.at(store, LATE, moment("10:00:05"))).rounds == 1
