"""`rules/kpis.yaml` against itself: small transcripts, and what each figure makes of them.

In: parsed rules. Out: a fault for each figure that nobody defined, and what each failing check expected. Never: a
repair.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from bot.content.rules import RulesFolder
from bot.content.typed import nearest
from bot.core.book import Workdays
from bot.core.definitions import Figure, measured
from bot.core.rounds import BOT, BUYER, Line, Talk, rounds_of
from bot.core.rules import Rules
from bot.core.rules.kpis import KpiCheck, KpiLine, Says, definitions_on, sessions_on
from bot.errors import Fault

_PATH = "rules/kpis.yaml"
_UNDEFINED = "-"
_AGENT = "a01"
#: What the bot says a line for.
_PURPOSES: dict[Says, str] = {"bot": "reply", "hand_off": "handoff", "hold": "notice", "nudge": "nudge"}


def faults_of_names(folder: RulesFolder) -> Iterator[Fault]:
    """Figures that a check expects and nobody defined; of one figure and day two definitions."""
    yield from _doubled(folder)
    kpis, doc = folder.rules.kpis, folder.docs["kpis"]
    known = {one.name for one in kpis.definitions}
    for number, check in enumerate(kpis.checks):
        for name in check.expect.keys() - known:
            params: dict[str, object] = {"name": name, "nearest": nearest(name, sorted(known))}
            yield Fault(_PATH, doc.line(("checks", number, "expect", name)), "unknown_kpi", params)


def _doubled(folder: RulesFolder) -> Iterator[Fault]:
    """Nobody could tell which of them is in force."""
    kpis, doc, first = folder.rules.kpis, folder.docs["kpis"], dict[tuple[str, date], int]()
    named = [("sessions", "sessions", one.from_) for one in kpis.sessions]
    named += [("conversion", "conversion", one.from_) for one in kpis.conversion]
    named += [("definitions", one.name, one.from_) for one in kpis.definitions]
    places = Counter[str]()
    for part, name, day in named:
        line = doc.line((part, places[part], "name" if part == "definitions" else "from"))
        places[part] += 1
        if (name, day) in first:
            yield Fault(_PATH, line, "kpi_twice", {"name": name, "day": day, "first": first[name, day]})
        first.setdefault((name, day), line)


def failing(rules: Rules, _: Workdays) -> Iterator[tuple[str, int, object, object]]:
    """Checks that do not hold: by figure, as written and as found."""
    for number, check in enumerate(rules.kpis.checks):
        found = _found(check, rules)
        told = {name: found.get(name, _UNDEFINED) for name in check.expect}
        if told != check.expect:
            yield "kpis", number, _show(check.expect), _show(told)


def _found(check: KpiCheck, rules: Rules) -> dict[str, str]:
    zone = ZoneInfo(rules.shop.timezone)
    lines = tuple(_line(number, one, zone) for number, one in enumerate(check.lines))
    rounds = rounds_of(Talk("", "", "", lines), sessions_on(rules.kpis, check.day))
    found = (measured(one, rounds, check.day, zone) for one in definitions_on(rules.kpis, check.day))
    return {one.definition.name: shown(one) for one in found}


def _line(number: int, one: KpiLine, zone: ZoneInfo) -> Line:
    at, purpose = one.at.replace(tzinfo=zone), _PURPOSES.get(one.by)
    author = BUYER if one.by == "buyer" else BOT if purpose else _AGENT
    return Line(at, number, author, purpose, source=_PATH if one.by == "assist" else None, recalled=one.recalled)


def shown(one: Figure) -> str:
    """As the checks write it."""
    if one.definition.measure == "rate":
        return f"{one.within}/{one.units}"
    return f"{(one.mean_ms or 0) // 1000}s/{one.units}"


def _show(told: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in sorted(told.items())) + "}"
