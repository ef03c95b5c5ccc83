"""What is read of the log to tell a local day again, beside what was said.

In: nothing. Out: frozen values. Never: a word that was spoken, a name.

Times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.notebooks import Entry


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A day from `since` to before `until`. Its conversations are read from `back` before it, so that what began
    earlier is known to, to `ahead` after it, where its last questions may still be answered. Of buyers with a line in
    them, orders that were placed until `bought` after the day."""

    since: datetime
    until: datetime
    back: timedelta
    ahead: timedelta
    bought: timedelta


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as it is known now. `paid_at`: None where it was not paid; `amount`: yuan."""

    order_id: str
    buyer_id: str
    placed_at: datetime
    paid_at: datetime | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DayLog:
    """`presence`: the journal's lines on who was there, from `back` before the day on. `purchases` by buyer, by time.
    `known_until`: the last thing that the whole log knows of; `cleared_until`: everything before may be gone."""

    presence: tuple[Entry, ...] = ()
    purchases: Mapping[str, tuple[Purchase, ...]] | None = None
    known_until: datetime | None = None
    cleared_until: datetime | None = None

    def bought_by(self, buyer_id: str) -> tuple[Purchase, ...]:
        return (self.purchases or {}).get(buyer_id, ())
