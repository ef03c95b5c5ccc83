"""The way out: a real receiver on loopback, order, retries, a clean stop."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bell import LocalBell
from bot.channels.signing import parse_secret, verify
from bot.channels.webhook import WebhookChannel
from bot.clock import utc_now
from bot.inbox import Inbox, event_of
from bot.outbox import Outbox, delay
from bot.ports import ChannelOut, Delivered, Later, Refused
from bot.records import BEGINS_WITHIN, Command, Outcome
from bot.store import SqlStore, open_store
from tests.fakes import FREELY, NOON, QUIET, WEBHOOK, FakeChannel, HandClock, at, counting_ids, reply

SECRET = parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
Heard = tuple[dict[str, str], bytes]
HANG_UP = "hang up"


@dataclass
class Receiver:
    """A shop's channel: answers each request with the next of `answers`, then with 200; one request a connection."""

    answers: list[str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""
    open: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.quiet.clear()
        self.heard.append(await _request(reader))
        answer = self.answers.pop(0) if self.answers else "200 OK"
        if answer != HANG_UP:
            writer.write(f"HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode())
        writer.close()
        await writer.wait_closed()
        self.open -= 1
        if not self.open:
            self.quiet.set()


async def _request(reader: asyncio.StreamReader) -> Heard:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
    return headers, await reader.readexactly(int(headers["content-length"]))


@asynccontextmanager
async def receiving(*answers: str) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(answers))
    receiver.quiet.set()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"
    async with server:
        yield receiver
        await receiver.quiet.wait()


def told(answer: str) -> Delivered | Later | Refused:
    """What the channel makes of one answer."""

    async def send() -> Delivered | Later | Refused:
        async with receiving(answer) as receiver, httpx.AsyncClient(trust_env=False) as client:
            return await WebhookChannel(receiver.url, SECRET, [client]).send(reply("r1"), NOON)

    return asyncio.run(send())


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("200 OK", Delivered()),
        ("204 No Content", Delivered()),
        ("302 Found\r\nlocation: /elsewhere", Refused("http 302")),
        ("400 Bad Request", Refused("http 400")),
        ("410 Gone", Refused("http 410")),
        ("429 Slow\r\nretry-after: 7", Later("http 429", 7.0)),
        ("503 Busy\r\nretry-after: Sun, 22 Nov 2026 04:00:09 GMT", Later("http 503", 9.0)),
        ("503 Busy\r\nretry-after: Sun, 22 Nov 2020 04:00:09 GMT", Later("http 503", 0.0)),
        ("500 Oh\r\nretry-after: soon", Later("http 500", None, unsure=True)),
        (HANG_UP, Later("RemoteProtocolError", unsure=True)),
        ("nonsense", Later("RemoteProtocolError", unsure=True)),
    ],
)
def test_every_answer_of_a_channel_has_its_meaning(answer: str, meaning: Delivered | Later | Refused) -> None:
    assert told(answer) == meaning


def test_a_channel_that_is_away_is_tried_later() -> None:
    async def send() -> Delivered | Later | Refused:
        async with receiving() as receiver:
            url = receiver.url
        async with httpx.AsyncClient(trust_env=False) as client:
            return await WebhookChannel(url, SECRET, [client]).send(reply("r1"), NOON)

    assert asyncio.run(send()) == Later("ConnectError")


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_any_retry_after_is_read_or_ignored(text: str) -> None:
    response = httpx.Response(503, headers={"retry-after": text.strip()})
    transport = httpx.MockTransport(lambda _: response)

    async def send() -> Delivered | Later | Refused:
        async with httpx.AsyncClient(transport=transport) as client:
            return await WebhookChannel("http://channel.test/", SECRET, [client]).send(reply("r1"), NOON)

    assert isinstance(asyncio.run(send()), Later)


@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e9), st.floats(0, 1, exclude_max=True))
def test_the_next_try_is_bounded_and_never_before_the_channels_wish(
    tries: int, after: float | None, chance: float
) -> None:
    seconds = delay(tries, after, chance)
    wish = min(after or 0.0, 3600.0)
    assert wish <= seconds <= wish + 30


class Lines:
    """A log that remembers, and that tests can wait on."""

    def __init__(self) -> None:
        self.events: list[tuple[str, object]] = []
        self._more = asyncio.Event()

    def __call__(self, event: str, **fields: object) -> None:
        self.events.append((event, fields["command"]))
        self._more.set()

    async def settled(self, *ids: str) -> None:
        done = {"command.sent", "command.dead"}
        await self._until(lambda: not set(ids) - {one for event, one in self.events if event in done})

    async def told(self, event: str, one: str) -> None:
        await self._until(lambda: (event, one) in self.events)

    async def _until(self, when: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not when():
                self._more.clear()
                await self._more.wait()


async def stored(store: SqlStore, *commands: Command) -> None:
    event = event_of("webhook", commands[0].id, "message.recalled", {"id": "x", "conversation_id": "z"}, at(0), QUIET)
    assert await Inbox(store, LocalBell(), FREELY).accept(event)
    [claim] = await store.claim(at(0), 10)
    assert await store.save(claim, Outcome(done=(1, 2), commands=commands), at(0))


@asynccontextmanager
async def sending(
    path: Path, channels: dict[str, ChannelOut], *commands: Command
) -> AsyncIterator[tuple[SqlStore, Lines]]:
    """A store with commands and an outbox at work on them, until the block ends."""
    store, lines, stop, bell = (
        open_store(f"sqlite:///{path / 'o.db'}", new_id=counting_ids()),
        Lines(),
        asyncio.Event(),
        LocalBell(),
    )
    now = HandClock(utc_now())
    if commands:
        await stored(store, *commands)

    def running() -> float:
        now.turn(0.5)  # every drawn chance is also half a second, so that retries come due without waiting
        return 0.0

    running_outbox = asyncio.create_task(Outbox(store, channels, now, running, lines, bell=bell).run(stop))
    yield store, lines
    stop.set()
    await running_outbox
    await store.close()


def fresh(one: str, lane: str = "c:webhook:c1", channel: str = "webhook") -> Command:
    """A command of this moment: its channel and its receiver read real clocks."""
    now = utc_now()
    return replace(reply(one, lane), channel=channel, created_at=now, deadline=now + timedelta(hours=1))


def test_commands_arrive_signed_in_order_with_a_stable_id_over_retries(tmp_path: Path) -> None:
    async def run() -> list[Heard]:
        async with (
            receiving("503 Busy", "200 OK", "200 OK", "500 Oh", HANG_UP) as receiver,
            httpx.AsyncClient(trust_env=False) as client,
        ):
            channels: dict[str, ChannelOut] = {"webhook": WebhookChannel(receiver.url, SECRET, [client])}
            commands = [fresh(one) for one in ("r1", "r2", "r3")]
            async with sending(tmp_path, channels, *commands) as (store, lines):
                await lines.settled("r1", "r2", "r3")
                spoken = await store.transcript("webhook", "c1")
                assert [line.id for line in spoken] == ["r1", "r2", "r3"]
        return receiver.heard

    heard = asyncio.run(run())
    assert [headers["webhook-id"] for headers, _ in heard] == ["r1", "r1", "r2", "r3", "r3", "r3"]
    assert all(verify([SECRET], headers, body, utc_now()) == headers["webhook-id"] for headers, body in heard)
    first = json.loads(heard[0][1])
    assert (first["type"], first["data"]["text"]) == ("message.send", "答r1")
    assert heard[0][1] == heard[1][1]


def test_a_refused_command_is_dead_and_the_rest_goes_on(tmp_path: Path) -> None:
    channel = FakeChannel(Refused("http 410"))

    async def run() -> list[tuple[str, object]]:
        async with sending(tmp_path, {"webhook": channel}, fresh("r1"), fresh("r2")) as (_, lines):
            await lines.settled("r1", "r2")
        return lines.events

    assert asyncio.run(run()) == [("command.dead", "r1"), ("command.sent", "r2")]


def test_each_process_sends_what_it_has_a_channel_for(tmp_path: Path) -> None:
    page, shop = FakeChannel(), FakeChannel()

    async def run() -> None:
        lined = fresh("p1", lane="c:page:c1", channel="page")
        async with (
            sending(tmp_path, {"page": page}, lined, fresh("r1"), fresh("r2")) as (_, of_page),
            sending(tmp_path, {"webhook": shop}) as (_, of_shop),
        ):
            await of_page.settled("p1")
            await of_shop.settled("r1", "r2")
        assert [*of_page.events, *of_shop.events] == [("command.sent", one) for one in ("p1", "r1", "r2")]

    asyncio.run(run())


def test_what_was_looked_at_too_long_ago_is_not_sent_before_another_look(tmp_path: Path) -> None:
    """The second lease is of this moment."""
    channel, lines = FakeChannel(), Lines()

    async def run() -> list[tuple[str, object]]:
        store, before = (
            open_store(f"sqlite:///{tmp_path / 'o.db'}", new_id=counting_ids()),
            utc_now() - 2 * BEGINS_WITHIN,
        )
        await stored(store, replace(fresh("r1"), created_at=before))
        outbox = Outbox(store, {"webhook": channel}, utc_now, lambda: 0.0, lines, bell=LocalBell())
        stop = asyncio.Event()
        outbox.take(await store.claim_commands(before, 1, WEBHOOK))
        running = asyncio.create_task(outbox.run(stop))
        await lines.settled("r1")
        stop.set()
        await running
        await store.close()
        return lines.events

    assert asyncio.run(run()) == [("command.later", "r1"), ("command.sent", "r1")]
    assert len(channel.sent) == 1


def test_a_defect_in_a_channel_is_tried_again_and_stops_nobody(tmp_path: Path) -> None:
    class Broken(FakeChannel):
        async def send(self, command: Command, now: object) -> Delivered | Later | Refused:
            del now
            self.sent.append(command)
            if len(self.sent) == 1:
                raise RuntimeError("a defect")
            return Delivered()

    broken = Broken()

    async def run() -> None:
        async with sending(tmp_path, {"webhook": broken}, fresh("r1"), fresh("s1", "other")) as (_, lines):
            await lines.settled("r1", "s1")

    asyncio.run(run())
    assert len(broken.sent) == 3


def test_stopping_waits_for_what_is_on_its_way(tmp_path: Path) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    class Slow(FakeChannel):
        async def send(self, command: Command, now: object) -> Delivered | Later | Refused:
            del now
            entered.set()
            await leave.wait()
            self.sent.append(command)
            return Delivered()

    slow = Slow()

    async def run() -> None:
        async with sending(tmp_path, {"webhook": slow}, fresh("r1"), fresh("r2")):
            await entered.wait()
            asyncio.get_running_loop().call_later(0.05, leave.set)

    asyncio.run(run())
    assert [command.id for command in slow.sent] == ["r1"]


def test_a_bell_rung_before_the_wait_counts_once() -> None:
    async def run() -> bool:
        bell = LocalBell()
        bell.ring()
        await bell.wait(60)
        await asyncio.to_thread(bell.ring)
        await bell.wait(60)
        await bell.wait(0.01)
        return True

    assert asyncio.run(run())


@pytest.mark.parametrize(
    ("kind", "data", "lane", "waits"),
    [
        ("message.created", {"conversation_id": "c:1", "sender": "buyer"}, "c:webhook:c:1", True),
        ("message.created", {"conversation_id": "c1", "sender": "seller"}, "c:webhook:c1", False),
        ("message.recalled", {"conversation_id": "c1", "id": "m1"}, "c:webhook:c1", False),
        ("order.updated", {"id": "o1", "conversation_id": "c1"}, "o:o1", False),
        ("item.updated", {"id": "i1"}, "i:i1", False),
        ("agent.presence", {"agent_id": "a01"}, "a:a01", False),
    ],
)
def test_every_event_has_its_lane_and_only_buyers_are_waited_for(
    kind: str, data: dict[str, object], lane: str, waits: bool
) -> None:
    event = event_of("webhook", "e1", kind, data, NOON, QUIET)
    assert (event.lane, event.ready_at) == (lane, NOON + QUIET if waits else NOON)
