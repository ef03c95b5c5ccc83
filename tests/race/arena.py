"""Where races are run: real server processes, a channel with manners, buyers and humans over real HTTP.

In: rounds, a database, how many processes. Out: the evidence. Never: a part of the service called in process.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bot.channels.signing import parse_secret, sign
from tests.chaos.books import Books, quiet
from tests.chaos.channel import Channel
from tests.chaos.luck import chance
from tests.chaos.nodes import Node, environment
from tests.chaos.premises import PEOPLE, furnish
from tests.chaos.records import Arrival, Kept
from tests.e2e.shop import SIGNING, change_rules
from tests.race.referee import Evidence, Played, Try
from tests.race.rounds import DESK, QUESTIONS, Round

MANNERS: Mapping[str, float] = {"fine": 70, "slow": 15, "busy": 10, "cuts": 3, "fails after": 2}
GIVEN_BACK, CROWD = 0.1, 32
FIRST_GUESS = 1.05  # seconds from a question to its answer, until the first answers tell
_SECRET = parse_secret(SIGNING)
_KEPT = 9


@dataclass(frozen=True, slots=True)
class Options:
    seed: int
    rounds: int
    database_url: str
    machines: int = 1
    manners: Mapping[str, float] = field(default_factory=lambda: MANNERS)


@dataclass
class Arena:
    """`answered`: seconds from question to arrival of the last few answers, by which humans aim."""

    options: Options
    client: httpx.AsyncClient
    channel: Channel
    nodes: Sequence[Node]
    answered: list[float] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=count)
    _heard: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _turn: Iterator[Node] = field(init=False)

    def __post_init__(self) -> None:
        self._turn = cycle(self.nodes)
        self.channel.heard = self._hear

    async def play_all(self, todo: Sequence[Round]) -> None:
        waiting = iter(todo)
        async with asyncio.TaskGroup() as crowd:
            for number in range(CROWD):
                crowd.create_task(self._play_each(waiting, number))

    async def _play_each(self, waiting: Iterator[Round], number: int) -> None:
        await asyncio.sleep(number / CROWD)
        for one in waiting:
            self.played.append(await self.play(one))

    async def play(self, one: Round) -> Played:
        """A question, a human's word, the buyer again."""
        if not one.fresh:
            await self._warm_up(one)
        asked = time.time()
        await self._says(one.talk, one.question)
        await asyncio.sleep(max(0.0, asked + self._offset(one) - time.time()))
        spoken, words = time.time(), f"您好，我是店里的{PEOPLE[0]}，第{one.number}位"
        await (self._replies(one.talk, words) if one.by == DESK else self._says(one.talk, words, "seller"))
        accepted = time.time()
        await asyncio.sleep(one.pause)
        await self._says(one.talk, QUESTIONS[0])
        return Played(one.talk, one.by, words, asked, spoken, accepted)

    async def give_back(self, talk: str) -> float:
        """The bot answers again; when it was told so."""
        moment = time.time()
        await self._post_event("conversation.handed_back", {"conversation_id": talk})
        self._heard[talk].clear()
        await self._says(talk, QUESTIONS[0])
        async with asyncio.timeout(60):
            await self._heard[talk].wait()
        return moment

    def _offset(self, one: Round) -> float:
        usual = median(self.answered[-_KEPT:]) if self.answered else FIRST_GUESS
        return one.offset if one.around is None else usual + one.around

    async def _warm_up(self, one: Round) -> None:
        start = time.time()
        await self._says(one.talk, QUESTIONS[0])
        async with asyncio.timeout(60):
            await self._heard[one.talk].wait()
        self.answered.append(time.time() - start)

    def _hear(self, arrival: Arrival) -> None:
        if arrival.kind == "message.send":
            self._heard[arrival.talk].set()

    async def _says(self, talk: str, text: str, sender: str = "buyer") -> None:
        words = {
            "id": f"m{next(self._ids)}", "conversation_id": talk, "buyer": {"id": f"b-{talk}"}, "sender": sender,
            "kind": "text", "text": text, "sent_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        await self._post_event("message.created", words)

    async def _post_event(self, kind: str, data: Mapping[str, object]) -> None:
        event, now = f"e{next(self._ids)}", datetime.now(UTC)
        body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()
        at = int(now.timestamp())
        headers = {
            "webhook-id": event, "webhook-timestamp": str(at), "webhook-signature": sign(_SECRET, event, at, body),
        }  # fmt: skip
        answer = await self.client.post(f"{next(self._turn).url}/hooks/webhook", content=body, headers=headers)
        assert answer.status_code == 200, answer.text

    async def _replies(self, talk: str, words: str) -> None:
        headers = {"authorization": f"Bearer {SIGNING}", "x-agent": PEOPLE[0]}
        body = {"text": words, "key": f"k{next(self._ids)}"}
        url = f"{next(self._turn).url}/api/conversations/webhook/{talk}/reply"
        answer = await self.client.post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text


async def race(options: Options, todo: Sequence[Round], folder: Path) -> Evidence:
    """Run and leave nothing behind."""
    async with AsyncExitStack() as stack:
        limits = httpx.Limits(max_connections=CROWD * 2)
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=30, limits=limits))
        channel = Channel(options.seed, options.manners)
        await channel.start()
        stack.callback(channel.stop)
        nodes = _nodes(options, folder, channel.url)
        for node in nodes:
            stack.callback(node.kill)
            node.start()
        await asyncio.gather(*(node.wait(client) for node in nodes))
        return await _run(Arena(options, client, channel, nodes), todo)


async def _run(arena: Arena, todo: Sequence[Round]) -> Evidence:
    books = Books(arena.options.database_url)
    await arena.play_all(todo)
    await quiet(books, lambda: True)
    backs = [one for one in arena.played if chance(arena.options.seed, one.talk, "back") < GIVEN_BACK]
    kept = books.kept()
    moments = dict(zip([one.talk for one in backs], await asyncio.gather(*_given(arena, backs)), strict=True))
    for node in arena.nodes:
        await node.stop()
    left = {name: count for name, count in books.left().items() if name != "unseen"}
    books.close()
    played = [_back(one, moments) for one in arena.played]
    return Evidence(played, _tries(arena.channel.arrivals), begun(arena.nodes), kept.holders, _unsaid(kept), left)


def _unsaid(kept: Kept) -> frozenset[str]:
    return frozenset(one.talk for one in kept.commands if one.state == "cancelled" and not one.unsure)


def _given(arena: Arena, backs: Sequence[Played]) -> Iterator[Any]:
    return (arena.give_back(one.talk) for one in backs)


def _back(one: Played, moments: Mapping[str, float]) -> Played:
    return replace(one, back=moments.get(one.talk, one.back))


def _nodes(options: Options, folder: Path, channel_url: str) -> Sequence[Node]:
    premises = furnish(folder)
    change_rules(premises.rules, {"routing": _unhurried})
    told = {**environment(premises, options.database_url, channel_url), "YEBAN_API_TOKEN": SIGNING}
    return [Node(folder, told) for _ in range(options.machines)]


def _unhurried(rules: dict[str, Any]) -> None:
    """No word of comfort while people are slow: here every word of the bot's is an answer."""
    rules["dispatch"] = {"hold_after": "1h", "late_after": "2h"}


def _tries(arrivals: Sequence[Arrival]) -> Sequence[Try]:
    seen, found = set[str](), list[Try]()
    for one in arrivals:
        if one.kind == "message.send":
            data = json.loads(one.text)
            taken = one.processed and one.command not in seen
            seen |= {one.command} if one.processed else set()
            by_bot = data["author"]["kind"] == "bot"
            found.append(Try(one.at, one.command, one.talk, by_bot, str(data["text"]), taken))
    return found


def begun(nodes: Sequence[Node]) -> Mapping[str, Sequence[float]]:
    """By command, when each send of it began."""
    found = defaultdict[str, list[float]](list)
    for node in nodes:
        for line in node.log.read_text(encoding="utf-8").splitlines():
            told = json.loads(line) if line.startswith('{"') and '"began"' in line else {}
            if told.get("began"):
                found[told["command"]].append(datetime.fromisoformat(told["began"]).timestamp())
    return found
