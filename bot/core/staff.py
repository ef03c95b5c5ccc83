"""Who works at the desk, and what each may do.

In: nothing. Out: roles with what they permit, accounts, log-ins, lines of the audit log. Never: a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the desk."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


class May(StrEnum):
    """`SERVE`: speak to buyers. `OVERRIDE`: take over what another agent has. `OVERSEE`: the supervisor's pages, the
    pause switch, dead letters. `ROLL_BACK`: choose a version of the operators' files that was served before."""

    SERVE = "serve"
    OVERRIDE = "override"
    OVERSEE = "oversee"
    ROLL_BACK = "roll_back"


PERMITS: Mapping[Role, frozenset[May]] = {
    Role.AGENT: frozenset({May.SERVE}),
    Role.SUPERVISOR: frozenset({May.SERVE, May.OVERRIDE, May.OVERSEE}),
    Role.OPERATOR: frozenset({May.OVERSEE, May.ROLL_BACK}),
}


@dataclass(frozen=True, slots=True)
class Account:
    """`password` is a hash; `one_time`: it must be changed at the first log-in; `failures` since the last success."""

    agent_id: str
    name: str
    role: Role
    password: str
    made_at: datetime
    changed_at: datetime
    one_time: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    disabled_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in; `digest` of its secret."""

    digest: str
    agent_id: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Audited:
    """One act at the desk. `agent_id`: who did it; `seq` numbers what is stored."""

    at: datetime
    agent_id: str
    act: str
    channel: str | None = None
    conversation_id: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in, counted beforehand, so that many at a time are no way around the lock. `is_open`: it may be
    judged; else the account is locked. `account` is as it was before, `locked_until` as it is now."""

    account: Account
    is_open: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class AuditLook:
    """Which lines of the audit log are wanted, newest first: in [`since`, `until`), older than line `before`."""

    limit: int
    agent_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
