"""Bounds of what comes in and rules for what goes out: the size of a body, the headers of every answer.

In: requests and ASGI messages. Out: a body's bytes, or `TooLargeError`; responses with security headers. Never: a body
that is read further than its limit.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import YebanError

BODY_MAX = 64 * 1024
_FRAMES = "x-frame-options"
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # Not no-referrer: that would turn the Origin of our own forms into "null".
    "referrer-policy": "same-origin",
    _FRAMES: "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class TooLargeError(YebanError):
    """The body is over its limit."""

    def __init__(self, limit: int) -> None:
        super().__init__("web.too_large", kib=limit // 1024)


async def read_body(request: Request, limit: int = BODY_MAX) -> bytes:
    """The whole body; raises `TooLargeError` as soon as it is known to be over the limit, announced or not."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise TooLargeError(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLargeError(limit)
    return bytes(body)


class SecurityHeaders:
    """Pure ASGI middleware: sets the security headers that a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, guarded)


def framed_by(origins: Sequence[str]) -> str:
    """The policy of a page that these origins may show in a frame."""
    own = SECURITY_HEADERS["content-security-policy"].replace("img-src 'self' data:", "img-src 'self' data: blob:")
    return own.replace("frame-ancestors 'none'", " ".join(("frame-ancestors 'self'", *origins)))


def secure(headers: MutableHeaders) -> None:
    """Add the security headers that are not there yet. A response with a policy of its own says there who may frame it;
    the older header knows no list and would contradict."""
    own = "frame-ancestors" in headers.get("content-security-policy", "")
    for name, value in SECURITY_HEADERS.items():
        if name != _FRAMES or not own:
            headers.setdefault(name, value)
