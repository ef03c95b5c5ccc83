"""Accounts, log-ins and the audit log.

In: a connection inside a transaction. Out: values of `core.staff`. Never: a password or a browser's secret: both come
in as hashes; an act without its line in the log.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, and_, delete, insert, literal, select, tuple_, update

from bot.core.logins import is_locked, locked_until
from bot.core.staff import Account, Attempt, Audited, AuditLook, Role, Session
from bot.store.rows import Values, take
from bot.store.schema import account, audit, session
from bot.store.upsert import add_new

_ACCOUNT = ("agent_id", "name", "password", "made_at", "changed_at", "one_time", "failures", "locked_until",
            "disabled_at", "language")  # fmt: skip
_SESSION = ("digest", "agent_id", "made_at", "seen_at", "ends_at")
_AUDITED = ("at", "agent_id", "act", "channel", "conversation_id")
_FREE: Values = {"failures": 0, "locked_until": None}


def account_at(connection: Connection, one: str) -> Account | None:
    row = connection.execute(select(account).where(account.c.agent_id == one)).first()
    return _account_of(row) if row else None


def accounts(connection: Connection) -> Sequence[Account]:
    """All, by number."""
    return [_account_of(row) for row in connection.execute(select(account).order_by(account.c.agent_id))]


def add(connection: Connection, new: Account, line: Audited) -> bool:
    """False: the number is taken."""
    values = take(new, *_ACCOUNT, "role")
    return bool(add_new(connection, account, [values], account.c.agent_id)) and note(connection, line)


def attempt(connection: Connection, one: str, now: datetime) -> Attempt | None:
    """Count a try as a failure until it is none."""
    row = connection.execute(select(account).where(account.c.agent_id == one).with_for_update()).first()
    if row is None:
        return None
    found = _account_of(row)
    if is_locked(found.locked_until, now):
        return Attempt(found, is_open=False, locked_until=found.locked_until)
    until = locked_until(found.failures + 1, now)
    _change(connection, one, {"failures": found.failures + 1, "locked_until": until})
    return Attempt(found, is_open=True, locked_until=until)


def log_in(connection: Connection, new: Session, password: str, instead: str | None, line: Audited) -> bool:
    """Begin a log-in, if the account still has the password that was proven and is not disabled; another log-in of the
    same browser ends."""
    sure = and_(account.c.agent_id == new.agent_id, account.c.password == password, account.c.disabled_at.is_(None))
    if not connection.execute(update(account).where(sure).values(_FREE)).rowcount:
        return False
    if instead:
        connection.execute(delete(session).where(session.c.digest == instead))
    connection.execute(insert(session).values(take(new, *_SESSION)))
    return note(connection, line)


def session_at(connection: Connection, digest: str) -> tuple[Session, Account] | None:
    """A log-in with its account as both are now."""
    wanted = select(*(session.c[name].label(f"s_{name}") for name in _SESSION), *account.c)
    joined = wanted.join_from(session, account, account.c.agent_id == session.c.agent_id)
    row = connection.execute(joined.where(session.c.digest == digest)).first()
    if row is None:
        return None
    return Session(**{name: getattr(row, f"s_{name}") for name in _SESSION}), _account_of(row)


def saw(connection: Connection, digest: str, now: datetime) -> None:
    connection.execute(update(session).where(session.c.digest == digest).values(seen_at=now))


def log_out(connection: Connection, digest: str, line: Audited) -> bool:
    """False: it was over before."""
    gone = connection.execute(delete(session).where(session.c.digest == digest)).rowcount
    return bool(gone) and note(connection, line)


def set_password(
    connection: Connection, one: str, was: str | None, changed: Values, new: Session | None, line: Audited
) -> bool:
    """All log-ins end but the `new` one, if there is one; the account is free again. False: there is no such account,
    or the password is not what it `was`."""
    sure = account.c.agent_id == one if was is None else and_(account.c.agent_id == one, account.c.password == was)
    if not connection.execute(update(account).where(sure).values(changed | _FREE)).rowcount:
        return False
    _end_all(connection, one)
    if new:
        connection.execute(insert(session).values(take(new, *_SESSION)))
    return note(connection, line)


def rehash(connection: Connection, one: str, was: str, password: str) -> None:
    """The same password under a newer hash."""
    sure = and_(account.c.agent_id == one, account.c.password == was)
    connection.execute(update(account).where(sure).values(password=password))


def disable(connection: Connection, one: str, at: datetime | None, line: Audited) -> bool:
    """All log-ins end; with None it may log in again. False: there is no such account."""
    if not _change(connection, one, {"disabled_at": at, **({} if at else _FREE)}):
        return False
    _end_all(connection, one)
    return note(connection, line)


def set_role(connection: Connection, one: str, role: Role, line: Audited) -> bool:
    return _change(connection, one, {"role": role.value}) and note(connection, line)


def set_language(connection: Connection, one: str, language: str) -> None:
    _change(connection, one, {"language": language})


def note(connection: Connection, line: Audited) -> bool:
    """Add to the audit log."""
    connection.execute(insert(audit).values(**take(line, *_AUDITED), data=dict(line.data)))
    return True


def look(connection: Connection, wanted: AuditLook) -> Sequence[Audited]:
    """Through the index of the time, or of an agent's time; newest first."""
    found = select(audit).order_by(audit.c.at.desc(), audit.c.seq.desc()).limit(wanted.limit)
    if wanted.agent_id is not None:
        found = found.where(audit.c.agent_id == wanted.agent_id)
    if wanted.since is not None:
        found = found.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(audit.c.at < wanted.until)
    if wanted.before is not None:
        at = connection.scalar(select(audit.c.at).where(audit.c.seq == wanted.before))
        place = tuple_(literal(at, audit.c.at.type), literal(wanted.before, audit.c.seq.type))
        found = found.where(tuple_(audit.c.at, audit.c.seq) < place)
    return [_audited_of(row) for row in connection.execute(found)]


def _change(connection: Connection, one: str, values: Values) -> bool:
    return bool(connection.execute(update(account).where(account.c.agent_id == one).values(values)).rowcount)


def _end_all(connection: Connection, one: str) -> None:
    connection.execute(delete(session).where(session.c.agent_id == one))


def _account_of(row: Row[tuple[object, ...]]) -> Account:
    return Account(**take(row, *_ACCOUNT), role=Role(row.role))


def _audited_of(row: Row[tuple[object, ...]]) -> Audited:
    return Audited(**take(row, *_AUDITED, "data", "seq"))
