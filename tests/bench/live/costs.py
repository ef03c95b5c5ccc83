"""What waiting nudges cost beside what is measured with them.

In: what the processes of `backlog` told. Out: rows. Never: a measurement; a figure drawn out that does not say so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.live.rows import PEER
from tests.bench.live.sums import middle, ratio
from tests.bench.show import Row, rounded

Told = Mapping[str, Any]
_PER = 100_000
_MEMORY = ("nudges_memory", "mib", "MiB", 1.0)
_STARTUP = ("nudges_startup", "ready_s", "ms", 1e3)


@dataclass(frozen=True, slots=True)
class Ours:
    """`idle`: starts with nothing due. `ticks`: by how many are due, seconds with many and with few waiting. `due`: a
    start with all due, ended after as many as the peer has jobs."""

    idle: Sequence[Told]
    ticks: Mapping[str, Sequence[float]]
    due: Told
    insert: Told


@dataclass(frozen=True, slots=True)
class Peers:
    """`part` and `due`: all of fewer jobs due, all of more."""

    insert: Told
    idle: Sequence[Told]
    part: Told
    due: Told


def rows(ours: Ours, peers: Peers, waiting: int, few: int) -> Iterator[Row]:
    """Every case; `waiting` of ours, `few` in the small shop."""
    yield _insert(ours, peers)
    for case in (_MEMORY, _STARTUP):
        yield _idle(case, ours, peers)
        yield _due(case, ours, peers, waiting)
    yield _fire(ours, peers)
    for due, (many, small) in ours.ticks.items():
        yield _row("nudges_tick", "ms", many * 1e3, small * 1e3, due=int(due), peer_waiting=few)


def _insert(ours: Ours, peers: Peers) -> Row:
    """Ours are whole orders: kept as events, claimed, read, decided on, saved."""
    mine, theirs = (one["seconds"] / one["count"] * _PER for one in (ours.insert, peers.insert))
    saving = rounded(ours.insert["saving_s"] / ours.insert["count"] * _PER, 1)
    counted = {"counted": ours.insert["count"], "peer_counted": peers.insert["count"], "extrapolated": True}
    return _row("nudges_insert", "s per 100,000", mine, theirs, **counted, saving_alone=saving)


def _idle(case: tuple[str, str, str, float], ours: Ours, peers: Peers) -> Row:
    name, field, unit, scale = case
    mine, theirs = (middle(one[field] for one in found) * scale for found in (ours.idle, peers.idle))
    return _row(f"{name}_idle", unit, mine, theirs, peer_counted=peers.insert["count"], extrapolated=False)


def _due(case: tuple[str, str, str, float], ours: Ours, peers: Peers, waiting: int) -> Row:
    name, field, unit, scale = case
    part, whole = ((one["done"], one[field] * scale) for one in (peers.part, peers.due))
    counted = {"counted": ours.due["done"], "peer_counted": whole[0], "extrapolated": True}
    far = drawn_out(part, whole, waiting)
    return _row(f"{name}_due", unit, ours.due[field] * scale, far, **counted, peer_measured=rounded(whole[1]))


def _fire(ours: Ours, peers: Peers) -> Row:
    """Ours is judged, written and queued; the peer's job does nothing."""
    mine, theirs = (one["each_s"] * 1e6 for one in (ours.due, peers.due))
    return _row("nudges_fire", "us per nudge", mine, theirs, counted=ours.due["done"], peer_counted=peers.due["done"])


def drawn_out(few: tuple[int, float], many: tuple[int, float], count: int) -> float:
    """The straight line through two measured counts, at a third; where it falls, what was measured last."""
    slope = (many[1] - few[1]) / (many[0] - few[0])
    return many[1] + max(0.0, slope) * (count - many[0])


def _row(name: str, unit: str, value: float, peer: float, **more: object) -> Row:
    """`times`: how many times cheaper ours is."""
    return {
        "name": name, "value": rounded(value), "unit": unit, PEER: rounded(peer), "ratio": ratio(value, peer),
        "times": ratio(peer, value), **more,
    }  # fmt: skip
