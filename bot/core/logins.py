"""When an account is locked, and when a log-in ends.

In: failures and moments. Out: moments, yes or no. Never: a password, a clock.
"""

from datetime import datetime, timedelta

from bot.core.staff import Session

#: So many failures in a row lock an account; each one more doubles the time.
LOCKED_AFTER = 5
_FIRST_LOCK, _LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)
_DOUBLINGS = 6  # the next one would be past the longest
#: A log-in lasts so long at most, and so long without a request.
LASTS, IDLE = timedelta(hours=12), timedelta(hours=2)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when an account stays locked after its last of so many failures in a row."""
    if failures < LOCKED_AFTER:
        return None
    return now + min(_FIRST_LOCK * (1 << min(failures - LOCKED_AFTER, _DOUBLINGS)), _LONGEST_LOCK)


def is_locked(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until


def is_over(session: Session, now: datetime) -> bool:
    """Half-open: at the very end it is over."""
    return now >= min(session.ends_at, session.seen_at + IDLE)
