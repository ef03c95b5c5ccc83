"""`agent`: accounts with a password for once, told this one time and never logged."""

import asyncio
import io
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from bot.accounts import Accounts, RefusedError
from bot.cli.demo_staff import OPERATOR, staff_demo
from bot.clock import random_bytes, utc_now
from bot.content.rules import read_rules
from bot.core.logins import LOCKED_AFTER
from bot.core.shift_changes import agents_of
from bot.core.staff import AuditLook, Role
from bot.hashing import Hashing
from bot.settings import read_settings
from bot.store import SqlStore, open_store
from bot.words import catalogue, say
from tests.fakes import counting_ids

from .terminal import Printed, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")
Capture = pytest.CaptureFixture[str]
T = TypeVar("T")
_PASSWORD = re.compile(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){3}")


def _in_store(work: Callable[[SqlStore], Awaitable[T]], url: str = "sqlite:///yeban.db") -> T:
    async def run() -> T:
        store = open_store(url, new_id=counting_ids())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def _opens(number: str, password: str, url: str = "sqlite:///yeban.db") -> bool | None:
    """Whether the password must be changed; None where it opens nothing."""

    async def enters(store: SqlStore) -> bool | None:
        try:
            who = await Accounts(store, Hashing(), utc_now, random_bytes, evenly=0.0).log_in(number, password)
        except RefusedError:
            return None
        return who.account.one_time

    return _in_store(enters, url)


def _password(printed: Printed) -> str:
    [found] = _PASSWORD.findall(printed.out)
    assert found not in printed.err
    return str(found)


def _add(capsys: Capture, number: str = "a01", role: str = "agent", *more: str) -> Printed:
    return inside(capsys, "agent", "add", number, "--name", "小安", "--role", role, *more)


def test_a_new_account_has_a_password_for_once_of_its_own(capsys: Capture) -> None:
    done = [_add(capsys, number) for number in ("a01", "a02")]
    passwords = [_password(one) for one in done]
    assert [one.code for one in done] == [0, 0]
    assert passwords[0] != passwords[1]
    assert [_opens("a01", one) for one in passwords] == [True, None]
    [told] = done[0].err.splitlines()
    assert {"event": "agent.added", "agent": "a01", "role": "agent"}.items() <= json.loads(told).items()


def test_a_password_can_be_piped_in_and_is_not_told(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("gute-nacht-laden\nmehr\n"))
    done = _add(capsys, "a01", "agent", "--password-stdin")
    assert (done.code, "gute-nacht" in done.out + done.err) == (0, False)
    assert _opens("a01", "gute-nacht-laden") is True


@pytest.mark.parametrize(("typed", "code"), [("", 2), ("short\n", 1), ("1234567890\n", 1), ("a01a01a01a01\n", 1)])
def test_a_piped_password_that_will_not_do_makes_no_account(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert refused_in_one_line(_add(capsys, "a01", "agent", "--password-stdin"), code)
    assert inside(capsys, "agent", "list", "--json").out == ""


def test_who_is_not_in_the_roster_is_warned_of_unless_an_operator(capsys: Capture) -> None:
    assert say("agent.not_in_roster", number="z99") in _add(capsys, "z99").err
    assert say("agent.not_in_roster", number="z98") in _add(capsys, "z98", "supervisor").err
    assert [_add(capsys, *one).err.count("\n") for one in (("boss", "operator"), ("s01", "supervisor"))] == [1, 1]


@pytest.mark.parametrize(
    "words",
    [["", "--name", "n"], ["a b", "--name", "n"], ["bot", "--name", "n"], ["x" * 65, "--name", "n"],
     ["a01", "--name", " "], ["a01", "--name", "n" * 41], ["a01", "--name", "a\nb"]],
)  # fmt: skip
def test_a_number_or_a_name_that_is_none_is_refused(capsys: Capture, words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "agent", "add", *words, "--role", "operator"), 1)


def test_a_number_is_given_once(capsys: Capture) -> None:
    _add(capsys)
    assert refused_in_one_line(_add(capsys), 1)


@pytest.mark.parametrize("action", ["passwd", "disable", "enable"])
def test_an_unknown_number_is_refused(capsys: Capture, action: str) -> None:
    assert refused_in_one_line(inside(capsys, "agent", action, "a99"), 1)


@pytest.mark.parametrize(
    "words", [[], ["add"], ["add", "a01"], ["add", "a01", "--name", "n", "--role", "boss"], ["burn", "a01"], ["passwd"],
              ["role", "a01"], ["add", "a01", "--name", "n", "--role", "agent", "--lang", "fr"]],
)  # fmt: skip
def test_half_a_command_is_misuse(capsys: Capture, words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "agent", *words), 2)


def test_a_new_password_replaces_the_old_one_and_ends_a_lock(capsys: Capture) -> None:
    first = _password(_add(capsys))
    for _ in range(LOCKED_AFTER):
        _opens("a01", "wrong-wrong")
    assert _opens("a01", first) is None
    second = _password(inside(capsys, "agent", "passwd", "a01"))
    assert [_opens("a01", one) for one in (first, second)] == [None, True]


def test_a_disabled_account_opens_nothing_until_it_is_enabled(capsys: Capture) -> None:
    password = _password(_add(capsys))
    for action, opens in (("disable", None), ("enable", True)):
        assert inside(capsys, "agent", action, "a01").code == 0
        assert _opens("a01", password) is opens


def test_all_accounts_are_listed_without_their_hashes(capsys: Capture) -> None:
    assert inside(capsys, "agent", "list").out == say("agent.none") + "\n"
    _add(capsys, "s01", "supervisor", "--lang", "en")
    _add(capsys)
    inside(capsys, "agent", "disable", "a01")
    inside(capsys, "agent", "role", "a01", "operator")
    told = [json.loads(line) for line in inside(capsys, "agent", "list", "--json").lines]
    kept = ("number", "role", "state", "language")
    assert [tuple(one[name] for name in kept) for one in told] == [
        ("a01", "operator", "disabled", None),
        ("s01", "supervisor", "one_time", "en"),
    ]
    shown = inside(capsys, "agent", "list").out
    assert "$argon2" not in shown + str(told)
    assert "停用" in shown


def test_what_was_done_is_in_the_audit_log(capsys: Capture) -> None:
    password = _password(_add(capsys))
    inside(capsys, "agent", "disable", "a01")
    found = _in_store(lambda store: store.audit(AuditLook(9)))
    assert [(one.agent_id, one.act) for one in found] == [("cli", "account_disabled"), ("cli", "account_added")]
    assert all(password not in str(one) and "$argon2" not in str(one) for one in found)


def test_every_role_has_its_word() -> None:
    assert {f"agent.roles.{role.value}" for role in Role} <= set(catalogue())


def test_the_demo_tells_log_ins_of_its_own_and_only_once(capsys: Capture) -> None:
    settings, told = replace(read_settings(), database_url="sqlite:///demo.db"), list[str]()
    shifts = read_rules(settings.rules).rules.shifts
    for _ in range(2):
        staff_demo(settings, shifts)
        printed = capsys.readouterr()
        told.append(printed.out)
        assert not _PASSWORD.search(printed.err)
    found = dict(re.findall(r"工号 (\S+)  密码 (\S+)", told[0]))
    roles = {one.agent_id: one.role for one in _in_store(lambda store: store.accounts(), settings.database_url)}
    assert set(found) == set(roles) == {*agents_of(shifts), OPERATOR}
    assert (set(roles.values()), len(set(found.values()))) == (set(Role), len(found))
    assert _opens("a01", found["a01"], settings.database_url) is False
    assert told[1] == say("agent.demo_known", where="YEBAN_DATABASE_URL=sqlite:///demo.db ") + "\n"
