"""The chain of rules: one test a rule and a reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.core.case import Decision
from bot.core.decide import decide
from bot.core.facts import Focus
from bot.core.meaning import Meaning, Rest
from bot.core.model import DecisionKind, Holder, Kind
from bot.core.slots import Slots
from tests.core.book import BY_DAY, BY_NIGHT, DAY, TOPICS, book_of, local, rules, small_book, topic
from tests.core.cases import case, conversation, item, meaning, order, shipped

ANSWER, ASK, HAND_OFF, STAY = DecisionKind.ANSWER, DecisionKind.ASK, DecisionKind.HAND_OFF, DecisionKind.STAY
PARCEL, SHIRT = Focus(shipped()), Focus(item=item())
QUEUED = conversation(holder=Holder.QUEUED, group="presale")
FLAGS = {flag.name: flag for flag in small_book().rules.routing.flags}


def outcome(made: Decision) -> tuple[DecisionKind, str]:
    return made.kind, made.reason


def said(made: Decision) -> list[str]:
    return [chosen.topic.name for chosen in made.picks]


def variants(made: Decision) -> list[str]:
    return [chosen.variant.name for chosen in made.picks]


def test_while_paused_nothing_is_said_and_people_see_it() -> None:
    made = decide(case(meaning("ship_time"), replace(BY_NIGHT, paused=True)))
    assert (outcome(made), made.quiet, made.picks) == ((HAND_OFF, "paused"), True, ())


def test_what_a_human_holds_stays_theirs_paused_or_not() -> None:
    talk = conversation(holder=Holder.HUMAN)
    for facts in (BY_DAY, replace(BY_DAY, paused=True)):
        assert outcome(decide(case(meaning("ship_time"), facts, talk=talk))) == (STAY, "human_holds")


def test_a_human_keeps_even_a_threat() -> None:
    talk = conversation(holder=Holder.HUMAN)
    assert decide(case(meaning(flag=FLAGS["legal"]), talk=talk)).kind is STAY


def test_a_flag_goes_to_its_group_with_its_heat_whatever_was_asked() -> None:
    made = decide(case(meaning("ship_time", flag=FLAGS["legal"]), BY_DAY, now=DAY))
    assert (outcome(made), made.group, made.urgency) == ((HAND_OFF, "flag_legal"), "supervisor", 0)
    assert made.picks == ()


def test_a_flag_goes_to_the_fallback_where_nobody_of_its_group_is() -> None:
    made = decide(case(meaning(flag=FLAGS["legal"]), replace(BY_NIGHT, live=frozenset({"presale"})), now=DAY))
    assert made.group == "presale"


@pytest.mark.parametrize("meant", [meaning(wants_human=True), meaning("ask_human")])
def test_a_call_for_a_person_is_always_followed(meant: Meaning) -> None:
    made = decide(case(meant))
    assert (outcome(made), made.urgency, said(made)) == ((HAND_OFF, "asked_for_human"), 3, ["human/ask_human"])


def test_a_threat_is_hotter_than_a_call_for_a_person() -> None:
    assert decide(case(meaning(wants_human=True, flag=FLAGS["legal"]))).reason == "flag_legal"


def test_asking_for_a_person_beside_another_first_question_is_not_a_call() -> None:
    assert decide(case(meaning("ship_time", "ask_human"))).reason != "asked_for_human"


@pytest.mark.parametrize(("mode", "quiet"), [("human_first", False), ("assist", True)])
def test_people_who_are_there_come_first_where_the_shop_says_so(mode: str, quiet: bool) -> None:
    book = book_of(TOPICS, rules(reception={"mode": mode}))
    made = decide(case(meaning("ship_time"), BY_DAY, now=DAY, book=book))
    assert (outcome(made), made.quiet) == ((HAND_OFF, mode), quiet)


@pytest.mark.parametrize("mode", ["human_first", "assist"])
def test_at_night_the_bot_answers_in_every_mode(mode: str) -> None:
    book = book_of(TOPICS, rules(reception={"mode": mode}))
    assert outcome(decide(case(meaning("ship_time"), book=book))) == (ANSWER, "sure")


def test_bot_first_answers_by_day_too() -> None:
    assert outcome(decide(case(meaning("ship_time"), BY_DAY, now=DAY))) == (ANSWER, "sure")


def test_nothing_said_gets_nothing() -> None:
    assert outcome(decide(case(meaning(text="😀")))) == (STAY, "nothing_to_say")


@pytest.mark.parametrize(
    ("kind", "topic"),
    [(Kind.IMAGE, "system/media_image"), (Kind.VIDEO, "system/media_image"), (Kind.VOICE, "system/media_voice")],
)
def test_what_the_bot_cannot_see_or_hear_goes_to_people_and_it_says_so(kind: Kind, topic: str) -> None:
    made = decide(case(meaning(text="", media=frozenset({kind}))))
    assert (outcome(made), said(made)) == ((HAND_OFF, "media"), [topic])


def test_by_day_a_person_looks_at_the_picture() -> None:
    made = decide(case(meaning(text="", media=frozenset({Kind.IMAGE})), BY_DAY, now=DAY))
    assert (outcome(made), variants(made)) == ((HAND_OFF, "media"), ["live"])


def test_the_second_picture_is_only_noted() -> None:
    talk = replace(QUEUED, said={"system/media_image": 1})
    assert outcome(decide(case(meaning(text="", media=frozenset({Kind.IMAGE})), talk=talk))) == (STAY, "media_noted")


def test_a_question_beside_a_picture_is_answered() -> None:
    assert outcome(decide(case(meaning("ship_time", media=frozenset({Kind.IMAGE}))))) == (ANSWER, "sure")


def test_a_courtesy_is_returned_once() -> None:
    assert outcome(decide(case(meaning("greeting")))) == (ANSWER, "small_talk")
    again = case(meaning("greeting"), talk=conversation(said={"social/greeting": 1}))
    assert outcome(decide(again)) == (STAY, "courtesy_spent")


def test_one_courtesy_does_not_spend_another() -> None:
    talk = conversation(said={"social/greeting": 1})
    assert outcome(decide(case(meaning("thanks"), talk=talk))) == (ANSWER, "small_talk")


def test_who_waits_for_a_person_gets_no_small_talk() -> None:
    assert outcome(decide(case(meaning("thanks"), talk=QUEUED))) == (STAY, "courtesy_spent")


def test_who_waits_and_greets_again_hears_once_that_it_is_noted() -> None:
    made = decide(case(meaning("greeting"), talk=QUEUED))
    assert (outcome(made), said(made)) == ((ANSWER, "noted"), ["system/still_waiting"])
    told = replace(QUEUED, said={"system/still_waiting": 1})
    assert outcome(decide(case(meaning("greeting"), talk=told))) == (STAY, "noted")


def test_somebody_else_in_a_buyers_conversation_goes_to_people() -> None:
    made = decide(case(meaning("logistics_query"), focus=Focus(stranger=True)))
    assert (outcome(made), made.picks) == ((HAND_OFF, "stranger"), ())


def test_a_strangers_threat_is_a_threat_first() -> None:
    assert decide(case(meaning(flag=FLAGS["legal"]), focus=Focus(stranger=True))).reason == "flag_legal"


def test_what_is_sure_and_known_is_answered_in_the_order_of_certainty() -> None:
    made = decide(case(meaning("logistics_query", "carrier", "thanks"), focus=PARCEL))
    assert (outcome(made), said(made)) == ((ANSWER, "sure"), ["logistics/logistics_query", "shipping/carrier"])


def test_the_one_missing_thing_is_asked_for() -> None:
    made = decide(case(meaning("logistics_query")))
    assert (outcome(made), made.ask, variants(made)) == ((ASK, "needs_fact"), ("order:logistics_query",), ["no_order"])


def test_an_answer_may_carry_a_question() -> None:
    made = decide(case(meaning("carrier", "stock")))
    assert (outcome(made), made.ask) == ((ANSWER, "sure"), ("item:stock",))


def test_what_was_asked_for_and_is_still_missing_goes_to_a_person() -> None:
    talk = conversation(asked=("order:logistics_query",))
    made = decide(case(meaning("logistics_query", "carrier"), talk=talk))
    assert (outcome(made), said(made)) == ((HAND_OFF, "still_missing"), ["shipping/carrier"])


def test_a_fact_that_nobody_can_tell_goes_to_a_person_with_what_can_be_said() -> None:
    made = decide(case(meaning("logistics_query", "carrier"), focus=Focus(order())))
    assert (outcome(made), said(made), made.group) == ((HAND_OFF, "fact_missing"), ["shipping/carrier"], "aftersale")


def test_the_same_answer_a_third_time_is_none() -> None:
    talk = conversation(said={"shipping/carrier": 2})
    made = decide(case(meaning("carrier"), talk=talk))
    assert (outcome(made), made.picks) == ((HAND_OFF, "repeated"), ())
    assert decide(case(meaning("carrier"), talk=conversation(said={"shipping/carrier": 1}))).kind is ANSWER


def test_what_only_people_may_do_goes_to_them_with_a_word() -> None:
    made = decide(case(meaning("exchange")))
    assert (outcome(made), said(made), made.group) == ((HAND_OFF, "needs_person"), ["return/exchange"], "aftersale")


def test_a_variant_may_call_for_a_person() -> None:
    late = Focus(replace(order(), paid_at=local("2026-11-01 10:00")))
    made = decide(case(meaning("ship_time"), focus=late))
    assert (outcome(made), variants(made)) == ((HAND_OFF, "needs_person"), ["overdue"])
    assert decide(case(meaning("ship_time"), focus=Focus(order()))).kind is ANSWER


def test_a_bare_item_card_is_acknowledged() -> None:
    made = decide(case(meaning(text="", media=frozenset({Kind.ITEM_CARD})), focus=SHIRT))
    assert (outcome(made), said(made)) == ((ANSWER, "card"), ["system/item_card"])


def test_a_card_of_an_unknown_item_goes_to_a_person() -> None:
    made = decide(case(meaning(text="", media=frozenset({Kind.ITEM_CARD}))))
    assert outcome(made) == (HAND_OFF, "fact_missing")


def test_a_bare_order_card_is_acknowledged_known_or_not() -> None:
    shown = meaning(text="", media=frozenset({Kind.ORDER_CARD}))
    assert variants(decide(case(shown, focus=PARCEL))) == ["default"]
    assert variants(decide(case(shown))) == ["no_order"]


def test_a_card_beside_an_unclear_question_does_not_drown_it() -> None:
    shown = meaning(choices=("stock", "exchange"), media=frozenset({Kind.ITEM_CARD}))
    assert outcome(decide(case(shown, focus=SHIRT))) == (ASK, "nearly_sure")


def test_what_is_added_while_waiting_is_noted_once() -> None:
    made = decide(case(meaning(), talk=QUEUED))
    assert (outcome(made), said(made)) == ((ANSWER, "noted"), ["system/still_waiting"])
    told = replace(QUEUED, said={"system/still_waiting": 1})
    assert outcome(decide(case(meaning(), talk=told))) == (STAY, "noted")


def test_what_the_bot_knows_for_sure_is_answered_while_waiting_too() -> None:
    assert outcome(decide(case(meaning("carrier"), talk=QUEUED))) == (ANSWER, "sure")


def test_readings_are_offered_once() -> None:
    made = decide(case(meaning(choices=("stock", "exchange"))))
    assert (outcome(made), made.ask) == ((ASK, "nearly_sure"), ("choice:stock", "choice:exchange"))
    again = case(meaning(choices=("stock",)), talk=conversation(asked=made.ask))
    assert outcome(decide(again)) == (HAND_OFF, "unclear_twice")


@pytest.mark.parametrize(
    ("choices", "topic"), [(("stock", "exchange"), "system/choice"), (("stock",), "system/confirm")]
)
def test_several_readings_are_listed_and_a_single_one_is_asked_back(choices: tuple[str, ...], topic: str) -> None:
    made = decide(case(meaning(choices=choices)))
    assert (outcome(made), said(made)) == ((ASK, "nearly_sure"), [topic])


def test_at_night_what_was_not_understood_is_asked_once_then_taken_down() -> None:
    made = decide(case(meaning()))
    assert (outcome(made), variants(made)) == ((ASK, "not_understood"), ["night"])
    assert outcome(decide(case(meaning(), talk=conversation(misses=1)))) == (HAND_OFF, "not_understood")


def test_by_day_what_was_not_understood_goes_to_people_at_once() -> None:
    assert outcome(decide(case(meaning(), BY_DAY, now=DAY))) == (HAND_OFF, "not_understood")


def test_what_was_not_understood_belongs_to_the_last_topics_group() -> None:
    talk = conversation(misses=1, last_topic="return/exchange")
    assert decide(case(meaning(), talk=talk)).group == "aftersale"


def test_a_size_is_named_from_body_and_chart() -> None:
    slots = Slots(height=Decimal(165), weight=Decimal(55))
    assert variants(decide(case(meaning("size_fit", slots=slots), focus=SHIRT))) == ["size_found"]


def test_questions_are_answered_in_the_buyers_order() -> None:
    meant = replace(meaning("carrier", "logistics_query"), order=("logistics_query", "carrier"))
    assert said(decide(case(meant, focus=PARCEL))) == ["logistics/logistics_query", "shipping/carrier"]


def test_what_is_left_over_goes_to_its_people_after_what_can_be_answered() -> None:
    meant = replace(meaning("carrier"), rest=(Rest("怎么换", "exchange"),))
    made = decide(case(meant))
    assert (outcome(made), said(made), made.group) == ((HAND_OFF, "partly"), ["shipping/carrier"], "aftersale")
    unknown = replace(meaning("carrier"), rest=(Rest("拉链铜的吗"),))
    assert decide(case(unknown)).group == "presale"


def test_who_is_asked_which_order_is_shown_the_list() -> None:
    two = Focus(rivals=(order("11"), shipped("22")))
    made = decide(case(meaning("logistics_query"), focus=two))
    assert said(made) == ["logistics/logistics_query", "system/which_order"]
    assert made.ask == ("order:logistics_query", "offered:11", "offered:22")


def test_a_reading_that_was_not_meant_is_put_right_once() -> None:
    meant = replace(meaning(), declines=True)
    made = decide(case(meant, talk=conversation(misses=1)))
    assert (outcome(made), said(made)) == ((ASK, "declined"), ["system/declined"])
    assert outcome(decide(case(meant, BY_DAY, now=DAY))) == (HAND_OFF, "unclear_twice")


def test_after_two_misses_no_further_reading_is_offered() -> None:
    made = decide(case(meaning(choices=("stock",)), talk=conversation(misses=2)))
    assert outcome(made) == (HAND_OFF, "unclear_twice")


def test_the_same_topic_about_another_area_is_no_repeat() -> None:
    by_area = topic(
        "shipping/carrier", {"default": "亲，看地区。", "area_reached": "亲，{{ area.name }}发中通。"}, "发什么快递"
    )
    book = book_of((*(one for one in TOPICS if one.intent != "carrier"), by_area), rules())
    talk = conversation(said={"shipping/carrier 浙江": 2})
    again = case(meaning("carrier", slots=Slots(area="浙江")), talk=talk, book=book)
    other = case(meaning("carrier", slots=Slots(area="新疆")), talk=talk, book=book)
    assert outcome(decide(again)) == (HAND_OFF, "repeated")
    assert outcome(decide(other)) == (ANSWER, "sure")
