"""The work of the service: events taken up, turns saved, commands sent, what can be mended by hand.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache, partial

from sqlalchemy import Connection

from bot.newsroom import COMES
from bot.ports import Later
from bot.records import Accepted, Claim, ClaimedCommand, Event, Letter, Outcome, Pause, Vitals, Work
from bot.store import sql_inbox, sql_letters, sql_outbox, sql_save, sql_switches, sql_vitals, sql_work
from bot.store.calls.base import Calls
from bot.store.sql_save import Saving


@lru_cache(maxsize=8)
def _loading(beside: frozenset[str]) -> Callable[[Connection, Sequence[Claim]], Sequence[Work]]:
    """The same function for the same items, so that claims that wait at one moment are loaded together."""
    return partial(sql_work.load, beside=beside)


class WorkCalls(Calls):
    """`ports.WorkStore`. `_birth_token`: of the leases of what is sent where it is saved."""

    _accept: Callable[[Connection, Sequence[Event]], Sequence[Accepted]]
    _new_id: Callable[[], str]
    _birth_token: str

    async def accept(self, event: Event) -> Accepted:
        accepted = await self._writer.run_together(self._accept, event)
        if accepted is Accepted.AT_ONCE:
            self._news(f"{COMES}{event.lane}")  # people read along: they see it before anybody has thought about it
        return accepted

    async def claim(self, now: datetime, limit: int) -> Sequence[Claim]:
        return await self._writer.run(partial(sql_inbox.claim, now=now, limit=limit, token=self._new_id()))

    async def load(self, claim: Claim, beside: frozenset[str] = frozenset()) -> Work:
        return await self._reader.run_together(_loading(beside), claim)

    async def save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        return await self._saved(Saving(claim, outcome, now)) is not None

    async def save_to_send(
        self, claim: Claim, outcome: Outcome, now: datetime, channels: Collection[str]
    ) -> Sequence[ClaimedCommand] | None:
        saving = Saving(claim, outcome, now, self._birth_token, frozenset(channels))
        return await self._saved(saving)

    async def _saved(self, saving: Saving) -> Sequence[ClaimedCommand] | None:
        done = await self._writer.run_together(sql_save.save, saving)
        if done is not None:
            self._news(saving.claim.lane)
        return done

    async def claim_commands(self, now: datetime, limit: int, channels: Collection[str]) -> Sequence[ClaimedCommand]:
        token = self._new_id()
        return await self._writer.run(partial(sql_outbox.claim, now=now, limit=limit, token=token, channels=channels))

    async def mark_sent(self, claimed: ClaimedCommand, now: datetime) -> bool:
        done = await self._writer.run_together(sql_outbox.mark_sent, (claimed, now))
        self._news(claimed.command.lane)
        return done

    async def mark_retry(self, claimed: ClaimedCommand, due: datetime, later: Later) -> bool:
        return await self._writer.run(partial(sql_outbox.mark_retry, claimed=claimed, due=due, later=later))

    async def mark_dead(self, claimed: ClaimedCommand, error: str) -> bool:
        done = await self._writer.run(partial(sql_outbox.mark_dead, claimed=claimed, error=error))
        self._news(claimed.command.lane)
        return done

    async def set_paused(self, paused: bool, now: datetime, by: str | None = None) -> None:
        await self._writer.run(partial(sql_switches.set_paused, paused=paused, now=now, by=by))

    async def pause(self) -> Pause:
        return await self._read(sql_switches.pause)

    async def letters(self, limit: int, before: str | None = None) -> Sequence[Letter]:
        return await self._read(partial(sql_letters.letters, limit=limit, before=before))

    async def retry_letter(self, command_id: str, now: datetime) -> bool:
        return await self._writer.run(partial(sql_letters.retry, one=command_id, now=now))

    async def drop_letter(self, command_id: str, now: datetime) -> bool:
        return await self._writer.run(partial(sql_letters.drop, one=command_id, now=now))

    async def vitals(self, now: datetime) -> Vitals:
        return await self._read(partial(sql_vitals.vitals, now=now))
