"""The buyer page and its twin for a frame: a chat that works on a phone, without scripts too, and stays live with them.

In: visitors' requests. Out: pages, streams, `message.created` events of the channel `page`. Never: another visitor's
transcript, an answer of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import NewId, Now
from bot.core.model import Item, Order
from bot.errors import YebanError
from bot.floods import Floods
from bot.inbox import event_of
from bot.newsroom import Newsroom
from bot.ports import Overloaded
from bot.records import Event
from bot.web.chat import CHANNEL, RefusedError, Sending, Visitor, event_data
from bot.web.front import Card, Shopfront
from bot.web.hooks import Accepting
from bot.web.limits import TooLargeError, framed_by
from bot.web.pages import page
from bot.web.reading import Reading, Telling
from bot.web.stream import STEP_SECONDS, Watch
from bot.web.tokens import Signer
from bot.web.tongue import COOKIE as TONGUE
from bot.web.tongue import FIRST, N_, asked_for, language_of, translations
from bot.web.visits import Visit, Visits

QUESTIONS = (
    N_("Which carrier do you ship with?"),
    N_("When will it be shipped?"),
    N_("Where is my parcel?"),
    N_("Which size for 165 cm and 52 kg?"),
    N_("Can I get an invoice?"),
    N_("Talk to a person"),
)
BUSY = N_(
    "It is busy just now and the message was not sent. Please try again in a few seconds; it is still in the box."
)
UNREAD = N_("It is busy just now and the talk cannot be read. Please reload the page later.")
_SHOWN_MAX = 200
_STRIP_MAX, _ORDERS_MAX = 6, 5
_ID_MAX = 128
_YEAR_SECONDS = 365 * 24 * 3600
#: Where developers look at a demo.
LOCAL_ORIGINS = ("http://localhost:*", "http://127.0.0.1:*")
#: Pictures: of one visitor, and of all together in this process.
PICTURES_EACH, PICTURES_ALL = (6, timedelta(seconds=10)), (60, timedelta(seconds=1))


def nobody_types(conversation_id: str) -> bool:
    """Where no desk tells."""
    del conversation_id
    return False


@dataclass(frozen=True, slots=True)
class Widget:
    """All that the page needs. `patience` is how long a page without scripts waits for an answer to show; `origins` are
    sites that may show the page in a frame; `typing` says of a conversation whether a person writes in it now;
    `news` tells of new lines, and None: look again and again."""

    store: Telling
    inbox: Accepting
    shopfront: Callable[[], Shopfront]
    watch: Watch
    now: Now
    new_id: NewId
    quiet: timedelta
    zone: ZoneInfo
    signer: Signer
    demo: bool = False
    patience: timedelta = timedelta(seconds=4)
    origins: Sequence[str] = ()
    typing: Callable[[str], bool] = nobody_types
    news: Newsroom | None = None
    each: Floods = field(default_factory=lambda: Floods(*PICTURES_EACH))
    altogether: Floods = field(default_factory=lambda: Floods(*PICTURES_ALL))

    @property
    def visits(self) -> Visits:
        return Visits(self.signer, self.now, self.new_id, self.demo)

    def reading(self, request: Request, visitor: Visitor) -> Reading:
        return Reading(self.store, visitor, self.now, self.zone, tongue_of(request))

    async def shown(self, request: Request, status: int = 200, error: str = "", text: str = "") -> Response:
        """The page, with what went wrong and the text that was not sent."""
        visit = self.visits.of_page(request)
        facts = await self._facts(request, visit, error)
        response = page(
            "chat.html",
            503 if facts["unread"] and not error else status,
            language=tongue_of(request),
            **facts,
            text=text,
        )
        return self.visits.remembered(request, _spoken(request, response), visit)

    async def framed(self, request: Request) -> Response:
        """The page for a frame in another site, with the token for its script and the item that the buyer looks at."""
        visit, believed = self.visits.of_frame(request)
        facts = await self._facts(request, visit, "")
        item = await self.item(request.query_params.get("item", "")) if not facts["unread"] else None
        response = page(
            "embed.html",
            503 if facts["unread"] else 200,
            language=tongue_of(request),
            **facts | {"items": [Card.of(item, tongue_of(request))] if item else []},
            text="",
            visitor=self.visits.signer.written_as(visit.token),
            believed=believed,
            vouched=bool(visit.visitor.buyer),
        )
        response.headers["content-security-policy"] = framed_by(self.origins)
        return self.visits.remembered(request, response, visit)

    async def _facts(self, request: Request, visit: Visit, error: str) -> dict[str, object]:
        reading, front, language = self.reading(request, visit.visitor), self.shopfront(), tongue_of(request)
        try:
            lines, orders, unread = await reading.lines(), await reading.orders(_ORDERS_MAX), False
        except YebanError:
            lines, orders, unread = (), (), True
        return {
            "shop": front,
            "items": [Card.of(one, language) for one in list(front.items)[:_STRIP_MAX]],
            "orders": orders,
            "lines": [reading.seen(line) for line in lines[-_SHOWN_MAX:]],
            "last": lines[-1].seq if lines else 0,
            "questions": questions(language),
            "token": self.new_id(),
            "who": visit.visitor.id,
            "is_new": visit.is_new,
            "error": error or (translations(language).gettext(UNREAD) if unread else ""),
            "unread": unread,
            "sent": "sent" in request.query_params,
        }

    async def event(self, sending: Sending, visitor: Visitor) -> Event:
        """What was sent, as an event; raises `RefusedError`."""
        item, order = await self._meant(sending.checked(), visitor)
        return self.message(sending.event_id(visitor), visitor, sending.content(item, order))

    def message(self, event_id: str, visitor: Visitor, content: Mapping[str, object]) -> Event:
        now = self.now()
        data = event_data(event_id, visitor, content, now)
        return event_of(CHANNEL, event_id, "message.created", data, now, self.quiet)

    async def _meant(self, sending: Sending, visitor: Visitor) -> tuple[Item | None, Order | None]:
        """What a card is of: any item of the shop's, an order of the visitor's own."""
        if sending.item_id:
            return await self.item(sending.item_id), None
        if not sending.order_id or not visitor.is_known:
            return None, None
        mine = await self.store.orders_of(visitor.buyer_id)
        return None, next((one for one in mine if one.id == sending.order_id), None)

    async def item(self, item_id: str) -> Item | None:
        """One item, from what is shown anyway or from the store."""
        shown = next((item for item in self.shopfront().items if item.id == item_id), None)
        fit = 0 < len(item_id) <= _ID_MAX and item_id.isprintable()
        return shown if shown or not fit else (await self.store.find(item_id, None))[0]

    async def settled(self, visitor: Visitor, after: int) -> bool:
        """Whether an answer came while a page without scripts could wait for it."""
        deadline = self.now() + self.patience
        while self.now() < deadline and not self.watch.closed:
            lines = await self.store.transcript(*visitor.place, after)
            if any(line.author != "buyer" for line in lines):
                return True
            await self.watch.wait(STEP_SECONDS)
        return False

    def is_typing(self, visitor: Visitor) -> bool:
        """Whether a person writes to them now."""
        return self.typing(visitor.conversation_id)

    async def last(self, visitor: Visitor) -> int:
        """The newest line's number."""
        lines = await self.store.transcript(*visitor.place)
        return lines[-1].seq if lines else 0


def tongue_of(request: Request) -> str:
    """The language that is asked for now, else the one chosen before."""
    return asked_for(request) or language_of(request)


def questions(language: str) -> Sequence[tuple[str, str]]:
    """Common questions: what the buyer reads, and what is sent. The bot's questions are Chinese."""
    told, sent = translations(language).gettext, translations(FIRST).gettext
    return [(told(one), sent(one)) for one in QUESTIONS]


def _spoken(request: Request, response: Response) -> Response:
    """A language that was asked for once stays."""
    asked = asked_for(request)
    if asked and request.cookies.get(TONGUE) != asked:
        secure = request.url.scheme == "https"
        response.set_cookie(TONGUE, asked, max_age=_YEAR_SECONDS, secure=secure, httponly=True, samesite="lax")
    return response


Trouble = (YebanError, RefusedError)


def status_of(error: Exception) -> int:
    match error:
        case TooLargeError():
            return 413
        case RefusedError(status=status):
            return status
        case Overloaded():
            return 429
        case _:
            return 503


def reason_of(error: Exception, language: str) -> str:
    if isinstance(error, RefusedError):
        return error.told(language)
    return str(error) if isinstance(error, TooLargeError) else translations(language).gettext(BUSY)
