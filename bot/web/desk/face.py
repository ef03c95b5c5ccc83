"""The desk's pages put together from what the services say.

In: services, who is logged in, a conversation's place. Out: pages and parts. Never: an act.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.absence import Absences
from bot.acting import Place
from bot.annotating import Annotating
from bot.buyer_card import BuyerCards
from bot.clock import NewId, Now
from bot.core.book import Book
from bot.core.model import Holder
from bot.desk import Desk, Thread
from bot.errors import YebanError
from bot.newsroom import Newsroom
from bot.ports import Store
from bot.refusals import UnknownError
from bot.searching import LONGEST, Searching
from bot.shelf import Standstill
from bot.suggesting import Suggesting
from bot.web.desk.board import Board
from bot.web.desk.gate import Gate, LoginNeededError, Staff
from bot.web.desk.live import HEARTBEAT_SECONDS
from bot.web.desk.parts import Scene, head_part, line_part, presence_part, queue_part, unsent_part
from bot.web.desk.standing import standing
from bot.web.pages import page

SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Face:
    """All that the pages and their acts need."""

    store: Store
    desk: Desk
    board: Board
    news: Newsroom
    gate: Gate
    suggesting: Suggesting
    cards: BuyerCards
    annotating: Annotating
    absences: Absences
    searching: Searching
    book: Callable[[], Book]
    now: Now
    new_id: NewId
    standstills: Callable[[], Sequence[Standstill]] = tuple

    def scene(self, staff: Staff) -> Scene:
        return Scene(staff, self.now(), self.zone())

    def zone(self) -> ZoneInfo:
        """Of the shop, as it is now."""
        return ZoneInfo(self.book().rules.shop.timezone)

    async def shown(
        self, request: Request, staff: Staff, place: Place | None = None, *, status: int = 200, error: str = "",
        text: str = "",
        found: str = "",
    ) -> HTMLResponse:  # fmt: skip
        """The whole page: the queue, one's state, and a thread where one is open; with what went wrong, and the text
        that was not sent."""
        await self.board.look()
        scene = self.scene(staff)
        whole = "all" in request.query_params
        thread = await self._thread(scene, place, whole=whole) if place else None
        return page(
            "desk/desk.html", status, language=staff.language, shop=self.book().rules.shop.name, staff=staff,
            here="desk", queue=queue_part(scene, self.board.rows), presence=presence_part(scene, self.board.floor),
            thread=thread, found=found, error=error, text=text, key=self.new_id(),
            asked=request.query_params.get("q", "")[:LONGEST], now=scene.now.isoformat(),
            standing=standing(self.standstills()), at=scene.stamp,
        )  # fmt: skip

    async def _thread(self, scene: Scene, place: Place, *, whole: bool) -> dict[str, object]:
        thread = await self.desk.thread(place)
        whys = await self.suggesting.whys(place)
        shown = thread.lines if whole else thread.lines[-SHOWN_MAX:]
        return {
            "talk": thread.conversation,
            "head": head_part(scene, thread.conversation, thread.ahead, self.board.floor),
            "lines": [line_part(scene, said, whys) for said in shown],
            "unsent": unsent_part(scene, await self.desk.unsent(place)),
            "older": len(thread.lines) - len(shown),
            "last": shown[-1].seq if shown else 0,
            "card": await self.card_part(scene, place),
            "suggestion": await self.suggestion_part(scene, place, thread),
        }

    async def card_part(self, scene: Scene, place: Place) -> str:
        """What is known of the buyer."""
        card = await self.cards.card(place)
        return scene.draw(
            "card", card=card, place=place, flags=self.annotating.flags(), free=self.book().rules.buyers.free_tags
        )

    async def suggestion_part(self, scene: Scene, place: Place, thread: Thread | None = None) -> str:
        """What the bot would say, where it would; one that fails is none."""
        try:
            found = await self.suggesting.suggestion(place)
        except YebanError:
            found = None
        closed = thread is not None and thread.conversation.holder is Holder.CLOSED
        return scene.draw("suggestion", found=None if closed else found)

    async def shorts_part(self, scene: Scene, place: Place, prefix: str) -> str:
        """Quick phrases that begin so."""
        return scene.draw("shorts", found=await self.suggesting.shorts(place, prefix))

    async def found_part(self, scene: Scene, asked: str) -> str:
        """Conversations that were searched for."""
        found = await self.searching.search(asked) if asked.strip() else []
        return scene.draw("found", found=found, asked=asked)

    async def next_place(self, agent: str) -> Place:
        """The hottest of one's own that waits, else of those that wait for anybody. Raises `UnknownError`."""
        waiting = [one for one in await self.desk.queue() if one.waiting_since and one.agent_id in {agent, None}]
        waiting.sort(key=lambda one: one.agent_id is not None)
        if not waiting:
            raise UnknownError("desk.nobody_waits")
        return Place(waiting[0].channel, waiting[0].id)

    def heartbeat(self) -> float:
        """Seconds between two signs of an open desk: often enough that one that is lost makes nobody absent."""
        return min(HEARTBEAT_SECONDS, self.book().rules.routing.dispatch.absent_after.total_seconds() / 4)

    async def here(self, staff: Staff) -> None:
        """A desk stands open. Raises `LoginNeededError` once its log-in has ended."""
        if not await self.gate.lasts(staff):
            raise LoginNeededError("desk.login_needed")
        await self.store.beat(staff.session, self.now())
