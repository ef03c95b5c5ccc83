"""Which item a buyer calls by its title."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import Facts, Focus, find_focus
from bot.core.model import Item
from bot.core.slots import Slots
from bot.core.text import plain
from bot.core.titles import READ, called, calling
from tests.core.cases import conversation, item, message

TITLES = ("女款高腰直筒牛仔裤", "男款弹力修身牛仔裤", "女款连帽加绒卫衣", "女款羊毛混纺毛衣", "1.5升不锈钢电热水壶")
JEANS, MENS, HOODIE, SWEATER, KETTLE = (item(f"i{number}", title=title) for number, title in enumerate(TITLES))
ALL = (JEANS, MENS, HOODIE, SWEATER, KETTLE)


@pytest.mark.parametrize(
    ("text", "current", "found"),
    [
        ("卫衣有货吗", None, (HOODIE,)),
        ("有没有加绒卫衣", None, (HOODIE,)),
        ("那毛衣呢", HOODIE, (SWEATER,)),
        ("电热水壶多少瓦", HOODIE, (KETTLE,)),
        ("电热谁壶多少瓦", HOODIE, (KETTLE,)),
        ("牛仔裤有货吗", None, (JEANS, MENS)),
        ("牛仔裤有货吗", HOODIE, (JEANS, MENS)),
        ("男款牛仔裤有货吗", None, (MENS,)),
        ("直筒牛仔裤多长", None, (JEANS,)),
        ("牛仔裙有货吗", None, ()),
        ("羊毛的吗", HOODIE, ()),
        ("女款的有吗", HOODIE, ()),
        ("里面可以配毛衣吗", HOODIE, ()),
        ("有货吗", None, ()),
        ("", None, ()),
    ],
)
def test_a_title_is_called_by_the_name_of_the_thing(text: str, current: Item | None, found: tuple[Item, ...]) -> None:
    assert called(text, ALL, current) == found


def test_the_words_that_call_an_item_are_known() -> None:
    assert calling("女款牛仔裤有货吗", JEANS) == ("牛仔裤", "女款")


def naive_stretches(said: str, title: str) -> list[str]:
    """The longest stretches from the left, found by trying every one."""
    ends = (end for end in range(len(said), 0, -1) if said[:end] in title)
    end = next(ends, 0)
    rest = naive_stretches(said[max(end, 1) :], title) if said else []
    return [said[:end], *rest] if end > 1 else rest


@given(st.text("男女款牛仔裤1", max_size=20), st.text("男女款牛仔裤1", max_size=12))
def test_stretches_are_the_longest_there_are(text: str, title: str) -> None:
    naive = sorted(naive_stretches(plain(text), plain(title)), key=len, reverse=True)
    assert calling(text, replace(item(), title=title)) == tuple(naive)


def test_of_a_long_text_only_the_opening_is_read() -> None:
    digits = item(title="1234567890" * 6)
    assert sum(map(len, calling("1234567890" * 1000, digits))) == READ
    assert called("好" * READ + "卫衣有货吗", ALL) == ()
    assert called(f"卫衣有货吗{'9' * 10_000}", ALL) == (HOODIE,)


@given(st.text(max_size=20), st.text(max_size=12))
def test_any_text_calls_any_title_or_none(text: str, title: str) -> None:
    one = replace(item(), title=title)
    assert called(text, [one]) in [(), (one,)]
    assert all(len(word) > 1 for word in calling(text, one))


def focus(text: str, *items: Item, talked_about: Item | None = None) -> Focus:
    talk = conversation(item_id=talked_about.id if talked_about else None)
    return find_focus([message(text)], talk, Slots(), Facts(items={one.id: one for one in items}))


def test_a_turn_is_about_the_item_it_calls() -> None:
    assert focus("卫衣有货吗", *ALL).item == HOODIE
    assert focus("那卫衣呢", *ALL, talked_about=JEANS).item == HOODIE


def test_a_turn_that_calls_nothing_stays_with_the_item_before() -> None:
    assert focus("有货吗", *ALL, talked_about=JEANS).item == JEANS
    assert focus("有货吗", *ALL) == Focus()


def test_the_item_before_is_meant_where_it_is_called_as_well_as_another() -> None:
    assert focus("牛仔裤有货吗", *ALL, talked_about=JEANS).item == JEANS


def test_among_several_items_that_are_called_the_buyer_must_choose() -> None:
    assert focus("牛仔裤有货吗", *ALL) == Focus(item_rivals=(JEANS, MENS))
    assert focus("牛仔裤有货吗", *ALL, talked_about=HOODIE) == Focus(item_rivals=(JEANS, MENS))
