"""People let go of a conversation at the moment in which its buyer writes: no question is lost."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from bot.core.model import Holder
from bot.records import Spoken
from bot.refusals import UnfitError
from tests.edge.desks import C1, CARRIER, HOLD, QUESTION, Floor, on_the_floor
from tests.edge.happenings import recalled, wrote
from tests.edge.nightshop import Watched


def test_a_close_is_refused_where_the_buyer_wrote_after_what_the_agent_saw(tmp_path: Path) -> None:
    async def story(floor: Floor) -> tuple[Holder, bool]:
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        with pytest.raises(UnfitError, match="又发来了消息"):
            await floor.desk.close(C1, "a01", seen)
        return (await floor.talk()).holder, bool((await floor.talk()).waiting_since)

    assert on_the_floor(tmp_path, story) == (Holder.HUMAN, True)


class Between(Watched):
    """Right behind the first look at a transcript something else happens."""

    def __init__(self, path: Path, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__(path)
        self._happens: Callable[[], Awaitable[None]] | None = happens

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        lines = await super().transcript(channel, conversation_id, after)
        if happens := self._happens:
            self._happens = None
            await happens()
        return lines


def test_nor_is_it_closed_over_a_line_that_comes_in_during_the_close(tmp_path: Path) -> None:
    async def story(floor: Floor) -> tuple[Holder, bool]:
        seen = await floor.last()
        store = Between(tmp_path, lambda: floor.shop.after(wrote(2, QUESTION)))
        with pytest.raises(UnfitError, match="又发来了消息"):
            await floor.desk_over(store).close(C1, "a01", seen)
        await store.close()
        return (await floor.talk()).holder, bool((await floor.talk()).waiting_since)

    assert on_the_floor(tmp_path, story) == (Holder.HUMAN, True)


def test_what_the_agent_saw_may_be_closed_and_what_is_not_worked_on_yet_begins_anew(tmp_path: Path) -> None:
    async def story(floor: Floor) -> tuple[Holder, list[str]]:
        await floor.shop.after(wrote(2, QUESTION))
        seen = await floor.last()
        await floor.shop.hears(wrote(3, QUESTION))
        closed = await floor.desk.close(C1, "a01", seen)
        await floor.shop.works()
        return closed.holder, await floor.sends()

    assert on_the_floor(tmp_path, story) == (Holder.CLOSED, [CARRIER])


def test_a_line_that_was_taken_back_holds_nobody_up(tmp_path: Path) -> None:
    async def story(floor: Floor) -> Holder:
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        await floor.shop.after(recalled(3, 2))
        return (await floor.desk.close(C1, "a01", seen)).holder

    assert on_the_floor(tmp_path, story) is Holder.CLOSED


def test_words_written_before_the_buyers_next_question_do_not_answer_it(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[bool]:
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        waits = [bool((await floor.desk.reply(C1, "a01", "还在", "k2", seen=seen)).waiting_since)]
        await floor.sends()
        seen = await floor.last()
        waits.append(bool((await floor.desk.reply(C1, "a01", "中通", "k3", seen=seen)).waiting_since))
        return waits

    assert on_the_floor(tmp_path, story) == [True, False]


def test_a_question_that_waits_on_is_held_and_served_like_any_other(tmp_path: Path) -> None:
    async def story(floor: Floor) -> tuple[list[str], str | None]:
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        await floor.desk.reply(C1, "a01", "还在", "k2", seen=seen)
        await floor.sends()
        await floor.a_minute_later()
        return await floor.sends(), (await floor.talk()).agent_id

    assert on_the_floor(tmp_path, story) == ([HOLD], "a01")


def test_what_the_bot_has_answered_meanwhile_is_not_waited_for(tmp_path: Path) -> None:
    async def story(floor: Floor) -> object:
        await floor.desk.hand_back(C1, "a01")
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        await floor.sends()
        return (await floor.desk.reply(C1, "a01", "我来", "k2", seen=seen)).waiting_since

    assert on_the_floor(tmp_path, story) is None


def test_what_the_bot_was_about_to_answer_is_waited_for(tmp_path: Path) -> None:
    async def story(floor: Floor) -> bool:
        await floor.desk.hand_back(C1, "a01")
        seen = await floor.last()
        await floor.shop.after(wrote(2, QUESTION))
        talk = await floor.desk.reply(C1, "a01", "我来", "k2", seen=seen)
        assert await floor.sends() == ["我来"]
        return bool(talk.waiting_since)

    assert on_the_floor(tmp_path, story)


def test_a_comfort_behind_a_question_does_not_hide_it_from_the_bot(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[str]:
        await floor.shop.after(wrote(2, QUESTION))
        await floor.a_minute_later()
        assert await floor.sends() == [HOLD]
        await floor.desk.hand_back(C1, "a01")
        await floor.shop.works()
        return await floor.sends()

    assert on_the_floor(tmp_path, story) == [CARRIER]


def test_nor_do_words_that_only_arrive_behind_it(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[str]:
        await floor.desk.reply(C1, "a01", "您请讲", "k2")
        await floor.shop.after(wrote(2, QUESTION))
        assert await floor.sends() == ["您请讲"]
        await floor.desk.hand_back(C1, "a01")
        await floor.shop.works()
        return await floor.sends()

    assert on_the_floor(tmp_path, story) == [CARRIER]
