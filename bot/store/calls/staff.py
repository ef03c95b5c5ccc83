"""The store's calls about accounts, log-ins and the audit log.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.core.staff import Account, Attempt, Audited, AuditLook, Role, Session
from bot.store import sql_absence, sql_accounts
from bot.store.calls.base import Calls


class StaffCalls(Calls):
    """`ports.StaffStore`, as a part of the store whose writer and reader it uses."""

    async def account(self, agent_id: str) -> Account | None:
        return await self._read(partial(sql_accounts.account_at, one=agent_id))

    async def accounts(self) -> Sequence[Account]:
        return await self._read(sql_accounts.accounts)

    async def add_account(self, account: Account, line: Audited) -> bool:
        return await self._writer.run(partial(sql_accounts.add, new=account, line=line))

    async def attempt(self, agent_id: str, now: datetime) -> Attempt | None:
        return await self._writer.run(partial(sql_accounts.attempt, one=agent_id, now=now))

    async def log_in(self, session: Session, password: str, instead: str | None, line: Audited) -> bool:
        work = partial(sql_accounts.log_in, new=session, password=password, instead=instead, line=line)
        return await self._writer.run(work)

    async def session(self, digest: str) -> tuple[Session, Account] | None:
        return await self._read(partial(sql_accounts.session_at, digest=digest))

    async def saw(self, digest: str, now: datetime) -> None:
        await self._writer.run(partial(sql_accounts.saw, digest=digest, now=now))

    async def log_out(self, digest: str, line: Audited) -> bool:
        return await self._writer.run(partial(sql_accounts.log_out, digest=digest, line=line))

    async def set_password(
        self, agent_id: str, password: str, line: Audited, *, one_time: bool, was: str | None = None,
        session: Session | None = None,
    ) -> bool:  # fmt: skip
        changed = {"password": password, "one_time": one_time, "changed_at": line.at}
        work = partial(sql_accounts.set_password, one=agent_id, was=was, changed=changed, new=session, line=line)
        return await self._writer.run(work)

    async def rehash(self, agent_id: str, was: str, password: str) -> None:
        await self._writer.run(partial(sql_accounts.rehash, one=agent_id, was=was, password=password))

    async def disable(self, agent_id: str, at: datetime | None, line: Audited) -> bool:
        return await self._writer.run(partial(sql_accounts.disable, one=agent_id, at=at, line=line))

    async def set_role(self, agent_id: str, role: Role, line: Audited) -> bool:
        return await self._writer.run(partial(sql_accounts.set_role, one=agent_id, role=role, line=line))

    async def set_language(self, agent_id: str, language: str) -> None:
        await self._writer.run(partial(sql_accounts.set_language, one=agent_id, language=language))

    async def note(self, line: Audited) -> None:
        await self._writer.run(partial(sql_accounts.note, line=line))

    async def audit(self, wanted: AuditLook) -> Sequence[Audited]:
        return await self._read(partial(sql_accounts.look, wanted=wanted))

    async def beat(self, digest: str, now: datetime) -> None:
        await self._writer.run_together(sql_absence.beat, (digest, now))

    async def absent(self, since: datetime) -> Sequence[str]:
        return await self._read(partial(sql_absence.absent, since=since))
