"""The calendar of working days is the library's own, with what the shop says otherwise."""

from datetime import date

import holidays

from bot.content.calendar import workdays
from bot.core.walltime import days_between

_YEARS = range(2024, 2029)  # those of which the library knows the moved weekends, and two that it reckons


def test_every_day_is_as_the_whole_library_tells_it() -> None:
    works = workdays()
    for year in _YEARS:
        china = holidays.country_holidays("CN", years=year, expand=False)
        days = list(days_between(date(year, 1, 1), date(year + 1, 1, 1)))
        assert [works(day) for day in days] == [china.is_working_day(day) for day in days]


def test_the_shop_s_own_exceptions_overrule_it() -> None:
    day = date(2026, 10, 1)
    assert not workdays()(day)
    assert workdays({day: True})(day)
