"""What every store promises about accounts, log-ins and the audit log."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.logins import LASTS, LOCKED_AFTER
from bot.core.staff import Account, Audited, AuditLook, Role, Session
from bot.store import SqlStore, sql_accounts
from bot.store.engine import open_engines, read
from tests.fakes import at

pytestmark = pytest.mark.anyio
ANNA = Account("a01", "小安", Role.AGENT, "hash-1", at(0), at(0), one_time=True, language="en")


def line(act: str, seconds: float = 0, agent: str = "a01", **data: object) -> Audited:
    return Audited(at(seconds), agent, act, data=data)


def session(name: str = "s1", agent: str = "a01", seconds: float = 0) -> Session:
    return Session(name, agent, at(seconds), at(seconds), at(seconds) + LASTS)


async def hired(store: SqlStore, *some: Account) -> None:
    for one in some or (ANNA,):
        assert await store.add_account(one, line("account_added"))


async def inside(store: SqlStore, *names: str, agent: str = "a01", password: str = "hash-1") -> None:
    for name in names:
        assert await store.log_in(session(name, agent), password, None, line("logged_in", agent=agent))


async def lasting(store: SqlStore, *names: str) -> list[str]:
    return [name for name in names if await store.session(name)]


async def acts(store: SqlStore, wanted: AuditLook | None = None) -> list[str]:
    return [one.act for one in await store.audit(wanted or AuditLook(50))]


async def test_an_account_comes_back_as_it_was_kept(store: SqlStore) -> None:
    full = replace(ANNA, agent_id="s01", role=Role.SUPERVISOR, failures=3, locked_until=at(9), disabled_at=at(8))
    await hired(store, full, ANNA)
    assert await store.account("s01") == full
    assert await store.accounts() == [ANNA, full]
    assert await store.account("a02") is None


async def test_a_number_is_given_once(store: SqlStore) -> None:
    await hired(store)
    assert not await store.add_account(replace(ANNA, name="别人"), line("account_added"))
    assert await store.account("a01") == ANNA
    assert await acts(store) == ["account_added"]


async def test_a_log_in_leads_to_its_account_as_it_is_now(store: SqlStore) -> None:
    await hired(store)
    await inside(store, "s1")
    await store.set_language("a01", "zh_CN")
    assert await store.set_role("a01", Role.OPERATOR, line("role_changed"))
    assert await store.session("s1") == (session("s1"), replace(ANNA, role=Role.OPERATOR, language="zh_CN"))
    await store.saw("s1", at(60))
    assert await store.session("s1") == (
        replace(session("s1"), seen_at=at(60)),
        replace(ANNA, role=Role.OPERATOR, language="zh_CN"),
    )


async def test_failures_in_a_row_lock_for_longer_and_longer(store: SqlStore) -> None:
    await hired(store)
    tries = [await store.attempt("a01", at(0)) for _ in range(LOCKED_AFTER + 1)]
    assert [one and one.is_open for one in tries] == [True] * LOCKED_AFTER + [False]
    assert [one and one.locked_until for one in tries] == [None] * (LOCKED_AFTER - 1) + [at(60)] * 2
    again = await store.attempt("a01", at(60))
    assert again
    assert (again.is_open, again.locked_until) == (True, at(60 + 120))
    assert await store.attempt("a99", at(0)) is None


async def test_many_tries_at_one_moment_are_no_way_around_the_lock(store: SqlStore) -> None:
    await hired(store)
    tries = await asyncio.gather(*(store.attempt("a01", at(0)) for _ in range(30)))
    assert sum(one is not None and one.is_open for one in tries) == LOCKED_AFTER


async def test_a_log_in_ends_the_count_and_the_browsers_former_log_in(store: SqlStore) -> None:
    await hired(store)
    await inside(store, "s1", "s2")
    await store.attempt("a01", at(0))
    assert await store.log_in(session("s3"), "hash-1", "s1", line("logged_in"))
    assert await lasting(store, "s1", "s2", "s3") == ["s2", "s3"]
    kept = await store.account("a01")
    assert kept
    assert (kept.failures, kept.locked_until) == (0, None)


async def test_a_password_that_changed_meanwhile_or_a_disabled_account_lets_nobody_in(store: SqlStore) -> None:
    await hired(store)
    assert not await store.log_in(session(), "hash-0", None, line("logged_in"))
    assert await store.disable("a01", at(1), line("account_disabled"))
    assert not await store.log_in(session(), "hash-1", None, line("logged_in"))
    assert await store.disable("a01", None, line("account_enabled"))
    assert await store.log_in(session(), "hash-1", None, line("logged_in"))
    assert sorted(await acts(store)) == ["account_added", "account_disabled", "account_enabled", "logged_in"]


async def test_disabling_ends_every_log_in_of_that_account_only(store: SqlStore) -> None:
    await hired(store, ANNA, replace(ANNA, agent_id="a02"))
    await inside(store, "s1", "s2")
    await inside(store, "s3", agent="a02")
    assert await store.disable("a01", at(1), line("account_disabled"))
    assert await lasting(store, "s1", "s2", "s3") == ["s3"]
    assert not await store.disable("a99", at(1), line("account_disabled"))


async def test_a_new_password_ends_every_log_in_but_the_one_that_begins(store: SqlStore) -> None:
    await hired(store)
    await inside(store, "s1", "s2")
    told = line("password_changed", 5)
    assert not await store.set_password("a01", "hash-2", told, one_time=False, was="hash-0", session=session("s3"))
    assert await lasting(store, "s1", "s2", "s3") == ["s1", "s2"]
    assert await store.set_password("a01", "hash-2", told, one_time=False, was="hash-1", session=session("s3"))
    assert await lasting(store, "s1", "s2", "s3") == ["s3"]
    assert await store.account("a01") == replace(ANNA, password="hash-2", one_time=False, changed_at=at(5))


async def test_a_password_given_anew_ends_a_lock(store: SqlStore) -> None:
    await hired(store)
    for _ in range(9):
        await store.attempt("a01", at(0))
    assert await store.set_password("a01", "hash-2", line("password_given"), one_time=True)
    attempt = await store.attempt("a01", at(0))
    assert attempt
    assert attempt.is_open
    assert not await store.set_password("a99", "hash-2", line("password_given"), one_time=True)


async def test_a_newer_hash_replaces_only_the_one_it_was_made_from(store: SqlStore) -> None:
    await hired(store)
    await store.rehash("a01", "hash-0", "hash-3")
    await store.rehash("a01", "hash-1", "hash-2")
    assert await store.account("a01") == replace(ANNA, password="hash-2")


async def test_a_log_out_is_done_and_told_once(store: SqlStore) -> None:
    await hired(store)
    await inside(store, "s1")
    assert [await store.log_out("s1", line("logged_out")) for _ in range(2)] == [True, False]
    assert (await acts(store)).count("logged_out") == 1


async def test_the_log_is_read_page_by_page_newest_first(store: SqlStore) -> None:
    for number in range(7):
        await store.note(line(f"act-{number}", number // 2, agent="a01" if number % 2 else "a02"))
    first = await store.audit(AuditLook(3))
    rest = await store.audit(AuditLook(9, before=first[-1].seq))
    assert [one.act for one in (*first, *rest)] == [f"act-{number}" for number in range(6, -1, -1)]
    assert await acts(store, AuditLook(9, "a01")) == ["act-5", "act-3", "act-1"]
    assert await acts(store, AuditLook(9, "a01", before=first[1].seq)) == ["act-3", "act-1"]
    assert await acts(store, AuditLook(9, since=at(1), until=at(2))) == ["act-3", "act-2"]
    assert await acts(store, AuditLook(9, before=10**15)) == []


async def test_a_line_comes_back_as_it_was_noted(store: SqlStore) -> None:
    told = Audited(at(1), "a01", "claimed", "page", "c1", {"over": True, "n": 1})
    await store.note(told)
    [found] = await store.audit(AuditLook(1))
    assert replace(found, seq=0) == told


def test_the_log_is_read_through_an_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    engines = open_engines(f"sqlite:///{tmp_path_factory.mktemp('plans') / 'plans.db'}")
    told: list[tuple[str, Any]] = []
    event.listen(engines.read, "before_cursor_execute", lambda *seen: told.append((seen[2], seen[3])))
    looks = [AuditLook(9), AuditLook(9, "a01"), AuditLook(9, "a01", at(0), at(1)), AuditLook(9, since=at(0))]
    for wanted in looks:
        read(engines.read, partial(sql_accounts.look, wanted=wanted))
    with engines.read.connect() as one:
        plans = [
            str(row[3])
            for text, values in list(told)
            if text.startswith("SELECT")
            for row in one.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    engines.dispose()
    assert len(plans) == len(looks)
    assert all("USING INDEX audit_" in plan for plan in plans), plans
