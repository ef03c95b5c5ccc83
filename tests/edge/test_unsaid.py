"""A reply that could not be delivered in time is decided anew, not sent stale."""

from pathlib import Path

from bot.core.model import Conversation, Holder
from bot.ports import Later
from bot.records import Command
from tests.core.book import TOPICS, book_of, rules, topic
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.fakes import WEBHOOK

LATE = 11 * 60
OTHER = [one for one in TOPICS if one.name != "shipping/carrier"]
NOW_SF = book_of([*OTHER, topic("shipping/carrier", {"default": "亲，现在改发顺丰。"}, "发什么快递")], rules())


async def in_vain(shop: NightShop, error: Later) -> list[Command]:
    """What the channel did not take, until it was too late; the worker has looked at it again."""
    claimed = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
    for one in claimed:
        shop.clock.turn(1)
        assert await shop.store.mark_retry(one, shop.clock(), error)
    shop.clock.turn(LATE)
    assert await shop.sending() == []
    await shop.works()
    return [one.command for one in claimed]


def texts(commands: list[Command]) -> list[object]:
    return [one.data["text"] for one in commands]


def test_it_is_the_answer_of_this_minute_under_an_id_of_its_own(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[list[Command], list[Command]]:
        await shop.after(wrote(1, "发什么快递"))
        shop.book[0] = NOW_SF
        return await in_vain(shop, Later("ConnectError")), await shop.sending()

    late, anew = in_the_shop(tmp_path, story)
    assert (texts(late), texts(anew)) == (["亲，默认发中通。"], ["亲，现在改发顺丰。"])
    assert anew[0].data["in_reply_to"] == ["m1"]
    assert late[0].id != anew[0].id


def test_what_was_never_said_counts_for_no_limit(tmp_path: Path) -> None:
    """An answer may be given twice; here the channel is down for an hour."""

    async def story(shop: NightShop) -> list[Command]:
        await shop.after(wrote(1, "发什么快递"))
        for _ in range(5):
            await in_vain(shop, Later("http 503"))
        return await shop.sending()

    assert texts(in_the_shop(tmp_path, story)) == ["亲，默认发中通。"]


def test_questions_that_waited_together_are_answered_together_in_their_order(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[Command]:
        await shop.after(wrote(1, "发什么快递"))
        await shop.after(wrote(2, "有发票吗"))
        await in_vain(shop, Later("ConnectError"))
        return await shop.sending()

    [anew] = in_the_shop(tmp_path, story)
    assert anew.data["in_reply_to"] == ["m1", "m2"]
    assert str(anew.data["text"]).startswith("亲，默认发中通。")


def test_what_may_have_arrived_is_not_said_a_second_time(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[list[Command], list[str | None]]:
        await shop.after(wrote(1, "发什么快递"))
        await in_vain(shop, Later("timeout", unsure=True))
        await shop.hand_off.tick()
        return await shop.sending(), [one.reason for one in await shop.store.waiting()]

    assert in_the_shop(tmp_path, story) == ([], ["undelivered"])


def test_where_a_human_has_spoken_meanwhile_nothing_is_said(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[Command]:
        await shop.after(wrote(1, "发什么快递"))
        claimed = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
        await shop.store.mark_retry(claimed[0], shop.clock(), Later("ConnectError"))
        shop.clock.turn(LATE)
        await shop.sending()
        await shop.after(wrote(2, "我是店长，发中通", sender="seller"))
        return await shop.sending()

    assert in_the_shop(tmp_path, story) == []


def test_whoever_waits_for_people_keeps_the_place_in_the_queue(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[Conversation, Conversation]:
        await shop.after(wrote(1, "转人工"))
        [first] = await shop.store.waiting()
        await in_vain(shop, Later("ConnectError"))
        [anew] = await shop.store.waiting()
        return first, anew

    first, anew = in_the_shop(tmp_path, story)
    assert anew.version > first.version
    assert (anew.waiting_since, anew.holder) == (first.waiting_since, Holder.QUEUED)
