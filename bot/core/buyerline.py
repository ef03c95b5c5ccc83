"""A buyer's file in one line, for whoever serves the buyer next.

In: a decided case. Out: tags, sizes, wishes, orders and open matters in the agent's language. Never: another buyer's
data, a whole phone number, a value too old to be used.
"""

from collections.abc import Iterator

from bot.core.buyer import Buyer, Issue
from bot.core.case import Case
from bot.core.model import Order
from bot.core.order_words import order_title
from bot.core.remembered import held
from bot.core.when import say_day
from bot.words import say

_TAGS, _OPEN, _SHORT = 6, 2, 24


def buyer_line(case: Case) -> str:
    """Empty where nothing is known, or where somebody else writes."""
    buyer = case.facts.buyer
    if buyer is None or case.scene.focus.stranger or buyer.id != case.conversation.buyer_id:
        return ""
    return say("buyer.joined").join(_parts(case, buyer))


def _parts(case: Case, buyer: Buyer) -> Iterator[str]:
    mine = [order for order in case.facts.orders if order.buyer_id == buyer.id]
    if buyer.tag_names:
        yield say("buyer.tags", text=say("join.list").join(buyer.tag_names[-_TAGS:]))
    if told := body_words(case, buyer):
        yield say("buyer.told", text=told)
    if buyer.preferences:
        wishes = (say(f"buyer.wish.{name}", text=told.value) for name, told in buyer.preferences.items())
        yield say("join.list").join(wishes)
    if mine:
        yield _orders(case, mine)
    for issue in buyer.open_issues[:_OPEN]:
        yield _open(case, issue)


def body_words(case: Case, buyer: Buyer) -> str:
    """What of a body may still be true."""
    told = held(buyer, case.book.rules.buyers.told_holds, case.now)
    return say("join.list").join(told_word(name, word) for name, word in told.items())


def told_word(name: str, word: str) -> str:
    """One told slot by its name on screens; measures have the shop's own."""
    known = name.removeprefix("measure.")
    return f"{known if known != name else say(f'slots.{name}')}{word}"


def _orders(case: Case, mine: list[Order]) -> str:
    last = max(mine, key=lambda order: (order.created_at, order.id))
    title = (order_title(last) or last.id)[:_SHORT]
    status, day = say(f"order_status.{last.status}"), say_day(last.created_at, case.now, case.scene.zone)
    return say("buyer.orders", count=len(mine), day=day, title=title, status=status)


def _open(case: Case, issue: Issue) -> str:
    topic = case.book.by_intent.get(issue.intent or "")
    about = topic.title if topic else issue.line[:_SHORT]
    return say("buyer.open", day=say_day(issue.at, case.now, case.scene.zone), text=about)
