"""What every store promises about the effects of a turn."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.core.model import AgentState, Holder, OrderStatus, Presence
from bot.ports import Kept, Later
from bot.records import Command, Outcome, Purpose, Spoken, TurnRecord
from bot.store import SqlStore, open_store
from bot.store.engine import open_engines
from bot.store.schema import conversation
from tests.core.cases import item
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, instant_event, order, reply, talk

pytestmark = pytest.mark.anyio


async def do(store: SqlStore, outcome: Outcome, number: int = 1, seconds: float = 0) -> bool:
    """One turn: an event comes in and is worked on."""
    await store.accept(buyer_event(number, seconds=seconds))
    [claim] = await store.claim(at(seconds + 1), 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    return await store.save(claim, replace(outcome, done=seqs), at(seconds + 1))


async def send_all(store: SqlStore, seconds: float) -> list[str]:
    claimed = await store.claim_commands(at(seconds), 10, WEBHOOK)
    for one in claimed:
        assert await store.mark_sent(one, at(seconds))
    return [one.command.id for one in claimed]


async def test_a_turn_is_read_back_as_it_was_saved(store: SqlStore) -> None:
    full = replace(talk(), said={"carrier": 2}, asked=("size",), waiting_since=at(1.5), item_id="i1", buyer_name="小王")
    online = Presence("a01", AgentState.ONLINE, at(0))
    assert await do(
        store, Outcome(conversation=full, messages=(buyer_message(1),), orders=(order(),), presence=(online,))
    )
    await store.accept(buyer_event(2, seconds=5))
    [claim] = await store.claim(at(6), 10)
    work = await store.load(claim)
    assert work.conversation == replace(full, version=1)
    assert (work.orders, work.presence, work.paused) == ((order(),), (online,), False)


async def test_an_older_snapshot_is_ignored(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), orders=(order(OrderStatus.PAID, updated=10),)))
    await do(store, Outcome(conversation=talk(1), orders=(order(OrderStatus.UNPAID, updated=9),)), 2, 5)
    await store.import_snapshots([], [order(OrderStatus.UNPAID, updated=8)])
    await store.accept(buyer_event(3, seconds=9))
    [claim] = await store.claim(at(10), 10)
    assert [one.status for one in (await store.load(claim)).orders] == [OrderStatus.PAID]


async def test_of_a_file_the_older_ones_are_counted(store: SqlStore) -> None:
    mine, other = order(OrderStatus.PAID, updated=10), order(one="o2")
    assert await store.import_snapshots([], [mine, other]) == Kept(0, 2)
    stale = order(OrderStatus.UNPAID, updated=9)
    assert await store.import_snapshots([item()], [stale, other, order(one="o3")]) == Kept(1, 2, older=1)
    assert (await store.find(None, "o1"))[1] == mine


async def test_a_file_longer_than_a_statement_is_kept_whole_and_told_of(store: SqlStore) -> None:
    heard: list[int] = []
    many = [order(one=f"o{number}") for number in range(10_500)]
    assert await store.import_snapshots([], many, heard.append) == Kept(0, len(many))
    assert heard == [10_000]
    assert (await store.find(None, "o10499"))[1] == many[-1]


async def test_a_file_of_which_one_row_cannot_be_kept_leaves_nothing(store: SqlStore) -> None:
    spoiled = [*(order(one=f"o{number}") for number in range(1_500)), replace(order(one="p"), buyer_id="\ud800")]
    with pytest.raises(Exception, match="surrogate"):
        await store.import_snapshots([item()], spoiled)
    assert await store.find(item().id, "o1") == (None, None)


async def test_another_buyers_order_number_opens_nothing(store: SqlStore) -> None:
    await store.import_snapshots([], [order(one="o9", buyer="b9"), order(one="o1")])
    event = buyer_event(1)
    await store.accept(replace(event, body={**event.body, "order_id": "o9"}))
    [claim] = await store.claim(at(1), 10)
    assert [one.id for one in (await store.load(claim)).orders] == ["o1"]


async def test_the_same_command_is_kept_once(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"),)))
    await do(store, Outcome(conversation=talk(1), commands=(reply("r1"),)), 2, 5)
    assert await send_all(store, 9) == ["r1"]
    assert await send_all(store, 99) == []


async def test_a_human_who_takes_over_silences_the_bot_at_once(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"), reply("r2", by_bot=False))))
    await do(store, Outcome(conversation=talk(1, Holder.HUMAN)), 2, 5)
    story = await store.explain("r1")
    assert story is not None
    assert (story["state"], story["error"]) == ("cancelled", "human")
    assert await send_all(store, 9) == ["r2"]


async def test_the_transcript_shows_what_was_really_sent(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1),), commands=(reply("r1"), reply("r2"))))
    [first] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert [line.id for line in await store.transcript("webhook", "c1")] == ["m1"]
    await store.mark_sent(first, at(3))
    assert await store.transcript("webhook", "c1", after=1) == [
        Spoken(2, "r1", "bot", "text", "答r1", at(3), "replies/a.md:3", "reply"),
    ]


async def test_an_agents_line_bears_the_agents_name(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(holder=Holder.HUMAN), commands=(reply("a1", by_bot=False),)))
    await send_all(store, 2)
    assert [line.author for line in await store.transcript("webhook", "c1")] == ["a01"]


async def test_an_echo_of_our_own_message_is_known_as_ours(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"),)))
    body = {"id": "r1", "conversation_id": "c1", "sender": "seller", "buyer": {"id": "b1"}}
    await store.accept(instant_event(2, "c:webhook:c1", "message.created", body, 3))
    [claim] = await store.claim(at(3), 10)
    assert (await store.load(claim)).ours == frozenset({"r1"})


async def test_an_echo_under_the_channels_own_id_is_known_by_its_words(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"),)))
    about = {"conversation_id": "c1", "sender": "seller", "buyer": {"id": "b1"}, "kind": "text"}
    for number, (one, text) in enumerate([("x1", "答r1"), ("x2", "我是店长")], 2):
        await store.accept(
            instant_event(number, "c:webhook:c1", "message.created", {"id": one, "text": text, **about}, 3)
        )
    [claim] = await store.claim(at(3), 10)
    assert (await store.load(claim)).ours == frozenset({"x1"})


async def test_the_same_words_minutes_later_are_a_persons_own(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"),)))
    await send_all(store, 2)
    about = {"conversation_id": "c1", "sender": "seller", "buyer": {"id": "b1"}, "kind": "text", "text": "答r1"}
    for number, seconds in enumerate((121, 123), 2):
        body = {"id": f"x{number}", **about}
        await store.accept(instant_event(number, "c:webhook:c1", "message.created", body, seconds))
    [claim] = await store.claim(at(124), 10)
    assert (await store.load(claim)).ours == frozenset({"x2"})


async def test_a_message_told_again_under_another_event_is_known(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1),)))
    for number in (1, 2):
        await store.accept(replace(buyer_event(number, seconds=5), id=f"again{number}"))
    [claim] = await store.claim(at(6), 10)
    assert (await store.load(claim)).known == frozenset({"m1"})


async def test_a_message_recalled_before_it_came_is_known_and_not_shown(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), recalled=("m2",)))
    await store.accept(buyer_event(2, seconds=5))
    [claim] = await store.claim(at(6), 10)
    assert (await store.load(claim)).known == frozenset({"m2"})
    assert [(line.id, line.kind, line.text) for line in await store.transcript("webhook", "c1")] == [
        ("m2", "recalled", "")
    ]


async def test_a_reply_that_came_too_late_calls_for_people_once(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(reply("r1"),)))
    [unsure] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert await store.mark_retry(unsure, at(3), Later("timeout", unsure=True))
    assert await store.lapsed(at(3700)) == []
    assert await store.claim_commands(at(3600), 10, WEBHOOK) == []
    [late] = await store.lapsed(at(3700))
    assert await store.see_to(replace(late, holder=Holder.QUEUED, waiting_since=at(3600)), at(3600))
    assert await store.lapsed(at(3700)) == []
    assert [one.id for one in await store.waiting()] == ["c1"]
    story = await store.explain("r1")
    assert story is not None
    assert (story["state"], story["error"]) == ("seen", "deadline")


HAND_OFF = replace(reply("h1", by_bot=False), type="conversation.hand_off", purpose=Purpose.HANDOFF)


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        (reply("r1"), {2: 1, 62: 1}),
        (replace(reply("r1"), purpose=Purpose.HANDOFF), {2: 1, 62: 1}),
        (HAND_OFF, {2: 0, 60: 0, 61: 1}),
        (replace(reply("n1"), purpose=Purpose.NUDGE, order_id="o1"), {2: 0, 9999: 0}),
    ],
)
async def test_what_the_channel_refused_calls_for_people_but_a_nudge_does_not(
    store: SqlStore, command: Command, seconds: dict[int, int]
) -> None:
    await do(store, Outcome(conversation=talk(), orders=(order(),), commands=(command,)))
    [claimed] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert await store.mark_dead(claimed, "http 410")
    assert {second: len(await store.lapsed(at(second))) for second in seconds} == seconds


async def test_an_item_and_an_order_are_found_by_their_ids(store: SqlStore) -> None:
    await store.import_snapshots([], [order()])
    assert await store.find("i1", "o1") == (None, order())
    assert await store.find(None, None) == (None, None)


async def test_a_recalled_message_is_not_shown_again(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1), buyer_message(2))))
    await do(store, Outcome(conversation=talk(1), recalled=("m1",)), 2, 5)
    lines = await store.transcript("webhook", "c1")
    assert [(line.id, line.kind, line.text) for line in lines] == [("m1", "recalled", ""), ("m2", "text", "第2句")]


async def test_a_message_told_twice_is_one_line(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1), buyer_message(1))))
    assert len(await store.transcript("webhook", "c1")) == 1


async def test_the_queue_counts_the_others_and_puts_the_urgent_first(store: SqlStore) -> None:
    for number, (name, group) in enumerate([("c1", "presale"), ("c2", "supervisor"), ("c3", "presale")], 1):
        await store.accept(buyer_event(number, name, seconds=number))
        [claim] = await store.claim(at(number + 1), 10)
        queued = replace(
            talk(one=name, holder=Holder.QUEUED, group=group), waiting_since=at(number), urgency=0 if number == 2 else 5
        )
        await store.save(claim, Outcome(done=(number,), conversation=queued), at(number))
    assert [one.id for one in await store.waiting()] == ["c2", "c1", "c3"]
    await store.accept(buyer_event(9, "c1", seconds=9))
    [claim] = await store.claim(at(10), 10)
    assert (await store.load(claim)).queue_ahead == {"presale": 1, "supervisor": 1}


async def test_a_conversation_that_this_version_cannot_read_keeps_no_other_waiting(
    store: SqlStore, database_url: str
) -> None:
    for number, name in enumerate(("c1", "c2"), 1):
        await store.accept(buyer_event(number, name))
        [claim] = await store.claim(at(number + 1), 10)
        queued = talk(one=name, holder=Holder.QUEUED)
        await store.save(claim, Outcome(done=(number,), conversation=queued), at(number + 1))
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.id == "c1").values(body='{"of": "tomorrow"}'))
    engines.dispose()
    assert [one.id for one in await store.waiting()] == ["c2"]


async def test_a_hand_off_is_announced_once(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(holder=Holder.QUEUED)))
    [queued] = await store.waiting()
    assert await store.announce(queued, reply("h1", by_bot=False), at(3))
    assert not await store.announce(queued, reply("h2", by_bot=False), at(3))
    assert await store.waiting() == []
    assert await send_all(store, 4) == ["h1"]


async def test_every_message_has_its_story(store: SqlStore) -> None:
    turn = TurnRecord("t1", "c1", at(1), "answer", "sure", ("r1",), {"facts": {"快递": "中通"}})
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1),), commands=(reply("r1"),), turn=turn))
    await send_all(store, 2)
    sent, received = await store.explain("r1"), await store.explain("m1")
    assert sent is not None
    assert received is not None
    assert (sent["state"], sent["tries"]) == ("sent", 1)
    assert sent["turn"] == received["turn"]
    assert isinstance(sent["turn"], dict)
    assert sent["turn"]["story"] == {"facts": {"快递": "中通"}}
    assert await store.explain("nobody") is None


async def test_the_kill_switch_survives_a_restart(store: SqlStore, database_url: str) -> None:
    await store.set_paused(True, at(0))
    second = open_store(database_url, new_id=lambda: "x")
    assert (await second.vitals(at(0))).paused
    await second.set_paused(False, at(1))
    await second.close()
    assert not (await store.vitals(at(2))).paused
