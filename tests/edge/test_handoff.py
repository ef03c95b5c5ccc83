"""The night's queue meets the morning's shift."""

from pathlib import Path

from bot.core.model import Holder
from bot.ports import Later
from bot.records import Event
from tests.core.book import local
from tests.edge.happenings import happened, told, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.fakes import WEBHOOK

MORNING = local("2026-11-23 10:05")
ALL = ("a01", "a11", "s01")
Announced = list[tuple[str, object]]


def clocks_in(number: int, agent: str, state: str = "online") -> Event:
    return happened(number, "agent.presence", {"agent_id": agent, "state": state}, f"a:{agent}")


async def a_night(shop: NightShop) -> None:
    """Three buyers wait: two with an exchange, between them one who threatens."""
    await shop.after(wrote(1, "我要换货", conversation="c1"))
    await shop.after(wrote(2, "我打12315了", conversation="c2"))
    await shop.after(wrote(3, "我要换货", conversation="c3"))


async def a_morning(shop: NightShop, *agents: str) -> Announced:
    shop.clock.moment = MORNING
    await shop.after(*(clocks_in(50 + number, agent) for number, agent in enumerate(agents)))
    await shop.hand_off.tick()
    return shop.store.announced


async def sent(shop: NightShop) -> None:
    for claimed in await shop.store.claim_commands(shop.clock(), 20, WEBHOOK):
        await shop.store.mark_sent(claimed, shop.clock())


async def refused(shop: NightShop) -> set[str]:
    """What waits to be sent is refused for good; its ids."""
    all_claimed = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
    for claimed in all_claimed:
        await shop.store.mark_dead(claimed, "http 410")
    return {claimed.command.id for claimed in all_claimed}


def announced(path: Path, *agents: str) -> Announced:
    async def story(shop: NightShop) -> Announced:
        await a_night(shop)
        return await a_morning(shop, *agents)

    return in_the_shop(path, story)


def test_the_hottest_comes_first_then_who_waits_longest(tmp_path: Path) -> None:
    assert [one for one, _ in announced(tmp_path, *ALL)] == ["c2", "c1", "c3"]


def test_nobody_is_told_while_nobody_is_there(tmp_path: Path) -> None:
    assert announced(tmp_path) == []


def test_only_whose_group_or_its_fallback_is_there_is_announced(tmp_path: Path) -> None:
    assert announced(tmp_path, "s01") == [("c2", "supervisor")]


def test_the_fallback_stands_in_for_a_group_without_people(tmp_path: Path) -> None:
    assert [one for one, _ in announced(tmp_path, "a01")] == ["c2", "c1", "c3"]


def test_each_wait_is_announced_once(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[int, int]:
        await a_night(shop)
        first = len(await a_morning(shop, *ALL))
        return first, await shop.hand_off.tick()

    assert in_the_shop(tmp_path, story) == (3, 0)


def test_what_people_took_back_meanwhile_is_not_announced(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> Announced:
        await a_night(shop)
        await shop.after(told(9, "conversation.closed"))
        return await a_morning(shop, *ALL)

    assert [one for one, _ in in_the_shop(tmp_path, story)] == ["c2", "c3"]


def test_a_reply_of_which_nobody_knows_whether_it_arrived_is_seen_to_by_people(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[Announced, Holder, str | None]:
        await shop.after(wrote(1, "发什么快递"))
        [lost] = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
        await shop.store.mark_retry(lost, shop.clock(), Later("timeout", unsure=True))
        shop.clock.turn(11 * 60)
        assert await shop.sending() == []
        await shop.hand_off.tick()
        [waiting] = await shop.store.waiting()
        return await a_morning(shop, *ALL), waiting.holder, waiting.reason

    assert in_the_shop(tmp_path, story) == ([("c1", "presale")], Holder.QUEUED, "undelivered")


def test_a_reply_that_the_channel_refused_is_seen_to_by_people_at_once(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[str | None]:
        await shop.after(wrote(1, "发什么快递"))
        await refused(shop)
        await shop.hand_off.tick()
        return [waiting.reason for waiting in await shop.store.waiting()]

    assert in_the_shop(tmp_path, story) == ["undelivered"]


def test_a_hand_off_that_the_channel_refused_is_made_again_after_a_minute(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[int, int, int]:
        await shop.after(wrote(1, "律师函见"))
        await sent(shop)
        await a_morning(shop, *ALL)
        first = await refused(shop)
        at_once = await shop.hand_off.tick()
        shop.clock.turn(61)
        again = await shop.hand_off.tick()
        ids = {command.id for command in await shop.sending()}
        return at_once, again, len(ids - first)

    assert in_the_shop(tmp_path, story) == (0, 1, 1)
