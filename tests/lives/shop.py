"""A shop with every kind of step and tight limits: its texts name the step and the orders that they speak of.

In: nothing. Out: a book. Never: a reply file.
"""

from functools import cache

from bot.core.book import Book
from tests.core.book import TOPICS, book_of, rules, topic

FIRST, AGAIN, LAST, CHECK, ASK = "一催", "二催", "三催", "核对", "回访"
NUDGES = (FIRST, AGAIN, LAST)
CARE = (CHECK, ASK)
MOST, APART_MINUTES, TALK_MINUTES, TOGETHER_MINUTES = 2, 60, 10, 30
HELD_OUT_PERCENT = 20
NAMED = 5  # of very many orders in one message
QUIET = ("22:30", "08:30")


def _nudge(step: str) -> dict[str, str]:
    return {
        "unpaid": f"{step} {{{{ order.title }}}}",
        "many_orders": f"{step} {{{{ order.list }}}}",
    }


@cache
def lively_book() -> Book:
    limits = {"most": str(MOST), "within": "24h", "apart": f"{APART_MINUTES}m", "after_talk": f"{TALK_MINUTES}m"}
    nudges = {
        "steps": [
            {"name": FIRST, "after": "10m", "reply": "system/first"},
            {"name": AGAIN, "after": "2h", "reply": "system/again"},
            {"name": LAST, "before_close": "1h", "reply": "system/last"},
        ],
        "quiet": [{"from": QUIET[0], "to": QUIET[1]}], "expire_after": "24h", "stop_words": ["不要了"],
        "limits": limits, "together": f"{TOGETHER_MINUTES}m", "hold_out": {"percent": HELD_OUT_PERCENT},
    }  # fmt: skip
    care = {
        "steps": [
            {"name": CHECK, "on": "paid", "within": "12h", "reply": "care/check", "urgent": "true"},
            {"name": ASK, "on": "signed", "after": "4h", "within": "24h", "reply": "care/ask"},
        ],
        "limits": {"most": "9", "within": "24h", "apart": "1m", "after_talk": "1m"},
        "quiet": [{"from": QUIET[0], "to": QUIET[1]}],
    }
    own = [
        topic("system/first", _nudge(FIRST)), topic("system/again", _nudge(AGAIN)), topic("system/last", _nudge(LAST)),
        topic("care/check", {"default": f"{CHECK} {{{{ order.title }}}}"}),
        topic("care/ask", {"default": f"{ASK} {{{{ order.title }}}}"}),
    ]  # fmt: skip
    return book_of([*TOPICS, *own], rules(nudges=nudges, care=care))
