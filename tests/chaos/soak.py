"""`python -m tests.chaos.soak --minutes 30`: real buyers' messages at a moderate rate, and what the process takes.

In: options, the folder of data. Out: figures as JSON on stdout; 0 if every message has its outcome and nothing is left
over, else 1. Never: a text printed or kept outside of a temporary folder.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.data import BenchError, folder_of
from tests.chaos.books import Books, quiet
from tests.chaos.channel import Channel
from tests.chaos.evidence import Evidence
from tests.chaos.judge import judge, outcomes
from tests.chaos.luck import between, chance
from tests.chaos.nodes import Node, complaints, environment
from tests.chaos.premises import Premises
from tests.chaos.script import Step, Talk, spoken
from tests.chaos.teller import Teller
from tests.chaos.vitals import Sample, sampled, trend
from tests.e2e.shop import NIGHT, ROOT, rules_folder
from tests.postgres import postgres

EVERY_SECONDS = 10.0
PAUSE_SECONDS = (0.5, 3.5)
POLITE = {"fine": 9.0, "slow": 1.0}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    seconds: float
    rate: float
    lines: Sequence[str]
    database_url: str
    every: float = EVERY_SECONDS


@dataclass(frozen=True, slots=True)
class Soaked:
    evidence: Evidence
    samples: list[Sample]
    rows: dict[str, int]
    complaints: list[str]


def talks(plan: Plan) -> Iterator[Talk]:
    """Conversations of one to eight real lines, as long as there is time."""
    end, number = time.monotonic() + plan.seconds, 0
    while time.monotonic() < end:
        name = f"c{number}"
        count = 1 + int(chance(plan.seed, name) * 8)
        yield Talk(name, [_step(plan, name, one) for one in range(count)])
        number += 1


def _step(plan: Plan, talk: str, number: int) -> Step:
    text = plan.lines[int(chance(plan.seed, talk, number) * len(plan.lines))]
    one = f"{talk}-m{number}"
    pause = between(*PAUSE_SECONDS, plan.seed, talk, number, "pause")
    return Step(f"{one}-event", "message.created", talk, spoken(talk, one, text, "buyer"), pause, position=number)


async def soak(plan: Plan, folder: Path) -> Soaked:
    """One process, from its start until all is answered."""
    channel = Channel(plan.seed, POLITE)
    await channel.start()
    rules = rules_folder(folder / "rules", NIGHT)
    node = Node(folder, environment(Premises(ROOT / "replies", rules), plan.database_url, channel.url))
    async with httpx.AsyncClient(trust_env=False, timeout=15) as client:
        try:
            node.start()
            await node.wait(client)
            return await _soaked(plan, channel, node, client)
        finally:
            node.kill()
            channel.stop()


async def _soaked(plan: Plan, channel: Channel, node: Node, client: httpx.AsyncClient) -> Soaked:
    crowd = max(1, round(plan.rate * sum(PAUSE_SECONDS) / 2))
    teller = Teller(plan.seed, [node.url], client, crowd)
    channel.heard = teller.hear
    books, samples = Books(plan.database_url), list[Sample]()
    watching = asyncio.create_task(_watch(plan, node, teller, samples))
    await teller.tell_all(talks(plan))
    watching.cancel()
    await quiet(books, teller.is_silent)
    samples.append(sampled(node, teller.taken))
    rows = books.rows()
    evidence = Evidence(teller.told, channel.arrivals, books.kept())
    books.close()
    return Soaked(evidence, samples, rows, complaints([node]))


async def _watch(plan: Plan, node: Node, teller: Teller, samples: list[Sample]) -> None:
    """Until cancelled."""
    for _ in range(int(plan.seconds / plan.every) + 2):
        await asyncio.sleep(plan.every)
        samples.append(sampled(node, teller.taken))


def figures(plan: Plan, soaked: Soaked) -> dict[str, object]:
    """All that is told of a soak."""
    faults = judge(soaked.evidence)
    return {
        "seed": plan.seed, "seconds": plan.seconds, "messages": len(soaked.evidence.messages),
        "outcomes": dict(outcomes(soaked.evidence)), "samples": len(soaked.samples), **trend(soaked.samples),
        "rows": soaked.rows, "left": dict(soaked.evidence.kept.left),
        "faults": dict(Counter(fault.kind for fault in faults)),
        "first_faults": [f"{fault.kind}: {fault.what}" for fault in faults[:_SHOWN]],
        "complaints": soaked.complaints[:_SHOWN],
    }  # fmt: skip


@contextmanager
def database(store: str, folder: Path) -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder / 'yeban.db'}"
        return
    with postgres(durable=True) as server:
        yield server.fresh()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=4.0, help="messages a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="the folder of messages.txt")
    args = parser.parse_args(argv)
    try:
        lines = lines_of(args.data)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="yeban-soak-") as name, database(args.store, Path(name)) as url:
        plan = Plan(args.seed, args.minutes * 60, args.rate, lines, url)
        told = figures(plan, asyncio.run(soak(plan, Path(name))))
    print(json.dumps({"store": args.store, **told}, ensure_ascii=False, indent=1))
    return 1 if told["faults"] or told["complaints"] else 0


def lines_of(data: str | None) -> list[str]:
    """The buyers' messages; `BenchError` where they are not."""
    return [line for line in (folder_of(data) / "messages.txt").read_text(encoding="utf-8").split("\n") if line.strip()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
