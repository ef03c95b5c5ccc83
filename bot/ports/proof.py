"""What was said and why, told again; the sets of files that it was said from.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.content.files import FileSet
from bot.core.compose import Part
from bot.core.coverage import Told
from bot.core.daylog import DayLog, DaySpan
from bot.core.rounds import Talk
from bot.ports.answers import Following
from bot.records import Reached, Spoken, TurnRecord
from bot.releases import Serving, Why


class ProofStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def recorded(
        self, since: datetime, until: datetime, after: tuple[datetime, str] | None, limit: int, *, stories: bool = True
    ) -> Sequence[TurnRecord]:
        """A page of the turns taken from `since` on and before `until`, by time and id, behind the mark `after`; with
        empty `stories` where nobody reads them."""

    async def kept_set(self, begins: str) -> FileSet | None:
        """The set of operators' files that was served under a version beginning so; None for none or several."""

    async def explain(self, sent_id: str) -> Mapping[str, object] | None:
        """The story behind a sent command or a message id."""

    async def reached(
        self, wording: str, source: str, since: datetime | None, until: datetime | None
    ) -> Sequence[Reached]:
        """Messages that arrived from `since` on and before `until` and were made of a wording, by its key, whoever sent
        them; and those of which is only known that they were said from the line `source`. In the order of their
        sending."""

    async def states_of(self, command_ids: Sequence[str]) -> Mapping[str, str]:
        """How those commands stand that were ever put into the outbox: `pending`, `sending`, `sent`; any other state
        means that they were given up."""

    async def day(self, span: DaySpan, hear: Callable[[Talk], None]) -> DayLog:
        """A local day told again, all of it in one snapshot: `hear` gets, on the store's thread and one after the
        other, every conversation with a line in the day; then the rest."""

    async def followed(self, places: Sequence[Following], most: int) -> Sequence[Sequence[Spoken]]:
        """For each place the first `most` lines of its conversation in its span, as they were said."""

    async def names_of(self, buyer_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By buyer: what they go by and whom their parcels go to, as far as any names are known."""

    async def spoken(self, since: datetime, until: datetime, hear: Callable[[Part], None]) -> None:
        """What the bot said from `since` on and before `until`, text by text: `hear` gets each on the store's thread.
        Where its turn is no longer known, nor its variant is, and of several texts in one message nor its words are."""

    async def told(self, since: datetime, until: datetime, hear: Callable[[Told], None]) -> datetime | None:
        """The turns of that span, in their order, to `hear` on the store's thread; without those that were erased. What
        is older than the time that it answers may have been cleared away; None where nothing ever was."""

    async def keep_release(self, files: FileSet, commit: str | None, now: datetime) -> bool:
        """Keep a set of the operators' files under its version. False: it was there already."""

    async def release_files(self, version: str) -> FileSet | None:
        """A set that was kept, byte for byte."""

    async def kept_texts(self, path: str) -> Mapping[str, bytes]:
        """The texts that a file had in sets that were kept, each once, by the newest version that has it, newest
        first."""

    async def kept_paths(self) -> frozenset[str]:
        """The files of all sets that were kept."""

    async def serve(self, version: str, now: datetime, by: str, why: Why, after: int) -> bool:
        """Let all processes serve a version that was kept, unless another was chosen since the line `after` (0: none).
        False: one was."""

    async def serving(self) -> Serving | None:
        """What is served; None before the first set."""

    async def releases(self, limit: int) -> Sequence[Serving]:
        """What is served and was, newest first."""
