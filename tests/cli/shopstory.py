"""A shop whose files are kept and whose bot has answered, in the database that the commands of a folder use.

In: reply files, what buyers wrote. Out: what was sent. Never: a channel.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.content.files import FileSet
from bot.core.book import Book
from bot.records import Command
from bot.store import SqlStore, open_store
from bot.turns import outcome_of
from tests.core.book import DAY, small_book
from tests.edge.happenings import wrote
from tests.edge.sayings import another
from tests.fakes import WEBHOOK, counting_ids

T = TypeVar("T")
CARRIER = "replies/shipping/carrier.md"
SAYS = """---
intent: carrier
title: 发什么快递
---
## default
亲，默认发{{ shop.carrier_default }}，{{ shop.lead }}内发出。
"""


def in_store(work: Callable[[SqlStore], Awaitable[T]]) -> T:
    """Something done in the working folder's database."""

    async def run() -> T:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def shop(files: Mapping[str, str]) -> tuple[Book, FileSet]:
    """The small shop with these reply files."""
    return another(small_book(), FileSet({}), files)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """The same where the commands look for them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    (folder / "rules").mkdir(exist_ok=True)


async def answers(
    store: SqlStore, shop: tuple[Book, FileSet], text: str, *buyers: str, now: datetime = DAY
) -> Sequence[Command]:
    """Buyers write, each in a conversation of their own, and the answers arrive."""
    await store.keep_release(shop[1], shop[0].commit, now)
    for number, buyer in enumerate(buyers):
        event = wrote(number, text, conversation=f"c-{buyer}", buyer=buyer)
        await store.accept(replace(event, id=f"{buyer} {now}", received_at=now, ready_at=now))
    for claim in await store.claim(now, 100):
        await store.save(claim, outcome_of(await store.load(claim), shop[0], now)[0], now)
    claimed = await store.claim_commands(now, 100, WEBHOOK)
    for one in claimed:
        await store.mark_sent(one, now)
    return [one.command for one in claimed if one.command.type == "message.send"]
