"""What is asked of an item's card, and what the card says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.card import OVERVIEW, Fact, asked_facts, asked_words, asks_for_all, card_words, fields_of, overview
from bot.core.model import Item, SizeRow
from bot.core.rules.goods import Attributes
from bot.words import say
from tests.core.book import rules
from tests.core.cases import item

RULES = Attributes.model_validate(
    {
        "attributes": {
            "面料": {"also": ["材质"], "words": ["料子", "纯棉"], "field": "material"},
            "成分": {"words": ["酒精", "香精"], "field": "material"},
            "配料": {"words": ["香精"]},
            "尺寸": {"words": ["多大", "多长"]},
            "吸力": {},
            "鞋底": {"within": ["面料"]},
            "洗涤": {"words": ["怎么洗"], "how": "true"},
            "胸围": {},
            "认证": {"words": ["3c"]},
            "接口": {"words": ["usb", "typec"]},
        },
        "general": ["参数"],
        "amounts": ["多大", "多长"],
        "not_words": ["多大码", "料子钱"],
    }
)
ROWS = (SizeRow("M", measures={"胸围": "96"}), SizeRow("L", measures={"胸围": "100", "帽围": "58cm"}))


def card(**attributes: str) -> Item:
    return replace(item(), attributes=attributes, size_chart=ROWS)


def facts(text: str, of: Item, size: str | None = None) -> list[tuple[str, str | None]]:
    found = asked_facts(asked_words(text, RULES, of), of, RULES, size)
    return [(fact.name, fact.value) for fact in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("什么料子", ("料子",)),
        ("有香精吗 什么料子", ("香精", "料子")),
        ("料子 料子", ("料子",)),
        ("我穿多大码", ()),
        ("吸力多大", ("吸力",)),
        ("吸力有多大", ("吸力",)),
        ("吸力，多大", ("吸力", "多大")),
        ("多大的吸力", ("多大", "吸力")),
        ("有多大", ("多大",)),
        ("参数", ("参数",)),
        ("料　子", ("料子",)),
        ("在吗", ()),
        ("有3C吗", ("3c",)),
        ("线长3cm", ()),
        ("13c", ()),
        ("usb type-c口", ("usb", "typec")),
        ("usbtypec", ()),
        ("usb3", ("usb",)),
        ("", ()),
    ],
)
def test_words_for_attributes_are_found_in_their_order(text: str, words: tuple[str, ...]) -> None:
    assert asked_words(text, RULES) == words


def test_a_longer_word_hides_those_within_it() -> None:
    assert asked_words("料子钱多少", RULES) == ()


def test_the_names_on_the_card_are_words_too() -> None:
    assert asked_words("花期多久 帽围多少", RULES) == ()
    assert asked_words("花期多久 帽围多少", RULES, card(花期="三个月")) == ("花期", "帽围")
    assert facts("花期多久 帽围多少", card(花期="三个月")) == [("花期", "三个月"), ("帽围", "L：58cm")]


def test_a_name_of_one_letter_is_no_word() -> None:
    assert asked_words("这个色好看", RULES, card(色="白")) == ()


def test_the_card_answers_under_its_own_name() -> None:
    assert facts("什么料子", card(材质="棉")) == [("材质", "棉")]


def test_of_several_attributes_the_one_on_the_card_is_meant() -> None:
    assert facts("有香精吗", card(配料="水、香精")) == [("配料", "水、香精")]
    assert facts("有香精吗", card(成分="水", 配料="糖")) == [("成分", "水")]


def test_a_silent_card_states_nothing() -> None:
    assert facts("有香精吗", card(面料="棉")) == [("成分", None)]


@pytest.mark.parametrize("blank", ["", "  ", "-", "/", "——"])
def test_a_blank_is_no_statement(blank: str) -> None:
    assert facts("什么料子", card(面料=blank, 材质="棉")) == [("材质", "棉")]
    assert facts("什么料子", card(面料=blank)) == [("面料", None)]


def test_two_words_for_one_attribute_are_one_fact() -> None:
    assert facts("是纯棉的料子吗", card(面料="棉")) == [("面料", "棉")]


def test_what_stands_beside_another_attribute_is_found_there() -> None:
    assert facts("鞋底呢", card(面料="鞋面网布，鞋底橡胶")) == [("面料", "鞋面网布，鞋底橡胶")]
    assert facts("鞋底呢", card(面料="鞋面网布")) == [("鞋底", None)]


@pytest.mark.parametrize(
    ("size", "value"), [("L", "L：100cm"), ("XL", "M：96cm；L：100cm"), (None, "M：96cm；L：100cm")]
)
def test_a_measure_is_told_of_the_size_that_is_asked_for(size: str | None, value: str) -> None:
    assert facts("胸围", card(), size) == [("胸围", value)]


def test_an_attribute_counts_before_a_measure_of_the_same_name() -> None:
    assert facts("胸围", card(胸围="均码90-110")) == [("胸围", "均码90-110")]


def test_all_is_asked_for_only_where_nothing_else_is() -> None:
    assert asks_for_all(asked_words("参数发我", RULES), RULES)
    assert not asks_for_all(asked_words("参数和料子", RULES), RULES)
    assert not asks_for_all((), RULES)
    assert facts("参数和料子", card(面料="棉")) == [("面料", "棉")]


def test_an_overview_tells_the_first_things_that_are_stated() -> None:
    many = card(**{f"项{number}": str(number) if number else "-" for number in range(9)})
    assert overview(many) == tuple(Fact(f"项{number}", str(number)) for number in range(1, OVERVIEW + 1))


def test_the_first_stated_attribute_fills_a_field() -> None:
    assert fields_of(card(成分="水", 材质="棉"), RULES) == {"material": "棉"}
    assert fields_of(card(成分="水"), RULES) == {"material": "水"}
    assert fields_of(card(), RULES) == {}


def test_how_something_is_done_is_told_apart() -> None:
    of = card(面料="棉", 洗涤="手洗")
    how, mixed = (
        card_words(of, asked_facts(asked_words(text, RULES, of), of, RULES)) for text in ("怎么洗", "怎么洗 料子")
    )
    assert (how["asked_how"], how["asked_value"]) == ("手洗", "手洗")
    assert (mixed["asked_how"], mixed["asked_value"]) == ("", say("join.rows").join(["手洗", "棉"]))


def test_a_word_of_the_rules_may_lie_only_within_known_attributes() -> None:
    with pytest.raises(ValidationError, match="unknown_attribute"):
        Attributes.model_validate({"attributes": {"鞋底": {"within": ["面料"]}}})


@pytest.mark.parametrize("key", ["also", "words"])
@pytest.mark.parametrize("word", ["ccc", "C", "ｃ.c.c"])
def test_a_word_that_is_read_as_one_latin_letter_is_refused(key: str, word: str) -> None:
    with pytest.raises(ValidationError, match="one_letter"):
        Attributes.model_validate({"attributes": {"认证": {key: [word]}}})


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=4), st.text(max_size=8), max_size=4))
def test_any_text_and_any_card_are_read_without_a_guess(text: str, attributes: dict[str, str]) -> None:
    of = replace(item(), attributes=attributes)
    for fact in asked_facts(asked_words(text, RULES, of), of, RULES):
        assert fact.value is None or attributes[fact.name] == fact.value


@given(st.text(max_size=30))
def test_words_are_found_in_any_text_of_the_small_shop(text: str) -> None:
    known = rules().attributes
    assert set(asked_words(text, known)) <= set(known.index)
