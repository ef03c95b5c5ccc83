"""Who should be there: the roster minute by minute, as the patient clerk of `reference_roster.py` works it out.

In: days. Out: answers about looks. Never: a function of the code that is judged.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.core.book import CHINA, weekdays
from tests.core.reference_roster import duties
from tests.floor.shop import DEFAULT, FALLBACK, LIMIT, LIMITS, staffed_book
from tests.floor.story import Look, Talk

MINUTE = timedelta(minutes=1)
NOBODY: frozenset[str] = frozenset()


class Rota:
    """`on`: minute -> group -> agents; `stays`: minute -> agents whose shift is over and who may go on."""

    def __init__(self, first: date, last: date) -> None:
        self._midnight = datetime.combine(first, datetime.min.time(), CHINA)
        self._on: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._stays: dict[int, set[str]] = defaultdict(set)
        self.starts: list[tuple[datetime, str]] = []
        for duty in duties(staffed_book().rules.shifts, first, last, weekdays):
            self.starts.append((self._midnight + min(duty.minutes) * MINUTE, duty.group))
            for minute in duty.minutes:
                self._on[minute][duty.group].update(duty.agents)
            over = max(duty.minutes) + 1
            for minute in range(over, over + duty.stay):
                self._stays[minute].update(duty.agents)

    def _minute(self, at: datetime) -> int:
        return (at - self._midnight) // MINUTE

    def rostered(self, at: datetime, group: str) -> frozenset[str]:
        return frozenset(self._on[self._minute(at)][group])

    def own(self, look: Look, group: str) -> frozenset[str]:
        return frozenset(one for one in self.rostered(look.at, group) if look.presence.get(one) == "online")

    def people(self, look: Look, group: str | None) -> frozenset[str]:
        """Who serves a group's buyers: its own people, or the first of those who stand in for it."""
        name = group or DEFAULT
        chain = (name, *FALLBACK.get(name, ()))
        return next((here for each in chain if (here := self.own(look, each))), NOBODY)

    def is_there(self, look: Look, agent: str) -> bool:
        if look.presence.get(agent) != "online":
            return False
        minute = self._minute(look.at)
        return agent in self._stays[minute] or any(agent in crew for crew in self._on[minute].values())

    def has_room(self, look: Look, group: str | None) -> bool:
        """Whether somebody of a group has less than they may have."""
        loads = [one.agent for one in look.talks.values() if one.agent]
        return any(loads.count(agent) < LIMITS.get(agent, LIMIT) for agent in self.people(look, group))

    def gaps(self) -> Iterator[tuple[datetime, str]]:
        """Starts of shifts before which nobody of the group was on duty, on a break neither."""
        for at, group in sorted(self.starts):
            if not self.rostered(at - MINUTE, group):
                yield at, group


def waiting(look: Look) -> Iterator[Talk]:
    """Conversations in which a buyer waits for people."""
    return (one for one in look.talks.values() if one.waiting_since and one.holder in {"queued", "human"})
