"""`yeban roster`: who is on when, and whether the file keeps what it promises.

In: a namespace and settings. Out: text or JSON lines on stdout; exit code 1 on a gap or on an agent in two places.
Never: presence; the file alone is asked.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.parser import moment
from bot.clock import utc_now
from bot.content import shift_checks
from bot.content.calendar import works_of
from bot.content.rules import read_rules
from bot.core.roster import OnShift, spans
from bot.core.roster_proof import Clash, DayNote, Gap, Overlap, Proof, Watch, prove
from bot.core.rules import Rules
from bot.errors import ContentError
from bot.settings import Settings
from bot.words import say

SATURDAY = 5


def run_roster(args: argparse.Namespace, settings: Settings) -> int:
    """The shifts that start on the days asked for, then the proof of these days."""
    folder = read_rules(settings.rules)
    rules, shifts, works = folder.rules, folder.rules.shifts, works_of(folder.rules)
    if faults := tuple(shift_checks.faults_of_lines(folder, works)):
        raise ContentError(faults)
    zone = ZoneInfo(shifts.timezone)
    day = (moment(args.at) if args.at else utc_now()).astimezone(zone).date()
    found = spans(shifts, day, day + timedelta(days=args.days), works)
    proof = prove(shifts, day, args.days, works)
    for line in _as_json(found, proof, zone) if args.json else _on_screen(found, proof, zone, rules):
        print(line)
    return 0 if proof.holds else 1


def _as_json(found: Sequence[OnShift], proof: Proof, zone: ZoneInfo) -> Iterator[str]:
    """A line for each stretch of a shift, at last one for the proof."""
    for one in (*(_span(span, zone) for span in found), _proof(proof, zone)):
        yield json.dumps(one, ensure_ascii=False)


def _span(span: OnShift, zone: ZoneInfo) -> dict[str, object]:
    return {**_time(span, zone), "shift": span.shift, "group": span.group, "agents": ",".join(span.agents)}


def _time(span: OnShift | Watch | Gap | Clash | Overlap, zone: ZoneInfo) -> dict[str, object]:
    return {"from": _local(span.start, zone), "to": _local(span.end, zone)}


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _proof(proof: Proof, zone: ZoneInfo) -> dict[str, object]:
    return {
        "holds": proof.holds,
        "days": [_note(note) for note in proof.days],
        "on": [
            {"day": f"{one.day}", **_time(one, zone), "group": one.group, "shifts": one.shifts, "agents": one.agents}
            for one in proof.watches
        ],
        "gaps": [{**_time(gap, zone), "group": gap.group} for gap in proof.gaps],
        "clashes": [{**_time(one, zone), "agent": one.agent, "shifts": one.shifts} for one in proof.clashes],
        "overlaps": [{**_time(one, zone), "group": one.group, "shifts": one.shifts} for one in proof.overlaps],
    }


def _note(note: DayNote) -> dict[str, object]:
    return {
        "day": f"{note.day}",
        "works": note.works,
        "special": note.special,
        "swaps": [swap.agents for swap in note.swaps],
        "leave": [{"agent": leave.agent, "stand_in": leave.stand_in} for leave in note.leave],
    }


def _on_screen(found: Sequence[OnShift], proof: Proof, zone: ZoneInfo, rules: Rules) -> Iterator[str]:
    groups: Mapping[str, str] = {str(group): name for group, name in rules.routing.groups.items()}
    for note in proof.days:
        yield say("roster.day", day=note.day, weekday=say(f"weekdays.{note.day.weekday()}"), notes=_notes(note))
        yield from _of_day(note.day, found, proof, zone, groups)
    yield from _overlaps(proof, zone, groups)
    for gap in proof.gaps:
        yield say("roster.gap", **_time(gap, zone), group=groups.get(gap.group, gap.group))
    for clash in proof.clashes:
        yield say("roster.clash", **_time(clash, zone), agent=clash.agent, shifts="、".join(clash.shifts))
    yield _verdict(proof, promised=bool(rules.shifts.covers))


def _notes(note: DayNote) -> str:
    told = list(note.special)
    if note.works == (note.day.weekday() >= SATURDAY):
        told.append(say("roster.works") if note.works else say("roster.rests"))
    told += [say("roster.swap", agents="、".join(swap.agents)) for swap in note.swaps]
    for leave in note.leave:
        words = "roster.leave_with" if leave.stand_in else "roster.leave"
        told.append(say(words, agent=leave.agent, stand_in=leave.stand_in))
    return "".join(say("roster.note", note=each) for each in told)


def _of_day(
    day: date, found: Sequence[OnShift], proof: Proof, zone: ZoneInfo, groups: Mapping[str, str]
) -> Iterator[str]:
    """Its shifts as written, then who of each group is there in every minute."""
    for span in found:
        if span.start.astimezone(zone).date() == day:
            line = {**_span(span, zone), "group": groups.get(span.group, span.group)}
            yield say("roster.line", **{**line, "agents": line["agents"] or say("roster.nobody")})
    here = [watch for watch in proof.watches if watch.day == day]
    for group, named in groups.items():
        if told := "；".join(_watch(watch, zone) for watch in here if watch.group == group):
            yield say("roster.on", group=named, watches=told)


def _watch(watch: Watch, zone: ZoneInfo) -> str:
    start, end = watch.start.astimezone(zone), watch.end.astimezone(zone)
    until = f"{end:%H:%M}" if end.date() == watch.day else "24:00"
    return say("roster.watch", **{"from": f"{start:%H:%M}"}, to=until, agents=",".join(watch.agents))


def _overlaps(proof: Proof, zone: ZoneInfo, groups: Mapping[str, str]) -> Iterator[str]:
    """One line for the same shifts of a group, however often they meet."""
    met: dict[tuple[str, tuple[str, ...]], list[Overlap]] = {}
    for one in proof.overlaps:
        met.setdefault((one.group, one.shifts), []).append(one)
    for (group, names), times in met.items():
        named, told = groups.get(group, group), "、".join(names)
        yield say("roster.overlaps", **_time(times[0], zone), group=named, shifts=told, count=len(times))


def _verdict(proof: Proof, *, promised: bool) -> str:
    if not proof.holds:
        return say("roster.fails", days=len(proof.days), gaps=len(proof.gaps), clashes=len(proof.clashes))
    return say("roster.holds", days=len(proof.days)) if promised else say("roster.no_covers")
