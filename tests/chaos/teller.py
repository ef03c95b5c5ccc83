"""The shop's side of the webhook: tells every event until it is taken, and a conversation's in their order.

In: talks and the machines' addresses. Out: a record of what was taken. Never: the next event of a conversation before
the one before it was taken.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import httpx

from bot.channels.signing import parse_secret, sign
from tests.chaos.luck import chance
from tests.chaos.records import Arrival, Told
from tests.chaos.script import Step, Talk, spoken
from tests.e2e.shop import SIGNING

AGAIN_SECONDS = 0.4
ECHOED = 0.1
_SECRET = parse_secret(SIGNING)


@dataclass
class Teller:
    """`crowd` conversations at once; `taken` counts the steps that were."""

    seed: int
    urls: Sequence[str]
    client: httpx.AsyncClient
    crowd: int = 64
    taken: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    _created: dict[str, str] = field(default_factory=dict)
    _turn: Iterator[int] = field(default_factory=count)
    _echoes: set[asyncio.Task[None]] = field(default_factory=set)

    async def tell_all(self, talks: Iterable[Talk]) -> None:
        todo = iter(talks)
        async with asyncio.TaskGroup() as crowd:
            for _ in range(self.crowd):
                crowd.create_task(self._tell_talks(todo))

    async def _tell_talks(self, todo: Iterator[Talk]) -> None:
        for talk in todo:
            for step in talk.steps:
                await asyncio.sleep(step.pause)
                await self.tell(step)

    async def tell(self, step: Step, *, echo: bool = False) -> None:
        """Under all its ids at once; returns when each was taken."""
        body = self._body(step)
        answers = await asyncio.gather(*(self._until_taken(event, body) for event in step.events))
        for event in dict.fromkeys(step.events):
            fresh = sum(new for one, new in zip(step.events, answers, strict=True) if one == event)
            self.told.append(Told(event, step.kind, step.talk, step.data, step.position, fresh, echo))
        self.taken += 1

    def has_taken(self, steps: float) -> bool:
        return self.taken >= steps

    def hear(self, arrival: Arrival) -> None:
        """Some channels tell the shop's own messages back, at times before they have answered."""
        if arrival.kind == "message.send" and chance(self.seed, arrival.command, "echo") < ECHOED:
            words = spoken(arrival.talk, arrival.command, str(json.loads(arrival.text)["text"]), "seller")
            step = Step(f"{arrival.command}-echo", "message.created", arrival.talk, words)
            task = asyncio.create_task(self.tell(step, echo=True))
            self._echoes.add(task)
            task.add_done_callback(self._echoes.discard)

    def is_silent(self) -> bool:
        return not self._echoes

    def _body(self, step: Step) -> bytes:
        now = datetime.now(UTC).isoformat()
        times: Mapping[str, str] = {}
        if step.kind == "message.created":
            times = {"sent_at": now}
        elif step.kind == "order.updated":
            times = {"created_at": self._created.setdefault(str(step.data["id"]), now), "updated_at": now}
        envelope = {"type": step.kind, "timestamp": now, "data": {**step.data, **times}}
        return json.dumps(envelope, ensure_ascii=False).encode()

    async def _until_taken(self, event: str, body: bytes) -> bool:
        """Whether it was called new; the machines take turns, and the caller bounds the time."""
        for number in self._turn:
            answer = await self._post(self.urls[number % len(self.urls)], event, body)
            if answer is not None:
                return answer
            await asyncio.sleep(AGAIN_SECONDS)
        raise AssertionError("unreachable")

    async def _post(self, url: str, event: str, body: bytes) -> bool | None:
        """None where nobody says that the event is kept."""
        at = int(datetime.now(UTC).timestamp())
        headers = {
            "webhook-id": event, "webhook-timestamp": str(at), "webhook-signature": sign(_SECRET, event, at, body),
        }  # fmt: skip
        try:
            answer = await self.client.post(f"{url}/hooks/webhook", content=body, headers=headers)
        except httpx.TransportError as error:
            self.refusals[type(error).__name__] += 1
            return None
        if answer.status_code == 200:
            return not answer.json()["duplicate"]
        self.refusals[str(answer.status_code)] += 1
        assert answer.status_code in {429, 503}, answer.text
        assert answer.headers["retry-after"], answer.headers
        return None
