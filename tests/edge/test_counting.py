"""Who counts what, and when."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.bell import LocalBell
from bot.core.model import Order
from bot.inbox import Inbox
from bot.nudging import Nudging
from bot.outbox import Outbox
from bot.ports import ChannelOut, Delivered, Later, Refused, StoreDown
from bot.records import Command, Nudge, Outcome
from bot.timers import Timers
from bot.worker import Worker
from tests.core.book import DAY, NIGHT, small_book
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.edge.test_worker import broken_book
from tests.edge.watching import Tally
from tests.fakes import FREELY, FakeChannel, buyer_event, order


def counting(shop: NightShop) -> Tally:
    """The shop's worker from now on tells a tally."""
    tally, bells = Tally(), (LocalBell(), LocalBell())
    shop.worker = Worker(shop.store, bells, lambda: shop.book[0], shop.clock, structlog.get_logger(), meter=tally)
    return tally


async def sends(shop: NightShop, tally: Tally, channel: ChannelOut, calls: int) -> None:
    """An outbox at work until the meter has been told so much more."""
    stop, bell, before = asyncio.Event(), LocalBell(), len(tally.told)
    outbox = Outbox(
        shop.store,
        {"webhook": channel},
        shop.clock,
        lambda: 0.0,
        structlog.get_logger().debug,
        bell=bell,
        meter=tally,
    )
    running = asyncio.create_task(outbox.run(stop))
    await tally.heard(before + calls)
    stop.set()
    bell.ring()
    await running


def test_a_buyers_wait_ends_with_the_delivery_and_began_with_the_first_message(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally = counting(shop)
        await shop.hears(wrote(1, "在吗"))
        shop.clock.turn(2)
        await shop.hears(wrote(2, "发什么快递"))
        await shop.works()
        shop.clock.turn(3)
        await sends(shop, tally, FakeChannel(Later("http 503"), Delivered()), 3)
        return tally.told

    assert in_the_shop(tmp_path, story) == [
        ("turn", "answer", "carrier"),
        ("delivery", "reply", "later", 0.0),
        ("delivery", "reply", "delivered", 0.0),
        ("answered", 10.0),
    ]


def test_a_reply_that_was_refused_answers_nobody(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally = counting(shop)
        await shop.after(wrote(1, "发什么快递"))
        await sends(shop, tally, FakeChannel(Refused("http 410")), 1)
        return tally.told[1:]

    assert in_the_shop(tmp_path, story) == [("delivery", "reply", "refused", 0.0)]


def test_a_message_that_is_not_understood_has_no_intent(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally = counting(shop)
        await shop.after(wrote(1, "嗡嘛呢叭咪吽"))
        return tally.told

    [(_, decision, intent)] = in_the_shop(tmp_path, story)
    assert (decision in {"ask", "hand_off"}, intent) == (True, None)


def test_a_rescued_turn_is_a_turn_and_a_defect(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally, shop.book[0] = counting(shop), broken_book()
        with capture_logs():
            await shop.after(wrote(1, "发什么快递"))
        return tally.told

    assert in_the_shop(tmp_path, story) == [("turn", "hand_off", None), ("defect", "turn")]


def test_a_store_that_is_down_is_told_by_whom_it_stops(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally, shop.store.down = counting(shop), True
        with capture_logs():
            await shop.after(wrote(1, "发什么快递"))
        return tally.told

    assert in_the_shop(tmp_path, story) == [("store_down", "worker")]


def test_an_event_is_counted_with_its_repetition(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally = Tally()
        inbox = Inbox(shop.store, LocalBell(), FREELY, tally)
        assert [await inbox.accept(buyer_event(1)) for _ in range(2)] == [True, False]
        return tally.told

    assert in_the_shop(tmp_path, story) == [("accepted", "message.created", new) for new in (True, False)]


class Clumsy:
    """A channel with a defect at its first call."""

    def __init__(self) -> None:
        self.calls = 0

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        self.calls += 1
        if self.calls == 1:
            raise ZeroDivisionError(command.id, now)
        return Delivered()


def test_a_channels_own_failure_is_a_defect_and_the_reply_goes_out_later(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally = counting(shop)
        await shop.after(wrote(1, "发什么快递"))
        await sends(shop, tally, Clumsy(), 4)
        return [call[:3] for call in tally.told[1:4]]

    assert in_the_shop(tmp_path, story) == [
        ("defect", "channel"),
        ("delivery", "reply", "later"),
        ("delivery", "reply", "delivered"),
    ]


@pytest.mark.parametrize(
    ("moment", "buyer", "outcome"),
    [(NIGHT, "b1", "moved"), (DAY, "b1", "queued"), (DAY, "b9", "cancelled")],
    ids=["in the quiet hours", "by day", "with nobody to tell"],
)
def test_a_due_nudge_is_counted_by_what_becomes_of_it(
    tmp_path: Path, moment: datetime, buyer: str, outcome: str
) -> None:
    async def story(shop: NightShop) -> list[tuple[object, ...]]:
        tally, shop.clock.moment = Tally(), moment
        await shop.after(wrote(1, "在吗"))
        unpaid = replace(
            order(buyer=buyer), created_at=moment - timedelta(minutes=10), updated_at=moment, conversation_id="c1"
        )
        await planned(shop, unpaid)
        await Nudging(shop.store, LocalBell(), small_book, shop.clock, structlog.get_logger(), tally).tick()
        return tally.told

    assert in_the_shop(tmp_path, story) == [("nudge", outcome)]


async def planned(shop: NightShop, unpaid: Order) -> None:
    """A nudge that is due now, planned by a turn in a lane of its own."""
    await shop.hears(wrote(2, "在吗", conversation="c2"))
    [claim] = await shop.store.claim(shop.clock(), 1)
    seqs = tuple(event.seq for event in (await shop.store.load(claim)).events)
    plan = (Nudge(unpaid.id, "首次催付", shop.clock(), buyer_id=unpaid.buyer_id),)
    assert await shop.store.save(claim, Outcome(done=seqs, orders=(unpaid,), plan=plan), shop.clock())


def test_a_tick_that_fails_is_a_defect_and_one_without_a_store_is_not() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    async def cut_off() -> None:
        raise StoreDown("disk")

    async def story() -> set[tuple[object, ...]]:
        tally = Tally()
        timers = Timers({"a": failing, "b": cut_off}, structlog.get_logger(), tally)
        timers.start()
        await tally.heard(2)
        timers.stop()
        return set(tally.told)

    with capture_logs():
        assert asyncio.run(story()) == {("defect", "timers"), ("store_down", "timers")}
