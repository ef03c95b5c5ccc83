"""Rosters to test with: any small one (hypothesis), and a shop's whole year in which everything happens.

In: draws, a year. Out: `Shifts`. Never: a roster that was worked out; who is on is the tests' question.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from bot.content.calendar import workdays
from bot.core.roster import Workdays
from bot.core.rules.kinds import show_clock
from bot.core.rules.shifts import Shifts

WEEKS = st.sampled_from([date(2026, 2, 12), date(2026, 11, 8), date(2026, 9, 28), date(2026, 12, 28)]) | st.dates(
    date(2025, 12, 1), date(2026, 12, 20)
)
CLOCKS = st.integers(0, 48).map(lambda half: show_clock(30 * half))
LATER = CLOCKS | st.sampled_from(["24:00", "+02:00", "+09:00"])
SHIFT_NAMES = ("甲班", "乙班", "丙班")
DAY_RULES = st.sampled_from(["daily", "workdays", "restdays", ["mon", "wed", "sat"], ["sun"]])
GROUPS = st.sampled_from(["presale", "aftersale"])
AGENTS = tuple(f"{name}{number}" for name in SHIFT_NAMES for number in (1, 2))
STRANGER = "外援"
Entry = dict[str, object]
STAYS = st.sampled_from(["0m", "30m", "90m", "12h"])


def _takes_time(pause: Mapping[str, str]) -> bool:
    return pause["from"] != pause["to"]


@st.composite
def cycles(draw: st.DrawFn, first: date) -> dict[str, object]:
    days = draw(st.integers(1, 8))
    on = draw(st.lists(st.integers(0, days - 1), min_size=1, max_size=4))
    return {"from": first + timedelta(days=draw(st.integers(-20, 3))), "days": days, "on": on}


@st.composite
def shift(draw: st.DrawFn, name: str, first: date) -> dict[str, object]:
    pause = draw(st.none() | st.fixed_dictionaries({"from": CLOCKS, "to": LATER}).filter(_takes_time))
    rule = {"name": name, "days": draw(DAY_RULES), "from": draw(LATER), "to": draw(LATER), "break": pause}
    cycle = draw(st.none() | cycles(first))
    return rule | {
        "cycle": cycle,
        "agents": [f"{name}1", f"{name}2"],
        "group": draw(GROUPS),
        "stay": draw(st.none() | STAYS),
    }


@st.composite
def special(draw: st.DrawFn, first: date) -> dict[str, object]:
    days = draw(st.lists(st.integers(-2, 6), min_size=1, max_size=3))
    some = st.lists(st.sampled_from(SHIFT_NAMES), max_size=2)
    hours = st.fixed_dictionaries({"from": st.none() | CLOCKS, "to": st.none() | LATER})
    return {
        "name": "大促",
        "dates": [first + timedelta(days=day) for day in days],
        "extend": draw(st.dictionaries(st.sampled_from(SHIFT_NAMES), hours, max_size=2)),
        "close": draw(some),
        "open": draw(some),
    }


@st.composite
def rotation(draw: st.DrawFn, first: date) -> dict[str, object]:
    ring, names = draw(st.sampled_from([("swap", SHIFT_NAMES), ("agents", AGENTS)]))
    return {
        ring: draw(st.permutations(names))[: draw(st.integers(2, 3))],
        "every": draw(st.sampled_from(["1 week", "2 weeks", "half month", "1 month"])),
        "from": first + timedelta(days=draw(st.integers(-70, 5))),
    }


@st.composite
def some_days(draw: st.DrawFn, first: date) -> dict[str, object]:
    """Of a dated line: days of the week after `first` and a little more, listed or from one to another."""
    days = sorted(draw(st.lists(st.integers(-3, 7), min_size=1, max_size=3)))
    dates = [first + timedelta(days=day) for day in days]
    return draw(st.sampled_from([{"dates": dates}, {"from": dates[0], "to": dates[-1]}]))


@st.composite
def swap(draw: st.DrawFn, first: date) -> dict[str, object]:
    return draw(some_days(first)) | {"agents": draw(st.permutations((*AGENTS, STRANGER)))[:2]}


@st.composite
def leave(draw: st.DrawFn, first: date) -> dict[str, object]:
    agent, other = draw(st.permutations((*AGENTS, STRANGER)))[:2]
    return draw(some_days(first)) | {"agent": agent, "stand_in": draw(st.sampled_from([None, other]))}


@st.composite
def calendars(draw: st.DrawFn, first: date) -> dict[str, object]:
    days = draw(st.permutations(range(-2, 7)))
    dates = [first + timedelta(days=day) for day in days]
    worked = draw(st.integers(0, 2))
    return {"workdays": dates[:worked], "restdays": dates[worked : worked + draw(st.integers(0, 2))]}


@st.composite
def cover(draw: st.DrawFn) -> dict[str, object]:
    hours = draw(st.fixed_dictionaries({"from": CLOCKS, "to": LATER}).filter(_takes_time))
    excused = draw(st.sampled_from([(), ("大促",)]))
    return {**hours, "days": draw(DAY_RULES), "group": draw(GROUPS), "except": excused}


@st.composite
def rostered_weeks(draw: st.DrawFn) -> tuple[Shifts, date]:
    first = draw(WEEKS)
    return roster(
        *(draw(shift(name, first)) for name in SHIFT_NAMES),
        stay=draw(STAYS),
        special=[*draw(st.lists(special(first), max_size=2)), {"name": "大促", "dates": [first]}],
        rotations=draw(st.lists(rotation(first), max_size=2)),
        swaps=draw(st.lists(swap(first), max_size=2)),
        leave=draw(st.lists(leave(first), max_size=2)),
        calendar=draw(calendars(first)),
        covers=draw(st.lists(cover(), max_size=3)),
    ), first


def roster(*shifts: Mapping[str, object], **more: object) -> Shifts:
    return Shifts.model_validate({"shifts": list(shifts), **more})


def works_for(shifts: Shifts) -> Workdays:
    """The calendar as a loaded book has it."""
    return workdays(shifts.calendar.extra)


def shop_year(year: int) -> Shifts:
    """Every kind of shift, rotation, special day, swap, leave and calendar that the rules can say."""
    return roster(*_SHIFTS, stay="30m", rotations=_rotations(year), special=_special(year), swaps=_swaps(year),
                  leave=_leave(year), calendar=_CALENDARS.get(year, {}), covers=_COVERS)  # fmt: skip


def _shift(name: str, hours: str, agents: str, group: str = "presale", pause: str = "", **more: object) -> Entry:
    lunch: Entry = {"break": _hours(pause)} if pause else {}
    return {"name": name, **_hours(hours), **lunch, "agents": agents.split(), "group": group, **more}


def _hours(text: str) -> Entry:
    start, end = text.split()
    return {"from": start, "to": end}


_SHIFTS: tuple[Entry, ...] = (
    _shift("早班", "09:00 18:00", "a01 a02", pause="12:00 13:00"),
    _shift("晚班", "16:00 24:00", "a03"),
    _shift("凌晨班", "00:00 08:00", "a04"),
    _shift("夜班", "20:00 02:00", "a05", "aftersale", pause="23:45 00:15"),
    _shift("售后早班", "09:00 18:00", "a11 a12", "aftersale", days="workdays"),
    _shift("两头班上半", "08:30 15:00", "a13", "aftersale", days="restdays"),
    _shift("两头班下半", "20:00 23:00", "a13", "aftersale", days="restdays", stay="0m"),
    _shift("三天白班", "10:00 19:00", "a21", cycle={"from": "2025-12-30", "days": "7", "on": ["0", "1", "2"]}),
    _shift("一夜班", "20:00 +04:00", "a21", cycle={"from": "2025-12-30", "days": "7", "on": ["3"]}),
    _shift("周六长班", "10:00 +10:00", "a22", days=["sat"]),
    _shift("后半夜班", "+01:00 +05:00", "a23", days=["fri", "sat"], stay="2h"),
    _shift("机动班", "12:00 24:00", "a24", days=["sun"], cycle={"from": "2030-01-01", "days": "1", "on": ["0"]}),
    _shift("主管班", "10:00 19:00", "s01", "supervisor", days=["mon", "wed", "fri"]),
)
_COVERS = (
    {"group": "presale", "from": "09:00", "to": "24:00", "except": ["春节"]},
    {"group": "aftersale", "from": "09:00", "to": "18:00", "days": "workdays"},
    {"group": "aftersale", "from": "20:00", "to": "02:00", "days": ["fri", "sat", "sun"]},
    {"group": "supervisor", "from": "10:00", "to": "19:00", "days": ["mon", "tue"], "except": ["双11", "春节"]},
)
#: 2026 as published is known to the library; of 2028 nothing is published yet, so the shop has written it down.
_CALENDARS: Mapping[int, Entry] = {
    2026: {"restdays": ["2026-12-31"], "workdays": ["2026-11-07"]},
    2028: {"workdays": ["2028-01-22", "2028-02-05"], "restdays": ["2028-01-31", "2028-02-01", "2028-10-06"]},
}
_SPRING = {2026: "2026-02-16", 2028: "2028-01-25"}


def _rotations(year: int) -> list[dict[str, object]]:
    return [
        {"swap": ["早班", "晚班"], "every": "1 week", "from": f"{year - 1}-12-29"},
        {"swap": ["夜班", "凌晨班", "周六长班"], "every": "2 weeks", "from": f"{year}-02-01"},
        {"agents": ["a12", "a13"], "every": "1 month", "from": f"{year}-01-15"},
        {"agents": ["a11", "a05", "a21"], "every": "half month", "from": f"{year}-03-10"},
        {"swap": ["早班", "凌晨班"], "every": "1 month", "from": f"{year}-06-30"},
    ]


def _days(first: str, count: int) -> list[date]:
    return [date.fromisoformat(first) + timedelta(days=number) for number in range(count)]


def _special(year: int) -> list[dict[str, object]]:
    long = {"早班": {"from": "08:00", "to": "20:00"}, "晚班": {"from": "12:00", "to": "+02:00"}}
    short = {"早班": {"from": "10:00", "to": "16:00"}, "晚班": {"to": "21:00"}, "两头班上半": {"from": "12:30"}}
    return [
        {"name": "年货节", "dates": _days(f"{year}-01-10", 5), "extend": long},
        {"name": "春节", "dates": _days(_SPRING[year], 5), "extend": short, "close": ["夜班", "两头班下半"]},
        {"name": "初二开门", "dates": _days(_SPRING[year], 3)[2:], "open": ["夜班"], "close": ["凌晨班"]},
        {"name": "618", "dates": _days(f"{year}-06-17", 2), "extend": long, "open": ["机动班"]},
        {
            "name": "双11",
            "dates": _days(f"{year}-11-10", 2),
            "extend": {"晚班": {"to": "+02:00"}, "夜班": {"from": "14:00"}},
        },
        {
            "name": "双11当天",
            "dates": [f"{year}-11-11"],
            "extend": {"晚班": {"to": "+04:00"}},
            "open": ["机动班", "主管班"],
        },
    ]


def _swaps(year: int) -> list[dict[str, object]]:
    return [
        {"dates": [f"{year}-03-07", f"{year}-03-09"], "agents": ["a11", "a13"]},
        {"from": f"{year}-05-01", "to": f"{year}-05-05", "agents": ["a01", "a05"]},
        {"dates": [f"{year}-11-11"], "agents": ["a03", "s01"]},
        {"from": f"{year}-12-28", "to": f"{year + 1}-01-03", "agents": ["a02", "a04"]},
        {"dates": [f"{year}-12-30"], "agents": ["a04", "a03"]},
    ]


def _leave(year: int) -> list[dict[str, object]]:
    return [
        {"agent": "a02", "from": f"{year}-02-20", "to": f"{year}-03-02"},
        {"agent": "a04", "from": f"{year}-07-01", "to": f"{year}-07-31", "stand_in": "b01"},
        {"agent": "a13", "dates": [f"{year}-05-02", f"{year}-10-04"], "stand_in": "a12"},
        {"agent": "b01", "dates": [f"{year}-07-15"]},
        {"agent": "a05", "dates": [f"{year}-05-03", f"{year}-12-31"], "stand_in": "a21"},
    ]
