"""`yeban replay`: a recorded night against changed files, to the byte on any machine; nothing told that is private."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import create_engine, select

from bot.cli.main import run
from bot.cli.replay import versions_of
from bot.clock import new_id
from bot.content.changed import Known
from bot.content.files import read_files
from bot.content.load import Folders, book_of, load_book
from bot.core.replays import Side
from bot.core.watched import ANYTHING, SAME, Apart, Difference
from bot.ports import Store
from bot.records import Event
from bot.replaying import replay
from bot.store import open_store
from bot.store.schema import turn
from bot.turns import outcome_of
from tests.chaos.premises import furnish
from tests.content.test_git import git
from tests.core.book import small_book
from tests.fakes import counting_ids
from tests.nights import BEGINS, ENDS, TO, tell_night

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TALKS = 36
PHONE = "13912345678"
ASKED = (
    "发什么快递呀", "运费多少钱", "能开发票吗", "几天能到", "人工", "收到的衣服破了个洞", "在吗", "谢谢",
    "今晚月亮好圆",
    f"我电话{PHONE}，发什么快递", "你们默认走哪家快递", "包邮吗", "发票怎么开", "啥时候能送到", "有色差怎么办",
    "哈哈哈",
)  # fmt: skip
SPAN = ("--since", BEGINS.isoformat(), "--until", ENDS.isoformat())
SAID = ("--from", "recorded")
CARRIER = "replies/shipping/carrier.md"


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's own repository, and the night that its one commit served."""

    root: Path
    database: str

    def environment(self) -> dict[str, str]:
        return {
            "YEBAN_REPLIES_DIR": str(self.root / "replies"), "YEBAN_RULES_DIR": str(self.root / "rules"),
            "YEBAN_DATABASE_URL": self.database,
        }  # fmt: skip


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("night")
    root = folder / "shop"
    premises = furnish(root)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    database = f"sqlite:///{folder / 'night.db'}"
    texts = [ASKED[(number * 5 + number // TALKS) % len(ASKED)] for number in range(TALKS * 2)]

    async def tell() -> None:
        store = open_store(database, new_id=counting_ids())
        await tell_night(store, load_book(Folders(premises.replies, premises.rules)), texts, TALKS)
        await store.close()

    asyncio.run(tell())
    return Shop(root, database)


@pytest.fixture
def shop(recorded: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Shop:
    """A clone to edit, on the same night."""
    del folder
    mine = replace(recorded, root=shutil.copytree(recorded.root, tmp_path / "clone"))
    for name, value in mine.environment().items():
        monkeypatch.setenv(name, value)
    return mine


Told = tuple[list[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def replayed(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """The conversations that differ and the summary, of one run."""
    del shop

    def told(*options: str, exits: int = 0) -> Told:
        assert run(["replay", *SPAN, "--json", *options]) == exits
        *talks, last = map(json.loads, capsys.readouterr().out.splitlines())
        return talks, last["summary"]

    return told


T = TypeVar("T")


def in_store(shop: Shop, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run_() -> T:
        store = open_store(shop.database, new_id=new_id)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run_())


async def answered_by_people(store: Store, asked: str, words: str) -> None:
    """In the first conversation whose last message is what was asked, an agent answers."""
    turns = await store.recorded(BEGINS, ENDS, None, 1_000)
    last = {one.conversation_id: one for one in turns}
    talk = next(name for name, one in last.items() if asked in str(one.story["messages"]))
    body = {
        "id": "by-agent", "conversation_id": talk, "buyer": {"id": "x"}, "sender": "seller", "agent_id": "p1",
        "kind": "text", "text": words, "sent_at": ENDS.isoformat(),
    }  # fmt: skip
    await store.accept(Event("webhook", "e-by-agent", "message.created", f"c:webhook:{talk}", body, ENDS, ENDS))
    [claim] = await store.claim(ENDS + timedelta(seconds=9), 10)
    work = await store.load(claim)
    outcome, _ = outcome_of(work, small_book(), ENDS)
    assert await store.save(claim, outcome, ENDS)


def edit(shop: Shop, path: str, old: str, new: str) -> int:
    """Change the first line that has the old words; its number."""
    file = shop.root / path
    lines = file.read_text("utf-8").split("\n")
    number = next(place for place, line in enumerate(lines) if old in line)
    lines[number] = lines[number].replace(old, new)
    file.write_text("\n".join(lines), "utf-8")
    return number + 1


def said_line(shop: Shop, source: str) -> Iterator[str]:
    """The turns that said a line, as their stories have it."""
    engine = create_engine(shop.database)
    with engine.connect() as connection:
        for row in connection.execute(select(turn.c.id, turn.c.story)):
            if any(part["source"] == source for part in row.story["parts"]):
                yield row.id
    engine.dispose()


def first_words(shop: Shop, path: str) -> str:
    """The first line that is said in a file."""
    _, _, body = (shop.root / path).read_text("utf-8").split("---\n", 2)
    return next(line for line in body.split("\n") if line and not line.startswith("#"))


@pytest.mark.parametrize("before", ["HEAD", "recorded"])
def test_unchanged_files_change_nothing(replayed: Callable[..., Told], before: str) -> None:
    talks, summary = replayed("--from", before)
    assert talks == []
    assert (summary["turns"], summary["conversations"], summary["unchanged"]) == (TALKS * 2, TALKS, TALKS * 2)
    assert summary["left_out"] == {}
    assert len(summary["to"]["version"]) == 16


def test_another_machine_tells_the_same_to_the_byte(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    """Another zone, language, hash seed and working folder; the clock is only asked for spans such as 7d."""
    edit(shop, CARRIER, "亲", "亲爱的")
    command = ["replay", *SPAN, "--json", "--md", "out.md"]
    assert run(command) == 0
    here = capfd.readouterr().out
    other = {"TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
    place = shop.root.parent / "elsewhere"
    place.mkdir()
    environment = {**os.environ, **shop.environment(), **other}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command], cwd=place, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == here
    assert (place / "out.md").read_bytes() == Path("out.md").read_bytes()


def test_one_changed_line_changes_just_the_turns_that_said_it(shop: Shop, replayed: Callable[..., Told]) -> None:
    words = first_words(shop, CARRIER)
    line = edit(shop, CARRIER, words, f"{words}祝您晚安~")
    expected = set(said_line(shop, f"{CARRIER}:{line}"))
    talks, summary = replayed()
    found = [one for talk in talks for one in talk["turns"]]
    assert {one["turn"] for one in found} == expected
    assert 3 <= len(expected) < TALKS
    assert summary["changes"]["words"] == len(expected)
    assert all(one["after"]["text"].count("祝您晚安~") == 1 for one in found)


def test_where_asks_change_too_every_turn_is_taken_with_both(shop: Shop, replayed: Callable[..., Told]) -> None:
    edit(shop, CARRIER, "asks:", "asks:\n- 今晚月亮好圆")
    talks, summary = replayed()
    changes = {(one["heard"], one["change"]) for talk in talks for one in talk["turns"] if one["change"] != "moved"}
    assert ("今晚月亮好圆", "answered") in changes
    assert summary["changes"]["moved"] > 0


def test_a_line_that_moves_is_told_apart_from_a_change(shop: Shop, replayed: Callable[..., Told]) -> None:
    edit(shop, CARRIER, "## default", "\n## default")
    _, summary = replayed()
    assert summary["changes"] == {**dict.fromkeys(summary["changes"], 0), "moved": summary["changes"]["moved"]}
    assert summary["changes"]["moved"] > 0


def test_a_topic_that_now_calls_people_is_newly_handed_off_and_can_fail_a_pipeline(
    shop: Shop, replayed: Callable[..., Told]
) -> None:
    edit(shop, CARRIER, "intent: carrier", "intent: carrier\nthen: hand_off")
    _, summary = replayed("--fail-on", "handed_off", exits=1)
    assert summary["changes"]["handed_off"] > 0
    replayed("--fail-on", "wrong,answered")


def test_broken_files_are_refused_with_all_their_faults(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    edit(shop, CARRIER, "## default", "## nosuch")
    assert run(["replay", *SPAN]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("版本 worktree 的文件有错：\n")
    assert CARRIER in told.err


def test_nothing_private_is_told_and_equal_changes_stand_together(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(shop, CARRIER, first_words(shop, CARRIER), f"{first_words(shop, CARRIER)}祝您晚安~")
    outputs = list[str]()
    for options in ((), ("--json", "--md", "out.md")):
        assert run(["replay", *SPAN, *options]) == 0
        outputs.append(capsys.readouterr().out)
    outputs.append(Path("out.md").read_text("utf-8"))
    private = (PHONE, TO.name, TO.phone, TO.address, "night-buyer", "77000")
    assert [one for text in outputs for one in private if one in text] == []
    assert [text.count("祝您晚安") for text in (outputs[0], outputs[2])] == [1, 1]
    assert "换了说法" in outputs[0]


@pytest.mark.parametrize("old", ["## default", "亲"])
def test_taking_again_only_what_may_differ_finds_what_taking_all_finds(shop: Shop, old: str) -> None:
    def known(folder: Path) -> Known:
        files = read_files(folder / "replies", folder / "rules")
        return files, book_of(files)

    before = known(shop.root)
    edit(shop, CARRIER, old, f"{old}\n" if old.startswith("#") else "亲爱的")
    versions = versions_of((Side("a", ""), Side("b", "")), before, known(shop.root))
    assert versions.difference == Difference(Apart.TOPICS, frozenset({"shipping/carrier"}))
    all_taken = replace(versions, difference=ANYTHING)
    night = partial(replay, since=BEGINS, until=ENDS)
    some, every = (in_store(shop, partial(night, versions=one)) for one in (versions, all_taken))
    assert some == every
    assert some.differs


def test_the_very_same_files_taken_once_tell_what_taking_twice_tells(shop: Shop) -> None:
    files = read_files(shop.root / "replies", shop.root / "rules")
    versions = versions_of((Side("a", ""), Side("b", "")), (files, book_of(files)), (files, book_of(files)))
    night = partial(replay, since=BEGINS, until=ENDS)
    assert versions.difference == SAME
    twice = replace(versions, difference=ANYTHING)
    once, both = (in_store(shop, partial(night, versions=one)) for one in (versions, twice))
    assert once == both
    assert once.turns
    assert not once.differs


def test_an_answer_that_people_contradicted_is_now_wrong(
    shop: Shop, replayed: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot knew no answer, an agent told the postage; now the bot would tell the carrier."""
    moon, postage = "今晚月亮好圆", "shipping/shipping_fee"
    copied = shutil.copy(shop.database.removeprefix("sqlite:///"), tmp_path / "mine.db")
    mine = replace(shop, database=f"sqlite:///{copied}")
    monkeypatch.setenv("YEBAN_DATABASE_URL", mine.database)
    in_store(mine, lambda store: answered_by_people(store, moon, first_words(mine, f"replies/{postage}.md")))
    edit(mine, CARRIER, "asks:", f"asks:\n- {moon}")
    talks, summary = replayed("--fail-on", "wrong", exits=1)
    wrong = [one for talk in talks for one in talk["turns"] if one["verdict"] == "wrong"]
    assert [(one["heard"], one["change"]) for one in wrong] == [(moon, "answered")]
    assert summary["verdicts"]["wrong"] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "recorded"], "--to 不能是 recorded"),
        (["--from", "nowhere"], "仓库里没有“nowhere”"),
        (["--fail-on", "worng"], "--fail-on 不认识“worng”"),
        (["--since", "soon"], "看不懂的时间“soon”"),
        (["--md", "no/such/out.md"], "打不开文件 no/such/out.md"),
    ],
)
def test_misuse_is_one_line(shop: Shop, capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    del shop
    assert run(["replay", *SPAN, *options]) == 2
    assert capsys.readouterr().err.startswith(said)


def test_no_database_is_made_where_none_is(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    del shop
    monkeypatch.setenv("YEBAN_DATABASE_URL", "sqlite:///none.db")
    assert run(["replay", *SPAN]) == 1
    assert not Path("none.db").exists()


def test_a_span_ends_where_it_is_told_to(replayed: Callable[..., Told]) -> None:
    _, summary = replayed("--until", (BEGINS + timedelta(hours=1)).isoformat())
    assert summary["turns"] == TALKS


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE turn SET story = ? WHERE id = ?", "{"),
        ("UPDATE turn SET story = ? WHERE id = ?", "[]"),
        ("UPDATE turn SET story = ? WHERE id = ?", b"\xff"),
        ("UPDATE turn SET story = ? WHERE id = ?", '{"parts": ["x"]}'),
        ("UPDATE turn SET story = ? WHERE id = ?", '{"parts": [{"topic": "a"}]}'),
        ("UPDATE turn SET story = ? WHERE id = ?", '{"parts": "gone"}'),
        ("UPDATE turn SET story = ? WHERE id = ?", '{"intents": [1]}'),
        ("UPDATE turn SET decision = ? WHERE id = ?", "zzz"),
        ("UPDATE turn SET command_ids = ? WHERE id = ?", b"\xff"),
        ("UPDATE turn SET command_ids = ? WHERE id = ?", "{"),
        ("UPDATE turn SET before = ? WHERE id = ?", "{"),
        ("UPDATE turn SET given = ? WHERE id = ?", "["),
    ],
)
def test_a_turn_whose_record_is_damaged_is_left_out_counted_and_told(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], statement: str,
    broken: str | bytes,
) -> None:  # fmt: skip
    copied = shutil.copy(shop.database.removeprefix("sqlite:///"), tmp_path / "damaged.db")
    monkeypatch.setenv("YEBAN_DATABASE_URL", f"sqlite:///{copied}")
    assert run(["replay", *SPAN, *SAID, "--json"]) == 0
    whole = json.loads(capsys.readouterr().out.splitlines()[-1])["summary"]
    with closing(sqlite3.connect(copied)) as database, database:
        (first,) = database.execute("SELECT id FROM turn WHERE given IS NOT NULL LIMIT 1").fetchone()
        assert database.execute(statement, (broken, first)).rowcount == 1
    assert run(["replay", *SPAN, *SAID, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["summary"]
    assert told["left_out"] == {**whole["left_out"], "unreadable": 1}
    assert told["turns"] == whole["turns"] - 1
    assert run(["replay", *SPAN, *SAID]) == 0
    assert "1 轮记下的情况读不出来" in capsys.readouterr().out
