"""Which variant of a topic may speak."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.book import Topic, Validity, View
from bot.core.pick import Pick, choose_wording, pick
from tests.core.book import CHINA, NIGHT, local, topic, variant

TOPIC = topic(
    "a/b",
    {
        "shipped": "{{ order.carrier }}{% if order.tracking_no %}{{ order.tracking_no }}{% endif %}",
        "no_order": "订单号？",
        "default": "在路上。",
    },
    "到哪了",
)
PARCEL: View = {"order": {"carrier": "中通"}}


def chosen(*situations: str, of: Topic = TOPIC, view: View | None = None, now: datetime = NIGHT) -> str | None:
    found = pick(of, situations, view or {}, now, CHINA)
    return found.variant.name if found else None


def test_the_first_situation_that_holds_speaks() -> None:
    assert chosen("shipped", "no_order", view=PARCEL) == "shipped"
    assert chosen("no_order", "shipped", view=PARCEL) == "no_order"


def test_a_situation_without_a_text_is_passed_over() -> None:
    assert chosen("refund_asked", "no_order") == "no_order"


def test_a_missing_field_falls_to_the_next_then_to_the_default() -> None:
    assert chosen("shipped", "no_order") == "no_order"
    assert chosen("shipped") == "default"


def test_a_field_that_is_only_asked_about_may_be_missing() -> None:
    assert chosen("shipped", view=PARCEL) == "shipped"


def test_without_a_default_nothing_is_said() -> None:
    assert chosen("shipped", of=topic("a/b", {"shipped": "{{ order.carrier }}"})) is None


def test_all_wordings_of_a_variant_must_be_sayable() -> None:
    two = replace(TOPIC, variants={"default": variant("default", "好的。", "{{ order.carrier }}")})
    assert chosen(of=two) is None


DATED = replace(
    topic("a/c", {"default": "满减。", "promo_none": "没有活动。"}),
    valid=Validity(datetime.fromisoformat("2026-11-10T20:00"), datetime.fromisoformat("2026-11-12"), "promo_none"),
)


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-11-10 19:59", "promo_none"),
        ("2026-11-10 20:00", "default"),
        ("2026-11-11 23:59", "default"),
        ("2026-11-12 00:00", "promo_none"),
    ],
)
def test_a_dated_answer_is_true_only_between_its_local_times(now: str, name: str) -> None:
    assert chosen("promo_on", of=DATED, now=local(now)) == name


def test_a_dated_answer_may_end_with_a_person() -> None:
    assert DATED.valid is not None
    ended = replace(DATED, valid=replace(DATED.valid, then="hand_off"))
    assert chosen(of=ended, now=local("2026-11-12 00:00")) is None


def test_a_variant_tells_what_it_asks_for() -> None:
    wanted = [Pick(TOPIC, TOPIC.variants[name]).asks_for for name in ("no_order", "default")]
    assert wanted == ["order", None]


def test_handing_over_follows_a_variant_or_the_whole_topic() -> None:
    some = replace(TOPIC, then={"shipped": "hand_off"})
    every = replace(TOPIC, then={"*": "hand_off"})
    assert [Pick(some, TOPIC.variants[name]).then_hand_off for name in ("shipped", "default")] == [True, False]
    assert Pick(every, TOPIC.variants["default"]).then_hand_off


def test_a_conversation_always_hears_the_same_wording_and_others_hear_others() -> None:
    many = Pick(TOPIC, variant("default", "一", "二", "三"))
    heard = [choose_wording(many, f"c{number}").text for number in range(60)]
    assert heard == [choose_wording(many, f"c{number}").text for number in range(60)]
    assert set(heard) == {"一", "二", "三"}
