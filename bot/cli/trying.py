"""`yeban try`, `chat`: asking the core and the files, with nothing running.

In: a namespace and settings. Out: text on stdout, an exit code. Never: a store written.
"""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.cli.jsonl import read_lines
from bot.cli.parser import moment
from bot.cli.simulate import Simulation
from bot.cli.stored import with_store
from bot.cli.tell import as_json, on_screen
from bot.clock import utc_now
from bot.content.load import Folders, load_book
from bot.core.book import Book
from bot.core.bundles import offered_ids
from bot.core.model import Item, Order
from bot.demo import load_demo
from bot.errors import UsageError
from bot.ports import Store
from bot.semantic import encoder
from bot.settings import Settings
from bot.words import say

T = TypeVar("T")


def book_of(settings: Settings) -> Book:
    """The operators' files as the service would load them."""
    return load_book(Folders(settings.replies, settings.rules), encoder() if settings.semantic else None)


def run_try(args: argparse.Namespace, settings: Settings) -> int:
    """One text, or a file of them; the reply is decided but goes nowhere."""
    if (args.text is None) == (args.jsonl is None):
        raise UsageError("errors.try_usage")
    now = moment(args.at) if args.at else utc_now()
    book = book_of(settings)
    named = _named(args, settings, now)
    simulation = Simulation(book, now, *named, _offers(offered_ids(book.rules, now), settings, now) if named[0] else {})
    if args.jsonl:
        for line_id, text in read_lines(Path(args.jsonl)):
            print(json.dumps(as_json(simulation.turn(text), line_id, text), ensure_ascii=False))
        return 0
    turn = simulation.turn(args.text)
    print(json.dumps(as_json(turn, None, args.text), ensure_ascii=False) if args.json else on_screen(turn, args.text))
    return 0


def _named(args: argparse.Namespace, settings: Settings, now: datetime) -> tuple[Item | None, Order | None]:
    """The shop's item and order of these ids, or the demo shop's."""
    if not args.item and not args.order:
        return None, None
    item, order = _stored(settings, lambda store: store.find(args.item, args.order)) or (None, None)
    demo = load_demo(now)
    item = item or next((item for item in demo.items if item.id == args.item), None)
    order = order or next((order for order in demo.orders if order.id == args.order), None)
    if args.item and item is None:
        raise UsageError("errors.unknown_item", id=args.item)
    if args.order and order is None:
        raise UsageError("errors.unknown_order", id=args.order)
    return item, order


def _offers(ids: Collection[str], settings: Settings, now: datetime) -> Mapping[str, Item]:
    """What bundles may offer beside a named item: the shop's, or the demo shop's."""
    demo = {item.id: item for item in load_demo(now).items if item.id in ids}

    async def look(store: Store) -> dict[str, Item]:
        return {item.id: item for one in sorted(ids) for item in await store.catalogue(one)}

    return demo | (_stored(settings, look) or {})


def _stored(settings: Settings, look: Callable[[Store], Awaitable[T]]) -> T | None:
    """Looked up only where a database is: asking makes none."""
    path = settings.database_url.removeprefix("sqlite:///")
    if path == settings.database_url or not Path(path).is_file():
        return None
    return with_store(settings, look)


def run_chat(args: argparse.Namespace, settings: Settings) -> int:
    """A conversation in the terminal; an empty line or end of input ends it."""
    simulation = Simulation(book_of(settings), moment(args.at) if args.at else utc_now())
    conversation = simulation.opening()
    print(say("chat.hello"))
    for number, text in enumerate(_typed(), 1):
        turn = simulation.turn(text, conversation, number)
        conversation = replace(turn.conversation, version=number)
        print(say("chat.bot", text=turn.reply.text if turn.reply else say("try.silent")))
    return 0


def _typed() -> Iterator[str]:
    while True:
        sys.stdout.write(say("chat.prompt"))
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line.strip():
            return
        yield line.strip()
