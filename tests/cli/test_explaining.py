"""`explain`: the whole story of a message, and whether its words are still what the files say."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.acts import Act
from bot.commands import say_as
from bot.core.states import Happened
from bot.core.taking import moved
from bot.records import Command, Outcome
from bot.store import SqlStore
from tests.cli.shopstory import CARRIER, SAYS, answers, in_store, shop, write
from tests.core.book import NIGHT
from tests.fakes import at, buyer_event, reply, talk

from .terminal import inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")
Capture = pytest.CaptureFixture[str]
TEXT = "亲，默认发中通，48小时内发出。"
SHOP = shop({CARRIER: SAYS})


def _answered(text: str = "发什么快递") -> Command:
    async def story(store: SqlStore) -> Command:
        [one] = await answers(store, SHOP, text, "b1", now=NIGHT)
        return one

    return in_store(story)


def _spoil(statement: str, *values: str) -> None:
    with sqlite3.connect("yeban.db") as connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


def test_a_sent_message_tells_its_whole_story_on_one_screen(capsys: Capture) -> None:
    done = inside(capsys, "explain", _answered().id)
    assert (done.code, done.err) == (0, "")
    parts = (
        TEXT,
        "发什么快递",
        "carrier",
        "命中话术",
        f"{CARRIER}:6",
        "shop.lead = 48小时",
        SHOP[1].version,
        "一字不差",
    )
    assert [part for part in parts if part not in done.out] == []
    assert len(done.lines) < 25


def test_as_json_the_proof_stands_beside_the_story(capsys: Capture) -> None:
    told = inside(capsys, "explain", _answered().id, "--json").object
    assert told["proof"] == {
        "version": SHOP[1].version, "commit": None, "equal": True, "text": TEXT, "gap": None,
    }  # fmt: skip
    assert isinstance(told["made"], dict)
    assert told["made"]["parts"] == [
        {
            "topic": "shipping/carrier",
            "variant": "default",
            "source": f"{CARRIER}:6",
            "wording": SHOP[0].topics["shipping/carrier"].variants["default"].wordings[0].key,
            "given": {"shop.carrier_default": "中通", "shop.lead": "48小时"},
        }
    ]


def test_at_night_it_names_the_shift_that_the_words_tell_of(capsys: Capture) -> None:
    told = inside(capsys, "explain", _answered("我要转人工").id)
    assert "回来（早班）" in told.out
    assert "2026-11-23 09:00" in told.out


def test_words_that_were_changed_where_they_are_kept_are_told_and_how_to_go_on(capsys: Capture) -> None:
    one = _answered().id
    _spoil("UPDATE outbox SET data = replace(data, '48', '24') WHERE id = ?", one)
    done = inside(capsys, "explain", one)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "不一样" in done.err
    assert TEXT in done.out


def test_files_that_are_nowhere_to_be_found_are_told(capsys: Capture) -> None:
    one = _answered().id
    _spoil("DELETE FROM release")
    done = inside(capsys, "explain", one)
    assert (done.code, "git fetch" in done.err) == (1, True)


def test_files_that_are_only_in_the_folder_will_do(capsys: Capture, folder: Path) -> None:
    one = _answered().id
    _spoil("DELETE FROM release")
    write(folder, {CARRIER: SAYS})
    assert inside(capsys, "explain", one).code == 0


def test_people_s_words_and_a_buyer_s_have_nothing_to_be_proven(capsys: Capture) -> None:
    async def said(store: SqlStore) -> None:
        await store.accept(buyer_event(1))
        [claim] = await store.claim(at(1), 10)
        await store.save(claim, Outcome((1,), talk(), commands=(reply("r1", by_bot=False), reply("old"))), at(1))

    in_store(said)
    assert inside(capsys, "explain", "r1", "--json").object["proof"] is None
    assert "不出自话术文件" in inside(capsys, "explain", "r1").out
    old = inside(capsys, "explain", "old")
    assert (old.code, "还没有记下" in old.out) == (0, True)


def test_what_an_agent_sent_as_the_files_say_it_is_proven(capsys: Capture) -> None:
    async def said(store: SqlStore) -> str:
        [one] = await answers(store, SHOP, "发什么快递", "b1", now=NIGHT)
        talk = await store.talk("webhook", "c-b1")
        assert talk
        made = {**(one.made or {}), "decision": "agent", "reason": "/kd"}
        told = say_as(talk, "a01", TEXT, "k1", NIGHT, NIGHT + timedelta(hours=1), made)
        assert await store.act(Act(moved(talk, Happened.HUMAN_SPOKE), (told,)), NIGHT)
        return told.id

    done = inside(capsys, "explain", in_store(said))
    assert (done.code, done.err) == (0, "")
    assert [part for part in ("a01", "agent  /kd", f"{CARRIER}:6", "一字不差") if part not in done.out] == []


def test_an_unknown_id_has_no_story(capsys: Capture) -> None:
    done = inside(capsys, "explain", "yb_nobody")
    assert refused_in_one_line(done, 1)
    assert "yb_nobody" in done.err


@pytest.mark.parametrize("broken", ["{", "[5]", '"亲"'])
@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("UPDATE outbox SET data = ? WHERE type = 'message.send'", "outbox.data"),
        ("UPDATE outbox SET made = ? WHERE type = 'message.send'", "outbox.made"),
        ("UPDATE turn SET story = ?", "turn.story"),
        ("UPDATE turn SET command_ids = ?", "turn.command_ids"),
    ],
)
def test_a_damaged_record_is_told_with_what_is_damaged(
    capsys: Capture, statement: str, column: str, broken: str
) -> None:
    one = _answered().id
    _spoil(statement, broken)
    done = inside(capsys, "explain", one)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert f"（{column}）" in done.err
    assert one in done.out
    told = inside(capsys, "explain", one, "--json")
    assert (told.code, told.object["damaged"], told.object["proof"]) == (1, [column], None)


NOTHING_PROVEN = {"equal": False, "gap": "no_field"}


@pytest.mark.parametrize(
    "made",
    [
        "{}",
        '{"decision": "answer"}',
        '{"version": "v", "parts": [5]}',
        '{"version": 5, "parts": []}',
        '{"version": "v", "commit": null, "decision": "answer", "reason": "sure", "parts": [], "roster": {"on": {}}}',
    ],
)
def test_a_record_that_reads_and_makes_no_sense_proves_nothing(capsys: Capture, made: str) -> None:
    one = _answered().id
    _spoil("UPDATE outbox SET made = ? WHERE id = ?", made, one)
    done = inside(capsys, "explain", one)
    assert (done.code, done.err.count("\n"), "Traceback" in done.err) == (1, 1, False)
    told = inside(capsys, "explain", one, "--json")
    assert (told.code, told.object["proof"]) == (1, {**dict.fromkeys(("version", "commit", "text")), **NOTHING_PROVEN})


@pytest.mark.parametrize("story", ['{"messages": 5}', '{"candidates": [7]}', '{"facts": []}'])
def test_a_story_that_makes_no_sense_is_told(capsys: Capture, story: str) -> None:
    one = _answered().id
    _spoil("UPDATE turn SET story = ?", story)
    assert refused_in_one_line(inside(capsys, "explain", one), 1)
