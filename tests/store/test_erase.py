"""A buyer is forgotten: nothing that was said or known can be found any more, and nothing is done twice for it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.acts import Act
from bot.clock import new_id
from bot.core.buyer import Agreed
from bot.core.model import Holder, OrderStatus, Receiver
from bot.core.notebooks import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Entry,
    Handover,
    HandoverLine,
    Happening,
    Issue,
    IssueKind,
    LineKind,
)
from bot.ports import Later
from bot.records import Event, Purpose, Work
from bot.shop.snapshots import order_to
from bot.store import SqlStore, open_store
from bot.turns import outcome_of
from tests.core.book import NIGHT, small_book
from tests.fakes import WEBHOOK, at, instant_event, order, reply, sending
from tests.store.copies import Rows, everything

pytestmark = pytest.mark.anyio

BOOK = small_book()
SAID = ["我要换货 名字诸葛小铁", "掌柜到底发什么快递呀", "穿多大码 165 52公斤", "地址虚构路八十八号", "黑店"]
MEMO = "送礼勿放小票"
PICTURE = "https://pictures.example/zhuge.jpg"
RECEIVER = Receiver("诸葛小铁", "13900001111", "浙江省宁波市虚构路八十八号")
SECRETS = [*SAID, "诸葛小铁", "13900001111", "虚构路", MEMO, "zhuge.jpg", "165", "小诸葛"]
DAY = 86_400
#: What keeps things from being done twice, and whose they were.
IDS = ["e1", "m1", "o1", "b1", "c1"]


def wrote(number: int, text: str, conversation: str = "c1", buyer: str = "b1", **more: str) -> Event:
    name = {"b1": "小诸葛"}.get(buyer, "别家")
    body: dict[str, object] = {
        "id": f"m{number}", "conversation_id": conversation, "buyer": {"id": buyer, "name": name},
        "sender": "buyer", "kind": "text", "text": text, "sent_at": NIGHT.isoformat(), **more,
    }  # fmt: skip
    event = instant_event(number, f"c:webhook:{conversation}", "message.created", body)
    return replace(event, received_at=NIGHT, ready_at=NIGHT)


def bought(status: OrderStatus = OrderStatus.UNPAID, one: str = "o1", seconds: float = 0) -> Event:
    mine = replace(order(status, one, seconds), receiver=RECEIVER, memo=MEMO)
    return instant_event(90 + int(seconds), f"o:{one}", "order.updated", order_to(mine))


class Night:
    """Events worked on as the service does, one after the other."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.seconds = 0

    @property
    def now(self) -> datetime:
        return at(self.seconds)

    async def works(self, *events: Event) -> None:
        for event in events:
            self.seconds += 5
            await self.store.accept(replace(event, received_at=self.now, ready_at=self.now))
            for claim in await self.store.claim(self.now, 10):
                outcome, _ = outcome_of(await self.store.load(claim), BOOK, self.now)
                assert await self.store.save(claim, outcome, self.now)

    async def sends(self, count: int = 1) -> None:
        for one in await self.store.claim_commands(self.now, count, WEBHOOK):
            await self.store.mark_sent(one, self.now)


async def lived(store: SqlStore) -> Night:
    """A night in which something of the buyer comes into every table."""
    night = Night(store)
    await night.works(bought(), wrote(1, SAID[0]), wrote(2, SAID[1]))
    await night.sends(1)
    await night.works(wrote(3, SAID[2], "c2"), wrote(4, SAID[3], "c2", media_url=PICTURE))
    await store.tag_buyer("b1", "爱说诸葛小铁", on=True, by="a01", now=night.now)
    for one in await store.claim_commands(night.now, 1, WEBHOOK):
        await store.mark_dead(one, "http 410")
    await night.works(wrote(5, "什么时候发货", "c3", "b9"), wrote(6, SAID[4], "c3"))
    [due] = await store.due_nudges(at(86400), 1)
    plain = reply("n1", "n:1", night.seconds)
    data = {**plain.data, "text": "亲，诸葛小铁的订单还没付款"}
    command = replace(plain, purpose=Purpose.NUDGE, order_id="o1", data=data, while_status="unpaid")
    await store.settle_nudges(sending(due.lines[0], command, due.orders["o1"]))
    await store.accept(wrote(7, SAID[3], "c4"))
    await owes(store, night)
    return night


async def owes(store: SqlStore, night: Night) -> None:
    """People have promised the buyer something, handed it over, and passed the conversation on with a word."""
    owed = Commitment(
        "p1", "webhook", "c1", "b1", CommitmentKind.PROMISE, "给诸葛小铁补发", "a01", night.now, "presale", at(9), "a01"
    )  # fmt: skip
    passed = Entry("j1", night.now, Happening.TRANSFERRED, "webhook", "c1", "b1", "a01", "presale",
                   {"to": "a02", "note": "诸葛小铁很急"})  # fmt: skip
    assert await store.act(Act(commitments=(owed,), journal=(passed,)), night.now)
    lines = tuple(
        HandoverLine(number, kind, "webhook", "c1", "b1", "诸葛小铁在等", commitment_id=commitment)
        for number, kind, commitment in ((1, LineKind.WAITING, None), (2, LineKind.PROMISE, "p1"))
    )
    log = Handover("h1", "presale", night.now, (), ("早班",), night.now, lines)
    assert await store.act(Act(handovers=(log,)), night.now)


def texts(value: object) -> Iterator[str]:
    """All there is to read, JSON unpacked."""
    if isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in texts(part))
    elif isinstance(value, str) and value[:1] in {"{", "["}:
        yield from texts(json.loads(value))
    elif value is not None:
        yield str(value)


def found(rows: Rows, words: list[str]) -> dict[str, set[str]]:
    """Each word with the tables in which it is."""
    read = {name: list(texts(list(map(dict, some)))) for name, some in rows.items()}
    return {word: {name for name, some in read.items() if any(word in text for text in some)} for word in words}


async def test_after_an_erasure_nothing_of_the_buyer_is_found_in_any_table(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    before = found(everything(database_url), SECRETS)
    assert [word for word, tables in before.items() if not tables] == []
    assert set().union(*before.values()) == {
        "buyer", "commitment", "conversation", "handover_line", "inbox", "issue", "journal", "message", "orders",
        "outbox", "turn",
    }  # fmt: skip
    foretold = await store.traces_of("b1")
    assert await store.erase_buyer("b1", night.now) == foretold
    after = found(everything(database_url), [*SECRETS, *IDS])
    assert {word: tables for word, tables in after.items() if tables and word in SECRETS} == {}
    assert [word for word in IDS if not after[word]] == []
    assert not any((await store.traces_of("b1")).values())
    await store.close()


async def test_what_was_filed_of_the_buyer_is_emptied_and_still_counts(database_url: str) -> None:
    """Filed by a turn, and by agents of the conversation and of the order; somebody else's line stays."""
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    await night.works(wrote(11, "黑店 诸葛亮不来", "c2"))
    mine = [
        Issue("x1", night.now, IssueKind.REMARK, "诸葛亮要回电", "webhook", "c1", agent_id="a01"),
        Issue("x2", night.now, IssueKind.WRONG_FACT, "诸葛亮的单", order_id="o1", agent_id="a01"),
    ]
    theirs = Issue("x3", night.now, IssueKind.REMARK, "司马懿", "webhook", "c3", "b9", agent_id="a01")
    await store.act(Act(issues=(*mine, theirs)), night.now)
    counts = (await store.traces_of("b1"))["issue"]
    assert counts >= 3
    exported = await store.export_buyer("b1")
    assert exported is not None
    assert {"x1", "x2"} < set(texts(exported["issues"]))
    assert (await store.erase_buyer("b1", night.now))["issue"] == counts
    assert found(everything(database_url), ["诸葛亮", "司马懿"]) == {"诸葛亮": set(), "司马懿": {"issue"}}
    left = await store.issues(at(-DAY), at(DAY))
    assert sum(one.text == "" and one.buyer_id is None for one in left) == counts
    assert not (await store.traces_of("b1"))["issue"]
    await store.close()


async def test_another_buyers_words_stay_as_they_are(database_url: str) -> None:
    """The one who is forgotten has written in their conversation."""
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    told = {line.id: line.text for line in await store.transcript("webhook", "c3")}
    assert (told["m5"], told["m6"]) == ("什么时候发货", "")
    await store.accept(wrote(20, "还在吗", "c3", "b9"))
    [claim] = await store.claim(NIGHT, 10)
    talk = (await store.load(claim)).conversation
    assert talk is not None
    assert (talk.buyer_id, talk.holder, talk.summary) == ("b9", Holder.QUEUED, "")
    await store.close()


async def test_what_waits_is_neither_answered_nor_sent_nor_planned(store: SqlStore) -> None:
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    later = at(200_000)
    assert await store.claim(later, 10) == []
    assert [one.command.conversation_id for one in await store.claim_commands(later, 10, WEBHOOK)] in ([], ["c3"])
    assert (await store.due_nudges(later, 10), await store.lapsed(later)) == ([], [])
    assert "c1" not in {talk.id for talk in await store.waiting()}
    assert (await store.letters(10), (await store.vitals(later)).undelivered) == ([], 0)


async def test_what_was_promised_is_dropped_and_nobody_must_acknowledge_it(store: SqlStore) -> None:
    night = await lived(store)
    assert len((await store.unread()).logs) == 1
    await store.erase_buyer("b1", night.now)
    [owed] = await store.commitments_of("webhook", "c1")
    assert (owed.state, owed.settled_by, owed.text) == (CommitmentState.DROPPED, "erased", "")
    assert ((await store.unread()).logs, await store.owed(), await store.overdue(at(999))) == ((), [], [])


async def test_a_turn_under_way_does_not_bring_the_words_back(database_url: str) -> None:
    """It was loaded before, and is saved after."""
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    await store.accept(bought(OrderStatus.PAID, seconds=3))
    claims = await store.claim(NIGHT, 10)
    made = [outcome_of(await store.load(claim), BOOK, NIGHT)[0] for claim in claims]
    assert {claim.lane for claim in claims} == {"c:webhook:c4", "o:o1"}
    await store.erase_buyer("b1", night.now)
    saved = [await store.save(claim, outcome, NIGHT) for claim, outcome in zip(claims, made, strict=True)]
    assert saved == [False, False]
    assert not any(found(everything(database_url), SECRETS).values())
    await store.close()


async def test_a_send_under_way_leaves_no_words_behind(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    claimed = await store.claim_commands(night.now, 10, WEBHOOK)
    mine = [one for one in claimed if one.command.data.get("buyer_id") == "b1"]
    await store.erase_buyer("b1", night.now)
    assert mine
    assert not any([await store.mark_sent(one, night.now) for one in mine])
    assert not any([await store.mark_retry(one, night.now, Later("timeout")) for one in mine])
    assert not any(found(everything(database_url), SECRETS).values())
    await store.close()


async def test_events_and_nudges_of_before_are_still_known(store: SqlStore) -> None:
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    assert not await store.accept(wrote(1, SAID[0]))
    await night.works(bought(seconds=9))
    assert await store.due_nudges(at(86400), 10) == []


async def test_a_snapshot_that_comes_later_is_a_fact_of_the_shops(store: SqlStore) -> None:
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    _, blank = await store.find(None, "o1")
    await night.works(bought(OrderStatus.PAID, seconds=9))
    _, known = await store.find(None, "o1")
    assert blank is not None
    assert known is not None
    assert (blank.receiver, blank.memo, blank.status) == (None, None, OrderStatus.UNPAID)
    assert (known.receiver, known.memo, known.status) == (RECEIVER, MEMO, OrderStatus.PAID)


async def test_a_buyer_who_comes_back_is_a_new_one(store: SqlStore) -> None:
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    await night.works(wrote(30, "穿多大码"))
    talk = (await _loaded(store, wrote(31, "在吗"), night)).conversation
    assert talk is not None
    assert (talk.told, talk.misses, talk.holder) == ({}, 0, Holder.BOT)
    known = await store.buyer("b1")
    assert known is not None
    assert (known.told, known.tags, known.issues, known.counts) == ({}, (), (), {"size_fit": 1})


async def _loaded(store: SqlStore, event: Event, night: Night) -> Work:
    await store.accept(replace(event, received_at=night.now, ready_at=night.now))
    [claim] = await store.claim(night.now, 10)
    return await store.load(claim)


async def test_a_human_who_holds_a_conversation_keeps_it(store: SqlStore) -> None:
    night = Night(store)
    said = replace(wrote(1, "在的"), body={**wrote(1, "在的").body, "sender": "seller"})
    await night.works(wrote(2, "发什么快递"), said)
    await store.erase_buyer("b1", night.now)
    talk = (await _loaded(store, wrote(3, "在吗"), night)).conversation
    assert talk is not None
    assert talk.holder is Holder.HUMAN


async def test_the_export_has_everything_and_nothing_of_others(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    night = await lived(store)
    told = await store.export_buyer("b1")
    shown = list(texts(told))
    assert [word for word in SECRETS if not any(word in text for text in shown)] == []
    assert {"o1", "c1", "c2", "c4"} <= set(shown)
    assert "b9" not in set(shown)
    assert told is not None
    assert json.loads(json.dumps(told)) == told
    await store.erase_buyer("b1", night.now)
    again = await store.export_buyer("b1")
    assert not any(word in text for text in texts(again) for word in SECRETS)
    assert await store.export_buyer("nobody") is None
    await store.close()


async def test_nobody_is_erased_without_harm(store: SqlStore) -> None:
    await lived(store)
    before = await store.transcript("webhook", "c1")
    assert not any((await store.erase_buyer("nobody", at(1))).values())
    assert await store.transcript("webhook", "c1") == before
    assert await store.buyer("b1") is not None


async def test_news_that_come_after_begin_a_file_anew(store: SqlStore) -> None:
    night = await lived(store)
    await store.erase_buyer("b1", night.now)
    await night.works(wrote(40, "退订"))
    found_again = await store.buyer("b1")
    assert found_again is not None
    assert found_again.consent is not None
    assert (found_again.consent.state, found_again.tags, found_again.issues) == (Agreed.WITHDRAWN, (), ())
