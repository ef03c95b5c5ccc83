"""One run against a contender: fire, wait until all is answered, reckon; and two contenders in turn.

In: running contenders, lines. Out: `Run`s. Never: a wait without an end, a contender awake that is not measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic, sleep

from tests.bench.live.contenders import Running
from tests.bench.live.gun import Job
from tests.bench.live.processes import Arrival, Gunner, Receiver
from tests.bench.live.sums import Pair, Run, accepted, answered, first_commands
from tests.bench.live.wire import Line

POLL = 0.1
STALL = 10.0  # seconds without a new command after which no more are waited for
WARM = 100
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Range:
    """Where the shooting is: the generator, the endpoint, texts to draw from."""

    gunner: Gunner
    receiver: Receiver
    texts: Sequence[str]
    connections: int = 32
    each: int = 1  # messages a conversation

    def lines(self, number: int, run: str) -> list[Line]:
        """Texts in turn, in conversations that nobody has seen."""
        return [(f"c-{run}-{one // self.each}", self.texts[one % len(self.texts)]) for one in range(number)]


def run_name() -> str:
    """A name that no other run of this process has."""
    return f"r{next(_NUMBERS)}"


def volley(place: Range, at: Running, number: int, rate: float | None = None) -> Run:
    """A run of new conversations at the rate, else at full speed."""
    run = run_name()
    return shoot(place, at, place.lines(number, run), run, rate)


def shoot(place: Range, at: Running, lines: Sequence[Line], run: str, rate: float | None = None) -> Run:
    """All lines, until each is answered or nothing comes any more."""
    place.receiver.taken()
    with at.awake():
        begun = at.cpu_s()
        fired = place.gunner.fire(Job(run, at.port, lines, place.connections, rate))
        arrivals = collect(place.receiver, len(lines), lambda found: len(first_commands(found, run)))
        cpu_s = at.cpu_s() - begun
    return answered(fired, arrivals, run, cpu_s, at.quiet)


def knock(place: Range, at: Running, number: int) -> Run:
    """A run of which no command comes."""
    run = run_name()
    with at.awake():
        begun = at.cpu_s()
        fired = place.gunner.fire(Job(run, at.port, place.lines(number, run), place.connections))
        return accepted(fired, at.cpu_s() - begun)


def collect(receiver: Receiver, number: int, done: Callable[[Sequence[Arrival]], int]) -> list[Arrival]:
    """Commands until `done` says that of so many things none is missing, or none has come for a while."""
    found: list[Arrival] = []
    while (missing := number - done(found)) > 0:
        _await(receiver, missing)
        fresh = receiver.taken()
        found += fresh
        if not fresh:
            break
    return found


def _await(receiver: Receiver, number: int) -> None:
    """Until so many have come, or none for a while."""
    seen, moved = receiver.count(), monotonic()
    while seen < number and monotonic() - moved < STALL:
        sleep(POLL)
        now = receiver.count()
        if now > seen:
            seen, moved = now, monotonic()


def in_turn(rounds: int, one: Callable[[], Run], other: Callable[[], Run]) -> Pair:
    """One, other, one, other, ...: what disturbs the machine disturbs both."""
    pair = Pair()
    for _ in range(rounds):
        pair.runs.append(one())
        pair.others.append(other())
    return pair
