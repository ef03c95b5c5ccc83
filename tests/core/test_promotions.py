"""Which promotion is meant, and how it stands."""

from datetime import datetime

import pytest

from bot.core.promotions import named_promotion, promo_words, running_promotions, standing
from tests.core.book import NIGHT, local, rules

TWO_YEARS = [
    {"name": "双11", "also": ["双十一"], "from": "2025-11-10 20:00", "until": "2025-11-12 00:00", "says": "去年的"},
    {"name": "双11", "from": "2026-11-10 20:00", "until": "2026-11-12 00:00", "says": "满300减50", "gift": "袋子"},
    {"name": "冬装", "from": "2026-11-20 00:00", "until": "2026-12-01 00:00", "says": "满200减20"},
]
RULES = rules(
    promotions={"promotions": TWO_YEARS, "others": ["双12", "618"]},
    carriers={"occasions": [{"name": "元旦", "also": ["跨年"], "every": "01-01"}]},
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("双11有活动吗", "双11"), ("双十一什么时候", "双11"), ("双12便宜吗", "双12"), ("618呢", "618"),
        ("跨年有活动吗", "元旦"), ("冬装打折吗", "冬装"), ("有活动吗", None), ("订单6180001", None),
        ("双11和双12哪个便宜", None),
    ],
)  # fmt: skip
def test_a_promotion_is_named_by_its_own_or_other_words(text: str, name: str | None) -> None:
    assert named_promotion(text, RULES) == name


@pytest.mark.parametrize(
    ("at", "named", "situation", "says"),
    [
        ("2026-11-10 19:59", "双11", "promo_ahead", "满300减50"),
        ("2026-11-10 20:00", "双11", "promo_on", "满300减50"),
        ("2026-11-11 23:59", "双11", "promo_on", "满300减50"),
        ("2026-11-12 00:00", "双11", "promo_over", "满300减50"),
        ("2026-11-12 00:00", None, "promo_none", None),
        ("2026-11-20 00:00", None, "promo_on", "满200减20"),
        ("2026-11-20 00:00", "双11", "promo_over", "满300减50"),
        ("2026-11-20 00:00", "双12", "promo_unknown", None),
        ("2025-06-01 10:00", "双11", "promo_ahead", "去年的"),
    ],
)
def test_a_promotion_stands_as_its_half_open_times_say(
    at: str, named: str | None, situation: str, says: str | None
) -> None:
    stands = standing(RULES, named, local(at))
    assert stands.situation == situation
    assert (stands.promotion.says if stands.promotion else None) == says


def words(named: str | None, now: datetime) -> dict[str, str]:
    return {name: word for name, word in promo_words(standing(RULES, named, now), RULES, now).items() if word}


def test_what_runs_now_is_told_beside_another_that_was_asked_about() -> None:
    told = words("双11", NIGHT)
    assert (told["name"], told["until"], told["now"]) == ("双11", "11月11日 24:00", "「冬装」：满200减20")
    assert "now" not in words(None, NIGHT)
    assert words("双12", NIGHT).keys() == {"now", "protect"}


def test_no_gift_or_coupon_of_one_promotion_is_told_for_another() -> None:
    assert words("双11", local("2026-11-11 10:00"))["gift"] == "袋子"
    assert "gift" not in words(None, NIGHT)


def test_two_promotions_may_run_at_once() -> None:
    assert [one.name for one in running_promotions(RULES, NIGHT)] == ["冬装"]
