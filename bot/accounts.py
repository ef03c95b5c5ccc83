"""Log-ins at the desk: begun by number and password, ended by time, log-out or a change.

In: what a browser sent, the store, the time. Out: who it is, with the secret that the browser keeps; or a refusal.
Never: a secret or a password stored or told on; a refusal that says which half was wrong; a secret that a browser
brought.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Now, monotonic
from bot.core.logins import LASTS, is_over
from bot.core.passwords import fault_of, is_number
from bot.core.staff import Account, Attempt, Audited, Role, Session
from bot.errors import YebanError
from bot.hashing import Hashing
from bot.ports import StaffStore

NOBODY = "?"  # in the audit log: what was typed where the number goes may well be a password
_SECRET_BYTES = 32
_SEEN_EVERY = timedelta(minutes=1)
Chance = Callable[[int], bytes]


class RefusedError(YebanError):
    """This log-in or this password is not taken; the text says what to do."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who is logged in. `secret` stays with the browser; `digest` is its name in the store."""

    account: Account
    secret: str
    session: Session

    @property
    def token(self) -> str:
        """What our own forms carry: it follows from the secret, and does not lead back to it."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def is_token(self, given: str) -> bool:
        """Compared in a time that does not tell how much of it was right."""
        return hmac.compare_digest(given.encode(), self.token.encode())


def digest_of(secret: str) -> str:
    """A secret's name in the store. It has 256 bits of chance, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Accounts:
    """`evenly`: seconds that a refused log-in takes at least, so that its time does not tell why."""

    store: StaffStore
    hashing: Hashing
    now: Now
    chance: Chance
    evenly: float = 0.4

    async def log_in(self, number: str, password: str, brought: str | None = None) -> LoggedIn:
        """A new log-in; the browser's former one ends. Raises `RefusedError`, always the same, and counts it."""
        until = monotonic() + self.evenly
        account = await self._proven(number, password, "login_failed")
        if account is None:
            await asyncio.sleep(max(0.0, until - monotonic()))
            raise RefusedError("login.refused")
        fresh = self._fresh(account)
        line = self._line(account.agent_id, "logged_in")
        instead = digest_of(brought) if brought else None
        if not await self.store.log_in(fresh.session, account.password, instead, line):
            raise RefusedError("login.refused")
        await self._renew_hash(account, password)
        return fresh

    async def who(self, secret: str | None) -> LoggedIn | None:
        """Who has this secret, as their account is now."""
        found = await self.store.session(digest_of(secret)) if secret else None
        if found is None or secret is None:
            return None
        session, account = found
        return LoggedIn(account, secret, session) if self._holds(session, account) else None

    async def saw(self, who: LoggedIn) -> None:
        """They are at work; kept once a minute."""
        if self.now() - who.session.seen_at >= _SEEN_EVERY:
            await self.store.saw(who.session.digest, self.now())

    async def lasts(self, digest: str, role: Role) -> bool:
        """Whether a log-in still holds, in that role; asking does not make it last."""
        found = await self.store.session(digest)
        return found is not None and self._holds(*found) and found[1].role is role

    async def log_out(self, who: LoggedIn) -> None:
        """The secret is worth nothing from now on."""
        await self.store.log_out(who.session.digest, self._line(who.account.agent_id, "logged_out"))

    async def change_password(self, who: LoggedIn, old: str, new: str, again: str) -> LoggedIn:
        """A new password of their own: all their log-ins end but this one, which gets a new secret. Raises
        `RefusedError`; a wrong old password counts as a failed log-in."""
        number = who.account.agent_id
        fault = "login.not_again" if new != again else "login.same" if new == old else fault_of(new, number)
        if fault:
            raise RefusedError(fault)
        account = await self._proven(number, old, "password_refused")
        if account is None:
            raise RefusedError("login.old_wrong")
        fresh, line = self._fresh(account), self._line(number, "password_changed")
        kept = await self.hashing.hash(new)
        was, session = account.password, fresh.session
        if not await self.store.set_password(number, kept, line, one_time=False, was=was, session=session):
            raise RefusedError("login.old_wrong")
        return fresh

    async def choose_language(self, who: LoggedIn, language: str) -> None:
        await self.store.set_language(who.account.agent_id, language)

    def _holds(self, session: Session, account: Account) -> bool:
        return not is_over(session, self.now()) and account.disabled_at is None

    async def _proven(self, number: str, password: str, failed: str) -> Account | None:
        """The account, if it is open and this is its password."""
        attempt = await self.store.attempt(number, self.now()) if is_number(number) else None
        usable = attempt.account if attempt and attempt.is_open and attempt.account.disabled_at is None else None
        right = await self.hashing.is_right(usable.password if usable else None, password)
        if usable and right:
            return usable
        await self._tell(attempt, failed)
        return None

    async def _tell(self, attempt: Attempt | None, failed: str) -> None:
        if attempt is None:
            await self.store.note(self._line(NOBODY, failed, why="unknown"))
            return
        number = attempt.account.agent_id
        why = "disabled" if attempt.account.disabled_at else "wrong" if attempt.is_open else "locked"
        await self.store.note(self._line(number, failed, why=why))
        if attempt.is_open and attempt.locked_until:
            await self.store.note(self._line(number, "locked", until=attempt.locked_until.isoformat()))

    async def _renew_hash(self, account: Account, password: str) -> None:
        if self.hashing.is_old(account.password):
            kept = await self.hashing.hash(password)
            await self.store.rehash(account.agent_id, account.password, kept)

    def _fresh(self, account: Account) -> LoggedIn:
        secret, now = self.chance(_SECRET_BYTES).hex(), self.now()
        return LoggedIn(account, secret, Session(digest_of(secret), account.agent_id, now, now, now + LASTS))

    def _line(self, number: str, act: str, **data: object) -> Audited:
        return Audited(self.now(), number, act, data=data)
