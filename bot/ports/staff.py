"""Accounts of the desk, log-ins, the audit log.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.staff import Account, Attempt, Audited, AuditLook, Role, Session


class StaffStore(Protocol):
    """Accounts of the desk, log-ins, the audit log: a part of the store. An act and its line of the log are one."""

    async def account(self, agent_id: str) -> Account | None:
        """One account."""

    async def accounts(self) -> Sequence[Account]:
        """All, by number."""

    async def add_account(self, account: Account, line: Audited) -> bool:
        """False: the number is taken."""

    async def attempt(self, agent_id: str, now: datetime) -> Attempt | None:
        """Count a try to log in, as a failure until `log_in` says else. None: there is no such account."""

    async def log_in(self, session: Session, password: str, instead: str | None, line: Audited) -> bool:
        """Begin a log-in, and end the one `instead` of which it is. False: the account is disabled, or its password's
        hash is not this one any more."""

    async def session(self, digest: str) -> tuple[Session, Account] | None:
        """A log-in with its account, both as they are now; it may be over by its times."""

    async def saw(self, digest: str, now: datetime) -> None:
        """Somebody used a log-in."""

    async def log_out(self, digest: str, line: Audited) -> bool:
        """End a log-in. False: there is none."""

    async def set_password(
        self, agent_id: str, password: str, line: Audited, *, one_time: bool, was: str | None = None,
        session: Session | None = None,
    ) -> bool:  # fmt: skip
        """Set a password's hash; all log-ins end but `session`, which begins, and a lock ends. False: no such account,
        or its hash is not what it `was`."""

    async def rehash(self, agent_id: str, was: str, password: str) -> None:
        """The same password under a newer hash."""

    async def disable(self, agent_id: str, at: datetime | None, line: Audited) -> bool:
        """End all log-ins and let in no more; with None let in again. False: no such account."""

    async def set_role(self, agent_id: str, role: Role, line: Audited) -> bool:
        """False: no such account."""

    async def set_language(self, agent_id: str, language: str) -> None:
        """The language that an account has chosen."""

    async def note(self, line: Audited) -> None:
        """Add to the audit log."""

    async def audit(self, wanted: AuditLook) -> Sequence[Audited]:
        """Lines of the audit log, newest first."""

    async def beat(self, digest: str, now: datetime) -> None:
        """A desk of a log-in stands open."""

    async def absent(self, since: datetime) -> Sequence[str]:
        """Who is clocked in since before then, had a desk open, and has had none since."""
