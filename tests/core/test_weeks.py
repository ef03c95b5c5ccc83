"""Weeks begin on the shop's Monday and have one label."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.weeks import Week, read_week, week_of
from tests.core.book import CHINA, local


@pytest.mark.parametrize(
    ("at", "label"),
    [
        ("2026-11-23 00:00", "2026-W48"),
        ("2026-11-22 23:59", "2026-W47"),
        ("2026-12-31 12:00", "2026-W53"),
        ("2027-01-03 23:59", "2026-W53"),
        ("2027-01-04 00:00", "2027-W01"),
    ],
)
def test_a_moment_lies_in_the_week_of_its_local_day(at: str, label: str) -> None:
    assert week_of(local(at), CHINA).label == label


@given(st.dates(date(1971, 1, 1), date(2199, 1, 1)))
def test_a_label_is_read_back(day: date) -> None:
    week = Week(day - timedelta(days=day.weekday()))
    assert read_week(week.label) == week
    assert week.before.sunday + timedelta(days=1) == week.monday


@pytest.mark.parametrize(
    "label", ["", "2026-48", "2026-W54", "2026-W00", "2025-W53", "0001-W01", "9999-W52", "2026-W4८", "２０２６-W48"]
)
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_week(label)


def test_a_span_is_half_open_and_local() -> None:
    assert read_week("2026-W48").span(CHINA) == (local("2026-11-23 00:00"), local("2026-11-30 00:00"))
