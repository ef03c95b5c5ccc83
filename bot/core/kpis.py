"""The service record (服务统计本) of a local day: who was served how fast by whom, and who bought.

In: rounds around the day, the rest of its log, the rules. Out: a `Record`. Never: a clock, a float, an order of things
that changes from one reckoning to the next.

A round belongs to the local day of its first question, wherever its answer falls. By agent it is the row of whoever
of the people answered it first, else the bot's; by shift of the shift that its answerer was in when it was asked,
else of that of the group it was for; by intent of each that was heard in it; by hour of that of its first question.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.core.attendance import Attendance, attendance
from bot.core.conversions import Asker, asker
from bot.core.daylog import DayLog, DaySpan
from bot.core.definitions import Figure, measured
from bot.core.roster import Workdays
from bot.core.rounds import BOT, PEOPLE, Round
from bot.core.routing import group_of
from bot.core.rules import Rules
from bot.core.rules.kpis import Conversion as ConversionRule
from bot.core.rules.kpis import definitions_on, in_force, sessions_on
from bot.core.shifts import on_shift
from bot.core.signs import held
from bot.core.tallies import Tally, tally
from bot.core.walltime import DAY, instant, local_day

T = TypeVar("T")
K = TypeVar("K")
_NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Row:
    """`key`: an agent's id or `bot`, a shift, an intent, an hour of the shop's clock (`09`); None: nobody, no shift,
    nothing understood."""

    key: str | None
    tally: Tally
    attendance: Attendance | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """All of a day. `known_until`: how far into it the log reaches; the day's end once it is over."""

    day: date
    timezone: str
    known_until: datetime
    total: Tally
    figures: tuple[Figure, ...]
    agents: tuple[Row, ...]
    shifts: tuple[Row, ...]
    intents: tuple[Row, ...]
    hours: tuple[Row, ...] = ()


def span_of(day: date, rules: Rules) -> DaySpan:
    """What must be read to tell a day of the shop's: two silences before it, to know what began earlier; after it as
    long as its last question waits for an answer, or its last buyer may take to pay."""
    zone, sessions, bought = ZoneInfo(rules.shop.timezone), sessions_on(rules.kpis, day), _conversion(day, rules)
    since, until = instant(day, 0, zone), instant(day + DAY, 0, zone)
    within = bought.within if bought else _NO_TIME
    return DaySpan(since, until, 2 * sessions.silence, max(sessions.waits, within), within)


def wanted(rounds: Iterable[Round], span: DaySpan) -> list[Round]:
    """Those that a day's record needs: what was asked on it or later. Of earlier sessions nothing is told."""
    return [one for one in rounds if one.asked_at >= span.since]


def record(rounds: Sequence[Round], log: DayLog, day: date, rules: Rules, works: Workdays) -> Record:
    """`rounds` in any order: all of the day's and those of the same conversations that follow."""
    return _Reckoning(rounds, log, day, rules, works).record()


def _conversion(day: date, rules: Rules) -> ConversionRule | None:
    return in_force(rules.kpis.conversion, day)


class _Reckoning:
    """One day's rounds, looked at from several sides."""

    def __init__(self, rounds: Sequence[Round], log: DayLog, day: date, rules: Rules, works: Workdays) -> None:
        self._log, self._day, self._rules, self._works = log, day, rules, works
        self._zone = ZoneInfo(rules.shop.timezone)
        self._all = sorted(rounds, key=lambda one: (one.asked_at, one.channel, one.conversation_id))
        self._mine = [one for one in self._all if local_day(one.asked_at, self._zone) == day]
        self._by_buyer = _grouped(self._all, lambda one: [one.buyer_id])
        self._rule = _conversion(day, rules)

    def record(self) -> Record:
        span = span_of(self._day, self._rules)
        known = max(span.since, min(span.until, self._log.known_until or span.since))
        defined = definitions_on(self._rules.kpis, self._day)
        return Record(
            day=self._day,
            timezone=self._zone.key,
            known_until=known,
            total=self._of(self._mine),
            figures=tuple(measured(one, self._all, self._day, self._zone) for one in defined),
            agents=self._agents(self._attendance(span.since, known)),
            shifts=self._rows(self._shift, [one.name for one in self._rules.shifts.shifts]),
            intents=self._rows(lambda one: one.intents or (None,), ()),
            hours=self._rows(lambda one: (f"{one.asked_at.astimezone(self._zone):%H}",), ()),
        )

    def _attendance(self, since: datetime, known: datetime) -> Mapping[str, Attendance]:
        said = ((each.author, each.at) for one in self._all for each in one.answers if each.who in PEOPLE)
        words = _grouped(said, lambda one: [one[0]])
        return attendance(
            self._log.presence,
            since,
            known,
            lambda agent, at: held(agent, at, self._rules.shifts, self._works),
            {agent: [at for _, at in some] for agent, some in words.items()},
        )

    def _agents(self, there: Mapping[str, Attendance]) -> tuple[Row, ...]:
        """A buyer is in one row only: that of whoever served him last before he paid."""
        rounds, all_askers = _grouped(self._mine, lambda one: [_owner(one)]), self._askers(self._mine)
        askers = _grouped(all_askers or (), lambda one: [one.served_by])
        return tuple(
            Row(
                key,
                tally(rounds.get(key, ()), None if all_askers is None else askers.get(key, ())),
                there.get(key or ""),
            )
            for key in sorted({*rounds, *askers, *there}, key=_people_first)
        )

    def _rows(self, keys: Callable[[Round], Iterable[str | None]], order: Sequence[str]) -> tuple[Row, ...]:
        rounds = _grouped(self._mine, keys)
        places = {name: number for number, name in enumerate(order)}
        ordered = sorted(rounds, key=lambda key: (key is None, places.get(key or "", len(places)), key or ""))
        return tuple(Row(key, self._of(rounds[key])) for key in ordered)

    def _shift(self, one: Round) -> Iterable[str | None]:
        on = on_shift(self._rules.shifts, one.asked_at, self._works)
        answer = one.first(*PEOPLE)
        group = group_of(one.intents, self._rules.routing)
        theirs = [span for span in on if answer and answer.author in span.agents]
        found = (*theirs, *(span for span in on if span.group == group), *on)
        return [found[0].shift if found else None]

    def _of(self, rounds: Sequence[Round]) -> Tally:
        return tally(rounds, self._askers(rounds))

    def _askers(self, rounds: Sequence[Round]) -> Sequence[Asker] | None:
        if self._rule is None:
            return None
        within, by_buyer = self._rule.within, _grouped(rounds, lambda one: [one.buyer_id])
        return [
            asker(buyer, some, self._by_buyer[buyer], self._log.bought_by(buyer), within)
            for buyer, some in by_buyer.items()
        ]


def _owner(one: Round) -> str | None:
    answer = one.first(*PEOPLE)
    return answer.author if answer else BOT if one.answers else None


def _people_first(key: str | None) -> tuple[bool, bool, str]:
    return key is None, key == BOT, key or ""


def _grouped(values: Iterable[T], keys: Callable[[T], Iterable[K]]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for value in values:
        for key in keys(value):
            found.setdefault(key, []).append(value)
    return found
