"""How a message is read before anything is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import bare, clauses, plain, readable


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("　ＡＢＣ １２３！", "abc123"),
        ("发货～～？？", "发货"),
        ("哈哈哈哈", "哈"),
        ("好好的", "好好的"),
        ("10000", "10000"),
        ("[微笑]😀", "微笑"),
        ("…", ""),
        ("Привет, ありがとう_한국", "приветありがとう한국"),
    ],
)
def test_decoration_does_not_count(text: str, form: str) -> None:
    assert plain(text) == form


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("亲，在吗？请问发什么快递呀", "发什么快递"),
        ("您好 想问一下什么时候发货呢", "什么时候发货"),
        ("有货吗亲", "有货吗"),
        ("帮我改地址谢谢", "帮我改地址"),
    ],
)
def test_courtesies_around_a_question_fall_away(text: str, core: str) -> None:
    assert bare(text) == core


@pytest.mark.parametrize("text", ["在吗", "亲", "谢谢", "你好", "呀"])
def test_a_message_that_is_only_a_courtesy_stays(text: str) -> None:
    assert bare(text) == text


def test_sentences_are_parted_at_their_ends_and_kept_as_written() -> None:
    assert clauses("在吗？发什么快递!\n有货吗～ …") == ("在吗", "发什么快递", "有货吗")


def test_a_comma_does_not_part_a_sentence() -> None:
    assert clauses("165，52公斤") == ("165，52公斤",)


def test_invisible_and_broken_characters_are_not_shown() -> None:
    assert readable(" 发\u200b货\x00\ud800\n快\ue000点 ") == "发货\n快点"


@given(st.text())
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(st.sampled_from("亲在吗你好请问一下谢哈呀啊呢的发货hi ，")))
def test_the_bare_form_of_a_bare_form_is_itself(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@given(st.text(st.characters()))
def test_any_text_can_be_read(text: str) -> None:
    assert readable(readable(text)) == readable(text)
    assert all(plain(part) for part in clauses(text))
    assert bool(bare(text)) == bool(plain(text))
