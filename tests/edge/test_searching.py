"""The desk's search over a real store."""

from pathlib import Path

import pytest

from bot.searching import Found, Searching
from bot.sheets import Where
from tests.edge.desks import QUESTION, Floor, on_the_floor
from tests.edge.happenings import wrote


def searching(floor: Floor) -> Searching:
    return Searching(floor.shop.store, lambda: floor.shop.book[0], floor.shop.clock)


def test_a_hit_says_where_it_is_and_shows_a_little_around_it(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[Found]:
        await floor.shop.after(wrote(2, f"{'前' * 30}\n{QUESTION}{'后' * 30}", conversation="c2", buyer="b2"))
        return list(await searching(floor).search("什么快递"))

    floor_at, *rest = (found := on_the_floor(tmp_path, story))
    assert (found[0].where, floor_at.channel, floor_at.conversation_id, floor_at.name) == (
        Where.WORDS, "webhook", "c2", "小*",
    )  # fmt: skip
    assert floor_at.snippet == f"…{'前' * 18} 发什么快递{'后' * 20}…"
    assert rest == []


def test_whole_numbers_come_before_beginnings_and_words_last(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[Where, str, str]]:
        await floor.shop.after(wrote(2, "c1 是什么", conversation="c10", buyer="b2"))
        found = await searching(floor).search(" c1 ")
        return [(one.where, one.conversation_id, one.snippet) for one in found]

    assert on_the_floor(tmp_path, story) == [
        (Where.CONVERSATION, "c1", "c1"), (Where.CONVERSATION, "c10", "c10"), (Where.WORDS, "c10", "c1 是什么"),
    ]  # fmt: skip


def test_a_name_is_shown_masked(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[Where, str]]:
        return [(one.where, one.snippet) for one in await searching(floor).search("小林")]

    assert on_the_floor(tmp_path, story) == [(Where.NAME, "小*")]


def test_the_next_page_goes_on_before_the_last_line(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[str]:
        for number in range(2, 7):
            await floor.shop.after(wrote(number, f"发什么快递{number}"))
        first = await searching(floor).search("发什么快递", limit=2)
        rest = await searching(floor).search("发什么快递", limit=9, before=first[-1].seq)
        return [one.snippet[-1] for one in (*first, *rest)]

    assert on_the_floor(tmp_path, story) == ["6", "5", "4", "3", "2"]


def test_lines_of_a_month_ago_are_not_found(tmp_path: Path) -> None:
    async def story(floor: Floor) -> int:
        await floor.shop.after(wrote(2, QUESTION))
        floor.shop.clock.turn(31 * 86_400)
        return len(await searching(floor).search(QUESTION))

    assert on_the_floor(tmp_path, story) == 0


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_of_nothing_nothing_is_found(tmp_path: Path, text: str) -> None:
    async def story(floor: Floor) -> int:
        return len(await searching(floor).search(text))

    assert on_the_floor(tmp_path, story) == 0
