"""Commands to a shop's channel over signed HTTP.

In: a command. Out: what the far side made of it. Never: an exception for what the far side does.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import cycle

import httpx

from bot.channels.signing import Secret, sign
from bot.ports import Delivered, Later, Refused
from bot.records import Command

_TIMEOUT_SECONDS = 10.0
_CLIENTS, _CONNECTIONS = 8, 8
_TOO_MANY = 429
_NOT_TAKEN = frozenset({_TOO_MANY, 503})  # of other server errors nobody knows whether the work was done before them


@asynccontextmanager
async def open_clients() -> AsyncIterator[Sequence[httpx.AsyncClient]]:
    """Several clients of a few connections each: what a client does for one call grows with its open connections. The
    machine's certificates are read once for all."""
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    trusted = httpx.create_ssl_context(trust_env=False)
    async with AsyncExitStack() as stack:
        made = [httpx.AsyncClient(verify=trusted, trust_env=False, limits=limits) for _ in range(_CLIENTS)]
        yield [await stack.enter_async_context(client) for client in made]


class WebhookChannel:
    """`ports.ChannelOut` by `POST`. The command's id is `webhook-id`, the same over all tries, so that a channel that
    honours it delivers once."""

    def __init__(self, url: str, secret: Secret, clients: Sequence[httpx.AsyncClient]) -> None:
        self._url = url
        self._secret = secret
        self._clients = cycle(clients)

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        body = _body(command)
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                response = await next(self._clients).post(
                    self._url, content=body, headers=self._headers(command, body, now), timeout=_TIMEOUT_SECONDS
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Later(type(error).__name__)
        except (TimeoutError, httpx.TimeoutException):
            return Later("timeout", unsure=True)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return Later(type(error).__name__, unsure=True)
        except (httpx.InvalidURL, httpx.RequestError) as error:
            return Refused(type(error).__name__)
        return _verdict(response, now)

    def _headers(self, command: Command, body: bytes, now: datetime) -> dict[str, str]:
        seconds = int(now.timestamp())
        return {
            "content-type": "application/json; charset=utf-8",
            "accept-encoding": "identity",
            "webhook-id": command.id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(self._secret, command.id, seconds, body),
        }


def _body(command: Command) -> bytes:
    """The same bytes at every try: the time is the command's, not the try's."""
    envelope = {"type": command.type, "timestamp": command.created_at.isoformat(), "data": dict(command.data)}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def _verdict(response: httpx.Response, now: datetime) -> Delivered | Later | Refused:
    if response.is_success:
        return Delivered()
    error = f"http {response.status_code}"
    if response.status_code == _TOO_MANY or response.is_server_error:
        wish = _retry_after(response.headers.get("retry-after", ""), now)
        return Later(error, wish, unsure=response.status_code not in _NOT_TAKEN)
    return Refused(error)


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds or an HTTP date; anything else is no wish."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
