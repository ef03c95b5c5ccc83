"""The store: every call one transaction, writes through the one writer, reads each in a snapshot of its own.

In: values and times. Out: values. Never: a row, a connection or a database's own error.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.acts import Act, Candidate, Staffing, Unread
from bot.content.files import FileSet
from bot.core.buyer import Buyer
from bot.core.compose import Part
from bot.core.coverage import Told
from bot.core.daylog import DayLog, DaySpan
from bot.core.model import Conversation, Item, Order, Presence
from bot.core.notebooks import Commitment, Handover, Issue, IssueKind, Notice, Owed
from bot.core.pictures import Picture
from bot.core.rounds import Talk
from bot.core.uplift import Enrolment
from bot.newsroom import COMES, nobody
from bot.ports import Counts, Following, Kept, Later
from bot.records import (
    NOTHING_AHEAD,
    Accepted,
    Claim,
    ClaimedCommand,
    Command,
    DueNudges,
    Event,
    Guest,
    Letter,
    Outcome,
    Pause,
    Reached,
    Settled,
    Spoken,
    TurnRecord,
    Unsent,
    Vitals,
    Work,
)
from bot.releases import Serving, Why
from bot.sheets import Hit, Sheet, Sought, Traced
from bot.store import (
    sql_acts,
    sql_buyers,
    sql_card,
    sql_cards,
    sql_coming,
    sql_commitments,
    sql_coverage,
    sql_days,
    sql_due,
    sql_enrolments,
    sql_erase,
    sql_explain,
    sql_export,
    sql_floor,
    sql_followed,
    sql_goods,
    sql_handovers,
    sql_hush,
    sql_import,
    sql_inbox,
    sql_issue,
    sql_issues,
    sql_keyed,
    sql_letters,
    sql_lines,
    sql_notices,
    sql_nudges,
    sql_outbox,
    sql_people,
    sql_pictures,
    sql_reached,
    sql_recorded,
    sql_releases,
    sql_save,
    sql_search,
    sql_switches,
    sql_talks,
    sql_traced,
    sql_unsent,
    sql_vitals,
    sql_work,
)
from bot.store.batches import Batches
from bot.store.engine import Engines, read
from bot.store.sql_save import Saving
from bot.store.staff import StaffCalls

T = TypeVar("T")


@lru_cache(maxsize=8)
def _loading(beside: frozenset[str]) -> Callable[[Connection, Sequence[Claim]], Sequence[Work]]:
    """The same function for the same items, so that claims that wait at one moment are loaded together."""
    return partial(sql_work.load, beside=beside)


class SqlStore(StaffCalls):
    """`ports.Store` over SQL. `longest` bounds how long a lane waits for a buyer to finish typing. `news` hears of each
    conversation's lane in which something was saved, after it was, and of what a buyer writes to a human."""

    def __init__(
        self, engines: Engines, new_id: Callable[[], str], longest: timedelta, news: Callable[[str], None] = nobody
    ) -> None:
        self._news = news
        self._engines = engines
        self._new_id = new_id
        # A row is born once, so all that are leased at birth can share a token: they are marked sent in one statement.
        self._birth_token = new_id()
        self._accept = partial(sql_inbox.accept, longest=longest)
        self._writer = Batches(engines.write, "store-writer", apart=engines.write.dialect.name == "postgresql")
        self._reader = Batches(engines.read, "store-reader", only_reads=True)

    async def close(self) -> None:
        """Finish the writes that wait, then let go of the database."""
        await self._writer.close()
        await self._reader.close()
        self._engines.dispose()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.to_thread(read, self._engines.read, work)

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

    async def due_nudges(
        self, now: datetime, limit: int, *, ahead: timedelta = NOTHING_AHEAD, day: datetime | None = None
    ) -> Sequence[DueNudges]:
        return await self._read(partial(sql_due.due, now=now, limit=limit, ahead=ahead, day=day))

    async def settle_nudges(self, move: Settled) -> bool:
        return await self._writer.run_together(sql_nudges.settle, move)

    async def enrolments(self, since: datetime, until: datetime) -> Sequence[Enrolment]:
        return await self._read(partial(sql_enrolments.enrolments, since=since, until=until))

    async def waiting(self, groups: Collection[str] | None = None) -> Sequence[Conversation]:
        return await self._read(partial(sql_talks.waiting, groups=groups))

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        return await self._writer.run(partial(sql_save.announce, one=conversation, command=command, now=now))

    async def lapsed(self, now: datetime) -> Sequence[Conversation]:
        return await self._read(partial(sql_talks.lapsed, now=now))

    async def see_to(self, conversation: Conversation, now: datetime) -> bool:
        return await self._writer.run(partial(sql_save.see_to, one=conversation, now=now))

    async def act(self, act: Act, now: datetime) -> bool:
        done = await self._writer.run(partial(sql_acts.apply, act=act, now=now))
        for lane in act.lanes if done else ():
            self._news(lane)
        return done

    async def with_people(self) -> Sequence[Conversation]:
        return await self._read(sql_people.with_people)

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

    async def staffing(self) -> Staffing:
        return await self._read(sql_floor.staffing)

    async def restless(self, now: datetime, here: Collection[str]) -> Sequence[Candidate]:
        return await self._read(partial(sql_floor.restless, now=now, here=here))

    async def heads(self, groups: Collection[str], room: int) -> Sequence[Candidate]:
        return await self._read(partial(sql_floor.heads, teams=groups, room=room))

    async def issued(self, command_id: str) -> bool:
        return await self._read(partial(sql_acts.issued, one=command_id))

    async def words_of(self, command_id: str) -> str | None:
        return await self._read(partial(sql_keyed.words_of, one=command_id))

    async def noted(self, command_id: str) -> tuple[str, str] | None:
        return await self._read(partial(sql_keyed.noted, one=command_id))

    async def open_talks(self, group: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
        return await self._read(partial(sql_floor.open_talks, team=group, agent=agent))

    async def ahead(self, conversation: Conversation, groups: Collection[str]) -> int:
        return await self._read(partial(sql_floor.ahead, one=conversation, teams=groups))

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        return await self._read(partial(sql_hush.is_speaking, lane=lane, message_id=message_id, text=text, now=now))

    async def talk(self, channel: str, conversation_id: str) -> Conversation | None:
        return await self._read(partial(sql_talks.talk_at, channel=channel, one=conversation_id))

    async def set_paused(self, paused: bool, now: datetime, by: str | None = None) -> None:
        await self._writer.run(partial(sql_switches.set_paused, paused=paused, now=now, by=by))

    async def pause(self) -> Pause:
        return await self._read(sql_switches.pause)

    async def calls(self, since: datetime, until: datetime) -> Counts:
        return await self._read(partial(sql_switches.calls, since=since, until=until))

    async def import_snapshots(
        self, items: Sequence[Item], orders: Sequence[Order], told: Callable[[int], None] | None = None
    ) -> Kept:
        rows = await asyncio.to_thread(sql_import.prepared, items, orders)
        return await self._writer.run(partial(sql_import.keep, rows=rows, told=told))

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        return await self._read(partial(sql_work.find, item_id=item_id, order_id=order_id))

    async def catalogue(self, item_id: str | None = None) -> Sequence[Item]:
        return await self._read(partial(sql_goods.catalogue, item_id=item_id))

    async def asked(
        self, since: datetime, intents: Collection[str], item_id: str | None = None
    ) -> Mapping[str, Mapping[tuple[str, ...], int]]:
        return await self._read(partial(sql_goods.asked, since=since, intents=intents, item_id=item_id))

    async def presence(self) -> Sequence[Presence]:
        return await self._read(sql_work.all_presence)

    async def unsent(self, channel: str, conversation_id: str) -> Sequence[Unsent]:
        return await self._read(partial(sql_unsent.unsent, channel=channel, one=conversation_id))

    async def coming(self, channel: str, conversation_id: str) -> Sequence[Spoken]:
        return await self._read(partial(sql_coming.coming, channel=channel, one=conversation_id))

    async def last_words(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Spoken]:
        return await self._read(partial(sql_lines.last_words, places=places))

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        return await self._read(partial(sql_work.transcript, channel=channel, one=conversation_id, after=after))

    async def traced(self, channel: str, conversation_id: str, last: int) -> Sequence[Traced]:
        return await self._read(partial(sql_traced.traced, channel=channel, one=conversation_id, last=last))

    async def recorded(
        self, since: datetime, until: datetime, after: tuple[datetime, str] | None, limit: int, *, stories: bool = True
    ) -> Sequence[TurnRecord]:
        page = partial(sql_recorded.recorded, since=since, until=until, after=after, limit=limit, stories=stories)
        return await self._read(page)

    async def kept_set(self, begins: str) -> FileSet | None:
        return await self._read(partial(sql_releases.beginning, begins=begins))

    async def kept_texts(self, path: str) -> Mapping[str, bytes]:
        return await self._read(partial(sql_releases.texts_of, path=path))

    async def kept_paths(self) -> frozenset[str]:
        return await self._read(sql_releases.paths)

    async def explain(self, sent_id: str) -> Mapping[str, object] | None:
        return await self._read(partial(sql_explain.explain, sent_id=sent_id))

    async def reached(
        self, wording: str, source: str, since: datetime | None, until: datetime | None
    ) -> Sequence[Reached]:
        return await self._read(partial(sql_reached.reached, key=wording, source=source, since=since, until=until))

    async def states_of(self, command_ids: Sequence[str]) -> Mapping[str, str]:
        return await self._read(partial(sql_reached.states_of, ids=command_ids))

    async def letters(self, limit: int, before: str | None = None) -> Sequence[Letter]:
        return await self._read(partial(sql_letters.letters, limit=limit, before=before))

    async def retry_letter(self, command_id: str, now: datetime) -> bool:
        return await self._writer.run(partial(sql_letters.retry, one=command_id, now=now))

    async def drop_letter(self, command_id: str, now: datetime) -> bool:
        return await self._writer.run(partial(sql_letters.drop, one=command_id, now=now))

    async def buyer(self, buyer_id: str) -> Buyer | None:
        return await self._read(partial(sql_buyers.file_of, one=buyer_id))

    async def guests(self, after: str, limit: int) -> Sequence[Guest]:
        return await self._read(partial(sql_buyers.guests, after=after, limit=limit))

    async def greet(self, commands: Sequence[Command]) -> int:
        return await self._writer.run(partial(sql_issue.greet, commands=commands))

    async def sheet(self, buyer_id: str) -> Sheet:
        return await self._read(partial(sql_card.sheet, one=buyer_id))

    async def search(self, sought: Sought) -> Sequence[Hit]:
        return await self._read(partial(sql_search.found, sought=sought))

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        return await self._read(partial(sql_work.orders_of, one=buyer_id))

    async def tag_buyer(self, buyer_id: str, tag: str, on: bool, by: str, now: datetime) -> None:
        await self._writer.run(partial(sql_buyers.tag, one=buyer_id, name=tag, on=on, by=by, now=now))

    async def export_buyer(self, buyer_id: str) -> Mapping[str, object] | None:
        return await self._read(partial(sql_export.export, one=buyer_id))

    async def traces_of(self, buyer_id: str) -> Counts:
        return await self._read(partial(sql_erase.traces, one=buyer_id))

    async def erase_buyer(self, buyer_id: str, now: datetime) -> Counts:
        return await self._writer.run(partial(sql_erase.erase, one=buyer_id, now=now))

    async def day(self, span: DaySpan, hear: Callable[[Talk], None]) -> DayLog:
        return await self._read(partial(sql_days.day, span=span, hear=hear))

    async def issues(self, since: datetime, until: datetime, kinds: Collection[IssueKind] = ()) -> Sequence[Issue]:
        return await self._read(partial(sql_issues.issues, since=since, until=until, kinds=kinds))

    async def issue(self, issue_id: str) -> Issue | None:
        return await self._read(partial(sql_keyed.issue_at, one=issue_id))

    async def known_issues(self, ids: Sequence[str]) -> Sequence[str]:
        return await self._read(partial(sql_issues.known, ids=ids))

    async def followed(self, places: Sequence[Following], most: int) -> Sequence[Sequence[Spoken]]:
        return await self._read(partial(sql_followed.followed, places=places, most=most))

    async def names_of(self, buyer_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        return await self._read(partial(sql_followed.names_of, buyer_ids=buyer_ids))

    async def spoken(self, since: datetime, until: datetime, hear: Callable[[Part], None]) -> None:
        await self._read(partial(sql_coverage.spoken, since=since, until=until, hear=hear))

    async def told(self, since: datetime, until: datetime, hear: Callable[[Told], None]) -> datetime | None:
        return await self._read(partial(sql_coverage.told, since=since, until=until, hear=hear))

    async def settle_issues(self, ids: Sequence[str], by: str, remedy: str, now: datetime) -> Sequence[str]:
        return await self._writer.run(partial(sql_issues.settle, ids=ids, by=by, remedy=remedy, now=now))

    async def keep_picture(self, picture: Picture) -> None:
        await self._writer.run(partial(sql_pictures.keep, one=picture))

    async def picture(self, picture_id: str) -> Picture | None:
        return await self._read(partial(sql_pictures.picture_at, one=picture_id))

    async def cards(self, channel: str, ids: Collection[str]) -> Mapping[str, Item | Order]:
        return await self._read(partial(sql_cards.cards, channel=channel, ids=ids))

    async def vitals(self, now: datetime) -> Vitals:
        return await self._read(partial(sql_vitals.vitals, now=now))

    async def keep_release(self, files: FileSet, commit: str | None, now: datetime) -> bool:
        return await self._writer.run(partial(sql_releases.keep, files=files, commit=commit, now=now))

    async def release_files(self, version: str) -> FileSet | None:
        return await self._read(partial(sql_releases.files_of, version=version))

    async def serve(self, version: str, now: datetime, by: str, why: Why, after: int) -> bool:
        line = Serving(after + 1, version, now, by, why)
        return await self._writer.run(partial(sql_releases.serve, line=line))

    async def serving(self) -> Serving | None:
        return next(iter(await self.releases(1)), None)

    async def releases(self, limit: int) -> Sequence[Serving]:
        return await self._read(partial(sql_releases.lines, limit=limit))
