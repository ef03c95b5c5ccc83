"""Which group gets a matter, and who comes first at which minute."""

import pytest

from bot.core.model import OrderStatus
from bot.core.reception import mode_at
from bot.core.routing import group_of, queue_of, staffed
from bot.core.rules.work import Route
from tests.core.book import CHINA, local, rules, weekdays

ROUTING = rules().routing


@pytest.mark.parametrize(
    ("intents", "group"),
    [
        (["exchange"], "aftersale"),
        (["size_fit", "exchange"], "presale"),
        (["unheard_of", "exchange"], "aftersale"),
        (["unheard_of"], "presale"),
        ([], "presale"),
    ],
)
def test_the_first_known_intent_decides_the_group(intents: list[str], group: str) -> None:
    assert group_of(intents, ROUTING) == group


@pytest.mark.parametrize(
    ("group", "live", "there"),
    [
        ("aftersale", {"aftersale", "presale"}, "aftersale"),
        ("aftersale", {"presale"}, "presale"),
        ("supervisor", {"presale", "aftersale"}, "aftersale"),
        ("presale", {"aftersale"}, "presale"),
        ("aftersale", set(), "aftersale"),
    ],
)
def test_where_nobody_of_the_group_is_there_its_fallback_takes_over(group: str, live: set[str], there: str) -> None:
    assert staffed(group, frozenset(live), ROUTING) == there


WINDOWS = [
    {"days": "workdays", "from": "10:00", "to": "11:00", "mode": "human_first"},
    {"days": "workdays", "from": "22:00", "to": "02:00", "mode": "assist"},
    {"from": "10:30", "to": "12:00", "mode": "assist"},
]


@pytest.mark.parametrize(
    ("now", "mode"),
    [
        ("2026-11-23 09:59", "bot_first"),
        ("2026-11-23 10:00", "human_first"),
        ("2026-11-23 10:59", "human_first"),
        ("2026-11-23 11:00", "assist"),
        ("2026-11-22 10:45", "assist"),
        ("2026-11-22 10:15", "bot_first"),
        ("2026-11-23 22:00", "assist"),
        ("2026-11-24 01:59", "assist"),
        ("2026-11-24 02:00", "bot_first"),
        ("2026-11-28 01:00", "assist"),
        ("2026-11-23 01:00", "bot_first"),
    ],
)
def test_the_first_window_that_covers_the_local_minute_sets_the_mode(now: str, mode: str) -> None:
    reception = rules(reception={"windows": WINDOWS}).reception
    assert mode_at(reception, local(now), CHINA, weekdays) == mode


@pytest.mark.parametrize(
    ("intents", "order", "group"),
    [
        (["greeting"], None, "presale"),
        (["greeting"], OrderStatus.SHIPPED, "aftersale"),
        (["greeting"], OrderStatus.UNPAID, "presale"),
        (["size_fit"], OrderStatus.SHIPPED, "presale"),
        (["unheard_of"], OrderStatus.SHIPPED, "aftersale"),
        (["unheard_of"], OrderStatus.UNPAID, "presale"),
        ([], OrderStatus.SHIPPED, "aftersale"),
    ],
)
def test_how_the_buyers_order_stands_decides_where_a_route_says_so(
    intents: list[str], order: OrderStatus | None, group: str
) -> None:
    routes = [
        {"intents": ["greeting"], "orders": ["shipped"], "group": "aftersale"},
        {"intents": ["greeting", "size_fit"], "group": "presale"},
        {"orders": ["shipped"], "group": "aftersale"},
    ]
    routing = ROUTING.model_copy(update={"routes": tuple(Route.model_validate(one) for one in routes)})
    assert group_of(intents, routing, order) == group


@pytest.mark.parametrize(
    ("live", "together"),
    [
        ({"presale", "aftersale", "supervisor"}, {"aftersale"}),
        ({"presale"}, {"presale", "aftersale", "supervisor"}),
        ({"presale", "aftersale"}, {"aftersale", "supervisor"}),
        (set(), {"aftersale"}),
    ],
)
def test_whose_buyers_the_same_people_serve_stand_in_one_queue(live: set[str], together: set[str]) -> None:
    assert queue_of("aftersale", frozenset(live), ROUTING) == together
