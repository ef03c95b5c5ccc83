"""Who may use the interface for people, and as whom.

In: a request's headers, the token from the settings. Out: the acting agent's number, or a refusal. Never: a token
compared in a time that tells how much of it was right.

The token belongs to the shop's own systems; they say on whose behalf they act. Agents' own log-ins are the desk's.
"""

import hmac
from dataclasses import dataclass

from starlette.requests import Request

from bot.errors import YebanError

BEARER, ACTOR = "bearer ", "x-agent"


class RefusedError(YebanError):
    """No, wrong or missing token, or nobody named: `status` is 401, 403 or 422."""

    def __init__(self, key: str, status: int) -> None:
        self.status = status
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class Door:
    """`token` None: the interface is closed."""

    token: str | None

    def pass_(self, request: Request) -> None:
        """Raises `RefusedError` for whoever may not come in."""
        if self.token is None:
            raise RefusedError("desk.no_token", 403)
        told = request.headers.get("authorization", "")
        given = told[len(BEARER) :] if told.lower().startswith(BEARER) else ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise RefusedError("desk.bad_token", 401)

    def actor(self, request: Request) -> str:
        """Who acts. Raises `RefusedError`."""
        self.pass_(request)
        name = request.headers.get(ACTOR, "").strip()
        if not name:
            raise RefusedError("desk.no_actor", 422)
        return name
