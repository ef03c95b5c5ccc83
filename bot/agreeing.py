"""All processes serve one version: the last line of the store's `serving`, which changed files or a person add to.

In: the store's lines, the shelf's folders. Out: the shelf's book swapped, a line added for files that check clean.
Never: a version served that does not check clean here; one that people took back, by itself; two choices at once.

Whoever finds new files in its folders keeps them in the store and serves them, if nobody else has chosen meanwhile.
All others follow: at the next tick, when they are woken, or at the latest before the first turn that is read after the
choice (`reach`).
"""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from bot.bell import LocalBell
from bot.clock import Now
from bot.core.book import Book
from bot.crew import TROUBLE
from bot.errors import ContentError
from bot.ports import Store
from bot.releases import Serving, Why, is_taken_back
from bot.shelf import Fingerprint, Found, Shelf, Standstill, Unserved

_SECONDS = 1.0
_HISTORY = 1_000
_PATIENCE = 60  # looks; a lock that git left behind when it died is not waited for any longer
_FOLDER, _STORE = "folder", "store"


class Agreement:
    """`me` names this process in the store's lines; `bells`: of the worker, which may go on, and of all processes'
    agreements."""

    def __init__(
        self, store: Store, shelf: Shelf, now: Now, log: structlog.typing.FilteringBoundLogger, me: str,
        bells: tuple[LocalBell, LocalBell] | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._shelf = shelf
        self._now = now
        self._log = log
        self._me = me
        self._work, self._bell = bells or (LocalBell(), LocalBell())
        self._one = asyncio.Lock()
        self._seq = self._told = 0
        self._read: Fingerprint | None = None
        self._moving: Fingerprint | None = None
        self._waited = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop: look every second, and when woken."""
        while not stop.is_set():
            await self._bell.wait(_SECONDS)
            await self.look()

    def wake(self) -> None:
        """Look now."""
        self._bell.hear()

    async def look(self) -> None:
        """One tick; one that fails is told and made up for by the next."""
        try:
            await self.tick()
        except TROUBLE as down:
            self._log.warning("agreement.store_down", error=str(down))
        except Exception as defect:
            self._log.exception("agreement.defect", kind=type(defect).__name__)

    def is_behind(self) -> bool:
        """Whether a version is known to be served that is not in use here yet: others take the work meanwhile."""
        return self._told > self._seq

    async def reach(self, seq: int) -> None:
        """Return once the version of this line, or of a later one, is in use here; or cannot be."""
        if self._seq >= seq:
            return
        self._told = max(self._told, seq)
        async with self._one:
            if self._seq < seq:
                await self._follow(await self._store.serving())

    async def tick(self) -> None:
        """Follow the store, then look into the folders."""
        async with self._one:
            served = await self._store.serving()
            await self._follow(served)
            await self._look(served)

    async def _follow(self, served: Serving | None) -> None:
        """Whatever is wrong with what is served, this process goes on with what it has."""
        if served is None or served.seq == self._seq:
            self._told = self._seq
            return
        self._told = max(self._told, served.seq)
        self._shelf.standstills.pop(_STORE, None)
        if served.version != self._shelf.book().version:
            await self._swap(served)
        self._seq = self._told = served.seq
        self._work.ring()

    async def _swap(self, served: Serving) -> None:
        files = await self._store.release_files(served.version)
        if files is None:
            self._stands(_STORE, Unserved.UNFIT, served.version)
            return
        try:
            self._put(await asyncio.to_thread(self._shelf.made, files, served.commit), served.by)
        except ContentError as error:
            self._stands(_STORE, Unserved.UNFIT, served.version, error)
        except Exception as defect:
            self._log.exception("agreement.defect", kind=type(defect).__name__)
            self._stands(_STORE, Unserved.UNFIT, served.version)

    async def _look(self, served: Serving | None) -> None:
        """What is being written is let alone until it has been still from one look to the next."""
        seen = await asyncio.to_thread(self._shelf.look)
        if seen == self._read:
            return
        if self._read is not None and seen != self._moving:
            self._moving = seen
            return
        found = await asyncio.to_thread(partial(self._shelf.find, patient=self._waited < _PATIENCE))
        self._waited = 0 if found else self._waited + 1
        if found and await self._judged(found, served):
            self._read, self._moving = found.seen, None

    async def _judged(self, found: Found, served: Serving | None) -> bool:
        """Whether the matter is settled; else it is looked at again."""
        version = found.files.version
        if served and version == served.version:
            await self._known(found, served)
            return True
        lines = await self._store.releases(_HISTORY)
        if not (why := self._unserved(version, lines)):
            return await self._serve(found, served)
        self._stands(_FOLDER, why, version)
        return True

    def _unserved(self, version: str, lines: Sequence[Serving]) -> Unserved | None:
        if is_taken_back(version, lines):
            return Unserved.TAKEN_BACK
        begins = self._read is None
        return Unserved.OLD if begins and any(one.version == version for one in lines) else None

    async def _known(self, found: Found, served: Serving) -> None:
        """The folders are as they should be; perhaps they have been committed since."""
        self._shelf.standstills.pop(_FOLDER, None)
        if found.commit and served.commit is None:
            await self._store.keep_release(found.files, found.commit, self._now())
            self._put(self._shelf.made(found.files, found.commit), served.by)

    async def _serve(self, found: Found, served: Serving | None) -> bool:
        after, version = served.seq if served else 0, found.files.version
        try:
            book = await asyncio.to_thread(self._shelf.made, found.files, found.commit)
        except ContentError as error:
            self._stands(_FOLDER, Unserved.FAULTS, version, error)
            return True
        await self._store.keep_release(found.files, found.commit, self._now())
        if not await self._store.serve(version, self._now(), self._me, Why.FILES, after):
            return False
        self._seq = self._told = after + 1
        self._shelf.standstills.clear()
        self._put(book, self._me)
        self._bell.ring()
        return True

    def _put(self, book: Book, by: str) -> None:
        if book is self._shelf.book():
            return
        self._shelf.put(book)
        told = {"version": book.version, "commit": book.commit, "by": by}
        self._log.info("book.loaded", topics=len(book.topics), asks=len(book.asks), **told)

    def _stands(self, what: str, why: Unserved, version: str, error: ContentError | None = None) -> None:
        before, faults = self._shelf.standstills.get(what), error.faults if error else ()
        since = before.since if before and before.why is why else self._now()
        self._shelf.standstills[what] = Standstill(why, version, since, faults)
        tell = self._log.error if faults else self._log.warning
        tell("book.refused", why=why.value, version=version, faults=[str(fault) for fault in faults])
