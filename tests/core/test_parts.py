"""Which part of an intent a question is about, on a few lines."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.lexicon import lexicon_of
from bot.core.parts import OWN, Line, Parts
from tests.core.book import rules

LEXICON = lexicon_of(rules().concepts)
SHRINK = ("会不会缩水", "洗了缩水吗", "下水缩水多少", "缩水厉害吗", "洗一次会缩水不")
PILL = ("会不会起球", "容易起球吗", "穿久了起球不", "起球厉害吗", "毛衣起球吗")
WHOLE = ("什么面料", "是纯棉的吗", "什么材质做的", "里子是什么料", "含棉多少")


def parts(*more: Line) -> Parts:
    shrink = [Line(text, "shrink", exact=True) for text in SHRINK]
    pill = [Line(text, "pill", exact=True) for text in PILL]
    return Parts([*more, *(Line(text, OWN, exact=False) for text in WHOLE), *shrink, *pill], LEXICON)


def test_a_line_of_a_part_is_that_parts() -> None:
    assert [parts().of(text) for text in (*SHRINK, *PILL)] == ["shrink"] * 5 + ["pill"] * 5


def test_a_new_way_of_asking_finds_its_part() -> None:
    assert (parts().of("这件衣服会缩水吗"), parts().of("这条裤子起球吗")) == ("shrink", "pill")


def test_what_is_about_no_part_is_the_intents_own() -> None:
    assert [parts().of(text) for text in ("什么面料", "是纯棉做的吗", "里面什么材质")] == [None, None, None]


def test_what_may_be_two_parts_is_the_intents_own() -> None:
    assert parts().of("缩水起球") is None


def test_a_text_without_letters_is_about_no_part() -> None:
    assert (parts().of("？"), parts().of("")) == (None, None)


def test_a_border_is_taken_by_the_letter() -> None:
    assert parts(Line("缩水率哪里写着", OWN, exact=True)).of("请问缩水率哪里写着呀") is None


def test_one_sentence_of_several_names_the_part() -> None:
    assert parts().of("你好。要两件！会不会起球？") == "pill"


@given(st.text(max_size=40))
def test_every_text_is_about_a_known_part_or_none(text: str) -> None:
    assert SMALL.of(text) in {None, "shrink", "pill"}


SMALL = parts()
