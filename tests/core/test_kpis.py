"""The service record of a day, worked by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.core.attendance import Attendance, Late
from bot.core.conversions import Conversion
from bot.core.daylog import DayLog, Purchase
from bot.core.kpis import Record, Row, record, span_of, wanted
from bot.core.notebooks import Entry, Happening
from bot.core.rounds import MACHINE, PEOPLE, Talk, rounds_of
from bot.core.rules import Rules
from bot.core.rules.kpis import sessions_on
from bot.core.tallies import Responses, responses

from .book import rules
from .transcripts import moment, talk

TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
RULES = rules()
NONE = Responses(0, None, None, None, (0, 0, 0))


def works(day: date) -> bool:
    return day.weekday() < 5


def told(*talks: Talk, log: DayLog | None = None, day: date = TODAY, own: Rules = RULES) -> Record:
    """The record of a day from whole conversations; the log knows of the whole day unless told otherwise."""
    span, sessions = span_of(day, own), sessions_on(own.kpis, day)
    rounds = [one for each in talks for one in wanted(rounds_of(each, sessions), span)]
    return record(rounds, log or DayLog(known_until=span.until), day, own, works)


def rows(found: Sequence[Row]) -> dict[str | None, int]:
    return {one.key: one.tally.rounds for one in found}


def bought(one: str, placed: str, paid: str | None, amount: str = "129.00", buyer: str = "b1") -> Purchase:
    return Purchase(one, buyer, moment(placed), moment(paid) if paid else None, Decimal(amount))


def log(*purchases: Purchase, presence: Sequence[Entry] = (), known: str = "+1 00:00:00") -> DayLog:
    by_buyer = {one.buyer_id: tuple(each for each in purchases if each.buyer_id == one.buyer_id) for one in purchases}
    return DayLog(tuple(presence), by_buyer, moment(known))


def clocked(when: str, agent: str, state: str, late: int = 0, kind: Happening = Happening.PRESENCE) -> Entry:
    data = {"state": state, "late": late, "shift": "早班"}
    return Entry(f"{agent}-{when}", moment(when), kind, agent_id=agent, data=data)


def test_a_day_is_counted() -> None:
    found = told(
        # three rounds: bot 2 s; call 3 s and a person 40 s; nobody
        talk("10:00:00 b", "10:00:02 bot", "10:10:00 b", "10:10:03 call", "10:10:40 a01", "10:20:00 b"),
        # one round of another buyer: nobody comes
        talk("11:00:00 b", "11:00:04 call", one="c2", buyer="b2"),
    ).total
    assert (found.buyers, found.served, found.conversations, found.rounds) == (2, 2, 2, 4)
    assert (found.unanswered, found.hand_offs, found.missed) == (1, 2, 1)
    # the bot's: 2, 3, 4 s: mean 3, median 3, nine in ten within 4; all within 8 s
    assert found.bot == Responses(3, 3000, 3000, 4000, (3, 3, 3))
    # people's: 40 s, over 30 s and within 3 min
    assert found.human == Responses(1, 40000, 40000, 40000, (0, 0, 1))


def test_who_was_answered_by_nobody_is_a_buyer_and_not_served() -> None:
    found = told(talk("10:00:00 b")).total
    assert (found.buyers, found.served, found.unanswered, found.bot, found.human) == (1, 0, 1, NONE, NONE)


def test_an_empty_day_is_zeros() -> None:
    found = told()
    assert (found.total.rounds, found.total.bot, found.total.conversion) == (0, NONE, Conversion(0, 0, Decimal(0)))
    assert (found.agents, found.shifts, found.intents, found.known_until) == ((), (), (), moment("+1 00:00:00"))


def test_mean_median_and_nine_in_ten() -> None:
    """1, 2, ... 10 s and 100.0009 s: of eleven the sixth is in the middle, and the tenth (0.9 x 11 = 9.9) is nine in
    ten. The sum is 155.0009 s, a mean of 14.0909 s."""
    spans = [timedelta(seconds=one) for one in range(1, 11)] + [timedelta(seconds=100, microseconds=900)]
    [plain] = rounds_of(talk("10:00:00 b", "10:00:01 a01"), sessions_on(RULES.kpis, TODAY))
    rounds = [replace(plain, answers=(replace(plain.answers[0], at=plain.asked_at + span),)) for span in spans]
    assert responses(rounds, PEOPLE) == Responses(11, 14090, 6000, 10000, (8, 10, 11))
    # of two the median is half-way: (1 + 2) / 2 s
    assert responses(rounds[:2], PEOPLE) == Responses(2, 1500, 1500, 2000, (2, 2, 2))
    assert responses(rounds, MACHINE) == NONE


def test_a_round_belongs_to_the_local_day_of_its_first_question() -> None:
    over = talk("23:59:59 b", "+1 00:00:05 a01", "+1 00:00:10 b", "+1 00:00:11 bot")
    today, tomorrow = told(over), told(over, day=TOMORROW)
    assert (today.total.rounds, today.total.human.mean, today.total.bot.count) == (1, 6000, 0)
    assert (tomorrow.total.rounds, tomorrow.total.bot.mean, tomorrow.total.human.count) == (1, 1000, 0)


def test_what_began_the_day_before_is_not_asked_again_today() -> None:
    assert told(talk("-1 23:59:00 b", "00:01:00 b", "00:02:00 a01")).total.rounds == 0


def test_by_agent_a_round_is_whose_who_answered_first_of_the_people() -> None:
    found = told(
        talk("10:00:00 b", "10:00:02 bot", "10:00:20 a02", "10:00:30 a01"),
        talk("10:00:00 b", "10:00:02 bot", "10:05:00 b", one="c2", buyer="b2"),
        talk("10:00:00 b", "10:00:09 seller", one="c3", buyer="b3"),
        talk("10:00:00 b", "10:00:12 a01?", one="c4", buyer="b4"),
    )
    assert [(one.key, one.tally.rounds) for one in found.agents] == [
        ("a01", 1), ("a02", 1), ("seller", 1), ("bot", 1), (None, 1),
    ]  # fmt: skip
    assert sum(one.tally.rounds for one in found.agents) == found.total.rounds


def test_by_shift_the_answerers_then_the_matters_then_the_first_counts() -> None:
    """At ten all three shifts are on; at 18:00 and at 02:13 none."""
    found = told(
        talk("10:00:00 b", "10:00:09 a11"),
        talk("10:00:00 b:logistics_query", "10:00:02 bot", one="c2"),
        talk("10:00:00 b:stock", "10:00:02 bot", one="c3"),
        talk("02:13:00 b", "02:13:02 bot", one="c4"),
        talk("17:59:59 b", "18:00:09 a01", one="c5"),
        talk("18:00:00 b", "18:00:02 bot", one="c6"),
    )
    assert [(one.key, one.tally.rounds) for one in found.shifts] == [("早班", 2), ("售后班", 2), (None, 2)]


def test_by_intent_a_round_counts_for_each_that_was_heard() -> None:
    found = told(talk("10:00:00 b:stock,carrier", "10:00:02 bot", "10:01:00 b:stock", "10:02:00 bot", "10:03:00 b"))
    assert rows(found.intents) == {"carrier": 1, "stock": 2, None: 1}
    assert [one.key for one in found.intents] == ["carrier", "stock", None]


def test_a_buyer_converts_who_pays_in_time_for_an_order_placed_after_asking() -> None:
    """Of five buyers: paid within 48 h (10:00:00 two days later); a second too late; placed before asking; never paid;
    two orders, 129 + 59.90 yuan. Two of five, 129 + 188.90 = 317.90."""
    talks = [talk("10:00:00 b", "10:00:02 bot", one=f"c{one}", buyer=f"b{one}") for one in range(1, 6)]
    found = told(
        *talks,
        log=log(
            bought("o1", "10:05:00", "+2 10:00:00", buyer="b1"),
            bought("o2", "10:05:00", "+2 10:00:01", buyer="b2"),
            bought("o3", "09:59:59", "10:05:00", buyer="b3"),
            bought("o4", "10:05:00", None, buyer="b4"),
            bought("o5", "10:00:00", "10:05:00", buyer="b5"),
            bought("o6", "10:05:00", "10:06:00", "59.90", buyer="b5"),
        ),
    )
    assert found.total.conversion == Conversion(5, 2, Decimal("317.90"))


def test_a_sale_is_whose_who_wrote_last_before_the_payment() -> None:
    """a01 answers, then a02, then the buyer pays, then a03 says thank you: a02's. The other buyer met the bot only."""
    found = told(
        talk("10:00:00 b", "10:00:20 a01", "10:01:00 b", "10:01:30 a02", "10:06:00 b", "10:06:10 a03"),
        talk("10:00:00 b", "10:00:02 bot", one="c2", buyer="b2"),
        log=log(bought("o1", "10:04:00", "10:05:00"), bought("o2", "10:04:00", "10:05:00", "59.00", buyer="b2")),
    )
    sold = {one.key: one.tally.conversion for one in found.agents}
    assert sold == {
        "a01": Conversion(0, 0, Decimal(0)),
        "a02": Conversion(1, 1, Decimal("129.00")),
        "a03": Conversion(0, 0, Decimal(0)),
        "bot": Conversion(1, 1, Decimal("59.00")),
    }


def test_who_served_the_buyer_on_the_next_day_before_the_payment_has_the_sale() -> None:
    found = told(
        talk("22:00:00 b", "22:00:02 bot", "+1 09:00:00 b", "+1 09:00:20 a01"),
        log=log(bought("o1", "+1 09:05:00", "+1 09:06:00")),
    )
    assert {one.key: (one.tally.rounds, one.tally.conversion) for one in found.agents} == {
        "a01": (0, Conversion(1, 1, Decimal("129.00"))),
        "bot": (1, Conversion(0, 0, Decimal(0))),
    }


def test_by_shift_and_intent_a_buyer_counts_wherever_he_asked_before_ordering() -> None:
    """Asked of stock at 10:00, ordered at 10:05, asked of the carrier at 10:10: it was not that which sold it."""
    found = told(
        talk("10:00:00 b:stock", "10:00:02 bot", "10:10:00 b:carrier", "10:10:02 bot"),
        log=log(bought("o1", "10:05:00", "10:06:00")),
    )
    assert {one.key: one.tally.conversion for one in found.intents} == {
        "carrier": Conversion(1, 0, Decimal(0)),
        "stock": Conversion(1, 1, Decimal("129.00")),
    }


def test_days_before_a_conversion_was_defined_have_none() -> None:
    later = {"conversion": [{"from": "2026-11-21", "within": "48h", "why": "次日"}]}
    own = rules(kpis=later)
    today, tomorrow = (told(day=day, own=own).total.conversion for day in (TODAY, TOMORROW))
    assert (today, tomorrow) == (None, Conversion(0, 0, Decimal(0)))


def test_a_changed_conversion_or_session_changes_only_days_from_its_date_on() -> None:
    """Paid 30 hours after asking on each of two days; and asked again after 13 h unanswered."""
    before = RULES.kpis.model_dump(by_alias=True)
    changed = rules(
        kpis={
            "sessions": [{"from": "2026-01-01", "silence": "12h", "waits": "72h", "why": "隔夜"},
                         {"from": "2026-11-21", "silence": "6h", "waits": "72h", "why": "改"}],
            "conversion": [{"from": "2026-01-01", "within": "48h", "why": "次日"},
                           {"from": "2026-11-21", "within": "24h", "why": "改"}],
        }
    )  # fmt: skip
    assert before == RULES.kpis.model_dump(by_alias=True)
    talks = (
        talk("08:00:00 b", "15:00:00 b", "15:00:05 a01"),
        talk("+1 08:00:00 b", "+1 15:00:00 b", "+1 15:00:05 a01", one="c2", buyer="b2"),
    )
    known = log(bought("o1", "08:05:00", "+1 14:00:00"), bought("o2", "+1 08:05:00", "+2 14:00:00", buyer="b2"))
    old, new = ([told(*talks, log=known, day=day, own=own) for day in (TODAY, TOMORROW)] for own in (RULES, changed))
    assert old[0] == new[0]
    assert [(one.total.rounds, one.total.conversion) for one in (old[1], new[1])] == [
        (1, Conversion(1, 1, Decimal("129.00"))),
        (2, Conversion(1, 0, Decimal(0))),
    ]


def test_presence_is_reckoned_to_the_end_of_the_day_or_of_what_is_known() -> None:
    """a01: 09:10-12:00 and 13:00-18:00 are 470 min, ten of them late. a02: from the evening before, to 00:30: 30 min.
    a03: on at 20:00 and never off."""
    presence = [
        clocked("09:10:00", "a01", "online", late=600), clocked("12:00:00", "a01", "away"),
        clocked("13:00:00", "a01", "online"), clocked("18:00:00", "a01", "offline"),
        clocked("-1 20:00:00", "a02", "online", late=60), clocked("00:30:00", "a02", "offline"),
        clocked("20:00:00", "a03", "online"),
    ]  # fmt: skip
    whole, running = (told(log=log(presence=presence, known=known)) for known in ("+1 08:00:00", "21:00:00"))
    assert {one.key: one.attendance for one in whole.agents} == {
        "a01": Attendance(470, (Late(moment("09:10:00"), "早班", 600),)),
        "a02": Attendance(30),
        "a03": Attendance(240),
    }
    assert {one.key: one.attendance for one in running.agents}["a03"] == Attendance(60)


def test_who_forgets_to_clock_out_was_there_until_the_shift_was_over() -> None:
    """The shift is 09:00-18:00 without a stay: a01 from 09:00 to 18:00, 540 min; a11 wrote at 18:20 still, 560 min;
    s01, 10:00-18:00, told at 19:30 that she leaves, 570 min."""
    presence = [
        clocked("09:00:00", "a01", "online"), clocked("09:00:00", "a11", "online"),
        clocked("10:00:00", "s01", "online"), clocked("19:30:00", "s01", "offline"),
    ]  # fmt: skip
    wrote = talk("18:10:00 b", "18:20:00 a11", "23:00:00 b", "+1 09:30:00 a11")
    today, tomorrow = (
        {
            one.key: one.attendance
            for one in told(wrote, log=log(presence=presence, known="+2 00:00:00"), day=day).agents
        }
        for day in (TODAY, TOMORROW)
    )
    assert (today["a01"], today["a11"], today["s01"]) == (Attendance(540), Attendance(560), Attendance(570))
    assert not any(tomorrow.values())


def test_a_clock_in_of_the_next_morning_ends_no_night() -> None:
    presence = [clocked("09:00:00", "a01", "online"), clocked("+1 09:00:00", "a01", "online")]
    [row] = told(log=log(presence=presence)).agents
    assert row.attendance == Attendance(540)


def test_whose_call_back_comes_days_later_makes_no_late_round() -> None:
    """The bot's alone; a buyer who pays after it is that agent's all the same."""
    found = told(
        talk("10:00:00 b", "10:00:02 bot", "+1 15:00:00 a01"), log=log(bought("o1", "+1 16:00:00", "+1 16:00:00"))
    )
    assert (found.total.human.count, found.total.bot.count) == (0, 1)
    paid = {one.key: one.tally.conversion.paid for one in found.agents if one.tally.conversion}
    assert (rows(found.agents), paid) == ({"a01": 0, "bot": 1}, {"a01": 1, "bot": 0})


def test_who_vanished_was_there_no_longer() -> None:
    presence = [clocked("09:00:00", "a01", "online"), clocked("09:30:00", "a01", "online", kind=Happening.VANISHED)]
    [row] = told(log=log(presence=presence)).agents
    assert (row.key, row.attendance) == ("a01", Attendance(30))


_CLOCKS = st.integers(-30 * 3600, 30 * 3600)
_VOICES = st.sampled_from(["b:stock", "b:carrier", "b", "bot", "call", "a01", "a11", "nudge"])
_TALKS = st.lists(st.lists(st.tuples(_CLOCKS, _VOICES), max_size=8), max_size=5)


def _talks(drawn: list[list[tuple[int, str]]]) -> list[Talk]:
    return [
        Talk(plain.channel, plain.id, plain.buyer_id, tuple(
            replace(line, at=moment("12:00:00") + timedelta(seconds=seconds))
            for line, (seconds, _) in zip(plain.lines, some, strict=True)
        ))
        for number, some in enumerate(drawn)
        for plain in [talk(*(f"12:00:00 {who}" for _, who in some), one=f"c{number}", buyer=f"b{number % 3}")]
    ]  # fmt: skip


@given(drawn=_TALKS)
def test_rows_add_up_and_nothing_depends_on_the_order_of_reading(drawn: list[list[tuple[int, str]]]) -> None:
    talks = _talks(drawn)
    found = told(*talks)
    assert found == told(*talks[::-1])
    for side in (found.agents, found.shifts):
        assert sum(one.tally.rounds for one in side) == found.total.rounds
        assert sum(one.tally.bot.count for one in side) == found.total.bot.count
    sold = [one.tally.conversion for one in found.agents]
    assert sum(one.asked for one in sold if one) == found.total.buyers


@given(drawn=_TALKS)
def test_every_round_is_of_just_one_day(drawn: list[list[tuple[int, str]]]) -> None:
    talks = _talks(drawn)
    days = [TODAY + timedelta(days=number) for number in range(-2, 3)]
    sessions = sessions_on(RULES.kpis, TODAY)
    assert sum(told(*talks, day=day).total.rounds for day in days) == sum(
        len(rounds_of(one, sessions)) for one in talks
    )
