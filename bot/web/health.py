"""Two questions of whoever runs the service: does it live, can it work.

In: the store's state and whether the rules are loaded. Out: JSON. Never: an error page; what cannot be asked is false.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

import anyio
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from bot.clock import Now
from bot.errors import YebanError

_PATIENCE_SECONDS = 2.0
_T = TypeVar("_T")


class Vital(Protocol):
    """What the readiness answer asks of the store."""

    async def oldest_unanswered(self, now: datetime) -> float:
        """Seconds that the oldest unprocessed event has waited."""

    async def paused(self) -> bool:
        """Whether the kill switch is on."""


class Live(BaseModel):
    ok: bool


class Ready(BaseModel):
    """`ready`: the store answers; a good set of rules there always is, or the service would not run. `rules`: the
    newest files are the ones in use. Being paused is a wish, not a fault."""

    ready: bool
    store: bool
    rules: bool
    oldest_unanswered_seconds: float | None
    paused: bool | None


def health_router(store: Vital, rules_ok: Callable[[], bool], now: Now) -> APIRouter:
    """`GET /healthz` and `GET /readyz`."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def live() -> Live:
        """Whether the process answers."""
        return Live(ok=True)

    @router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
    async def ready() -> JSONResponse:
        """Whether messages can be taken and answered."""
        state = await _state(store, rules_ok(), now())
        return JSONResponse(state.model_dump(), status_code=200 if state.ready else 503)

    return router


async def _state(store: Vital, rules: bool, now: datetime) -> Ready:
    oldest = await _asked(lambda: store.oldest_unanswered(now))
    paused = await _asked(store.paused)
    reachable = oldest is not None and paused is not None
    return Ready(
        ready=reachable,
        store=reachable,
        rules=rules,
        oldest_unanswered_seconds=oldest,
        paused=paused,
    )


async def _asked(question: Callable[[], Awaitable[_T]]) -> _T | None:
    """The answer, or None where the store fails or keeps us waiting."""
    try:
        with anyio.fail_after(_PATIENCE_SECONDS):
            return await question()
    except (YebanError, OSError):
        return None
