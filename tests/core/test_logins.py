"""Locks grow, log-ins end, and passwords that everybody tries are none."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.logins import IDLE, LASTS, is_locked, is_over, locked_until
from bot.core.passwords import COMMON, LEAST, as_kept, fault_of, is_number, one_time
from bot.core.staff import Session
from tests.fakes import at


def test_a_lock_doubles_from_a_minute_to_an_hour() -> None:
    until = [locked_until(failures, at(0)) for failures in range(14)]
    minutes = [(one - at(0)) / timedelta(minutes=1) if one else 0 for one in until]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(st.integers(0, 10**9))
def test_no_number_of_failures_locks_for_longer_than_an_hour_or_for_shorter_than_one_less(failures: int) -> None:
    now, then = locked_until(failures, at(0)) or at(0), locked_until(failures + 1, at(0)) or at(0)
    assert now <= then <= at(3600)


def test_a_lock_is_half_open() -> None:
    assert [is_locked(until, at(60)) for until in (None, at(59), at(60), at(61))] == [False, False, False, True]


@pytest.mark.parametrize(
    ("seen", "now", "over"),
    [
        (timedelta(0), IDLE - timedelta(seconds=1), False),
        (timedelta(0), IDLE, True),
        (LASTS - timedelta(hours=1), LASTS - timedelta(seconds=1), False),
        (LASTS - timedelta(hours=1), LASTS, True),
    ],
)
def test_a_log_in_ends_idle_or_old(seen: timedelta, now: timedelta, over: bool) -> None:
    session = Session("s1", "a01", at(0), at(0) + seen, at(0) + LASTS)
    assert is_over(session, at(0) + now) is over


def test_every_common_password_is_long_enough_to_be_worth_its_place() -> None:
    assert [word for word in COMMON if len(word) < LEAST or fault_of(word.upper(), "x9") != "login.common"] == []


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "login.short"),
        ("九个字符的密码不行", "login.short"),
        ("十个字符的密码就可以了", None),
        ("a01A01a01a01", "login.own_number"),
        ("a01a01a01a012", None),
        ("ａｂｃｄ１２３４５６", "login.common"),
        ("good\x00password", "login.unfit"),
        ("\ud800" * 12, "login.unfit"),
        ("correct horse battery", None),
    ],
)
def test_a_password_that_will_not_do_says_why(password: str, fault: str | None) -> None:
    assert fault_of(password, "a01") == fault


@given(st.binary(min_size=16, max_size=16))
def test_a_password_for_once_will_do_and_can_be_read_to_somebody(chance: bytes) -> None:
    told = one_time(chance)
    assert len(told) == 19
    assert not set(told) & set("ilou")
    assert as_kept(told) == told
    assert len(set(chance)) < 4 or fault_of(told, "a01") is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a01", True),
        ("客服7", True),
        ("", False),
        ("a 1", False),
        ("a\n1", False),
        ("a\u20281", False),
        ("x" * 65, False),
    ],
)
def test_a_number_is_one_short_word(text: str, fits: bool) -> None:
    assert is_number(text) is fits
