"""Nobody is at the desk who may not be there: strangers, other sites, former colleagues, guessers."""

import inspect
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from bot import accounts
from bot.accounts import digest_of
from bot.channels.payloads import storable
from bot.core.logins import IDLE, LASTS, LOCKED_AFTER
from bot.core.staff import Role
from bot.floods import Floods
from bot.hashing import Hashing
from bot.web.desk.audit import Filter
from bot.web.desk.door import COOKIE
from bot.web.desk.forms import own_path
from tests.fakes import HandClock
from tests.store.copies import everything
from tests.web.desk_sweep import BROWSER, desk_addresses, let_in
from tests.web.login_room import BETTER, CHEAP, GOOD, Room, desk_room, enters, sqlite, token_of

pytestmark = pytest.mark.anyio
SCRIPT = {"accept": "application/json"}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with desk_room(sqlite(tmp_path)) as opened:
        yield opened


async def stays_out(browser: httpx.AsyncClient) -> bool:
    answer = await browser.get("/desk")
    return (answer.status_code, answer.headers.get("location")) == (303, "/desk/login")


async def is_inside(browser: httpx.AsyncClient) -> bool:
    answer = await browser.get("/desk")
    return answer.status_code == 200 and "里面" in answer.text


# --- strangers


@pytest.mark.parametrize("headers", [BROWSER, SCRIPT, {"accept": "text/event-stream"}, {"accept": "*/*"}])
async def test_without_a_log_in_every_address_of_the_desk_refuses(room: Room, headers: dict[str, str]) -> None:
    assert {("GET", "/desk"), ("GET", "/desk/audit"), ("POST", "/desk/act")} <= set(desk_addresses(room.app))
    async with room.browser() as stranger:
        assert await let_in(room.app, stranger, headers) == []
        stranger.cookies.set(COOKIE, "f" * 64)
        assert await let_in(room.app, stranger, headers) == []


async def test_the_sweep_finds_a_page_that_forgot_the_door(room: Room) -> None:
    room.app.add_api_route("/desk/open/{one}", lambda one: f"secret {one}")
    async with room.browser() as stranger:
        assert await let_in(room.app, stranger) == ["GET /desk/open/1 200"]


async def test_a_page_leads_to_the_log_in_and_back_a_program_is_told(room: Room) -> None:
    async with room.browser() as stranger:
        answer = await stranger.get("/desk/audit?agent=a01")
        assert answer.headers["location"] == "/desk/login?next=" + quote("/desk/audit?agent=a01", safe="")
        told = await stranger.get("/desk/audit", headers=SCRIPT)
        fetched = await stranger.get("/desk/audit", headers={"sec-fetch-mode": "cors"})
    assert (told.status_code, fetched.status_code) == (401, 401)
    assert {one.headers["cache-control"] for one in (answer, told, fetched)} == {"no-store"}


# --- logging in


async def test_number_and_password_open_the_desk(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna:
        answer = await enters(anna, next="/desk/audit?day=2026-11-22")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/audit?day=2026-11-22")
        assert await is_inside(anna)
        assert (await anna.get("/desk/login")).headers["location"] == "/desk"


async def test_every_refusal_reads_the_same(room: Room) -> None:
    await room.hires()
    await room.hires("a02")
    await room.registrar.disable("a02")
    tries = [("a01", "wrong-wrong"), ("a02", GOOD), ("a99", GOOD), ("", ""), ("x" * 999, GOOD), ("a\x0001", GOOD)]
    async with room.browser() as guesser:
        answers = [await enters(guesser, *one) for one in tries]
        assert {(one.status_code, one.text) for one in answers[:4]} == {(401, answers[0].text)}
        assert [one.status_code for one in answers] == [401] * 5 + [403]
        assert await stays_out(guesser)


class Counting(Hashing):
    """Tells which log-ins were judged against a real hash."""

    def __init__(self) -> None:
        super().__init__(passes=1, memory_kib=8)
        self.real: list[bool] = []

    async def is_right(self, stored: str | None, password: str) -> bool:
        self.real.append(stored is not None)
        return await super().is_right(stored, password)


async def test_a_number_that_is_nobodys_costs_a_hash_too_and_so_does_one_that_is_shut(room: Room) -> None:
    await room.hires()
    await room.hires("a02")
    await room.registrar.disable("a02")
    hashing = Counting()
    service = replace(room.door.accounts, hashing=hashing)
    for number in ("a01", "a99", "a02", ""):
        with pytest.raises(accounts.RefusedError):
            await service.log_in(number, "nobody's password")
    assert hashing.real == [True, False, False, False]


async def test_a_refused_log_in_takes_its_time_whatever_the_reason(room: Room) -> None:
    service = replace(room.door.accounts, evenly=0.05)
    began = monotonic()
    with pytest.raises(accounts.RefusedError):
        await service.log_in("a99", GOOD)
    assert monotonic() - began >= 0.05


def test_passwords_and_tokens_are_compared_in_constant_time() -> None:
    assert "hmac.compare_digest" in inspect.getsource(accounts.LoggedIn.is_token)
    assert "==" not in inspect.getsource(accounts.LoggedIn.is_token) + inspect.getsource(Hashing)


def test_a_hash_is_argon2id_at_the_cost_that_owasp_asks_for() -> None:
    kept = anyio.run(Hashing().hash, GOOD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_hash_of_another_cost_is_made_anew_at_the_log_in(room: Room) -> None:
    await room.hires()
    old = await Hashing(passes=2, memory_kib=16).hash(GOOD)
    await room.store.rehash("a01", await _kept(room, "a01"), old)
    async with room.browser() as anna:
        await enters(anna)
        assert await is_inside(anna)
    new = await _kept(room, "a01")
    assert (new == old, CHEAP.is_old(new)) == (False, False)


async def _kept(room: Room, number: str) -> str:
    found = await room.store.account(number)
    assert found
    return found.password


# --- the cookie and the session


async def test_the_cookie_is_the_browsers_alone(room: Room) -> None:
    await room.hires()
    async with room.browser() as plain, room.browser("https://desk") as safe:
        loose = (await enters(plain)).headers["set-cookie"].lower()
        tight = (await enters(safe)).headers["set-cookie"]
    assert tight.startswith(f"__Host-{COOKIE}=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(tight.lower().split("; "))
    assert {"httponly", "samesite=lax", "path=/"} <= set(loose.split("; "))
    assert all(word not in (tight + loose).lower() for word in ("domain", "max-age", "expires"))


async def test_over_https_a_cookie_without_the_hosts_prefix_counts_nothing(room: Room) -> None:
    await room.hires()
    async with room.browser() as plain, room.browser("https://desk") as safe:
        await enters(plain)
        safe.cookies.set(COOKIE, plain.cookies[COOKIE])
        assert await stays_out(safe)


async def test_a_secret_that_the_browser_brought_is_never_adopted(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as thief:
        answer = await anna.post(
            "/desk/login", data={"number": "a01", "password": GOOD}, headers={"cookie": f"{COOKIE}={'planted' * 9}"}
        )
        assert "planted" not in answer.headers["set-cookie"]
        thief.cookies.set(COOKIE, "planted" * 9)
        assert await stays_out(thief)


async def test_a_new_log_in_has_a_new_secret_and_ends_the_former(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as thief:
        await enters(anna)
        thief.cookies.set(COOKIE, anna.cookies[COOKIE])
        assert await is_inside(thief)
        await enters(anna)
        assert await is_inside(anna)
        assert await stays_out(thief)


async def test_the_store_knows_only_the_secrets_digest(room: Room, tmp_path: Path) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        secret, token = anna.cookies[COOKIE], await token_of(anna)
    rows = everything(sqlite(tmp_path))
    assert len(secret) == 64
    assert [row["digest"] for row in rows["session"]] == [digest_of(secret)]
    assert all(word not in str(rows) for word in (secret, token, GOOD))


async def test_a_log_in_ends_when_it_is_idle_or_old(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        room.clock.turn(IDLE.total_seconds() - 1)
        assert await is_inside(anna)
        room.clock.turn(IDLE.total_seconds())
        assert await stays_out(anna)
        await enters(anna)
        for _ in range(int(LASTS / timedelta(hours=1)) - 1):
            room.clock.turn(3600)
            assert await is_inside(anna)
        room.clock.turn(3600)
        assert await stays_out(anna)


async def test_a_log_out_kills_the_secret_not_only_the_cookie(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as thief:
        await enters(anna)
        thief.cookies.set(COOKIE, anna.cookies[COOKIE])
        answer = await anna.post("/desk/logout", data={"csrf": await token_of(anna)})
        assert (answer.headers["location"], anna.cookies.get(COOKIE)) == ("/desk/login", None)
        assert await stays_out(thief)


async def test_a_disabled_account_is_out_at_its_next_request_and_a_stream_hears_of_it(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        who = await room.door.accounts.who(anna.cookies[COOKIE])
        assert who
        assert await room.door.accounts.lasts(who.session.digest, Role.AGENT)
        await room.registrar.disable("a01")
        assert not await room.door.accounts.lasts(who.session.digest, Role.AGENT)
        assert await stays_out(anna)
        assert (await enters(anna)).status_code == 401
        await room.registrar.enable("a01")
        assert await stays_out(anna)
        await enters(anna)
        assert await is_inside(anna)


async def test_another_role_holds_from_the_next_request_on(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        token = await token_of(anna)
        assert (await anna.get("/desk/audit")).status_code == 403
        assert (await anna.post("/desk/act", data={"csrf": token})).status_code == 200
        await room.registrar.set_role("a01", Role.OPERATOR)
        assert (await anna.get("/desk/audit")).status_code == 200
        assert (await anna.post("/desk/act", data={"csrf": token})).status_code == 403


@pytest.mark.parametrize(
    ("role", "page", "act"), [("agent", 403, 200), ("supervisor", 200, 200), ("operator", 200, 403)]
)
async def test_each_role_may_what_it_may(room: Room, role: str, page: int, act: int) -> None:
    await room.hires(role=Role(role))
    async with room.browser() as who:
        await enters(who)
        token = await token_of(who)
        assert (await who.get("/desk/audit")).status_code == page
        assert (await who.post("/desk/act", data={"csrf": token})).status_code == act
    assert ("a01", "denied") in [line[:2] for line in await room.audit()] or role == "supervisor"


# --- forms of other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://desk.evil.example"},
    ],
)
async def test_another_site_cannot_act_even_with_the_right_token(room: Room, headers: dict[str, str]) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        told = {"csrf": await token_of(anna)}
        for path in ("/desk/act", "/desk/logout", "/desk/password", "/desk/language"):
            assert (await anna.post(path, data=told, headers=headers)).status_code == 403
        assert (await anna.post("/desk/login", data={"number": "a01"}, headers=headers)).status_code == 403
        assert await is_inside(anna)


async def test_a_form_needs_the_token_of_its_own_log_in(room: Room) -> None:
    await room.hires()
    await room.hires("a02")
    async with room.browser() as anna, room.browser() as ben:
        await enters(anna)
        await enters(ben, "a02")
        own, other = await token_of(anna), await token_of(ben)
        for given in (
            {},
            {"csrf": ""},
            {"csrf": other},
            {"csrf": own[:-1]},
            {"csrf": "é"},
            {"csrf": anna.cookies[COOKIE]},
        ):
            for path in ("/desk/act", "/desk/logout", "/desk/password", "/desk/language"):
                assert (await anna.post(path, data=given)).status_code == 403
        good = await anna.post("/desk/act", data={"csrf": own, "text": "您好"})
        by_header = await anna.post("/desk/act", data={"text": "您好"}, headers={"x-csrf": own})
    assert good.json() == by_header.json() == {"who": "a01", "fields": {"text": "您好"}}


@pytest.mark.parametrize("body", [b"csrf=%ff", b"a=1&" * 200, b"a=1&a=2", b"\xff", b"a=%00", b"a=%ED%A0%80"])
async def test_a_broken_form_is_refused(room: Room, body: bytes) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        told = {"x-csrf": await token_of(anna), "content-type": "application/x-www-form-urlencoded"}
        assert (await anna.post("/desk/act", content=body, headers=told)).status_code == 403
        as_json = {**told, "content-type": "application/json"}
        assert (await anna.post("/desk/act", content=b"{}", headers=as_json)).status_code == 403
        large = await anna.post("/desk/act", content=b"a=" + b"x" * 300_000, headers=told)
        assert large.status_code == 413


# --- guessing


async def test_failures_in_a_row_lock_the_account_also_for_its_owner_and_over_a_restart(tmp_path: Path) -> None:
    clock = HandClock()
    async with desk_room(sqlite(tmp_path), clock) as room, room.browser() as guesser:
        await room.hires()
        for _ in range(LOCKED_AFTER):
            await enters(guesser, "a01", "wrong-wrong")
        assert (await enters(guesser)).status_code == 401
    async with desk_room(sqlite(tmp_path), clock) as room, room.browser(address="198.51.100.7") as anna:
        assert (await enters(anna)).status_code == 401
        clock.turn(60)
        assert (await enters(anna, "a01", "wrong-wrong")).status_code == 401
        clock.turn(119)
        assert (await enters(anna)).status_code == 401
        clock.turn(1)
        assert (await enters(anna)).status_code == 303
        told = [act for _, act, _ in await room.audit()]
    assert told == ["account_added", *["login_failed"] * 5, "locked", *["login_failed"] * 3, "locked", "login_failed",
                    "logged_in"]  # fmt: skip


async def test_a_lock_ends_nobodys_work(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as guesser:
        await enters(anna)
        for _ in range(9):
            await enters(guesser, "a01", "wrong-wrong")
        assert await is_inside(anna)


async def test_many_guesses_at_one_moment_are_judged_five_times(room: Room) -> None:
    await room.hires()
    answers: list[int] = []

    async def guess() -> None:
        async with room.browser() as guesser:
            answers.append((await enters(guesser, "a01", "wrong-wrong")).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(guess)
    assert set(answers) == {401}
    why = [data.get("why") for _, act, data in await room.audit() if act == "login_failed"]
    assert (why.count("wrong"), why.count("locked")) == (LOCKED_AFTER, 15)


async def test_one_address_that_fails_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    async with desk_room(sqlite(tmp_path), failed=Floods(3, timedelta(seconds=6))) as room:
        await room.hires()
        async with room.browser() as guesser, room.browser(address="2001:db8::1") as anna:
            for number in range(3):
                assert (await enters(guesser, f"x{number}")).status_code == 401
            answer = await enters(guesser)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "6")
            for _ in range(9):
                assert (await enters(anna)).status_code == 303
            room.clock.turn(6)
            assert (await enters(guesser)).status_code == 303


async def test_the_old_password_cannot_be_guessed_at_a_desk_left_open(room: Room) -> None:
    await room.hires()
    async with room.browser() as thief:
        await enters(thief)
        for _ in range(LOCKED_AFTER):
            assert (await _changes(thief, "wrong-wrong", BETTER)).status_code == 422
        assert (await _changes(thief, GOOD, BETTER)).status_code == 422


async def _changes(browser: httpx.AsyncClient, old: str, new: str, again: str | None = None) -> httpx.Response:
    told = {"csrf": await token_of(browser), "old": old, "new": new, "again": new if again is None else again}
    return await browser.post("/desk/password", data=told)


# --- passwords


async def test_a_password_for_once_opens_nothing_but_its_change(room: Room) -> None:
    await room.hires(once=True)
    async with room.browser() as anna:
        assert (await enters(anna, next="/desk/audit")).headers["location"] == "/desk/password"
        token = await token_of(anna)
        assert (await anna.get("/desk")).headers["location"] == "/desk/password"
        assert (await anna.get("/desk", headers=SCRIPT)).status_code == 403
        assert (await anna.post("/desk/act", data={"csrf": token}, headers=SCRIPT)).status_code == 403
        assert "一次性密码" in (await anna.get("/desk/password")).text
        assert (await _changes(anna, GOOD, BETTER)).headers["location"] == "/desk"
        assert await is_inside(anna)
        assert (await enters(anna, "a01", GOOD)).status_code == 401
        assert (await enters(anna, "a01", BETTER)).headers["location"] == "/desk"


async def test_a_changed_password_ends_every_other_log_in_and_renews_this_one(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as phone, room.browser() as thief:
        await enters(anna)
        await enters(phone)
        thief.cookies.set(COOKIE, anna.cookies[COOKIE])
        answer = await _changes(anna, GOOD, BETTER)
        assert answer.headers["location"] == "/desk/password?told=1"
        assert "已修改" in (await anna.get(answer.headers["location"])).text
        assert [await stays_out(one) for one in (anna, phone, thief)] == [False, True, True]


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "太短"),
        ("1234567890", "1234567890", "太常见"),
        ("QWERTYUIOP", "QWERTYUIOP", "太常见"),
        ("zzzzzzzzzzzz", "zzzzzzzzzzzz", "太常见"),
        ("a01a01a01a01", "a01a01a01a01", "工号"),
        ("x" * 30 + "\x07", "x" * 30 + "\x07", "控制字符"),
        ("好" * 3 + "x" * 200, "好" * 3 + "x" * 200, "128"),
        (BETTER, BETTER + "x", "不一样"),
        (GOOD, GOOD, "原来的"),
    ],
)
async def test_a_password_that_will_not_do_is_refused_and_not_shown(
    room: Room, new: str, again: str, says: str
) -> None:
    await room.hires()
    async with room.browser() as anna:
        await enters(anna)
        answer = await _changes(anna, GOOD, new, again)
        assert answer.status_code == 422
        assert says in answer.text
        assert new not in answer.text
        assert await is_inside(anna)


async def test_no_password_is_in_a_page_the_log_or_the_audit(
    room: Room, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await room.hires(once=True)
    async with room.browser() as anna:
        seen = [await enters(anna, "a01", "wrong-" + BETTER), await enters(anna, GOOD, GOOD), await enters(anna)]
        seen += [await _changes(anna, GOOD, BETTER), await anna.get("/desk"), await anna.get("/desk/password")]
        await room.registrar.set_role("a01", Role.OPERATOR)
        seen.append(await anna.get("/desk/audit"))
    printed = capfd.readouterr()
    shown = [one.text + str(one.headers) for one in seen]
    for word in (GOOD, BETTER):
        assert all(word not in text for text in (*shown, printed.out, printed.err, caplog.text))
        assert word not in str(everything(sqlite(tmp_path)))


# --- what strangers write


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/desk/audit?agent=a01&day=", "/desk/audit?agent=a01&day="),
        ("/desk?x=//y", "/desk?x=//y"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example/desk", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk\\@evil.example", "/desk"),
        ("/desk/..//evil.example", "/desk"),
        ("/desk/%2e%2e//evil.example", "/desk"),
        ("/desk/%2F%2Fevil.example", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/deskevil", "/desk"),
        ("/desk\r\nset-cookie: a=b", "/desk"),
        ("/desk/\tx", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/desk/logout", "/desk"),
        ("/desk/login?next=/desk/login", "/desk"),
        ("/", "/desk"),
        ("", "/desk"),
    ],
)
def test_the_way_on_leads_only_to_the_desk(wanted: str, goes: str) -> None:
    assert own_path(wanted) == goes


async def test_every_way_on_that_a_browser_names_is_looked_at(room: Room) -> None:
    await room.hires()
    evil = "//evil.example/desk"
    async with room.browser() as anna:
        assert f'value="{evil}"' not in (await anna.get("/desk/login", params={"next": evil})).text
        assert (await enters(anna, next=evil)).headers["location"] == "/desk"
        assert (await anna.get("/desk/login", params={"next": evil})).headers["location"] == "/desk"
        told = {"csrf": await token_of(anna), "language": "en", "back": evil}
        assert (await anna.post("/desk/language", data=told)).headers["location"] == "/desk"


async def test_a_language_is_kept_with_the_browser_and_the_account(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna, room.browser() as phone:
        assert (await anna.post("/desk/language", data={"language": "en", "back": "/desk/login"})).status_code == 303
        assert '<html lang="en">' in (await anna.get("/desk/login")).text
        await enters(anna)
        told = {"csrf": await token_of(anna), "language": "en", "back": "/desk/password"}
        assert (await anna.post("/desk/language", data=told)).headers["location"] == "/desk/password"
        await anna.post("/desk/language", data={**told, "language": "xx"})
        await enters(phone)
        assert '<html lang="en">' in (await phone.get("/desk/password")).text


@given(st.text())
def test_whatever_is_wanted_the_way_on_is_a_path_of_the_desk(wanted: str) -> None:
    assert re.fullmatch(r"/desk([/?][^\\\s]*)?", own_path(wanted))


async def test_a_name_is_text(room: Room) -> None:
    await room.hires(name="<script>alert(1)</script>{{7*7}}")
    async with room.browser() as anna:
        await enters(anna)
        page = (await anna.get("/desk")).text
        asked = await anna.get("/desk/login", params={"next": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page + asked.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


async def test_a_number_full_of_markup_is_shown_nowhere_but_as_text_of_the_filter(room: Room) -> None:
    await room.hires("s01", Role.SUPERVISOR)
    async with room.browser() as boss:
        await enters(boss, "<script>alert(1)</script>", "x")
        await enters(boss, "s01")
        for path in ("/desk/audit", "/desk/audit?agent=%3Cscript%3Ealert(1)%3C/script%3E"):
            answer = await boss.get(path)
            assert answer.status_code == 200
            assert "<script>alert" not in answer.text


async def test_every_answer_of_the_desk_is_kept_by_nobody_and_has_the_strict_policy(room: Room) -> None:
    await room.hires()
    async with room.browser() as anna:
        answers = [await anna.get("/desk/login"), await anna.get("/desk"), await enters(anna, "a01", "no")]
        await enters(anna)
        answers += [await anna.get("/desk/password"), await anna.get("/desk/audit"), await anna.get("/desk")]
    assert {one.headers["cache-control"] for one in answers} == {"no-store"}
    assert all("unsafe" not in one.headers["content-security-policy"] for one in answers)
    assert all(not re.search(r"<script|style=|\son\w+=", one.text) for one in answers)


def test_whatever_the_log_in_form_carries_nothing_breaks(tmp_path: Path) -> None:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(desk_room(sqlite(tmp_path))) as room:

        @given(body=_FORMS)
        @example(body=b"number=%00&password=x")
        @example(body=b"number=a01&password=" + b"%F0%9F%98%80" * 300)
        @settings(max_examples=60, deadline=None)
        def breaks_nothing(body: bytes) -> None:
            assert portal.call(_sent, room, body) <= {200, 401, 403}

        breaks_nothing()


_FORMS = st.binary(max_size=200) | st.dictionaries(
    st.sampled_from(["number", "password", "next", "language", "x"]), st.text(max_size=80)
).map(lambda told: urlencode(told, errors="surrogatepass").encode())


async def _sent(room: Room, body: bytes) -> set[int]:
    """What the form and the page's own questions are answered."""
    told = {"content-type": "application/x-www-form-urlencoded"}
    async with room.browser() as stranger:
        posted = await stranger.post("/desk/login", content=body, headers=told)
        asked = await stranger.get("/desk/login?next=" + quote(body))
    return {posted.status_code, asked.status_code}


@given(day=st.text(max_size=12), agent=st.text(max_size=80), before=st.text(max_size=25))
@example(day="9999-12-31", agent="a\0", before="9" * 20)
@example(day="0001-01-01", agent="\ud800", before="-1")
def test_whatever_the_filter_carries_it_can_be_looked_for(day: str, agent: str, before: str) -> None:
    asked = Request({"type": "http", "query_string": urlencode(
        {"day": day, "agent": agent, "before": before}, errors="replace").encode()})  # fmt: skip
    wanted = Filter.of(asked)
    look = wanted.look(ZoneInfo("Asia/Shanghai"))
    assert look.before is None or 0 < look.before < 2**63
    assert storable(look.agent_id or "")
    assert own_path(wanted.older(1)).startswith("/desk/audit?before=1") or wanted.agent or wanted.day
