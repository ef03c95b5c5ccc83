"""One run: machines, a teller, a channel, and somebody who pulls plugs until all is told; then quiet, then judgement.

In: options. Out: a report. Never: a process left running, an endless wait.
"""

import asyncio
import time
from asyncio import to_thread
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from tests.chaos.books import Books, quiet
from tests.chaos.channel import HELD, MANNERS, Channel
from tests.chaos.evidence import Evidence
from tests.chaos.luck import between, chance
from tests.chaos.nodes import START_PATIENCE, Node, complaints, environment
from tests.chaos.premises import furnish
from tests.chaos.script import Talk, script
from tests.chaos.teller import Teller

EARLY = 0.1  # of the kills hit a machine that is still starting
STEP_SECONDS = 0.02
Crash = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Options:
    """`crash` restarts the database as a power cut would; `held`: some answers of the channel are kept back."""

    seed: int
    messages: int
    rounds: int
    database_url: str
    machines: int = 1
    crash: Crash | None = None
    crashes: int = 0
    held: bool = True
    deadline: str = "10m"
    crowd: int = 64
    patience: float = 3600.0


@dataclass
class Ran:
    """What a run leaves to be judged."""

    evidence: Evidence
    kills: int
    crashes: int
    seconds: float
    refusals: Counter[str]
    complaints: list[str]
    codes: list[int]
    given_up: int


@dataclass
class Storm:
    options: Options
    folder: Path
    client: httpx.AsyncClient
    channel: Channel
    nodes: list[Node] = field(default_factory=list)
    kills: int = 0
    crashes: int = 0
    _starting: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> Ran:
        """All of it; the caller ends what is still alive."""
        start = time.monotonic()
        await self._open()
        teller = self._teller()
        async with asyncio.timeout(self.options.patience), asyncio.TaskGroup() as side:
            talks = script(self.options.seed, self.options.messages)
            side.create_task(teller.tell_all(talks))
            side.create_task(self._pull_plugs(teller, talks))
        books = Books(self.options.database_url)
        await quiet(books, teller.is_silent)
        codes = list(await asyncio.gather(*(node.stop() for node in self.nodes)))
        evidence = Evidence(teller.told, self.channel.arrivals, books.kept())
        books.close()
        seconds = time.monotonic() - start
        given_up = sum(node.given_up for node in self.nodes)
        told = complaints(self.nodes)
        return Ran(evidence, self.kills, self.crashes, seconds, teller.refusals, told, codes, given_up)

    def end(self) -> None:
        for node in self.nodes:
            node.kill()

    async def _open(self) -> None:
        premises = furnish(self.folder, self.options.deadline)
        await self.channel.start()
        told = environment(premises, self.options.database_url, self.channel.url)
        self.nodes += [Node(self.folder, told) for _ in range(self.options.machines)]
        for node in self.nodes:
            node.start()
        await asyncio.gather(*(node.wait(self.client) for node in self.nodes))

    def _teller(self) -> Teller:
        urls = [node.url for node in self.nodes]
        teller = Teller(self.options.seed, urls, self.client, self.options.crowd)
        self.channel.heard = teller.hear
        return teller

    async def _pull_plugs(self, teller: Teller, talks: Sequence[Talk]) -> None:
        """Kills and crashes, each a moment after so many steps were taken."""
        steps = sum(len(talk.steps) for talk in talks)
        for moment, what, number in self._moments():
            await until(partial(teller.has_taken, moment * steps), self.options.patience)
            await asyncio.sleep(between(0.0, 0.5, self.options.seed, what, number, "delay"))
            await (self._kill(number) if what == "kill" else self._crash())
        await asyncio.gather(*self._starting)

    def _moments(self) -> list[tuple[float, str, int]]:
        """When what happens, as parts of the whole."""
        numbers = {"kill": self.options.rounds, "crash": self.options.crashes}
        seed = self.options.seed
        return sorted(
            (between(0.01, 0.98, seed, what, number), what, number)
            for what, many in numbers.items()
            for number in range(many)
        )

    async def _kill(self, number: int) -> None:
        luck = (self.options.seed, "kill", number)
        early = chance(*luck, "early") < EARLY
        await until(lambda: early or any(node.ready for node in self.nodes), START_PATIENCE)
        there = [node for node in self.nodes if early or node.ready]
        node = there[int(chance(*luck, "which") * len(there))]
        node.kill()
        self.kills += 1
        node.start()
        self._starting = {task for task in self._starting if not task.done()}
        self._starting.add(asyncio.create_task(node.wait(self.client)))

    async def _crash(self) -> None:
        if self.options.crash:
            await to_thread(self.options.crash)
            self.crashes += 1


async def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait for a state of the world; the bound only ends a run that has failed."""
    for _ in range(int(seconds / STEP_SECONDS)):
        if true():
            return
        await asyncio.sleep(STEP_SECONDS)
    raise TimeoutError(f"not within {seconds:.0f} s")


async def storm(options: Options, folder: Path) -> Ran:
    """Run and leave nothing behind."""
    manners = {**MANNERS, **(HELD if options.held else {})}
    limits = httpx.Limits(max_connections=options.crowd * 3)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=15, limits=limits))
        channel = Channel(options.seed, manners)
        one = Storm(options, folder, client, channel)
        stack.callback(one.end)
        stack.callback(channel.stop)
        return await one.run()
