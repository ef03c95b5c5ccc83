"""Days as a command names them."""

import argparse
from datetime import date

import pytest

from bot.cli.span import span_of
from bot.errors import UsageError
from tests.core.book import CHINA, local

TODAY = date.fromisoformat("2026-11-26")


def days(since: str | None, until: str | None) -> tuple[str, str]:
    args = argparse.Namespace(since=since and date.fromisoformat(since), until=until and date.fromisoformat(until))
    first, last, span = span_of(args, TODAY, 7, CHINA)
    assert span[0] == local(f"{first} 00:00")
    assert (span[1] - local(f"{last} 00:00")).total_seconds() == 24 * 3600
    return first.isoformat(), last.isoformat()


def test_without_days_it_is_so_many_up_to_today() -> None:
    assert days(None, None) == ("2026-11-20", "2026-11-26")


def test_a_beginning_or_an_end_alone_is_enough() -> None:
    assert days("2026-11-01", None) == ("2026-11-01", "2026-11-26")
    assert days(None, "2026-11-10") == ("2026-11-04", "2026-11-10")
    assert days("2026-12-24", None) == ("2026-12-24", "2026-12-24")


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(UsageError):
        days("2026-11-02", "2026-11-01")
