"""A closed laptop keeps nobody waiting; a desk that is looked at again brings its agent back."""

from datetime import timedelta
from pathlib import Path

from bot.absence import Absences
from bot.acts import Act
from bot.bell import LocalBell
from bot.core.model import AgentState, Presence
from bot.core.staff import Account, Audited, Role, Session
from tests.core.book import local
from tests.edge.test_clocking import AWAY, BOOK, ON, Shop, live

TEN = local("2026-11-24 10:00")
AFTER = BOOK.rules.routing.dispatch.absent_after


async def opens(shop: Shop, agent: str) -> str:
    """Logs in and has a desk open; the log-in's name."""
    now, digest = shop.clock(), f"digest-{agent}"
    line = Audited(now, agent, "test")
    await shop.store.add_account(Account(agent, agent, Role.AGENT, "hash", now, now), line)
    assert await shop.store.log_in(Session(digest, agent, now, now, now + timedelta(hours=12)), "hash", None, line)
    await shop.store.beat(digest, now)
    return digest


def absences(shop: Shop) -> Absences:
    return Absences(shop.store, LocalBell(), shop.book, shop.clock)


async def state(shop: Shop, agent: str) -> AgentState:
    return (await shop.desk.floor()).presence[agent].state


def test_who_closes_the_laptop_is_away_after_a_while_and_their_threads_move_on(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        for agent in ("a01", "a11"):
            await shop.clocks(agent, ON, TEN)
        digest = await opens(shop, "a01")
        await shop.queues("c1", "a01")
        shop.clock.moment = TEN + AFTER
        assert await absences(shop).tick() == 0
        await shop.store.beat(digest, shop.clock())
        shop.clock.moment += AFTER + timedelta(seconds=1)
        assert await absences(shop).tick() == 1
        assert (await state(shop, "a01"), await state(shop, "a11")) == (AWAY, ON)
        assert await absences(shop).tick() == 0
        await shop.routing.tick()
        moved = await shop.store.talk("webhook", "c1")
        assert moved
        assert moved.agent_id is None

    assert live(tmp_path, TEN, story).strokes()[-1][0] == "away"


def test_who_looks_at_the_desk_again_is_back_but_who_stepped_away_is_not(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        await shop.clocks("a01", ON, TEN)
        await opens(shop, "a01")
        shop.clock.moment = TEN + 2 * AFTER
        await absences(shop).tick()
        await absences(shop).returns("a01")
        assert await state(shop, "a01") is ON
        await shop.clocks("a01", AWAY, shop.clock())
        await absences(shop).returns("a01")
        assert await state(shop, "a01") is AWAY
        await absences(shop).returns("nobody")

    live(tmp_path, TEN, story)


def test_who_logs_out_has_left_and_who_never_clocked_has_not(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        await shop.clocks("a01", ON, TEN)
        shop.clock.moment += timedelta(hours=1)
        await absences(shop).leaves("a01")
        await absences(shop).leaves("a11")
        floor = await shop.desk.floor()
        assert {one: told.state for one, told in floor.presence.items()} == {"a01": AgentState.OFFLINE}

    assert live(tmp_path, TEN, story).strokes()[-1][0] == "offline"


def test_who_works_without_our_desk_or_has_just_come_is_never_found_absent(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        await shop.clocks("a11", ON, TEN)
        await opens(shop, "a01")
        shop.clock.moment = TEN + 2 * AFTER
        await shop.store.act(Act(presence=(Presence("a01", ON, shop.clock()),)), shop.clock())
        assert await absences(shop).tick() == 0

    live(tmp_path, TEN, story)
