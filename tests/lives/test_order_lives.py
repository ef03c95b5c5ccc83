"""Thousands of orders live random lives; what the shop said of its own accord is judged by a naive reference."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.core.uplift import Arm, arm_of
from bot.records import Nudge, NudgeState
from tests.lives.judge import faults
from tests.lives.shop import HELD_OUT_PERCENT, NUDGES
from tests.lives.world import Sent, Story, World

_MANY = range(40)


def lived(folder: Path, seed: int, steps: int = 40, buyers: int = 60) -> Story:
    world = World(folder, Random(seed))

    async def run() -> None:
        """Returns nothing: a finished task is written out whole when `asyncio.run` ends."""
        await world.run(steps, buyers)
        await world.close()

    asyncio.run(run())
    return world.story()


@pytest.mark.parametrize(
    ("seed", "steps"), [(0, 28), *(pytest.param(seed, 40, marks=pytest.mark.slow) for seed in _MANY)]
)
def test_nothing_is_said_twice_or_when_it_must_not_and_all_that_is_due_is_said(
    tmp_path: Path, seed: int, steps: int
) -> None:
    judged(lived(tmp_path, seed, steps))


def judged(story: Story) -> None:
    assert faults(story) == []
    ended = Counter(line.state.value for line in story.moments[-1].lines.values())
    assert len(story.lives) > 150
    assert min(ended["sent"], ended["held_out"], ended["cancelled"]) > 5


Spoilt = Callable[[Story, Sent], None]


def _again(story: Story, sent: Sent) -> None:
    story.sent.append(sent)


def _by_night(story: Story, sent: Sent) -> None:
    story.sent[story.sent.index(sent)] = replace(sent, at=sent.at.replace(hour=18))


def _about_another(story: Story, sent: Sent) -> None:
    other = next(one for one, life in story.moments[sent.moment].lives.items() if life.buyer != sent.buyer)
    story.sent[story.sent.index(sent)] = replace(sent, orders=(*sent.orders, other))


def _paid(story: Story, sent: Sent) -> None:
    order = sent.orders[0]
    for number, moment in enumerate(story.moments):
        if life := moment.lives.get(order):
            story.moments[number] = replace(moment, lives={**moment.lives, order: replace(life, status="paid")})


def _held(story: Story, sent: Sent) -> None:
    story.moments = [replace(moment, held=frozenset({sent.buyer})) for moment in story.moments]


def _paused(story: Story, sent: Sent) -> None:
    del sent
    story.moments = [replace(moment, paused=True) for moment in story.moments]


def _too_soon(story: Story, sent: Sent) -> None:
    story.sent.append(replace(sent, id="another", queued_at=sent.queued_at + timedelta(minutes=5)))


def _never(story: Story, sent: Sent) -> None:
    """Its line waits, and nothing spoke against it."""
    for number, moment in enumerate(story.moments):
        waits = {key: _waiting(line, sent) for key, line in moment.lines.items()}
        story.moments[number] = replace(moment, lines=waits, last_at={}, held=frozenset())
    story.sent = []


def _waiting(line: Nudge, sent: Sent) -> Nudge:
    return replace(line, state=NudgeState.PLANNED, at=None) if line.command_id == sent.id else line


def _held_out(story: Story, sent: Sent) -> None:
    kept = next(
        one for one in story.moments[sent.moment].lives if arm_of(one, HELD_OUT_PERCENT, "yeban") is Arm.HELD_OUT
    )
    story.sent[story.sent.index(sent)] = replace(sent, orders=(kept,))


SPOILERS: tuple[Spoilt, ...] = (
    _again, _by_night, _about_another, _paid, _held, _paused, _too_soon, _never, _held_out,
)  # fmt: skip


def test_the_judge_finds_nothing_wrong_and_sees_each_thing_that_could_be(tmp_path: Path) -> None:
    story = lived(tmp_path, 0, steps=12, buyers=20)
    assert faults(story) == []
    for spoil in SPOILERS:
        spoilt = replace(story, sent=list(story.sent), moments=list(story.moments))
        spoil(spoilt, [one for one in spoilt.sent if one.step in NUDGES][-1])
        assert faults(spoilt), spoil.__name__
