"""What a turn teaches of its buyer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.buyer import RULE, Agreed, Buyer, Consent, Issue, News, Tag, Told
from bot.core.buyerfile import closing, consent_of, learned
from bot.core.model import Conversation, Order, OrderStatus, Refund
from bot.core.turn import Turn, take_turn
from tests.core.book import BY_DAY, BY_NIGHT, DAY, NIGHT, small_book
from tests.core.cases import bought, conversation, item, message, order

WORDS = small_book().rules.buyers.consent
NEW = Buyer("b1")
TODAY = NIGHT - timedelta(minutes=1)


def turn(
    text: str, file: Buyer = NEW, talk: Conversation | None = None, orders: tuple[Order, ...] = (), buyer: str = "b1"
) -> Turn:
    """In the small shop at night, on the page of its shirt."""
    known = replace(BY_NIGHT, buyer=file, orders=orders, items={"i1": item()})
    told = replace(message(text), buyer_id=buyer)
    return take_turn((told,), talk or conversation(item_id="i1"), known, small_book(), NIGHT)


def taught(
    text: str, file: Buyer = NEW, talk: Conversation | None = None, orders: tuple[Order, ...] = (), buyer: str = "b1"
) -> News:
    """Empty news where there are none."""
    return learned(turn(text, file, talk, orders, buyer), "t1") or News("b1", NIGHT)


def test_a_turn_that_teaches_nothing_brings_no_news() -> None:
    assert learned(turn("发什么快递"), "t1") is None
    assert learned(turn("在吗"), "t1") is None


def test_a_name_alone_is_no_reason_for_a_file_and_comes_with_the_first_one() -> None:
    talk = replace(conversation(item_id="i1"), buyer_name="小林")
    assert learned(turn("发什么快递", talk=talk), "t1") is None
    assert taught("穿多大码", talk=talk).name == "小林"
    assert taught("发什么快递", Buyer("b1", version=1), talk).name == "小林"
    assert learned(turn("发什么快递", Buyer("b1", 1, Told("小林", TODAY)), talk), "t1") is None


def test_a_body_and_the_size_that_is_worn_are_told_for_good() -> None:
    assert taught("我165 52公斤").told == {"height": "165", "weight": "52"}
    assert taught("平时穿M码").told == {"usual_size": "M"}


def test_what_the_file_has_already_is_no_news() -> None:
    file = Buyer("b1", told={"height": Told("165", TODAY), "weight": Told("60", TODAY)})
    assert taught("我165 52公斤", file).told == {"weight": "52"}


@pytest.mark.parametrize("text", ["我老公175 70公斤穿多大", "帮我妈买 160 55公斤穿多大码"])
def test_another_persons_body_is_never_the_buyers(text: str) -> None:
    assert taught(text).told == {}


def test_a_body_that_answers_a_question_about_somebody_else_is_theirs() -> None:
    """Nothing of the answer itself says so."""
    talk = turn("我老公穿多大码").conversation
    assert taught("175 70公斤", talk=talk).told == {}


def test_whoever_else_writes_in_the_conversation_teaches_nothing() -> None:
    assert learned(turn("我165 52公斤 退订 黑店", buyer="b9"), "t1") is None


def test_an_older_conversation_does_not_undo_what_was_told_elsewhere_since() -> None:
    """It remembers 52 kg; meanwhile the buyer has told 60 in another one, and now only half is told anew."""
    talk = replace(
        conversation(item_id="i1"), told={"height": "165", "weight": "52"}, last_at=NIGHT - timedelta(hours=2)
    )
    file = Buyer("b1", told={"weight": Told("60", NIGHT - timedelta(hours=1)), "height": Told("165", TODAY)})
    now = turn("发什么快递", file, talk)
    assert (now.conversation.told["weight"], learned(now, "t1")) == ("60", None)
    assert taught("我现在52公斤", file, talk).told == {"weight": "52"}


def test_wishes_are_kept() -> None:
    assert taught("发顺丰可以吗").preferences == {"carrier": "顺丰"}
    assert taught("寄到新疆").preferences == {"area": "新疆"}
    assert taught("寄到新疆", Buyer("b1", preferences={"area": Told("新疆", TODAY)})).preferences == {}


def test_questions_are_counted_for_the_tags_that_wait_for_them() -> None:
    assert taught("穿多大码").counts == {"size_fit": 1}
    assert taught("有货吗").counts == {}
    told = Buyer("b1", tags=(Tag("爱问尺码", "a01", TODAY, on=False),))
    assert taught("穿多大码", told).counts == {}


def test_the_same_question_going_on_is_one() -> None:
    talk = turn("穿多大码").conversation
    assert taught("165 52公斤", talk=talk).counts == {}


def test_a_tag_is_set_once_its_count_is_full() -> None:
    assert taught("穿多大码", Buyer("b1", counts={"size_fit": 1})).tags == ()
    assert taught("穿多大码", Buyer("b1", counts={"size_fit": 2})).tags == (Tag("爱问尺码", RULE, NIGHT),)


def test_a_red_flag_sets_its_tag_at_once() -> None:
    assert [tag.name for tag in taught("黑店").tags] == ["易怒"]


def test_orders_that_were_received_and_kept_make_an_old_customer() -> None:
    three = (bought("1111111111"), bought("2222222222"), order())
    assert [tag.name for tag in taught("在吗", orders=three).tags] == ["老客"]
    back = (bought("1111111111"), bought("2222222222", refund=Refund.REFUNDED), order(status=OrderStatus.SHIPPED))
    assert learned(turn("在吗", orders=back), "t1") is None
    theirs = (bought("1111111111"), replace(bought("2222222222"), buyer_id="b9"))
    assert learned(turn("在吗", orders=theirs), "t1") is None


def test_a_hand_off_is_a_matter_with_its_order_and_masked_words() -> None:
    (issue,) = taught("转人工 我电话13812345678", orders=(order(),)).issues
    assert issue == Issue(
        "t1", "c1", "asked_for_human", NIGHT, None, "1234567890", "转人工 我电话138****78"
    )  # fmt: skip
    assert taught("发什么快递").issues == ()


def test_people_who_are_done_with_a_conversation_are_done_with_its_matters() -> None:
    waits = Buyer("b1", issues=(Issue("t1", "c1", "unclear", TODAY),))
    assert closing(conversation(), waits, NIGHT) == News("b1", NIGHT, closed=("c1",))
    assert closing(conversation(), replace(waits, issues=(Issue("t1", "c2", "unclear", TODAY),)), NIGHT) is None
    assert closing(conversation(), None, NIGHT) is None


def test_consent_is_read_even_while_a_human_holds_the_conversation() -> None:
    assert taught("可以给我发优惠").consent is Agreed.GRANTED
    held = Buyer("b1", consent=Consent(Agreed.GRANTED, TODAY))
    assert learned(turn("可以给我发优惠", held), "t1") is None
    assert taught("别再发了", held).consent is Agreed.WITHDRAWN


@pytest.mark.parametrize(
    "text",
    [
        "有活动通知我吗", "有活动通知我？", "会不会有活动通知我", "你们没有活动", "不要了 换一件 有活动通知我",
        "发什么快递", "", "？？",
    ],
)  # fmt: skip
def test_what_is_asked_or_doubtful_is_no_consent(text: str) -> None:
    assert consent_of(text, WORDS) is None


@given(before=st.text(max_size=8), after=st.text(max_size=8), word=st.sampled_from(["退订", "别再发"]))
def test_taking_back_wins_whatever_else_is_said(before: str, after: str, word: str) -> None:
    assert consent_of(f"{before}可以给我发优惠{word}有活动通知我{after}", WORDS) is Agreed.WITHDRAWN


@given(denial=st.sampled_from(["不要", "别"]), word=st.sampled_from(["有活动通知我", "可以给我发优惠"]))
def test_a_denial_before_the_words_is_the_opposite(denial: str, word: str) -> None:
    assert consent_of(f"以后{denial}{word}了", WORDS) is Agreed.WITHDRAWN
    assert consent_of(f"好的\n{denial}再{word}\n{word}", WORDS) is Agreed.WITHDRAWN


@given(st.text(max_size=30))
def test_no_text_agrees_by_chance(text: str) -> None:
    assert consent_of(text, WORDS) is None


def test_no_file_no_news() -> None:
    known = replace(BY_DAY, buyer=None)
    assert learned(take_turn((message("退订"),), conversation(), known, small_book(), DAY), "t1") is None
