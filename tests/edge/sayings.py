"""All kinds of words of the bot, as a shop with these files would send them to the demo shop's buyers.

In: a book. Out: commands. Never: chance: which questions are asked, and by whom, follows from their hash.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import chain

from bot.approach import planned, settled
from bot.commands import soothe
from bot.content.files import FileSet
from bot.content.replies import read_reply
from bot.core.book import Book
from bot.core.buyer import Agreed
from bot.core.model import AgentState, Conversation, Holder, Order, Presence
from bot.core.rules.outreach import Greeting
from bot.core.shifts import live_groups, on_shift
from bot.core.soothing import soothing
from bot.core.waits import Word
from bot.demo import load_demo
from bot.greeting import command_of
from bot.records import Command, DueNudges, Guest
from bot.turns import outcome_of, people_at
from tests.core.book import DAY, NIGHT
from tests.edge.happenings import work, wrote

SHOP = load_demo(DAY)
_MOMENTS = (DAY, NIGHT)


def another(book: Book, files: FileSet, changed: Mapping[str, str]) -> tuple[Book, FileSet]:
    """The same shop after reply files were changed."""
    later = FileSet({**files.texts, **{path: text.encode() for path, text in changed.items()}})
    read = [read_reply(later, path).topic for path in changed]
    topics = {**book.topics, **{topic.name: topic for topic in read}}
    by_intent = {intent: topics[topic.name] for intent, topic in book.by_intent.items()}
    return replace(book, topics=topics, by_intent=by_intent, version=later.version, commit=None), later


def sent(commands: Iterator[Command]) -> Iterator[Command]:
    """Those that buyers read."""
    return (one for one in commands if one.type == "message.send")


def replies(book: Book, since: int, until: int) -> Sequence[Command]:
    """Answers, questions back, hand-overs, by day with people and by night without, to buyers with orders and to
    others; to so many questions of all."""
    asks = sorted({ask.text for topic in book.topics.values() for ask in topic.asks}, key=_shuffled)
    return list(sent(chain.from_iterable(_answers(book, asks[number], number) for number in range(since, until))))


def _shuffled(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _answers(book: Book, text: str, number: int) -> Iterator[Command]:
    now, buyer = _MOMENTS[number % 2], SHOP.orders[number % len(SHOP.orders)].buyer_id
    orders = [order for order in SHOP.orders if order.buyer_id == buyer] if number % 3 else []
    items = {item.id: item for item in SHOP.items}
    talk = Conversation(f"c{number}", "webhook", buyer, item_id=SHOP.items[number % len(items)].id)
    heard = work(
        wrote(number, text, conversation=talk.id, buyer=buyer), talk=talk, orders=orders, presence=_there(book, now)
    )
    yield from outcome_of(replace(heard, items=items), book, now)[0].commands


def _there(book: Book, now: datetime) -> list[Presence]:
    """By day everybody on the roster; by night nobody."""
    on = on_shift(book.rules.shifts, now, book.works) if now == DAY else ()
    return [Presence(agent, AgentState.ONLINE, now) for span in on for agent in span.agents]


def of_own_accord(book: Book, rounds: int) -> Sequence[Command]:
    """Nudges, care, greetings, and words to those who wait, of orders with ever other numbers."""
    found = (chain(_outreach(book, one), _greetings(book, one), _comforts(book, one)) for one in range(rounds))
    return list(sent(chain.from_iterable(found)))


def _outreach(book: Book, one: int) -> Iterator[Command]:
    for order in SHOP.orders:
        mine = replace(order, id=f"{order.id}{one}")
        for line in planned(mine, book.rules):
            talk = Conversation(f"c{one}", "webhook", order.buyer_id)
            items = {item.id: item for item in SHOP.items}
            due = DueNudges(order.buyer_id, (line,), _orders(mine), talk, False, items, agreed=Agreed.GRANTED)
            moves = settled(due, book, line.due_at)
            yield from (command for move in moves for command in move.commands)


def _orders(order: Order) -> dict[str, Order]:
    return {order.id: order}


def _greetings(book: Book, one: int) -> Iterator[Command]:
    talk = Conversation(f"g{one}", "webhook", f"b{one}")
    for topic in ("care/greeting_new_year", "care/coupon"):
        greets = Greeting(name=topic, day=date(2026, 11, 23), at="10:00", reply=topic)
        command = command_of(greets, Guest(talk.buyer_id, talk), book, DAY)
        yield from [command] if command else []


def _comforts(book: Book, one: int) -> Iterator[Command]:
    for word in Word:
        for now in _MOMENTS:
            since = now - timedelta(minutes=one)
            talk = Conversation(f"w{one}", "webhook", "b1", Holder.QUEUED, group="aftersale", waiting_since=since)
            people = people_at(book, live_groups(book.rules.shifts, _there(book, now), now, book.works), now)
            said = soothing(word, talk, people, book, now)
            yield from [soothe(talk, said, word, book, people, now)] if said else []
