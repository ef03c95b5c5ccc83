"""Shift changes over days and over a month: nobody without an owner, unanswered, or with two; no promise lost."""

import asyncio
import copy
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.core.book import CHINA
from tests.floor.evidence import Evidence
from tests.floor.figures import figures
from tests.floor.judge import faults
from tests.floor.spoilers import SPOILERS
from tests.floor.story import Story
from tests.floor.world import World

_LONG = pytest.mark.timeout(900)  # on a machine that has much else to do
_KINDS = ("assigned", "passed", "transferred", "handed_over", "settled", "acknowledged")


def lived(folder: Path, seed: int, first: str, days: int, conversations: int, grid: int = 30) -> Story:
    """`grid`: seconds between two looks at the least."""
    start = datetime.fromisoformat(first).replace(tzinfo=CHINA)
    world = World(folder, seed, start, days, conversations, grid)

    async def run() -> None:
        """Returns nothing: a finished task is written out whole when `asyncio.run` ends."""
        await world.run()

    asyncio.run(run())
    return world.stage.story


def judged(story: Story) -> None:
    assert faults(story) == []
    told = [one.kind for one in story.journal]
    assert min(told.count(kind) for kind in _KINDS) > 0


@_LONG
def test_over_three_days_of_shifts_nobody_is_left_behind(tmp_path: Path) -> None:
    """A Friday with a shift through the night, a weekend with a split one, a Monday on which crews rotate."""
    judged(lived(tmp_path, 0, "2026-11-06", 3, 120, grid=120))


@pytest.mark.slow
@_LONG
@pytest.mark.parametrize("seed", range(1, 6))
def test_nor_on_the_days_of_the_sale(tmp_path: Path, seed: int) -> None:
    judged(lived(tmp_path, seed, "2026-11-09", 3, 1_000))


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_over_a_month_with_ten_thousand_conversations_nobody_is_left_behind(tmp_path: Path) -> None:
    story = lived(tmp_path, 1, "2026-11-02", 29, 10_000)
    print(json.dumps(figures(story), ensure_ascii=False, indent=1))
    judged(story)


@_LONG
def test_the_judge_finds_nothing_wrong_and_sees_each_thing_that_could_be(tmp_path: Path) -> None:
    story = lived(tmp_path, 2, "2026-11-12", 1, 45, grid=60)
    assert faults(story) == []
    for spoil, rule in SPOILERS:
        spoilt = copy.copy(story)
        spoilt.looks = list(story.looks)
        spoil(spoilt)
        assert list(rule(Evidence(spoilt))), spoil.__name__
