"""What an agent must see at once on taking over: what was said, asked, known and promised.

In: a decided case and the reply. Out: a few lines in the agent's language. Never: more
personal data than the thread holds.
"""

from decimal import Decimal

from bot.core.buyerline import buyer_line
from bot.core.care import mergeable, merged_postage
from bot.core.case import Case, Decision
from bot.core.compose import Reply
from bot.core.flow_past import left, matter, told_of
from bot.core.order_words import order_title
from bot.core.routing import FLAG
from bot.core.when import say_money
from bot.words import say

_LONGEST = 200


def summarise(case: Case, decision: Decision, reply: Reply | None) -> str:
    """Buyer's words, reading, order, item, slots and what the bot told the buyer, one a line."""
    order, item = matter(case, decision)
    slots = case.meaning.slots.filled()
    lines = [
        ("reason", reason_text(decision.reason)),
        ("said", case.meaning.text[:_LONGEST]),
        ("meant", _titles(case)),
        ("rest", say("join.list").join(rest.text for rest in case.meaning.rest)[:_LONGEST]),
        (
            "order",
            f"{order.id} {say(f'order_status.{order.status}')} {order_title(order) or ''}".strip() if order else "",
        ),
        ("item", item.title if item else ""),
        ("postage", _postage(case)),
        *told_of(case, left(case, decision), order),
        ("slots", say("join.list").join(f"{say(f'slots.{name}')} {value}" for name, value in slots.items())),
        ("told", reply.text[:_LONGEST] if reply else ""),
        ("buyer", buyer_line(case)[:_LONGEST]),
    ]
    return "\n".join(say(f"summary.{name}", text=text) for name, text in lines if text)


def _postage(case: Case) -> str:
    """What one parcel for several orders would cost; people change the price."""
    mine = [order for order in case.facts.orders if order.buyer_id == case.conversation.buyer_id]
    several = mergeable(mine)
    if not several:
        return ""
    ids, total = say("join.list").join(order.id for order in several), sum((one.postage for one in several), Decimal(0))
    return say("summary.merge", orders=ids, sum=say_money(total), merged=say_money(merged_postage(several)))


def reason_text(reason: str) -> str:
    """A reason code in the agent's words."""
    return say("reasons.flag") if reason.startswith(FLAG) else say(f"reasons.{reason}")


def _titles(case: Case) -> str:
    claims = case.meaning.claims or case.meaning.choices
    known = [case.book.by_intent[claim.intent].title for claim in claims if claim.intent in case.book.by_intent]
    return say("join.list").join(known)
