"""Several questions in one turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.book import Book
from bot.core.clauses import MOST_CLAUSES, clauses, object_of, sentences
from bot.core.questions import Heard, hear
from tests.core.book import TOPICS, book_of, rules, small_book

RULES = rules()
LISTENING = RULES.reception.listening


def heard(text: str, book: Book | None = None) -> Heard:
    return hear(text, book or small_book())


def intents(text: str) -> list[str]:
    return [claim.intent for claim in heard(text).claims]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("有货吗？发什么快递", ["有货吗", "发什么快递"]),
        ("有货吗，发什么快递、在吗", ["有货吗", "发什么快递", "在吗"]),
        ("有货吗 发什么快递", ["有货吗", "发什么快递"]),
        ("有货吗\n发什么快递", ["有货吗", "发什么快递"]),
        ("发什么快递另外有货吗顺便问下退款", ["发什么快递", "有货吗", "退款"]),
        ("165 52", ["165 52"]),
        ("XL M 都要", ["XL M", "都要"]),
        ("？？", []),
        ("还有呢", ["还有呢"]),
    ],
)
def test_a_text_falls_into_its_clauses(text: str, parts: list[str]) -> None:
    assert [part.text for part in clauses(text, LISTENING)] == parts


def test_a_question_mark_belongs_to_the_last_part_of_its_sentence() -> None:
    assert [part.marked for part in clauses("你好，有货？发快递", LISTENING)] == [False, True, False]


def test_commas_part_no_sentences() -> None:
    assert [part.text for part in sentences("你好，有货？快递 另外 发票", LISTENING)] == ["你好，有货", "快递", "发票"]


def test_who_tells_a_story_is_read_only_so_far() -> None:
    assert len(clauses("好，" * 50, LISTENING)) == MOST_CLAUSES


@pytest.mark.parametrize(
    "text",
    ["有货吗？发什么快递？", "有货吗，发什么快递", "有货吗 发什么快递", "有货吗\n发什么快递", "有货吗另外发什么快递"],
)
def test_two_questions_are_two_however_they_are_parted(text: str) -> None:
    assert set(intents(text)) == {"stock", "carrier"}


def test_a_courtesy_beside_questions_comes_last_or_not_at_all() -> None:
    assert intents("谢谢\n有货吗") in (["stock"], ["stock", "thanks"])


def test_a_statement_beside_a_question_claims_nothing_of_its_own() -> None:
    assert intents("我在上海，发什么快递") in (["carrier"], [])


def test_questions_beyond_the_limit_are_left_over() -> None:
    found = heard("有货吗？发什么快递？什么时候发货？我要换货！")
    assert len(found.claims) == 3
    assert [rest.text for rest in found.rest] == ["我要换货"] or len(found.rest) == 1
    assert {claim.intent for claim in found.claims} | {rest.guess for rest in found.rest} == {
        "stock", "carrier", "ship_time", "exchange",
    }  # fmt: skip


def test_a_question_that_nobody_understands_is_left_over() -> None:
    found = heard("发什么快递？拉链铜的吗？")
    assert [claim.intent for claim in found.claims] == ["carrier"]
    assert [rest.text for rest in found.rest] == ["拉链铜的吗"]


@pytest.mark.parametrize(
    "text", ["发什么快递？怎么回事？", "发什么快递？", "发什么快递。我朋友说过", "发什么快递？什么？"]
)
def test_what_asks_nothing_of_its_own_is_not_left_over(text: str) -> None:
    assert heard(text).rest == ()


def test_nothing_is_left_over_where_nothing_is_answered() -> None:
    assert heard("拉链铜的吗？扣子铁的吗？").rest == ()
    assert heard("谢谢").rest == ()


def test_what_a_question_names_is_all_but_its_words_of_asking() -> None:
    assert object_of("什么时候怎么回事", RULES) == ""
    assert object_of("拉链有没有", RULES) == "拉链"


def test_without_words_that_join_only_signs_part_clauses() -> None:
    plain = book_of(TOPICS, rules(reception={"listening": {}}))
    assert [part.text for part in clauses("有货吗另外发什么快递", plain.rules.reception.listening)] == [
        "有货吗另外发什么快递"
    ]


@given(st.text(st.sampled_from("有货吗发什么快递，。？\n 另外在呢165拉链"), max_size=30))
def test_claims_keep_within_the_limit_and_name_each_intent_once(text: str) -> None:
    found = heard(text)
    names = [claim.intent for claim in found.claims]
    assert len(names) == len(set(names)) <= small_book().rules.reception.limits.intents
    assert "oos" not in names
    assert not (found.rest and not found.claims)
    assert found == heard(text)
