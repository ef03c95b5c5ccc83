"""Whose talk a request is about: by its header, its cookies, or the shop's word for a buyer.

In: a request. Out: a `Visit` with the token that the browser is to keep. Never: a talk of somebody else's, whatever a
browser claims; an unsigned id.

A browser that keeps cookies of other sites out of frames leaves only the header to the embedded page: its script has
the token. Streams and pictures carry no header and go without, or by the cookie.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import NewId, Now
from bot.web.chat import Visitor
from bot.web.tokens import LIFE, Signer, Token

COOKIE, EMBED_COOKIE = "yeban_buyer", "yeban_embed"
HEADER = "x-yeban-visitor"
WHO = "who"
_SECONDS = int(LIFE.total_seconds())


@dataclass(frozen=True, slots=True)
class Visit:
    """`is_new`: no token of ours came with the request. `embedded`: the browser keeps it for a frame."""

    visitor: Visitor
    token: Token
    is_new: bool = False
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Visits:
    """Who comes, and what their browsers are given to keep."""

    signer: Signer
    now: Now
    new_id: NewId
    demo: bool = False

    def of_page(self, request: Request) -> Visit:
        """Who opens our own page."""
        return self._first(self._cookie(request, COOKIE), embedded=False)

    def of_frame(self, request: Request) -> tuple[Visit, bool]:
        """Who opens the embedded page; a buyer whom the shop vouches for, else whoever was there before and is no such
        buyer. False: the shop's word does not hold."""
        buyer, signature = (request.query_params.get(name, "") for name in ("buyer", "signature"))
        if buyer and self.signer.vouched(buyer, signature):
            return self._visit(self.signer.for_buyer(buyer, self.now()), embedded=True), True
        kept = self._cookie(request, EMBED_COOKIE)
        return self._first(None if kept and kept.buyer else kept, embedded=True), not buyer

    def of_call(self, request: Request) -> Visit:
        """Who a page's script or form speaks for: `who`, if it is named and the request can prove it; else the first
        that it can prove; else, on our own page, whom its cookie names; else somebody new. The answer says who."""
        framed = HEADER in request.headers
        return self.known(request) or self._first(None if framed else self._cookie(request, COOKIE), embedded=framed)

    def known(self, request: Request) -> Visit | None:
        """The same, but nobody new."""
        who = request.query_params.get(WHO)
        fit = (one for one in self.all(request) if not who or one.visitor.id == who)
        return next(fit, None)

    def all(self, request: Request) -> Iterator[Visit]:
        """All that a request can prove to be."""
        told = self.signer.read(request.headers.get(HEADER), self.now())
        kept = ((told, True), (self._cookie(request, COOKIE), False), (self._cookie(request, EMBED_COOKIE), True))
        return (self._visit(token, embedded=embedded) for token, embedded in kept if token)

    def renewed(self, visit: Visit) -> str | None:
        """The token to keep from now on; None while the browser's own will do."""
        if not visit.is_new and not visit.token.is_due(self.now()):
            return None
        return self.signer.written_as(replace(visit.token, issued_at=self.now()))

    def remembered(self, request: Request, response: Response, visit: Visit) -> Response:
        """The response, with a cookie where the browser has none that will do."""
        name = EMBED_COOKIE if visit.embedded else COOKIE
        kept = self._cookie(request, name)
        if kept is None or kept.key != visit.token.key or kept.is_due(self.now()):
            token = self.signer.written_as(replace(visit.token, issued_at=self.now()))
            response.headers.append("set-cookie", _cookie(name, token, request.url.scheme == "https"))
        return response

    def _first(self, token: Token | None, embedded: bool) -> Visit:
        if token is not None:
            return self._visit(token, embedded=embedded)
        return replace(self._visit(Token(self.new_id(), self.now()), embedded=embedded), is_new=True)

    def _visit(self, token: Token, embedded: bool) -> Visit:
        return Visit(Visitor.of(token, self.demo), token, embedded=embedded)

    def _cookie(self, request: Request, name: str) -> Token | None:
        return self.signer.read(request.cookies.get(name), self.now())


def _cookie(name: str, token: str, https: bool) -> str:
    """In a frame of another site only a partitioned cookie is kept, and only over https (RFC 6265bis, CHIPS)."""
    framed = "SameSite=None; Secure; Partitioned" if https else "SameSite=Lax"
    same = "SameSite=Lax; Secure" if https else "SameSite=Lax"
    return f"{name}={token}; Max-Age={_SECONDS}; Path=/; HttpOnly; {framed if name == EMBED_COOKIE else same}"
