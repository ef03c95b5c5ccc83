"""China's calendar of working days: public holidays rest, 调休 weekends work.

In: the `holidays` library and the shop's own exceptions. Out: `Workdays`, a question about one date. Never: a network.

The State Council publishes each year's 调休 only late in the year before. For years that the installed library does not
know yet, its computed holidays and plain weekends stand in: an update of the library, or an exception, corrects them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType

import holidays

from bot.core.roster import Workdays
from bot.core.rules import Rules
from bot.core.walltime import days_between

NO_EXCEPTIONS: Mapping[date, bool] = MappingProxyType({})


def workdays(extra: Mapping[date, bool] = NO_EXCEPTIONS) -> Workdays:
    """Whether a date is a working day; `extra` overrules the public calendar, date by date."""

    def works(day: date) -> bool:
        return extra[day] if day in extra else day in _working_days(day.year)

    return works


def works_of(rules: Rules) -> Workdays:
    """The calendar that a shop's rules go by: the public one, with what its `shifts.yaml` says otherwise."""
    return workdays(rules.shifts.calendar.extra)


@cache
def _working_days(year: int) -> frozenset[date]:
    china = _china()(years=year, expand=False)
    days = days_between(date(year, 1, 1), date(year, 12, 31) + timedelta(days=1))
    return frozenset(day for day in days if china.is_working_day(day))


@cache
def _china() -> type[holidays.HolidayBase]:
    """From its file alone: to import it by name loads the calendars of 250 countries, which takes longer than to read
    a shop's replies."""
    path = Path(holidays.__file__).with_name("countries") / "china.py"
    spec = spec_from_file_location("holidays.countries.china", path)
    if spec is None or spec.loader is None:
        raise ImportError(name="holidays.countries.china", path=str(path))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[holidays.HolidayBase] = module.China
    return found
