"""China's calendar of working days: public holidays rest, 调休 weekends work.

In: the `holidays` library and the shop's own exceptions. Out: `Workdays`, a question about one date. Never: a network.

The State Council publishes each year's 调休 only late in the year before. For years that the installed library does not
know yet, its computed holidays and plain weekends stand in: an update of the library, or an exception, corrects them.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType

import holidays

from bot.core.roster import Workdays
from bot.core.rules import Rules

NO_EXCEPTIONS: Mapping[date, bool] = MappingProxyType({})


def workdays(extra: Mapping[date, bool] = NO_EXCEPTIONS) -> Workdays:
    """Whether a date is a working day; `extra` overrules the public calendar, date by date."""

    def works(day: date) -> bool:
        return extra[day] if day in extra else _works(day)

    return works


def works_of(rules: Rules) -> Workdays:
    """The calendar that a shop's rules go by: the public one, with what its `shifts.yaml` says otherwise."""
    return workdays(rules.shifts.calendar.extra)


@cache
def _works(day: date) -> bool:
    return _year(day.year).is_working_day(day)


@cache
def _year(year: int) -> holidays.HolidayBase:
    return _china()(years=year, expand=False)


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
