"""What a lane's events teach of its buyer, and that the file goes with the buyer from conversation to conversation."""

from dataclasses import replace
from pathlib import Path

from bot.core.book import Book
from bot.core.buyer import Agreed, Buyer, Issue, News, Tag, Told
from bot.core.model import Holder
from bot.inbox import event_of
from bot.records import Event
from bot.turns import outcome_of
from tests.core.book import NIGHT, book_of, rules, small_book
from tests.core.book import TOPICS as SMALL
from tests.core.cases import conversation
from tests.edge.happenings import happened, told, work, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.fakes import QUIET


def tagged(number: int, tag: str = "送礼", on: bool = True) -> Event:
    body = {"buyer_id": "b1", "tag": tag, "on": on, "agent_id": "a01"}
    return happened(number, "buyer.tagged", body, "b:b1")


def news(
    *events: Event, file: Buyer | None = None, book: Book | None = None, holder: Holder = Holder.BOT
) -> list[News]:
    todo = replace(work(*events, talk=conversation(holder=holder)), buyer=file)
    return list(outcome_of(todo, book or small_book(), NIGHT)[0].news)


def test_a_tag_is_worked_on_in_the_buyers_own_lane() -> None:
    assert event_of("webhook", "e1", "buyer.tagged", {"buyer_id": "b1"}, NIGHT, QUIET).lane == "b:b1"


def test_agents_of_another_desk_set_tags_and_take_them_off() -> None:
    made, turn = outcome_of(work(tagged(1), tagged(2, on=False)), small_book(), NIGHT)
    assert made.news == (
        News("b1", NIGHT, tags=(Tag("送礼", "a01", NIGHT),)),
        News("b1", NIGHT, tags=(Tag("送礼", "a01", NIGHT, on=False),)),
    )
    assert (made.done, made.conversation, turn) == ((1, 2), None, None)


def test_where_only_listed_tags_may_be_set_others_are_left_out() -> None:
    listed = book_of(SMALL, rules(buyers={"free_tags": False, "agent_tags": ["VIP"]}))
    made, _ = outcome_of(work(tagged(1, "随便"), tagged(2, "VIP"), tagged(3, "老客")), listed, NIGHT)
    assert [one.tags[0].name for one in made.news] == ["VIP", "老客"]


def test_what_a_turn_teaches_is_saved_with_it() -> None:
    (learned,) = news(wrote(1, "我165 52公斤"))
    assert (learned.buyer_id, learned.told, learned.name) == ("b1", {"height": "165", "weight": "52"}, None)


def test_a_buyer_without_a_file_has_an_empty_one() -> None:
    _, turn = outcome_of(work(wrote(1, "发什么快递")), small_book(), NIGHT)
    assert turn is not None
    assert turn.case.facts.buyer == Buyer("b1")


def test_people_who_close_a_conversation_or_give_it_back_close_its_matters() -> None:
    file = Buyer("b1", issues=(Issue("t1", "c1", "unclear", NIGHT),))
    for kind in ("conversation.closed", "conversation.handed_back"):
        assert news(told(1, kind), file=file, holder=Holder.HUMAN) == [News("b1", NIGHT, closed=("c1",))]
    assert news(told(1, "conversation.closed"), holder=Holder.HUMAN) == []


def test_who_wants_no_offers_is_heeded_though_people_answered_meanwhile() -> None:
    seller = wrote(2, "亲，好的", "seller")
    assert news(wrote(1, "别再发了"), seller) == [News("b1", NIGHT, consent=Agreed.WITHDRAWN)]
    assert news(wrote(1, "可以给我发优惠"), seller) == []
    assert news(wrote(1, "退订", "seller"), wrote(2, "在吗")) == []


def test_who_writes_to_a_human_is_heeded_too() -> None:
    (learned,) = news(wrote(1, "退订"), holder=Holder.HUMAN)
    assert learned.consent is Agreed.WITHDRAWN


def test_what_is_told_in_one_conversation_is_known_in_the_next(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[Buyer | None, object]:
        await shop.after(wrote(1, "我165 52公斤"))
        await shop.after(tagged(2))
        await shop.after(wrote(3, "转人工", conversation="c2"))
        return await shop.store.buyer("b1"), [talk.summary for talk in await shop.store.waiting()]

    file, summaries = in_the_shop(tmp_path, story)
    assert file is not None
    assert (file.told["height"].value, file.tag_names) == ("165", ("送礼",))
    assert [one.conversation_id for one in file.open_issues] == ["c2"]
    assert "客户档案：标签 送礼；说过 身高165、体重52" in str(summaries)


def test_a_file_is_no_part_of_what_makes_a_turn_the_same() -> None:
    """Taken twice, it brings the same news."""
    todo = replace(work(wrote(1, "我165 52公斤")), buyer=Buyer("b1", 1, told={"height": Told("165", NIGHT)}))
    assert outcome_of(todo, small_book(), NIGHT)[0] == outcome_of(todo, small_book(), NIGHT)[0]
