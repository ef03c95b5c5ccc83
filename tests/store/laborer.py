"""A process that accepts, works and sends until all is done; tests kill it without warning.

In: a database, a file of what was sent, the number of this life, which events. Out: a line on stdout for each thing
that it was promised. Never: a clean-up of its own.
"""

import asyncio
import os
import sys
from dataclasses import replace

from bot.records import Claim, Event, Outcome
from bot.store import SqlStore, open_store
from tests.fakes import WEBHOOK, at, buyer_event, reply, talk

CONVERSATIONS = 4
LIFE_SECONDS = 40  # longer than a lease: the dead one's work is free in the next life


class Laborer:
    def __init__(self, store: SqlStore, sent_file: int, life: int, todo: range) -> None:
        self.store = store
        self.sent_file = sent_file
        self.now = at(life * LIFE_SECONDS)
        self.todo = todo
        self.accepting = True

    async def accept(self) -> None:
        for number in self.todo:
            await self.store.accept(self.event(number))
            say(f"accepted {number}")
        self.accepting = False

    def event(self, number: int) -> Event:
        plain = buyer_event(number, f"c{number % CONVERSATIONS}")
        return replace(plain, received_at=self.now, ready_at=self.now)

    async def work(self) -> None:
        while True:
            accepting = self.accepting
            claims = await self.store.claim(self.now, 2)
            for claim in claims:
                await self.turn(claim)
            if not (claims or accepting):
                return

    async def turn(self, claim: Claim) -> None:
        work = await self.store.load(claim)
        name = claim.lane.rpartition(":")[2]
        commands = [replace(reply(f"r{event.id}", claim.lane), conversation_id=name) for event in work.events]
        far = [replace(one, deadline=at(1e6)) for one in commands]
        done = tuple(event.seq for event in work.events)
        outcome = Outcome(done=done, conversation=work.conversation or talk(one=name), commands=tuple(far))
        say(f"saved {await self.store.save(claim, outcome, self.now)}")

    async def send(self, working: "asyncio.Task[None]") -> None:
        while True:
            last = working.done()
            claimed = await self.store.claim_commands(self.now, 3, WEBHOOK)
            for one in claimed:
                os.write(self.sent_file, f"{one.command.conversation_id} {one.command.id}\n".encode())
                say(f"marked {await self.store.mark_sent(one, self.now)}")
            if last and not claimed:
                return


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def main(url: str, sent: str, life: int, todo: range) -> None:
    ids = (f"life{life}-{number}" for number in range(10**9))
    store = open_store(url, new_id=lambda: next(ids))
    sent_file = os.open(sent, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    laborer = Laborer(store, sent_file, life, todo)
    working = asyncio.create_task(laborer.work())
    await asyncio.gather(laborer.accept(), working, laborer.send(working))
    await store.close()
    say("done")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), range(int(sys.argv[4]), int(sys.argv[5]))))
