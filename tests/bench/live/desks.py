"""From a buyer's message to an agent's screen with many desks open, beside a bare echo over the same number of streams.

In: a setting, a database. Out: rows: the middle and the worst in a hundred of both, and what idle desks cost. Never: a
browser; the last thing measured is the line's arrival in its stream.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import httpx

from bot import clock
from bot.accounts import digest_of
from bot.channels.signing import parse_secret, sign
from bot.core.staff import Account, Audited, Role, Session
from bot.store import open_store
from tests.bench.data import BenchError
from tests.bench.live.contenders import Running, Setting, service
from tests.bench.live.processes import started, wait_for
from tests.bench.live.sums import percentile, ratio
from tests.bench.live.wire import HOST
from tests.bench.show import Row, rounded
from tests.e2e.shop import DAY, SIGNING, Rules, by_day, free_port, this_minute

SECRET = "s" * 40
RATE, PATIENCE, IDLE = 20.0, 10.0, 8.0


@dataclass
class Screens:
    """Open streams, one a place, and when the words that are waited for came."""

    client: httpx.AsyncClient
    came: dict[str, asyncio.Future[float]]

    @asynccontextmanager
    async def watching(self, path: str, opened: asyncio.Event, secret: str = "") -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch(path, opened, secret))
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self, path: str, opened: asyncio.Event, secret: str) -> None:
        cookie = {"cookie": f"yeban_desk={secret}"}
        async with self.client.stream("GET", path, headers=cookie, timeout=None) as answer:
            assert answer.status_code == 200, path
            async for line in answer.aiter_lines():
                opened.set()
                for words in [one for one in self.came if one in line] if line.startswith("data:") else ():
                    self.came.pop(words).set_result(perf_counter())

    async def waits(self, say: Callable[[str], Awaitable[object]], number: int) -> list[float]:
        """Seconds from just before each message was sent until its stream had it, at a steady pace."""
        spent = list[float]()
        for one in range(number):
            words, begun = f"number-{one}-end", perf_counter()
            self.came[words] = asyncio.get_running_loop().create_future()
            arrived = self.came[words]
            await say(words)
            spent.append(await asyncio.wait_for(arrived, PATIENCE) - begun)
            await asyncio.sleep(max(0.0, 1 / RATE - (perf_counter() - begun)))
        return spent


def desks(setting: Setting, store: str, database: str, count: int, messages: int) -> Iterator[Row]:
    """`count` agents at desks, each with a conversation of their own open."""
    with ExitStack() as stack:
        echo = stack.enter_context(_echo())
        shop = stack.enter_context(service(setting, database))
        asyncio.run(_logged_in(database, count))
        asyncio.run(_taken(shop, count))
        quiet = _idle(shop)
        one, idle = asyncio.run(_measured(shop, count, messages))
        other = asyncio.run(_echoed(echo, count, messages))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        value, peer = percentile(one, share) * 1e3, percentile(other, share) * 1e3
        yield {
            "name": f"desk_live_{name}", "store": store, "value": rounded(value, 2), "unit": "ms",
            "peer": rounded(peer, 2), "ratio": ratio(value, peer), "desks": count, "messages": messages,
            "processes": setting.processes,
        }  # fmt: skip
    yield {
        "name": "desk_idle_cpu", "store": store, "value": rounded(idle, 2), "unit": "ms/s", "peer": rounded(quiet, 2),
        "ratio": ratio(idle, quiet), "desks": count, "processes": setting.processes,
    }  # fmt: skip


def _idle(shop: Running) -> float:
    """Milliseconds of CPU a second while nothing happens."""
    before = shop.cpu_s()
    sleep(IDLE)
    return (shop.cpu_s() - before) / IDLE * 1e3


async def _measured(shop: Running, count: int, messages: int) -> tuple[Sequence[float], float]:
    """The waits, and what the open desks cost before the first message."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client(shop.url))
        screens = Screens(client, {})
        for number in range(count):
            opened = asyncio.Event()
            path = f"/desk/live?channel=webhook&id={_talk(number)}"
            await stack.enter_async_context(screens.watching(path, opened, _secret(number)))
            await asyncio.wait_for(opened.wait(), PATIENCE)
        await asyncio.sleep(2)
        idle = await asyncio.to_thread(_idle, shop)
        sender, numbers = _Sender(client, "b"), iter(range(messages))

        async def say(words: str) -> None:
            await sender.says(_talk(next(numbers) % count), words)

        return await screens.waits(say, messages), idle


async def _echoed(url: str, count: int, messages: int) -> Sequence[float]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client(url))
        screens, numbers = Screens(client, {}), iter(range(messages))
        for number in range(count):
            opened = asyncio.Event()
            await stack.enter_async_context(screens.watching(f"/live/{number}", opened))
            await asyncio.wait_for(opened.wait(), PATIENCE)

        async def say(words: str) -> None:
            await client.post(f"/say/{next(numbers) % count}", content=words)

        return await screens.waits(say, messages)


class _Sender:
    """The shop's channel: signed messages of buyers."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        """`name` keeps its ids apart from another's."""
        self._client = client
        self._name = name
        self._secret = parse_secret(SIGNING)
        self._numbers = counting(1)

    async def says(self, talk: str, text: str) -> None:
        now, number = datetime.now(UTC), next(self._numbers)
        one, data = f"e-{self._name}-{talk}-{number}", {
            "id": f"m-{self._name}-{talk}-{number}", "conversation_id": talk, "buyer": {"id": f"b-{talk}"},
            "sender": "buyer", "kind": "text", "text": text, "sent_at": now.isoformat(),
        }  # fmt: skip
        body = json.dumps({"type": "message.created", "timestamp": now.isoformat(), "data": data}).encode()
        headers = {
            "webhook-id": one, "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": sign(self._secret, one, int(now.timestamp()), body),
        }  # fmt: skip
        (await self._client.post("/hooks/webhook", content=body, headers=headers)).raise_for_status()


def _talk(number: int) -> str:
    return f"c-desk-{number}"


async def _taken(shop: Running, count: int) -> None:
    """Each buyer has written, and a human has answered."""
    headers = {"authorization": f"Bearer {SIGNING}"}
    async with _client(shop.url) as client:
        sender = _Sender(client, "a")
        for number in range(count):
            await sender.says(_talk(number), "转人工")
        for number in range(count):
            path, told = f"/api/conversations/webhook/{_talk(number)}", {"text": "亲，在的", "key": f"k{number}"}
            await _until_there(client, path, headers)
            (
                await client.post(f"{path}/reply", json=told, headers={**headers, "x-agent": agent(number)})
            ).raise_for_status()


async def _until_there(client: httpx.AsyncClient, path: str, headers: Mapping[str, str]) -> None:
    for _ in range(200):
        if (await client.get(path, headers=headers)).is_success:
            return
        await asyncio.sleep(0.1)
    raise BenchError(f"nothing at {path}")


async def _logged_in(database: str, count: int) -> None:
    """Everybody, by a secret of their own."""
    store, now = open_store(database, new_id=clock.new_id), datetime.now(UTC)
    for number in range(count):
        name, digest = agent(number), digest_of(_secret(number))
        line = Audited(now, name, "bench")
        await store.add_account(Account(name, name, Role.AGENT, "-", now, now), line)
        await store.log_in(Session(digest, name, now, now, now + timedelta(hours=9)), "-", None, line)
    await store.close()


def agent(number: int) -> str:
    """The number of somebody at a desk."""
    return f"d{number}"


def _secret(number: int) -> str:
    return f"{SECRET}{number:03}"


def crowded(count: int) -> Rules:
    """By day, with so many in the first shift."""

    def many(rules: dict[str, Any]) -> None:
        by_day(rules)
        rules["shifts"][0]["agents"] = [agent(number) for number in range(count)]
        rules["checks"] = [{"at": this_minute(), "on": [one["name"] for one in rules["shifts"]]}]

    return {**DAY, "shifts": many}


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=PATIENCE) as client:
        yield client


@contextmanager
def _echo() -> Iterator[str]:
    port = free_port()
    with (
        TemporaryDirectory(prefix="yeban-bench-") as name,
        started("tests.bench.live.echo", str(port), cwd=Path(name)) as process,
    ):
        wait_for(f"http://{HOST}:{port}/readyz", [process])
        yield f"http://{HOST}:{port}"
