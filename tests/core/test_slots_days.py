"""Days: what was said, and the dates that are meant on Monday 23 November 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.dates import Day, read_day
from bot.core.slots import read_slots
from tests.core.book import DAY, local, rules

OCCASIONS = [
    {"name": "双十一", "also": ["双11"], "every": "11-11"},
    {"name": "双十二", "also": ["双12"], "every": "12-12"},
    {"name": "618", "every": "06-18"},
    {"name": "春节", "also": ["过年", "年前"], "on": ["2026-02-17", "2027-02-06"]},
    {"name": "闰日", "every": "02-29"},
]
RULES = rules(carriers={"occasions": OCCASIONS})


def meant(text: str, at: datetime = DAY) -> str | None:
    found = read_slots(text, RULES, at).date
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("今天能发吗", "2026-11-23"),
        ("今晚", "2026-11-23"),
        ("明天能到吗", "2026-11-24"),
        ("大后天到", "2026-11-26"),
        ("昨天买的", "2026-11-22"),
        ("周三能到吗", "2026-11-25"),
        ("这周三", "2026-11-25"),
        ("下周三", "2026-12-02"),
        ("下下周一", "2026-12-07"),
        ("上周五下的单", "2026-11-20"),
        ("星期天", "2026-11-29"),
        ("礼拜六", "2026-11-28"),
        ("周末能到吗", "2026-11-28/2026-11-29"),
        ("下周", "2026-11-30/2026-12-06"),
        ("11月3号", "2026-11-03"),
        ("十二月三号", "2026-12-03"),
        ("1月5日", "2027-01-05"),
        ("2月30号", None),
        ("28号能到吗", "2026-11-28"),
        ("15号", None),
        ("15号之前", "../2026-12-15"),
        ("下个月3号", "2026-12-03"),
        ("本月3号", "2026-11-03"),
        ("月底前", "../2026-11-30"),
        ("下月底", "2026-12-31"),
        ("3天内", "2026-11-23/2026-11-26"),
        ("三天后", "2026-11-26"),
        ("明天之前", "../2026-11-24"),
        ("明天之后", "2026-11-24/.."),
        ("赶在周五", "../2026-11-27"),
        ("昨天之前", None),
        ("双十一前", None),
        ("双十一买的", None),
        ("双十二前", "../2026-12-12"),
        ("618", "2027-06-18"),
        ("年前能到吗", "../2027-02-06"),
        ("过年前", "../2027-02-06"),
        ("春节", "2027-02-06"),
        ("闰日", None),
        ("中山路12号", None),
        ("3号楼", None),
        ("2年前买的", None),
        ("39号的鞋", None),
        ("快点", None),
    ],
)
def test_a_wording_means_its_dates(text: str, dates: str | None) -> None:
    assert meant(text) == dates


@pytest.mark.parametrize(
    ("at", "dates"), [("2026-10-20 10:00", "../2026-11-11"), ("2026-11-11 10:00", "../2026-11-11")]
)
def test_a_yearly_day_is_the_coming_one_until_it_is_over(at: str, dates: str) -> None:
    assert meant("双十一前能到吗", local(at)) == dates


def test_a_bare_weekday_that_has_passed_is_not_dated_but_a_limit_is_next_weeks() -> None:
    friday = local("2026-11-27 10:00")
    assert meant("周三", friday) is None
    assert meant("周三之前", friday) == "../2026-12-02"


def test_the_shops_zone_decides_what_today_is() -> None:
    assert meant("今天", datetime(2026, 11, 23, 17, tzinfo=UTC)) == "2026-11-24"


@pytest.mark.parametrize(
    ("text", "said"), [("11月8号之前", "11月8号"), ("双十二前", "双十二"), ("年前", "年前"), ("下周三发", "下周三")]
)
def test_the_words_are_kept_for_texts(text: str, said: str) -> None:
    assert read_slots(text, RULES).day == said
    assert read_slots(text, RULES).date is None


def test_of_two_days_the_first_counts() -> None:
    assert read_slots("明天发后天到", RULES, DAY).day == "明天"


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.text(st.sampled_from("今明后天上下这周月一三末底15号日之前内双十二年")),
)
def test_any_text_on_any_day_means_ordered_dates(today: date, text: str) -> None:
    _, day = read_day(text, today, RULES.carriers)
    if day and day.first and day.last:
        assert day.first <= day.last
    if day and day.before and day.first is None:
        assert day.last
        assert day.last >= today


@given(st.dates(date(2020, 3, 1), date(2035, 12, 1)), st.integers(-150, 150))
def test_a_month_and_day_is_the_nearest(today: date, distance: int) -> None:
    then = today + timedelta(days=distance)
    if (then.month, then.day) != (2, 29):
        assert read_day(f"{then.month}月{then.day}日", today, RULES.carriers)[1] == Day(then, then)
