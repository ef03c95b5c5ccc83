"""A round is what the buyer asked, and who answered it when."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.rounds import Answer, Line, Round, Talk, Who, rounds_of, who_says
from bot.core.rules.kpis import Sessions

from .transcripts import line, moment, talk

RULES = Sessions.model_validate({"from": "2026-01-01", "why": "隔夜", "silence": "12h", "waits": "72h"})


def told(*lines: str) -> list[tuple[str, list[str]]]:
    """Each round as when it was asked and who answered after how many seconds."""
    return [
        (f"{one.asked_at:%d %H:%M:%S}", [f"{each.author} {one.took(each).total_seconds():g}" for each in one.answers])
        for one in rounds_of(talk(*lines), RULES)
    ]


def test_a_round_begins_with_the_first_line_and_ends_with_the_answers() -> None:
    # 18:00 in Hangzhou is 10:00 UTC
    found = told("18:00:00 b", "18:00:05 b", "18:00:09 a01", "18:00:20 a01", "18:01:00 b", "18:01:30 a02")
    assert found == [("20 10:00:00", ["a01 9", "a01 20"]), ("20 10:01:00", ["a02 30"])]


def test_bot_and_human_may_answer_one_round() -> None:
    [one] = rounds_of(talk("10:00:00 b", "10:00:02 bot", "10:01:00 a01"), RULES)
    first, human = one.first(Who.BOT, Who.CALL), one.first(Who.HUMAN, Who.ASSIST)
    assert first is not None
    assert human is not None
    assert (one.took(first), one.took(human)) == (timedelta(seconds=2), timedelta(seconds=60))
    assert not one.robot_only


def test_what_people_add_after_a_silence_makes_no_late_round_of_the_bots_alone() -> None:
    """The bot answers at two seconds past; 43,200 s, twelve hours, are a silence."""
    within, after, days = (
        rounds_of(talk("10:00:00 b", "10:00:02 bot", back), RULES)[0]
        for back in ("22:00:01 a01", "22:00:02 a01", "+2 10:00:00 a01")
    )
    assert [one.robot_only for one in (within, after, days)] == [False, True, True]
    assert [one.first(Who.HUMAN) is None for one in (within, after, days)] == [False, True, True]
    assert [(each.author, each.unasked) for each in days.answers] == [("bot", False), ("a01", True)]


def test_where_people_were_called_or_nobody_answered_their_late_word_is_the_answer() -> None:
    called, alone, late = (
        rounds_of(talk(*lines), RULES)[0]
        for lines in (
            ["10:00:00 b:refund/hand_off", "10:00:02 bot", "+2 10:00:00 a01"],
            ["10:00:00 b", "+2 10:00:00 a01"],
            # answered late, and more in the same session
            ["10:00:00 b", "+1 10:00:00 bot", "+1 10:01:00 a01"],
        )
    )
    found = [one.first(Who.HUMAN) for one in (called, alone, late)]
    assert [each.author if each else None for each in found] == ["a01"] * 3


def test_after_the_word_that_people_will_come_the_buyer_still_waits() -> None:
    found = told("18:00:00 b", "18:00:02 call", "18:01:00 b", "18:01:40 a01")
    assert found == [("20 10:00:00", ["bot 2", "a01 100"])]


def test_a_round_that_the_bot_gave_to_people_is_none_of_the_bots_alone() -> None:
    answered, called, decided, nobody = (
        rounds_of(talk(*lines), RULES)[0]
        for lines in (
            ["10:00:00 b", "10:00:02 bot"],
            ["10:00:00 b", "10:00:02 call"],
            ["10:00:00 b:refund/hand_off", "10:00:02 bot"],
            ["10:00:00 b"],
        )
    )
    assert [one.robot_only for one in (answered, called, decided, nobody)] == [True, False, False, False]
    assert [one.called for one in (answered, called, decided, nobody)] == [False, True, True, False]


def test_what_is_no_answer_answers_nothing() -> None:
    found = told("18:00:00 b", "18:00:05 hold", "18:00:10 nudge", "18:00:15 care", "18:00:20 system", "18:00:25 a01!")
    assert found == [("20 10:00:00", [])]


def test_what_was_taken_back_was_never_asked() -> None:
    assert told("10:00:00 b!", "10:00:05 a01") == []
    assert told("18:00:00 b!", "18:00:30 b", "18:00:40 a01") == [("20 10:00:30", ["a01 10"])]


def test_a_click_on_what_the_bot_proposed_is_the_agents_own_word() -> None:
    assert [who_says(line(1, text)) for text in ("10:00:00 a01", "10:00:00 a01?", "10:00:00 seller")] == [
        Who.HUMAN,
        Who.ASSIST,
        Who.HUMAN,
    ]


def test_what_people_say_of_their_own_accord_answers_nothing() -> None:
    assert told("18:00:00 a01", "18:00:10 b", "18:00:15 a01") == [("20 10:00:10", ["a01 5"])]


def test_an_answer_of_the_next_morning_is_the_evenings() -> None:
    assert told("20:00:00 b", "+1 09:00:00 a01") == [("20 12:00:00", ["a01 46800"])]


def test_who_asks_again_after_a_silence_begins_anew() -> None:
    # 20:00 and 08:00 are just twelve hours apart, 20:00 and 07:59:59 a second less
    assert told("20:00:00 b", "+1 08:00:00 b", "+1 08:00:07 a01") == [
        ("20 12:00:00", []),
        ("21 00:00:00", ["a01 7"]),
    ]
    assert told("20:00:00 b", "+1 07:59:59 b", "+1 08:00:07 a01") == [("20 12:00:00", ["a01 43207"])]


def test_an_answer_that_comes_too_late_is_none() -> None:
    # 72 hours are three days to the second
    assert told("10:00:00 b", "+3 10:00:00 a01") == [("20 02:00:00", ["a01 259200"])]
    assert told("10:00:00 b", "+3 10:00:01 a01") == [("20 02:00:00", [])]


def test_a_session_starts_with_the_buyers_first_words_after_a_silence() -> None:
    lines = ("08:59:59 b", "09:00:10 a01", "09:01:00 b", "09:01:05 a01", "21:01:05 b")
    sessions = [one.session for one in rounds_of(talk(*lines), RULES)]
    assert sessions == [moment("08:59:59"), moment("08:59:59"), moment("21:01:05")]


def test_a_nudge_keeps_no_session_going() -> None:
    sessions = {
        one.session for one in rounds_of(talk("08:00:00 b", "08:00:01 bot", "14:00:00 nudge", "20:00:01 b"), RULES)
    }
    assert sessions == {moment("08:00:00"), moment("20:00:01")}


def test_intents_are_those_of_all_turns_of_the_round_each_once() -> None:
    [one] = rounds_of(talk("10:00:00 b:carrier,stock", "10:00:04 b:stock,size_fit", "10:00:06 bot"), RULES)
    assert one.intents == ("carrier", "stock", "size_fit")


def test_our_clock_behind_the_channels_makes_no_answer_come_before_its_question() -> None:
    question = line(1, "10:00:02 b")
    answer = replace(line(2, "10:00:01 bot"), turn_id=question.turn_id)
    [one] = rounds_of(Talk("webhook", "c1", "b1", (question, answer)), RULES)
    assert [one.took(each) for each in one.answers] == [timedelta(0)]


_GAPS = st.sampled_from([0, 1, 40, 3600, 11 * 3600, 12 * 3600 - 1, 12 * 3600, 30 * 3600, 73 * 3600])
_WHO = st.sampled_from(
    ["b:stock", "b", "b:refund/hand_off", "b!", "bot", "call", "hold", "nudge", "a01", "a02?", "a01!"]
)
_TOLD = st.lists(st.tuples(_GAPS, _WHO), max_size=30)


@given(told=_TOLD)
def test_rounds_are_those_of_a_naive_reading(told: list[tuple[int, str]]) -> None:
    lines = _spaced(told)
    assert rounds_of(Talk("webhook", "c1", "b1", tuple(lines)), RULES) == list(_naive(lines))


@given(told=_TOLD)
def test_the_order_in_which_lines_are_read_is_no_matter(told: list[tuple[int, str]]) -> None:
    lines = _spaced(told)
    both = [Talk("webhook", "c1", "b1", tuple(some)) for some in (lines, lines[::-1])]
    assert rounds_of(both[0], RULES) == rounds_of(both[1], RULES)


@given(told=_TOLD)
def test_what_was_said_in_sessions_before_changes_no_later_round(told: list[tuple[int, str]]) -> None:
    """So much is read of what was before a day: as long as a silence, twice."""
    lines = _spaced(told)
    for cut in (one.at for one in lines):
        since = cut - 2 * RULES.silence
        some = [one for one in lines if one.at >= since]
        if _settles_between(some, cut):
            assert _from(lines, cut) == _from(some, cut)


def _settles_between(lines: Sequence[Line], cut: datetime) -> bool:
    """A buyer's line is there before the cut, as in every transcript of ours that has a line of the bot's."""
    before = [who_says(one) for one in lines if one.at < cut]
    return not before or Who.BUYER in before


def _from(lines: Sequence[Line], cut: datetime) -> list[Round]:
    return [one for one in rounds_of(Talk("webhook", "c1", "b1", tuple(lines)), RULES) if one.session >= cut]


def _spaced(told: Sequence[tuple[int, str]]) -> list[Line]:
    """So many seconds after the one before."""
    start, passed, lines = line(0, "10:00:00 b").at, 0, list[Line]()
    for number, (gap, who) in enumerate(told, 1):
        passed += gap
        lines.append(replace(line(number, f"10:00:00 {who}"), at=start + timedelta(seconds=passed)))
    return lines


def _naive(lines: Sequence[Line]) -> Sequence[Round]:
    """The whole conversation as one word: B asks, C says that people will come, A answers, | is a silence."""
    words = [(one, who) for one in lines if (who := who_says(one))]
    spelt, at = "", list[int]()
    for number, (one, who) in enumerate(words):
        if number and one.at - words[number - 1][0].at >= RULES.silence:
            spelt, at = spelt + "|", [*at, -1]
        spelt, at = spelt + {Who.BUYER: "B", Who.CALL: "C"}.get(who, "A"), [*at, number]
    return [_round(words, spelt, at, found) for found in re.finditer(r"B[BC]*[AC|]*", spelt)]


def _round(words: Sequence[tuple[Line, Who]], spelt: str, at: Sequence[int], found: re.Match[str]) -> Round:
    mine = [words[at[place]] for place in range(*found.span()) if at[place] >= 0]
    asked = [one for one, who in mine if who is Who.BUYER]
    opened = spelt.rfind("|", 0, found.start()) + 1
    answers = [
        Answer(
            words[at[place]][0].at,
            words[at[place]][1],
            words[at[place]][0].author,
            _unasked(words, spelt, at, found, place),
        )
        for place in range(*found.span())
        if spelt[place] in "AC"
    ]
    intents = dict.fromkeys(intent for one in asked for intent in one.intents)
    return Round(
        "webhook",
        "c1",
        "b1",
        asked_at=asked[0].at,
        session=words[at[spelt.index("B", opened)]][0].at,
        answers=tuple(each for each in answers if each.at - asked[0].at <= RULES.waits),
        intents=tuple(intents),
        called="C" in found[0] or any(one.decision == "hand_off" for one in asked),
    )


def _unasked(
    words: Sequence[tuple[Line, Who]], spelt: str, at: Sequence[int], found: re.Match[str], place: int
) -> bool:
    """After an answer and a silence, where the bot has called nobody so far."""
    so_far = spelt[found.start() : place]
    decided = any(words[at[one]][0].decision == "hand_off" for one in range(found.start(), place) if spelt[one] == "B")
    return "|" in so_far.partition("A")[2] and "C" not in so_far and not decided
