"""The moments at which a shop's words may go wrong, and the world at each of them.

In: rules. Out: aware times; for each the scenes that differ in what is said: an order in every state, every promotion
asked for, nobody there. Never: a clock; the moments are those that the rules name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.book import View, Workdays
from bot.core.facts import Facts, Focus
from bot.core.model import Order, OrderStatus
from bot.core.once import once
from bot.core.promotions import standing
from bot.core.rules import Rules
from bot.core.rules.kinds import parse_clock
from bot.core.shifts import next_live
from bot.core.situations import establish
from bot.core.slots import Slots
from bot.core.view import Scene, build_view, shift_view
from bot.core.walltime import instant

_SECOND, _HOUR, _LONG = timedelta(seconds=1), timedelta(hours=1), timedelta(days=30)
_NONE = Decimal(0)
_FIGURES = re.compile(r"\d+")
_view = once(build_view)
_TOLD = ("promo.name", "promo.from", "promo.until", "promo.now", "shift.back_at")


@dataclass(frozen=True)
class World:
    """What holds and what is known at a moment: the names of situations, the fields. Without slots, for `once`."""

    now: datetime
    situations: tuple[str, ...]
    view: View


def moments(rules: Rules) -> list[datetime]:
    """Promotions' starts and ends to the second, first and last second of special days and of those that buyers name,
    the minute of each greeting."""
    zone = ZoneInfo(rules.shop.timezone)
    spans = [(one.from_, one.until) for one in rules.promotions.promotions]
    spans += [(one.from_, one.until) for one in rules.promotions.bundles]
    days = {day for special in rules.shifts.special for day in special.dates}
    years = {day.year for day in days} | {end.year for span in spans for end in span}
    local = [moment for span in spans for moment in edges(span)]
    for day in sorted({*days, *_occasions(rules, years)}):
        local += [datetime.combine(day, time()), datetime.combine(day, time(23, 59, 59))]
    greeted = [instant(one.day, parse_clock(one.at), zone) for one in rules.care.greetings]
    return sorted({*(moment.replace(tzinfo=zone).astimezone(UTC) for moment in local), *greeted})


def edges(span: Sequence[datetime]) -> tuple[datetime, ...]:
    """The last second before, the first and the last within, and the first behind a half-open span."""
    begin, end = span
    return begin - _SECOND, begin, end - _SECOND, end


def _occasions(rules: Rules, years: Iterable[int]) -> Iterator[date]:
    for one in rules.carriers.occasions:
        yield from (day for day in one.on if day.year in years)
        yield from filter(None, (_day(year, one.every) for year in years if one.every))


def _day(year: int, every: str) -> date | None:
    """The day of a year; None where the year has no such day."""
    try:
        return date.fromisoformat(f"{year}-{every}")
    except ValueError:
        return None


def worlds(now: datetime, rules: Rules, works: Workdays) -> Iterator[World]:
    """Every world of a moment."""
    yield from _asked(now, rules, works)
    yield from _ordered(now, rules, works)


def _ordered(now: datetime, rules: Rules, works: Workdays) -> Iterator[World]:
    facts = _facts(now, rules, works)
    for order in _orders(now, rules):
        yield _world(Scene(rules, facts, Focus(order=order), Slots(), now))


def _facts(now: datetime, rules: Rules, works: Workdays) -> Facts:
    return Facts(back_at={group: next_live(rules.shifts, now, group, works) for group in rules.routing.groups})


def _asked(now: datetime, rules: Rules, works: Workdays) -> Iterator[World]:
    facts = _facts(now, rules, works)
    unnamed = Scene(rules, facts, Focus(), Slots(), now)
    yield _world(unnamed)
    for name in (*_named(now, rules), *rules.promotions.others[:1]):
        yield _world(Scene(rules, facts, Focus(), Slots(promotion=name), now))
    for group in rules.routing.groups:
        yield _world(unnamed, group)


def _named(now: datetime, rules: Rules) -> Iterable[str]:
    """The promotions that begin or end just then, and one each of those that are ahead, on and over."""
    local = now.astimezone(ZoneInfo(rules.shop.timezone)).replace(tzinfo=None)
    found = {one.name: one.name for one in rules.promotions.promotions if local in edges((one.from_, one.until))}
    for one in rules.promotions.promotions:
        found.setdefault(standing(rules, one.name, now).situation, one.name)
    return dict.fromkeys(found.values())


def all_worlds(rules: Rules, works: Workdays) -> list[World]:
    """Those of all moments; of moments at which the same is said, figures apart, of the first."""
    seen, found = set[object](), list[World]()
    for now in moments(rules):
        told = tuple(_asked(now, rules, works))
        key = tuple((world.situations, *(shape(value_of(world.view, field)) for field in _TOLD)) for world in told)
        if key not in seen:
            seen.add(key)
            found += [*told, *_ordered(now, rules, works)]
    return found


def shape(text: str) -> str:
    """A text without its figures."""
    return _FIGURES.sub("0", text)


def value_of(view: View, field: str) -> str:
    """What is known of a field, "" for nothing."""
    group, _, name = field.partition(".")
    return view.get(group, {}).get(name, "")


def _world(scene: Scene, group: str | None = None) -> World:
    group = group or scene.rules.routing.default
    return World(scene.now, establish(scene, group), {**_view(scene), "shift": shift_view(scene, group)})


def _orders(now: datetime, rules: Rules) -> Iterator[Order]:
    """One in each state; a paid one also long after it should have been sent."""
    late = rules.shop.shipping.lead + _LONG
    for status in OrderStatus:
        yield _order(now - _HOUR, status)
    yield _order(now - late, OrderStatus.PAID)


def _order(at: datetime, status: OrderStatus) -> Order:
    return Order("", "", status, _NONE, _NONE, (), at, at, paid_at=None if status is OrderStatus.UNPAID else at)
