"""The three notebooks: commitments, hand-over logs with their notices, issues.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.acts import Unread
from bot.core.notebooks import Commitment, Handover, Issue, IssueKind, Notice, Owed
from bot.store import sql_commitments, sql_handovers, sql_issues, sql_keyed, sql_notices
from bot.store.calls.base import Calls


class NotebookCalls(Calls):
    """`ports.NotebookStore`."""

    async def owed(self) -> Sequence[Owed]:
        return await self._read(sql_commitments.owed)

    async def overdue(self, now: datetime) -> Sequence[Commitment]:
        return await self._read(partial(sql_commitments.overdue, now=now))

    async def commitments_of(self, channel: str, conversation_id: str) -> Sequence[Commitment]:
        return await self._read(partial(sql_commitments.commitments_of, channel=channel, one=conversation_id))

    async def commitment(self, commitment_id: str) -> Commitment | None:
        return await self._read(partial(sql_commitments.commitment_at, one=commitment_id))

    async def unread(self) -> Unread:
        return await self._read(sql_handovers.unread)

    async def receive(self, handover_ids: Collection[str], at: datetime) -> None:
        await self._writer.run(partial(sql_handovers.receive, ids=handover_ids, at=at))

    async def handovers(self, since: datetime, until: datetime) -> Sequence[Handover]:
        return await self._read(partial(sql_handovers.handovers, since=since, until=until))

    async def handover(self, handover_id: str) -> Handover | None:
        return await self._read(partial(sql_handovers.handover_at, one=handover_id))

    async def last_handovers(self, since: datetime) -> Mapping[str, datetime]:
        return await self._read(partial(sql_handovers.last_handovers, since=since))

    async def notices(self, limit: int, since: datetime | None = None) -> Sequence[Notice]:
        return await self._read(partial(sql_notices.notices, limit=limit, since=since))

    async def see_notice(self, notice_id: str, by: str, now: datetime) -> bool:
        return await self._writer.run(partial(sql_notices.see, one=notice_id, by=by, now=now))

    async def issues(self, since: datetime, until: datetime, kinds: Collection[IssueKind] = ()) -> Sequence[Issue]:
        return await self._read(partial(sql_issues.issues, since=since, until=until, kinds=kinds))

    async def issue(self, issue_id: str) -> Issue | None:
        return await self._read(partial(sql_keyed.issue_at, one=issue_id))

    async def known_issues(self, ids: Sequence[str]) -> Sequence[str]:
        return await self._read(partial(sql_issues.known, ids=ids))

    async def settle_issues(self, ids: Sequence[str], by: str, remedy: str, now: datetime) -> Sequence[str]:
        return await self._writer.run(partial(sql_issues.settle, ids=ids, by=by, remedy=remedy, now=now))
