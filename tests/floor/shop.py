"""A shop with a rich roster: three shifts, one overnight, a split one, a rotation, 双11, swaps, leave.

In: nothing. Out: a book. Never: the shipped rules, which operators change.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from bot.core.book import Book
from tests.core.book import TOPICS, book_of, rules, topic

FIRST, LAST = date(2026, 11, 2), date(2026, 12, 1)
LIMIT, LIMITS = 4, {"s01": 3}
ANSWER_WITHIN, REST = timedelta(seconds=90), timedelta(minutes=5)
DEFAULT, SUPERVISOR = "presale", "supervisor"
FALLBACK: Mapping[str, tuple[str, ...]] = {"aftersale": ("presale",), "supervisor": ("aftersale", "presale")}

ROSTER: Mapping[str, object] = {
    "stay": "30m",
    "shifts": [
        {
            "name": "早班", "from": "08:00", "to": "16:00", "break": {"from": "12:00", "to": "12:45"},
            "agents": ["a01", "a02", "a03"], "group": "presale",
        },
        {"name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a04", "a05"], "group": "presale"},
        {
            "name": "通宵班", "days": ["fri", "sat"], "from": "22:00", "to": "06:00", "agents": ["a06"],
            "group": "presale", "stay": "0m",
        },
        {
            "name": "售后班", "days": "workdays", "from": "09:00", "to": "18:00",
            "break": {"from": "12:30", "to": "13:30"}, "agents": ["b01", "b02"], "group": "aftersale",
        },
        {
            "name": "售后两头班", "days": "restdays", "from": "08:30", "to": "23:00",
            "break": {"from": "15:00", "to": "20:00"}, "agents": ["b03"], "group": "aftersale", "stay": "10m",
        },
        {"name": "主管班", "days": "workdays", "from": "10:00", "to": "19:00", "agents": ["s01"], "group": SUPERVISOR},
    ],
    "rotations": [
        {"swap": ["早班", "晚班"], "every": "1 week", "from": "2026-11-02"},
        {"agents": ["b02", "b03"], "every": "half month", "from": "2026-11-16"},
    ],
    "special": [
        {
            "name": "双11", "dates": ["2026-11-10", "2026-11-11"],
            "extend": {"早班": {"from": "07:00"}, "晚班": {"to": "+02:00"}}, "open": ["通宵班"],
        },
    ],
    "swaps": [
        {"dates": ["2026-11-05"], "agents": ["a01", "a04"]},
        {"dates": ["2026-11-14", "2026-11-16"], "agents": ["b01", "b03"]},
    ],
    "leave": [
        {"agent": "a02", "from": "2026-11-18", "to": "2026-11-20"},
        {"agent": "b02", "dates": ["2026-11-24"], "stand_in": "b03"},
    ],
}  # fmt: skip

WORDS = (
    topic("system/hold_line", {"default": "亲，正在为您查询。"}),
    topic("system/late", {"default": "亲，久等了，抱歉。"}),
    topic("system/human_gone", {"default": "亲，同事下班了，留言记下了。"}),
)


@cache
def staffed_book() -> Book:
    dispatch = {"limit": LIMIT, "limits": LIMITS}
    return book_of([*TOPICS, *WORDS], rules(shifts=ROSTER, routing={"fallback": FALLBACK, "dispatch": dispatch}))
