"""What was said and why, told again; the sets of files that it was said from.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.content.files import FileSet
from bot.core.compose import Part
from bot.core.coverage import Told
from bot.core.daylog import DayLog, DaySpan
from bot.core.rounds import Talk
from bot.ports import Following
from bot.records import Reached, Spoken, TurnRecord
from bot.releases import Serving, Why
from bot.store import sql_coverage, sql_days, sql_explain, sql_followed, sql_reached, sql_recorded, sql_releases
from bot.store.calls.base import Calls


class ProofCalls(Calls):
    """`ports.ProofStore`."""

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

    async def day(self, span: DaySpan, hear: Callable[[Talk], None]) -> DayLog:
        return await self._read(partial(sql_days.day, span=span, hear=hear))

    async def followed(self, places: Sequence[Following], most: int) -> Sequence[Sequence[Spoken]]:
        return await self._read(partial(sql_followed.followed, places=places, most=most))

    async def names_of(self, buyer_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        return await self._read(partial(sql_followed.names_of, buyer_ids=buyer_ids))

    async def spoken(self, since: datetime, until: datetime, hear: Callable[[Part], None]) -> None:
        await self._read(partial(sql_coverage.spoken, since=since, until=until, hear=hear))

    async def told(self, since: datetime, until: datetime, hear: Callable[[Told], None]) -> datetime | None:
        return await self._read(partial(sql_coverage.told, since=since, until=until, hear=hear))

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
