"""An order of a buyer who never wrote: kept, reminded only where that buyer is, there when the buyer comes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from bot.bell import LocalBell
from bot.core.model import Order, OrderStatus
from bot.nudging import Nudging
from bot.records import Command
from tests.core.book import DAY
from tests.edge.happenings import snapshot, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.fakes import order

UNKNOWN = replace(order(buyer="b9"), conversation_id=None, created_at=DAY, updated_at=DAY)


async def nudged(shop: NightShop, one: Order) -> list[Command]:
    """What leaves after the order came in and its first step is due; another buyer's conversation is open."""
    shop.clock.moment = DAY
    await shop.after(wrote(1, "发什么快递"), snapshot(2, one))
    for claimed in await shop.sending():
        assert claimed.conversation_id == "c1"
    shop.clock.turn(timedelta(hours=1).total_seconds())
    nudging = Nudging(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, structlog.get_logger())
    await nudging.tick()
    return [command for command in await shop.sending() if command.order_id]


def test_whom_nobody_knows_where_to_reach_is_not_reminded_anywhere(tmp_path: Path) -> None:
    assert in_the_shop(tmp_path, lambda shop: nudged(shop, UNKNOWN)) == []


def test_a_conversation_that_is_another_buyers_is_not_used(tmp_path: Path) -> None:
    assert in_the_shop(tmp_path, lambda shop: nudged(shop, replace(UNKNOWN, conversation_id="c1"))) == []


def test_where_the_order_says_where_the_buyer_is_it_goes_there(tmp_path: Path) -> None:
    [command] = in_the_shop(tmp_path, lambda shop: nudged(shop, replace(UNKNOWN, conversation_id="c9")))
    assert (command.conversation_id, command.data["buyer_id"]) == ("c9", "b9")


def test_the_order_is_there_when_the_buyer_comes(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[str]:
        mine = replace(UNKNOWN, buyer_id="b1", status=OrderStatus.PAID)
        await shop.store.import_snapshots([], [mine])
        await shop.hears(wrote(1, "发货了吗"))
        shop.clock.turn(5)
        [claim] = await shop.store.claim(shop.clock(), 10)
        return [one.id for one in (await shop.store.load(claim)).orders]

    assert in_the_shop(tmp_path, story) == [UNKNOWN.id]


def test_snapshots_that_overtake_each_other_leave_the_newest(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> str | None:
        late, early = DAY + timedelta(hours=2), DAY + timedelta(hours=1)
        paid = replace(UNKNOWN, status=OrderStatus.PAID, updated_at=late)
        await shop.after(snapshot(1, paid))
        await shop.after(snapshot(2, replace(UNKNOWN, updated_at=early)))
        found = (await shop.store.find(None, UNKNOWN.id))[1]
        return found.status.value if found else None

    assert in_the_shop(tmp_path, story) == "paid"
