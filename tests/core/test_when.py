"""Times and sums in the buyer's words."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.when import say_day, say_duration, say_money, say_when
from bot.words import say
from tests.core.book import CHINA, local

NOW = local("2026-11-23 02:13")
TODAY, TOMORROW = say("when.today"), say("when.tomorrow")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23 09:00", f"{TODAY} 09:00"),
        ("2026-11-24 00:00", f"{TODAY} 24:00"),
        ("2026-11-24 00:01", f"{TOMORROW} 00:01"),
        ("2026-11-25 16:30", f"{say('when.after_tomorrow')} 16:30"),
        ("2026-11-22 23:00", f"{say('when.yesterday')} 23:00"),
        ("2026-12-01 08:00", f"{say('when.date', month=12, day=1)} 08:00"),
        ("2027-01-02 08:00", f"{say('when.date_with_year', year=2027, month=1, day=2)} 08:00"),
    ],
)
def test_a_time_is_said_with_its_day(moment: str, said: str) -> None:
    assert say_when(local(moment), NOW, CHINA) == said


def test_the_shops_day_counts_not_the_servers() -> None:
    assert NOW.day == 22
    assert say_day(local("2026-11-23 23:59"), NOW, CHINA) == TODAY


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(days=15), say("when.days", count=15)),
        (timedelta(hours=48), say("when.hours", count=48)),
        (timedelta(hours=24), say("when.hours", count=24)),
        (timedelta(minutes=90), say("when.minutes", count=90)),
    ],
)
def test_a_duration_is_said_in_the_trades_unit(duration: timedelta, said: str) -> None:
    assert say_duration(duration) == said


@pytest.mark.parametrize(("amount", "said"), [("8.00", "8"), ("8.5", "8.50"), ("0.99", "0.99"), ("129", "129")])
def test_money_has_no_empty_decimals(amount: str, said: str) -> None:
    assert say_money(Decimal(amount)) == said
