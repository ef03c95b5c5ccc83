"""`outbox`: people see what did not arrive, send it again or let it go; the log says who did what, not what it said."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.records import Command, Outcome, Purpose
from bot.store import SqlStore, open_store
from bot.words import catalogue, say
from tests.fakes import WEBHOOK, at, buyer_event, counting_ids, reply

from .terminal import inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
LONG = "请加\n微信\x1b[31m" + "很" * 99
KEYS = [
    "id", "created_at", "channel", "type", "purpose", "conversation_id", "order_id", "state", "tries", "error", "text",
]  # fmt: skip


def _in_store(work: Callable[[SqlStore], Awaitable[None]]) -> None:
    async def run() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        await work(store)
        await store.close()

    asyncio.run(run())


def _refused(*commands: Command) -> None:
    async def work(store: SqlStore) -> None:
        await store.accept(buyer_event(1, "lane"))
        [claim] = await store.claim(at(1), 10)
        await store.save(claim, Outcome(done=(1,), commands=commands), at(1))
        for one in await store.claim_commands(at(2), 99, WEBHOOK):
            await store.mark_dead(one, "http 410")

    _in_store(work)


def _named(one: str, text: str = "亲") -> Command:
    plain = reply(one, lane=one)
    return replace(plain, data={**plain.data, "text": text})


def test_nothing_to_tell_is_told(capsys: Capture) -> None:
    assert inside(capsys, "outbox").out == say("letters.none") + "\n"
    assert inside(capsys, "outbox", "--json").out == ""


def test_a_letter_is_one_line_that_leaves_the_terminal_as_it_is(capsys: Capture) -> None:
    _refused(_named("r1", LONG))
    done = inside(capsys, "outbox")
    assert (done.code, done.err, len(done.lines)) == (0, "", 1)
    assert all(part in done.out for part in ("r1", "c1", "http 410", "请加 微信", "2026-11-22 12:00", "…"))
    assert "\x1b" not in done.out
    assert "很" * 50 not in done.out


def test_the_newest_are_shown_and_that_there_are_more(capsys: Capture) -> None:
    _refused(*(_named(f"r{number}") for number in range(3)))
    done = inside(capsys, "outbox", "--limit", "2")
    assert ["r2" in done.lines[0], "r1" in done.lines[1], done.lines[2:]] == [
        True,
        True,
        [say("letters.more", count=2)],
    ]
    assert len(inside(capsys, "outbox", "--limit", "3").lines) == 3


def test_json_tells_all_of_it(capsys: Capture) -> None:
    _refused(_named("r1", LONG), _named("r2"))
    told = [json.loads(line) for line in inside(capsys, "outbox", "--json", "--limit", "1").lines]
    assert [(list(one), one["id"]) for one in told] == [(KEYS, "r2")]
    told = [json.loads(line) for line in inside(capsys, "outbox", "--json").lines]
    assert [one["text"] for one in told] == ["亲", LONG]


@pytest.mark.parametrize(("action", "told"), [("retry", "letters.retried"), ("drop", "letters.dropped")])
def test_a_letter_is_settled_once(capsys: Capture, action: str, told: str) -> None:
    _refused(_named("r1", LONG))
    done = inside(capsys, "outbox", action, "r1")
    assert (done.code, done.out) == (0, say(told, id="r1") + "\n")
    [line] = done.err.splitlines()
    assert {"event": told, "command": "r1"}.items() <= json.loads(line).items()
    assert json.loads(line).keys() == {"event", "command", "level", "timestamp"}
    assert inside(capsys, "outbox", "--json").out == ""
    assert refused_in_one_line(inside(capsys, "outbox", action, "r1"), 1)


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_what_is_no_letter_is_refused(capsys: Capture, action: str) -> None:
    assert refused_in_one_line(inside(capsys, "outbox", action, "yb_nobody"), 1)


@pytest.mark.parametrize(
    "words", [["--limit", "0"], ["--limit", "x"], ["burn"], ["retry"], ["drop"], ["retry", "a", "b"]]
)
def test_half_a_command_is_misuse(capsys: Capture, words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "outbox", *words), 2)


def test_every_state_and_purpose_has_its_word() -> None:
    states = {f"letters.states.{name}" for name in ("dead", "expired", "seen", "needs_review")}
    assert states | {f"letters.purposes.{one.value}" for one in Purpose} <= set(catalogue())
