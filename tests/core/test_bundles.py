"""A bundle is offered once, after the answer, and only to whom it does not annoy."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

import pytest

from bot.core.book import Book
from bot.core.bundles import BUNDLE, going_with, offered_ids
from bot.core.facts import Facts
from bot.core.model import Conversation, DecisionKind, Holder, Item, Order, OrderLine, OrderStatus, Refund, Sku
from bot.core.turn import Turn, take_turn
from tests.core.book import BY_NIGHT, DAY, NIGHT, TOPICS, book_of, local, rules, topic
from tests.core.cases import conversation, item, message, order

WORDS = "亲，可以搭{{ bundle.goods }}，{{ bundle.why }}{% if bundle.price %}，共{{ bundle.price }}元{% endif %}。"
SPEAKS = topic(BUNDLE, {"default": WORDS})
HAT: Mapping[str, object] = {
    "name": "配帽子", "items": ["卫衣"], "offer": ["h1"], "price": "150",
    "from": "2026-11-01 00:00", "until": "2026-12-01 00:00", "why": "颜色相近",
}  # fmt: skip
BUNDLING = {"intents": ["stock", "size_fit"], "refusals": ["不用推荐"]}
VIEWED = item("i1", skus=(Sku("1", "黑色 M", 3), Sku("2", "黑色 L", 2)))
CAP = replace(item("h1", title="毛线帽"), price=Decimal(39), skus=(Sku("h", "红色 均码", 1),))
ASKED = "有货吗"


class Changed(TypedDict, total=False):
    """What tests change of a turn that would offer a bundle."""

    text: str
    talk: Conversation
    facts: Facts
    book: Book
    now: datetime


def book(*bundles: Mapping[str, object]) -> Book:
    told = {"bundling": BUNDLING, "bundles": bundles or (HAT,)}
    return book_of((*TOPICS, SPEAKS), rules(promotions=told))


BOOK = book()
TALK = conversation(item_id="i1")
FACTS = replace(BY_NIGHT, items={"i1": VIEWED}, offers={"h1": CAP})


def turn(**changed: Unpack[Changed]) -> Turn:
    said = [message(text, one=f"m{number}") for number, text in enumerate(changed.get("text", ASKED).split("\n"))]
    talk, facts = changed.get("talk", TALK), changed.get("facts", FACTS)
    return take_turn(said, talk, facts, changed.get("book", BOOK), changed.get("now", NIGHT))


def offers(**changed: Unpack[Changed]) -> bool:
    """Whether the reply ends with the offer; where it does not, no word of it is said."""
    reply = turn(**changed).reply
    topics = [part.topic for part in reply.parts] if reply else []
    assert BUNDLE not in topics[:-1]
    return BUNDLE in topics


def with_order(one: Order) -> Facts:
    return replace(FACTS, orders=(one,))


def offering(*items: Item) -> Facts:
    return replace(FACTS, offers={one.id: one for one in items})


def test_it_comes_last_and_the_decision_stays_what_it_was() -> None:
    with_it, without = turn(), turn(facts=offering())
    assert with_it.reply is not None
    assert without.reply is not None
    assert [part.topic for part in with_it.reply.parts] == ["stock/stock", BUNDLE]
    assert with_it.reply.text == f"{without.reply.text}\n可以搭「毛线帽」（39元），颜色相近，共150元。"
    assert with_it.reply.source == f"{without.reply.source}; {SPEAKS.source}:0"
    told = [(one.decision.kind, one.decision.reason, one.decision.ask) for one in (with_it, without)]
    assert told[0] == told[1] == (DecisionKind.ANSWER, "sure", ())
    assert with_it.conversation.last_topics == without.conversation.last_topics == ("stock/stock",)


def test_it_is_said_once_and_never_again_in_a_conversation() -> None:
    after = turn().conversation
    assert after.told["bundle"] == "配帽子"
    assert not offers(talk=after, text="穿多大码")
    much_later = local("2026-11-29 14:00")
    assert not offers(talk=after, now=much_later)
    assert offers(talk=TALK, now=much_later)


def test_who_wants_nothing_else_is_never_offered_anything() -> None:
    refused = turn(text=f"{ASKED}\n不用推荐别的")
    assert refused.conversation.told["bundle"] == "-"
    assert not offers(text=f"{ASKED}\n不用推荐别的")
    assert not offers(talk=refused.conversation)


def test_a_price_is_said_only_where_the_shop_has_set_one() -> None:
    plain = turn(book=book({name: value for name, value in HAT.items() if name != "price"})).reply
    assert plain is not None
    assert plain.parts[-1].text == "亲，可以搭「毛线帽」（39元），颜色相近。"


def test_prices_of_what_is_offered_are_the_shops_of_now() -> None:
    dearer = replace(CAP, skus=(Sku("a", "红色", 1, Decimal(45)), Sku("b", "蓝色", 1), Sku("c", "灰色", 0, Decimal(9))))
    done = turn(facts=offering(dearer), book=book({**HAT, "price": "137"})).reply
    assert done is not None
    assert "39-45元" in done.text


@pytest.mark.parametrize(("price", "said"), [("167.99", True), ("168", False), ("300", False)])
def test_a_bundle_that_is_no_cheaper_is_no_offer(price: str, said: bool) -> None:
    assert offers(book=book({**HAT, "price": price})) == said


@pytest.mark.parametrize(
    "gone",
    [
        offering(),
        offering(replace(CAP, on_sale=False)),
        offering(replace(CAP, skus=(Sku("h", "红色 均码", 0),))),
        offering(replace(CAP, skus=())),
        offering(replace(CAP, title="最好的毛线帽")),
        replace(FACTS, items={"i1": replace(VIEWED, on_sale=False)}),
        replace(FACTS, items={"i1": replace(VIEWED, skus=(Sku("1", "黑色 M", 0),))}),
        replace(FACTS, items={"i1": replace(VIEWED, title="毛衣")}),
    ],
    ids=["unknown", "off sale", "sold out", "no skus", "red line", "viewed off sale", "viewed sold out", "other goods"],
)
def test_what_cannot_be_had_or_said_is_not_offered(gone: Facts) -> None:
    assert not offers(facts=gone)


def test_an_offer_that_crosses_a_red_line_does_not_cost_the_buyer_the_answer() -> None:
    assert turn(facts=offering(replace(CAP, title="最好的毛线帽"))).decision.kind is DecisionKind.ANSWER


def test_of_several_offered_all_must_be_there() -> None:
    scarf = replace(CAP, id="h2", title="围巾")
    both = book({**HAT, "offer": ["h1", "h2"]})
    assert not offers(book=both)
    assert offers(book=both, facts=offering(CAP, scarf))


def _bought(status: OrderStatus, refund: Refund = Refund.NONE) -> Facts:
    line = OrderLine("h1", "毛线帽", 1, Decimal(39))
    return with_order(replace(order("o1", status), lines=(line,), refund=refund))


def test_whoever_has_bought_it_is_not_offered_it_again() -> None:
    assert not offers(facts=_bought(OrderStatus.PAID))
    assert not offers(facts=_bought(OrderStatus.UNPAID))
    assert offers(facts=_bought(OrderStatus.CLOSED))
    assert offers(facts=_bought(OrderStatus.FINISHED, Refund.REFUNDED))


def test_while_a_refund_is_under_way_nothing_is_offered() -> None:
    assert not offers(facts=with_order(order(refund=Refund.ASKED)))
    assert offers(facts=with_order(order()))


@pytest.mark.parametrize(
    "talk",
    [
        replace(TALK, holder=Holder.QUEUED, group="presale"),
        replace(TALK, holder=Holder.HUMAN),
        replace(TALK, said={"logistics/logistics_query 1": 1}),
        replace(TALK, said={"order/order_cancel": 1}),
    ],
    ids=["waits for people", "with people", "a parcel", "a cancelled order"],
)
def test_in_a_conversation_about_something_else_it_is_not_said(talk: Conversation) -> None:
    assert not offers(talk=talk)


def test_an_item_nobody_looks_at_has_no_bundle() -> None:
    assert not offers(talk=conversation())


OTHER = (f"{ASKED}\n发什么快递", "发什么快递", "什么时候发货", "蓝天白云飘啊飘", "转人工", "在吗", "穿多大码")


@pytest.mark.parametrize("text", OTHER)
def test_only_one_sure_answer_to_a_question_before_buying_is_followed_by_it(text: str) -> None:
    """`穿多大码` is such a question, but the bot asks back."""
    assert not offers(text=text)


def test_a_greeting_beside_the_question_does_no_harm() -> None:
    assert offers(text=f"在吗\n{ASKED}")


def test_by_day_where_people_come_first_nothing_is_offered() -> None:
    there = replace(FACTS, live=frozenset({"presale"}))
    human_first = replace(BOOK, rules=rules(promotions={"bundles": [HAT]}, reception={"mode": "human_first"}))
    assert not offers(facts=there, now=DAY, book=human_first)


@pytest.mark.parametrize(
    ("at", "said"),
    [("2026-10-31 23:59", False), ("2026-11-01 00:00", True), ("2026-11-30 23:59", True), ("2026-12-01 00:00", False)],
)
def test_it_is_said_only_while_it_runs(at: str, said: bool) -> None:
    assert offers(now=local(at)) == said
    assert bool(offered_ids(BOOK.rules, local(at))) == said


def test_the_one_that_the_buyers_words_call_for_comes_first() -> None:
    warm = {**HAT, "name": "保暖", "words": ["冷吗"], "offer": ["h2"]}
    known = rules(promotions={"bundling": BUNDLING, "bundles": [HAT, warm]})
    found = {said: [one.name for one in going_with("i1", "加绒卫衣", said, known, NIGHT)] for said in ("冷 吗", ASKED)}
    assert found == {"冷 吗": ["保暖", "配帽子"], ASKED: ["配帽子"]}


def test_an_item_is_named_by_its_id_or_by_words_of_its_title() -> None:
    assert [one.name for one in going_with("卫衣", "裤子", "", BOOK.rules, NIGHT)] == ["配帽子"]
    assert going_with("i1", "裤子", "", BOOK.rules, NIGHT) == ()


def test_a_shop_without_bundles_says_none() -> None:
    assert not offers(book=book_of((*TOPICS, SPEAKS), rules()))
    assert offered_ids(rules(), NIGHT) == frozenset()


def test_a_shop_without_the_words_says_none() -> None:
    assert not offers(book=book_of(TOPICS, BOOK.rules))
