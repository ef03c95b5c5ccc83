"""Any roster and anything open: a clerk with a ruler says when hands change and what must be handed over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.handover import Hands, Open
from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentKind, Handover, HandoverLine
from bot.core.rules.kinds import show_clock
from bot.core.rules.shifts import Shifts

from .book import local

GROUPS = ("presale", "aftersale")
AGENTS = ("a1", "a2", "a3", "a4")
START = local("2026-11-23 00:00")
HALF = timedelta(minutes=30)
DAY = 48  # half hours
STEPS = 2 * DAY


@dataclass(frozen=True)
class Plain:
    """A daily shift in half hours; `pause` is where a break of half an hour begins, if there is one."""

    name: str
    group: str
    start: int
    length: int
    agents: tuple[str, ...]
    pause: int | None

    def covers(self, step: int) -> bool:
        return (step - self.start) % DAY < self.length

    def ends(self, step: int) -> bool:
        return (step - self.start) % DAY == self.length

    def rule(self) -> Mapping[str, object]:
        plain = {"name": self.name, "group": self.group, "agents": self.agents}
        hours = {"from": _clock(self.start), "to": _clock(self.start + self.length)}
        pause = {} if self.pause is None else {"break": {"from": _clock(self.pause), "to": _clock(self.pause + 1)}}
        return {**plain, **hours, **pause}


def _clock(half_hours: int) -> str:
    return show_clock(half_hours % DAY * 30)


@dataclass(frozen=True)
class Thing:
    """Open from step to step; `owner` changes to what `moves` says from then on."""

    name: str
    group: str
    opened: int
    settled: int
    owners: Mapping[int, str | None]
    owed: bool

    def is_open(self, step: int) -> bool:
        return self.opened <= step < self.settled

    def owner(self, step: int) -> str | None:
        return self.owners[max(at for at in self.owners if at <= step)]


@st.composite
def _shift(draw: st.DrawFn, number: int) -> Plain:
    start, length = draw(st.integers(0, DAY - 1)), draw(st.integers(4, 24))
    inside = draw(st.none() | st.integers(1, length - 2))
    agents = draw(st.lists(st.sampled_from(AGENTS), max_size=2, unique=True))
    pause = None if inside is None else start + inside
    return Plain(f"s{number}", draw(st.sampled_from(GROUPS)), start, length, tuple(agents), pause)


@st.composite
def _thing(draw: st.DrawFn, number: int) -> Thing:
    opened, owner = draw(st.integers(0, STEPS)), st.none() | st.sampled_from(AGENTS)
    moves = draw(st.dictionaries(st.integers(0, STEPS), owner, max_size=3))
    settled = opened + draw(st.integers(1, STEPS))
    return Thing(
        f"t{number}", draw(st.sampled_from(GROUPS)), opened, settled, {-1: draw(owner), **moves}, draw(st.booleans())
    )


@dataclass
class Shop:
    """A service that ticks each half hour unless it is down, and a clerk who notes what it must do."""

    shifts: list[Plain]
    things: list[Thing]
    logs: list[Handover] = field(default_factory=list)
    last: dict[str, datetime] = field(default_factory=dict)
    acknowledged: dict[str, str | None] = field(default_factory=dict)
    ended: dict[str, set[str]] = field(default_factory=lambda: {group: set() for group in GROUPS})
    changed: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(GROUPS, False))
    gap: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(GROUPS, False))
    hands: Hands = field(init=False)

    def __post_init__(self) -> None:
        self.hands = Hands(Shifts.model_validate({"shifts": [one.rule() for one in self.shifts]}), _never)

    def on(self, step: int, group: str | None = None) -> set[str]:
        here = [one for one in self.shifts if one.covers(step) and group in {None, one.group}]
        return {agent for one in here for agent in one.agents}

    def notes(self, step: int) -> None:
        for group in GROUPS:
            own = [one for one in self.shifts if one.group == group and one.agents]
            ends = {one.name for one in own if one.ends(step)}
            self.ended[group] |= ends
            if self.on(step, group):
                begun = not any(one.covers(step - 1) for one in own)
                self.gap[group] |= begun
                self.changed[group] |= begun or bool(ends)

    def ticks(self, step: int) -> list[Handover]:
        now = START + step * HALF
        here = [one for one in self.things if one.is_open(step)]
        found = Open(
            [_talk(one, step, now) for one in here if not one.owed], [_owes(one, step) for one in here if one.owed],
            "presale",
        )  # fmt: skip
        due = self.hands.due(GROUPS, self.last, now)
        return [self.hands.log(one, found, [log for log in self.logs if log.group == one.group], now) for one in due]

    def judges(self, step: int, made: list[Handover]) -> None:
        """Each open thing once where its group's hands changed, and only what nobody who is on looks after."""
        named = [name for log in made for name in _things(log)]
        assert len(named) == len(set(named))
        by_group = {log.group: log for log in made}
        assert len(by_group) == len(made)
        for group in GROUPS:
            mine = [one for one in self.things if one.group == group and one.is_open(step)]
            log = by_group.get(group)
            if self.changed[group] and self.on(step, group):
                assert log is not None
                assert set(log.ended) == self.ended[group]
                expected = {one.name for one in mine if self.gap[group] or self.is_nobodys(one, step)}
                assert set(_things(log)) == expected
            elif log is not None:
                assert {one.name for one in mine if one.name in set(_things(log))} <= {
                    one.name for one in mine if one.owner(step) and self.is_nobodys(one, step)
                }

    def is_nobodys(self, one: Thing, step: int) -> bool:
        still = self.on(step)
        return one.owner(step) not in still and self.acknowledged.get(one.name) not in still

    def keeps(self, step: int, made: list[Handover], diligent: Iterable[int]) -> None:
        """Some of the lines are acknowledged by somebody of the receiving shift."""
        picked, now = set(diligent), START + step * HALF
        for log in made:
            own = self.changed[log.group] and self.on(step, log.group)
            if not own and not log.lines:
                continue
            who = min(self.on(step, log.group))
            lines = tuple(
                replace(line, acknowledged_by=who, acknowledged_at=now) if line.number in picked else line
                for line in log.lines
            )
            self.acknowledged |= {_thing_of(line): line.acknowledged_by for line in lines}
            self.logs.append(replace(log, lines=lines))
            self.last[log.group] = log.at
            if own:
                self.ended[log.group], self.changed[log.group], self.gap[log.group] = set(), False, False


def _never(_: date) -> bool:
    return False


def _talk(one: Thing, step: int, now: datetime) -> Conversation:
    owner = one.owner(step)
    holder = Holder.HUMAN if owner else Holder.QUEUED
    return Conversation(one.name, "webhook", "b1", holder, group=one.group, agent_id=owner, waiting_since=now)


def _owes(one: Thing, step: int) -> Commitment:
    kind = list(CommitmentKind)[len(one.name) % 3]
    return Commitment(one.name, "webhook", "c1", "b1", kind, "回电", "a1", START, one.group, agent_id=one.owner(step))


def _thing_of(line: HandoverLine) -> str:
    return line.commitment_id or line.conversation_id


def _things(log: Handover) -> list[str]:
    return [_thing_of(line) for line in log.lines]


@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_each_open_thing_is_in_just_one_log_at_each_change_of_hands(data: st.DataObject) -> None:
    shifts = [data.draw(_shift(number)) for number in range(data.draw(st.integers(1, 5)))]
    things = [data.draw(_thing(number)) for number in range(data.draw(st.integers(0, 8)))]
    down = data.draw(st.sets(st.integers(1, STEPS)))
    diligent = data.draw(st.sets(st.integers(1, 6)))
    shop = Shop(shifts, things)
    shop.last = dict.fromkeys(GROUPS, START)
    for step in range(1, STEPS + 1):
        shop.notes(step)
        if step not in down:
            made = shop.ticks(step)
            shop.judges(step, made)
            shop.keeps(step, made, diligent)
