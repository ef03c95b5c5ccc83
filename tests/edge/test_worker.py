"""A lane is one unit of work, and no failure loses a message."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.bell import LocalBell
from bot.core.book import Book, Topic, Variant, View, Wording
from bot.core.model import Conversation, Holder
from bot.records import ClaimedCommand
from bot.releases import Why
from bot.worker import Worker
from tests.core.book import TOPICS, book_of, rules
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.fakes import WEBHOOK

LONGER_THAN_A_LEASE = 120


def broken(view: View) -> str:
    raise ZeroDivisionError(str(len(view)))


def broken_book() -> Book:
    """A book whose every topic fails when it speaks."""
    wording = Wording("坏了", "replies/a.md:1", frozenset(), broken)
    topics = [Topic(one.name, one.title, one.source, {"default": Variant("default", (wording,))}, one.intent,
                    asks=one.asks) for one in TOPICS]  # fmt: skip
    return book_of(topics, rules())


async def held(shop: NightShop) -> list[Conversation]:
    return list(await shop.store.waiting())


async def heard(shop: NightShop) -> list[str]:
    return [line.text for line in await shop.store.transcript("webhook", "c1") if line.author == "buyer"]


def test_a_turn_is_saved_and_told_in_one_line(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[object]:
        with capture_logs() as lines:
            await shop.after(wrote(1, "在吗"), wrote(2, "发什么快递"))
        [turn] = [line for line in lines if line["event"] == "turn"]
        sent = await shop.sending()
        assert turn["commands"] == [command.id for command in sent]
        assert sent[0].data["text"] == "亲，默认发中通。"
        return [turn[name] for name in ("decision", "reason", "intents", "messages", "conversation")]

    assert in_the_shop(tmp_path, story) == ["answer", "sure", ["carrier"], 2, "c1"]


class Hands:
    """A sender beside the worker, and its bell: they keep what they are given."""

    carries = WEBHOOK

    def __init__(self, room: bool) -> None:
        self.room, self.taken, self.rung = room, list[str](), 0

    def has_room(self) -> bool:
        return self.room

    def take(self, leased: Sequence[ClaimedCommand]) -> None:
        self.taken += [one.command.type for one in leased]

    def ring(self, after: float = 0.0) -> None:
        self.rung += after == 0.0

    async def wait(self, seconds: float) -> None:
        raise AssertionError(f"nobody waits here, {seconds} s")


@pytest.mark.parametrize(
    ("before", "room", "taken", "rung", "left"),
    [([], True, 1, 0, 0), ([], False, 0, 1, 1), (["在吗"], True, 0, 1, 1)],
    ids=["all in hand", "hands full", "something waits before it"],
)
def test_what_a_turn_says_goes_to_whoever_has_a_hand_free(
    tmp_path: Path, before: list[str], room: bool, taken: int, rung: int, left: int
) -> None:
    async def story(shop: NightShop) -> tuple[int, int, int]:
        hands = Hands(room)
        await shop.after(*(wrote(number, text) for number, text in enumerate(before, 2)))
        shop.worker = Worker(
            shop.store, (LocalBell(), hands), lambda: shop.book[0], shop.clock, structlog.get_logger(), sender=hands
        )
        await shop.after(wrote(1, "发什么快递"))
        return len(hands.taken), hands.rung, len(await shop.sending())

    assert in_the_shop(tmp_path, story) == (taken, rung, left)


def test_what_was_worked_on_does_not_come_up_again(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        await shop.after(wrote(1, "发什么快递"))
        shop.clock.turn(LONGER_THAN_A_LEASE)
        return await shop.works()

    assert in_the_shop(tmp_path, story) == 0


def test_when_deciding_fails_people_get_the_conversation_and_nothing_is_lost(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[list[str], int]:
        shop.book[0] = broken_book()
        with capture_logs() as lines:
            await shop.after(wrote(1, "发什么快递"), wrote(2, "快点"))
        [waiting] = await held(shop)
        assert (waiting.holder, waiting.reason, waiting.group) == (Holder.QUEUED, "defect", "presale")
        assert "发什么快递" in waiting.summary
        assert "turn.defect" in {line["event"] for line in lines}
        assert await shop.sending() == []
        texts = await heard(shop)
        shop.clock.turn(LONGER_THAN_A_LEASE)
        return texts, await shop.works()

    assert in_the_shop(tmp_path, story) == (["发什么快递", "快点"], 0)


def test_one_broken_conversation_does_not_stop_the_next_turn(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        good, shop.book[0] = shop.book[0], broken_book()
        with capture_logs():
            await shop.after(wrote(1, "发什么快递", conversation="c1"))
        shop.book[0] = good
        await shop.after(wrote(2, "发什么快递", conversation="c2"))
        return len(await shop.sending())

    assert in_the_shop(tmp_path, story) == 1


def test_when_the_store_is_down_the_lane_is_left_and_taken_up_again(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[object]:
        shop.store.down = True
        with capture_logs() as lines:
            await shop.after(wrote(1, "发什么快递"))
        assert [line["event"] for line in lines] == ["worker.store_down"]
        assert await shop.sending() == []
        shop.store.down = False
        shop.clock.turn(LONGER_THAN_A_LEASE)
        assert await shop.works() == 1
        return [command.data["text"] for command in await shop.sending()]

    assert in_the_shop(tmp_path, story) == ["亲，默认发中通。"]


def test_a_lane_that_is_being_worked_on_is_not_given_to_another(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        await shop.hears(wrote(1, "发什么快递"))
        shop.clock.turn(5)
        assert len(await shop.store.claim(shop.clock(), 10)) == 1
        return await shop.works()

    assert in_the_shop(tmp_path, story) == 0


def test_a_turn_whose_lease_ran_out_is_not_saved_twice(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        await shop.hears(wrote(1, "发什么快递"))
        shop.clock.turn(5)
        [slow] = await shop.store.claim(shop.clock(), 10)
        shop.clock.turn(LONGER_THAN_A_LEASE)
        assert await shop.works() == 1
        await shop.worker.work(slow)
        return len(await shop.sending())

    assert in_the_shop(tmp_path, story) == 1


def test_a_slow_lane_does_not_hold_up_those_behind_it(tmp_path: Path) -> None:
    """Two at a time: the first lane is done only once the third is, which takes the place that the second frees."""

    async def story(shop: NightShop) -> int:
        store, stop, bell = shop.store, asyncio.Event(), LocalBell()
        await shop.hears(*(wrote(number, "发什么快递", conversation=f"c{number}") for number in (1, 2, 3)))
        shop.clock.turn(5)
        store.after = {"c:webhook:c1": "c:webhook:c3"}
        worker = Worker(store, (bell, LocalBell()), lambda: shop.book[0], shop.clock, structlog.get_logger(), width=2)
        async with asyncio.timeout(20):
            running = asyncio.create_task(worker.run(stop))
            await store.saved["c:webhook:c1"].wait()
            stop.set()
            bell.ring()
            await running
        return len(await shop.sending())

    assert in_the_shop(tmp_path, story) == 3


class Accord:
    """Of a process that reaches another book when it is asked to, or is behind others."""

    def __init__(self, shop: NightShop, *, behind: bool = False) -> None:
        self.shop, self.behind, self.asked = shop, behind, list[int]()

    def is_behind(self) -> bool:
        return self.behind

    async def reach(self, seq: int) -> None:
        self.asked.append(seq)
        if self.asked == [1]:
            self.shop.book[0] = replace(self.shop.book[0], version="later")


def agreeing(shop: NightShop, accord: Accord) -> Worker:
    bells = (LocalBell(), LocalBell())
    return Worker(shop.store, bells, lambda: shop.book[0], shop.clock, structlog.get_logger(), accord=accord)


def test_a_turn_speaks_with_the_version_that_was_served_when_its_work_was_read(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[list[int], str | None]:
        accord, since = Accord(shop), shop.clock()
        shop.worker = agreeing(shop, accord)
        await shop.store.serve("later", since, "other", Why.FILES, 0)
        await shop.after(wrote(1, "发什么快递"))
        [turn] = await shop.store.recorded(since, shop.clock() + timedelta(days=1), None, 9)
        return accord.asked, turn.version

    assert in_the_shop(tmp_path, story) == ([1, 1], "later")


def test_who_is_behind_leaves_the_work_to_others(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[int, int]:
        await shop.hears(wrote(1, "发什么快递"))
        shop.clock.turn(5)
        accord, stop, bell = Accord(shop, behind=True), asyncio.Event(), LocalBell()
        worker = Worker(
            shop.store, (bell, LocalBell()), lambda: shop.book[0], shop.clock, structlog.get_logger(), accord=accord
        )
        running = asyncio.create_task(worker.run(stop))
        await asyncio.sleep(0)
        stop.set()
        bell.ring()
        await running
        return len(await shop.sending()), len(await shop.store.claim(shop.clock(), 9))

    assert in_the_shop(tmp_path, story) == (0, 1)
