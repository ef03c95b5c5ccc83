"""Days that a message names, and the dates they mean.

In: a folded text, the shop-local date on which it was said. Out: the words and a `Day`. Never: a date where the words
may mean a past or a coming one; then only the words are kept.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.once import once
from bot.core.reading.numerals import arabic, has_figures
from bot.core.rules.shop import Carriers, Occasion
from bot.core.wordlist import WordList

_DISTANCES = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1, "今天": 0, "今日": 0, "今晚": 0,
    "今早": 0, "今儿": 0, "昨天": -1, "昨晚": -1, "昨日": -1, "前天": -2, "大前天": -3,
}  # fmt: skip
_NEAR = WordList(_DISTANCES.items())
_WEEKDAYS = {char: number for number, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_WEEK = re.compile(r"(?:(下下|这|本|下|上)个?)?(?:周|星期|礼拜)([一二三四五六日天末])?(?![围岁])")
_WEEKS_ON = {"下下": 2, "下": 1, "这": 0, "本": 0, "上": -1}
_MONTH_DAY = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月份?(3[01]|[12]\d|0?[1-9])[日号]?(?![\d天个])")
_MONTHS_DAY = re.compile(
    r"(?<![\d.a-z月路街道巷弄栋座楼村里苑区园镇])(?:(这|本|下)个?月)?(3[01]|[12]\d|0?[1-9])[日号](?!楼|线|店|码|链|机|尺|的尺|色|仓|库|台|鞋)"
)
_MONTH_END = re.compile(r"(?:(这|本|下)个?)?月底")
_IN_DAYS = re.compile(r"(?<![\d.])(\d{1,2})天(之内|以内|内|之后|以后|后)")
_BEFORE = re.compile(r"\s*(?:之前|以前|前(?![台面天一])|为止)")
_AFTER = re.compile(r"\s*(?:之后|以后|后(?![天面台]))")
_BY = re.compile(r"(?:赶在|最晚|最迟|不晚于)\s*$")
_COUNTED = re.compile(r"[\d几多半去今明后前每一两三四五六七八九十好]\s*$")
#: A yearly day that has passed as lately as this may be meant in the past.
_LATELY = timedelta(days=60)
_WEEK_LONG = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Day:
    """Local dates that a wording means, both ends included; an open end is None. `before`: said as a limit."""

    first: date | None
    last: date | None
    before: bool = False

    def __str__(self) -> str:
        """ISO 8601: a date, or an interval with `..` for an open end."""
        if self.first and self.first == self.last:
            return self.first.isoformat()
        return "/".join(end.isoformat() if end else ".." for end in (self.first, self.last))


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a day stands in `text`, and its first and last date; `limit`: a date before which must be a coming one."""

    text: str
    start: int
    end: int
    span: tuple[date, date] | None
    limit: date | None = None

    @property
    def before(self) -> bool:
        marked = self.said.endswith("前") or _BEFORE.match(self.text, self.end) or _BY.search(self.text[: self.start])
        return bool(marked)

    @property
    def said(self) -> str:
        return self.text[self.start : self.end]


def read_day(folded: str, today: date | None, carriers: Carriers) -> tuple[str | None, Day | None]:
    """The first day named, as it is said, and what it means seen from `today`, the date when it was said."""
    text = arabic(folded)
    found = [
        *_named(folded, today, carriers), *_near(folded, today), *_weeks(folded, today),
        *_month_ends(folded, today), *(_figures(text, today) if has_figures(text) else ()),
    ]  # fmt: skip
    if not found:
        return None, None
    first = min(found, key=lambda hit: (hit.start, -hit.end))
    return first.said, _meant(first, today)


def _figures(text: str, today: date | None) -> Iterator[_Hit]:
    yield from _month_days(text, today)
    yield from _months_days(text, today)
    yield from _in_days(text, today)


def _meant(hit: _Hit, today: date | None) -> Day | None:
    """明天之前 is a limit, 明天之后 a beginning; what has gone by is no limit for anything to come."""
    if hit.before:
        last = hit.limit or (hit.span[1] if hit.span else None)
        return Day(None, last, before=True) if last and today and last >= today else None
    if hit.span is None:
        return None
    within = re.search(r"内$", hit.said) is not None
    return Day(hit.span[0], None if _AFTER.match(hit.text, hit.end) else hit.span[1], before=within)


def _near(folded: str, today: date | None) -> Iterator[_Hit]:
    for start, end, distance in _NEAR.places(folded):
        yield _Hit(folded, start, end, _one(today, distance))


def _one(today: date | None, distance: int) -> tuple[date, date] | None:
    day = today + timedelta(days=distance) if today else None
    return (day, day) if day else None


def _weeks(folded: str, today: date | None) -> Iterator[_Hit]:
    for hit in _WEEK.finditer(folded):
        if hit[1] or hit[2]:
            yield _week(hit, today)


def _week(hit: re.Match[str], today: date | None) -> _Hit:
    """A week begins on Monday; a bare weekday that has passed may be the last or the next one."""
    if today is None:
        return _Hit(hit.string, *hit.span(), None)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS_ON.get(hit[1] or "", 0))
    first = monday + timedelta(days=_WEEKDAYS[hit[2]]) if hit[2] else monday
    last = first + timedelta(days=1) if hit[2] == "末" else first if hit[2] else first + _WEEK_LONG
    passed = not hit[1] and last < today
    return _Hit(hit.string, *hit.span(), None if passed else (first, last), last + timedelta(weeks=passed))


def _month_days(text: str, today: date | None) -> Iterator[_Hit]:
    """11月3号: the nearest one, of last year, this or the next."""
    for hit in _MONTH_DAY.finditer(text):
        years = (today.year - 1, today.year, today.year + 1) if today else ()
        days = [day for year in years if (day := _date(year, int(hit[1]), int(hit[2])))]
        near = min(days, key=lambda day: abs(day - today)) if days and today else None
        yield _Hit(text, *hit.span(), (near, near) if near else None)


def _months_days(text: str, today: date | None) -> Iterator[_Hit]:
    """15号 is this month's while it is to come; what has passed is next month's only as a limit."""
    for hit in _MONTHS_DAY.finditer(text):
        here = _in_month(today, 0, int(hit[2]))
        there = _in_month(today, 1, int(hit[2]))
        coming = here if here and today and here >= today else there
        day = there if hit[1] == "下" else here if hit[1] or coming == here else None
        yield _Hit(text, *hit.span(), (day, day) if day else None, day or coming)


def _month_ends(folded: str, today: date | None) -> Iterator[_Hit]:
    for hit in _MONTH_END.finditer(folded):
        day = _in_month(today, int(hit[1] == "下"), 0)
        yield _Hit(folded, *hit.span(), (day, day) if day else None)


def _in_days(text: str, today: date | None) -> Iterator[_Hit]:
    """3天内 is a limit from today, 3天后 is that day."""
    for hit in _IN_DAYS.finditer(text):
        then = today + timedelta(days=int(hit[1])) if today else None
        first = today if hit[2].endswith("内") else then
        yield _Hit(text, *hit.span(), (first, then) if first and then else None)


def _named(folded: str, today: date | None, carriers: Carriers) -> Iterator[_Hit]:
    for start, end, one in _occasions(carriers).places(folded):
        if not _COUNTED.search(folded[:start]):
            yield _occasion(one, folded, (start, end), today)


@once
def _occasions(carriers: Carriers) -> WordList[Occasion]:
    return WordList((word.lower(), one) for one in carriers.occasions for word in (one.name, *one.also))


def _occasion(one: Occasion, folded: str, where: tuple[int, int], today: date | None) -> _Hit:
    """The coming one; shortly after it the last may be meant."""
    days = _days(one, today) if today else []
    coming = next((day for day in days if today and day >= today), None)
    lately = any(today and timedelta(0) < today - day <= _LATELY for day in days)
    return _Hit(folded, *where, (coming, coming) if coming and not lately else None, None if lately else coming)


def _days(one: Occasion, today: date) -> list[date]:
    if one.every is None:
        return sorted(one.on)
    month, day = map(int, one.every.split("-"))
    return [found for year in range(today.year - 1, today.year + 2) if (found := _date(year, month, day))]


def _in_month(today: date | None, months: int, day: int) -> date | None:
    """A day of this or a later month; 0 is its last day."""
    if today is None:
        return None
    year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
    return _date(year, month, day or monthrange(year, month)[1])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
