"""The three notebooks: commitments, hand-over logs with their notices, issues.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.acts import Unread
from bot.core.notebooks import Commitment, Handover, Issue, IssueKind, Notice, Owed


class NotebookStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def owed(self) -> Sequence[Owed]:
        """All open commitments, soonest due first."""

    async def overdue(self, now: datetime) -> Sequence[Commitment]:
        """Open commitments past their time of which no notice tells yet, soonest due first."""

    async def commitments_of(self, channel: str, conversation_id: str) -> Sequence[Commitment]:
        """All of a conversation, the settled ones too, oldest first."""

    async def commitment(self, commitment_id: str) -> Commitment | None:
        """One commitment."""

    async def unread(self) -> Unread:
        """What of the hand-over logs waits to be acknowledged, and what it is about."""

    async def receive(self, handover_ids: Collection[str], at: datetime) -> None:
        """Somebody of the receiving shifts is there since `at`; the first time counts."""

    async def handovers(self, since: datetime, until: datetime) -> Sequence[Handover]:
        """Whole logs of the changes from `since` on and before `until`, oldest first."""

    async def handover(self, handover_id: str) -> Handover | None:
        """One log."""

    async def last_handovers(self, since: datetime) -> Mapping[str, datetime]:
        """Group -> when the shift of its last log took over, if that was not before `since`."""

    async def notices(self, limit: int, since: datetime | None = None) -> Sequence[Notice]:
        """What nobody has seen yet, oldest first; with `since` all from then on, seen or not."""

    async def see_notice(self, notice_id: str, by: str, now: datetime) -> bool:
        """False: there is no such notice, or somebody has seen it before."""

    async def issues(self, since: datetime, until: datetime, kinds: Collection[IssueKind] = ()) -> Sequence[Issue]:
        """The issue log from `since` on and before `until`, oldest first; of these kinds only, if any are named."""

    async def issue(self, issue_id: str) -> Issue | None:
        """One issue."""

    async def known_issues(self, ids: Sequence[str]) -> Sequence[str]:
        """Those of the ids that are in the issue log, sorted."""

    async def settle_issues(self, ids: Sequence[str], by: str, remedy: str, now: datetime) -> Sequence[str]:
        """Settle issues with what was done about them; the ids, sorted, of those that were open until now."""
