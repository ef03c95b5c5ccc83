"""A prune takes what is old and settled, and nothing that anything alive still needs."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.clock import new_id
from bot.store import care, open_store, prune
from bot.store.engine import open_engines
from tests.fakes import at, buyer_event, counting_ids
from tests.store import ages
from tests.store.conftest import NewUrl
from tests.store.copies import Rows, everything, fill
from tests.store.kept import Kept
from tests.store.shoplife import DAY, Alive, Life, Step, lives, taken_up

# To make a failing history smaller would take minutes; it is short as it is.
_WHOLE = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

#: What a prune leaves, that nobody takes what is gone for what never was.
CLEARED = {"name": "cleared", "is_on": True, "at": ages.BEFORE}


def nobody_waits(_: float) -> None:
    """The pause between two transactions, where nobody else writes."""


def examples(url: str) -> int:
    """What a prune means is tried on SQLite; on PostgreSQL, where a try costs more, that it means the same."""
    return 12 if url.startswith("sqlite") else 6


def test_just_what_must_go_goes(database_url: str) -> None:
    @given(rows=ages.databases())
    @settings(_WHOLE, max_examples=examples(database_url))
    def goes(rows: Rows) -> None:
        just_what_must_go_goes(database_url, rows)

    goes()


def just_what_must_go_goes(database_url: str, rows: Rows) -> None:
    fill(database_url, rows)
    kept = Kept(everything(database_url), ages.BEFORE).all()
    expected = {**kept, "switch": [CLEARED, *kept["switch"]]}
    engines = open_engines(database_url)
    told = prune.count(engines, ages.BEFORE)
    gone = prune.prune(engines, ages.BEFORE, nobody_waits, batch=3)
    engines.dispose()
    assert everything(database_url) == expected
    assert told == gone == {name: len(rows[name]) - len(kept[name]) for name in gone}


def test_a_prune_remembers_until_when_it_cleared_and_a_shorter_one_forgets_nothing(database_url: str) -> None:
    fill(database_url, {})
    for days in (-200, -90, -150):
        care.prune(database_url, at(days * DAY), nobody_waits)
    assert everything(database_url)["switch"] == [CLEARED]


def test_counting_what_would_go_clears_nothing(database_url: str) -> None:
    fill(database_url, {})
    care.prunable(database_url, ages.BEFORE)
    assert everything(database_url)["switch"] == []


SETTLED: list[Step] = [("writes", 2), ("turns", 0), ("sends", 5)]
#: What has happened, and how many days ago.
WAITING: dict[str, tuple[list[Step], int]] = {
    "an event": ([("writes", 0)], 100),
    "an event in a conversation with a past": ([("writes", 0), ("turns", 0), ("sends", 5), ("writes", 0)], 100),
    "an event that was taken up and not finished": ([("writes", 0), ("claims", 0)], 100),
    "a reply to be decided anew": ([("writes", 0), ("turns", 0), ("days", 1), ("sends", 5)], 100),
    "a reply that waits for its next try": ([("writes", 0), ("turns", 0), ("fails", 4)], 100),
    "a reply that waits for the end of a pause": ([("pauses", 0), ("writes", 0), ("turns", 0)], 100),
    "a refused reply that nobody has seen to": ([("writes", 0), ("turns", 0), ("fails", 1)], 100),
    "a buyer in the queue": ([("writes", 0), ("turns", 3), ("sends", 5)], 100),
    "a buyer with people": ([("writes", 0), ("turns", 4), ("sends", 5)], 100),
    "a nudge of a buyer who came back": (
        [("writes", 0), ("turns", 0), ("sends", 5), ("days", 5), ("orders", 3)], 4,
    ),
    "a refused nudge": ([("orders", 0), ("nudges", 5), ("fails", 1)], 100),
}  # fmt: skip


@pytest.mark.parametrize("kind", WAITING)
def test_what_waits_is_taken_up_after_a_prune(new_url: NewUrl, tmp_path: Path, kind: str) -> None:
    steps, wait = WAITING[kind]
    gone = alike(new_url, tmp_path, [*SETTLED, ("days", 1), *steps], wait)
    assert min(gone[name] for name in ("inbox", "outbox", "message", "turn")) > 0


def test_whatever_waits_is_taken_up_after_a_prune(new_url: NewUrl, tmp_path: Path) -> None:
    @given(steps=lives(), wait=st.integers(0, 150))
    @settings(_WHOLE, max_examples=examples(new_url()))
    def is_taken_up(steps: list[Step], wait: int) -> None:
        alike(new_url, tmp_path, steps, wait)

    is_taken_up()


def alike(new_url: NewUrl, folder: Path, steps: list[Step], wait: int) -> Mapping[str, int]:
    """Two stores with one history; one of them is pruned, and nobody can tell it from what they do next."""
    whole, _ = asyncio.run(lived(f"sqlite:///{folder / f'{new_id()}.db'}", steps, wait, cut=False))
    pruned, gone = asyncio.run(lived(new_url(), steps, wait, cut=True))
    assert whole == pruned
    return gone


async def lived(url: str, steps: list[Step], wait: int, *, cut: bool) -> tuple[Alive, Mapping[str, int]]:
    store = open_store(url, new_id=counting_ids())
    try:
        life = Life(store)
        await life.run(steps)
        life.seconds += wait * DAY
        gone = care.prune(url, life.now - timedelta(days=90), nobody_waits) if cut else {}
        return await taken_up(store, life.now), gone
    finally:
        await store.close()


def test_what_comes_up_again_meanwhile_is_left_alone(database_url: str) -> None:
    """Between two transactions the buyer of an old conversation writes again."""

    async def answered(url: str) -> None:
        store = open_store(url, new_id=counting_ids())
        await Life(store).run(SETTLED)
        await store.close()

    async def wrote(url: str) -> None:
        store = open_store(url, new_id=counting_ids())
        await store.accept(buyer_event(99, "c2", 100 * DAY))
        await store.close()

    asyncio.run(answered(database_url))
    waits = iter([database_url])
    gone = care.prune(database_url, at(90 * DAY), lambda _: [asyncio.run(wrote(url)) for url in waits].clear())
    left = everything(database_url)
    assert (gone["inbox"], gone["outbox"], gone["message"]) == (1, 1, 0)
    names = {"inbox", "message", "turn", "conversation", "lane", "switch"}
    assert {name for name, rows in left.items() if rows} == names


def test_pages_end_where_the_young_begin(database_url: str) -> None:
    """A wrong clock's row does not end the walk; behind a whole page of the young nothing is looked for."""
    rows = [-100, 0, -100, -100, 0, 0, -100]
    fill(database_url, {"message": [line(number, days) for number, days in enumerate(rows, 1)]})
    engines = open_engines(database_url)
    assert prune.prune(engines, ages.BEFORE, nobody_waits, batch=2)["message"] == 3
    engines.dispose()
    assert [row["seq"] for row in everything(database_url)["message"]] == [2, 5, 6, 7]


def line(number: int, days: int) -> Mapping[str, object]:
    plain = {"channel": "webhook", "conversation_id": "c1", "author": "buyer", "kind": "text", "text": "在吗"}
    return {**plain, "seq": number, "id": f"m{number}", "at": at(days * DAY), "recalled": False}
