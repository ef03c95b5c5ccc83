"""Two questions of whoever runs the service: does it live, can it work.

In: the store's vitals and whether the rules are loaded. Out: JSON. Never: an error page; what cannot be asked is null.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from bot.clock import Now
from bot.errors import YebanError
from bot.records import Vitals

_PATIENCE_SECONDS = 2.0


class Vital(Protocol):
    """What is asked of the store."""

    async def vitals(self, now: datetime) -> Vitals:
        """How the work stands."""


class Pulse:
    """The store's vitals for everybody who asks. While an answer is awaited nobody asks again, so that a store that
    hangs holds up one question, not one a second."""

    def __init__(self, store: Vital, now: Now, patience: float = _PATIENCE_SECONDS) -> None:
        self._store = store
        self._now = now
        self._patience = patience
        self._asking: asyncio.Task[Vitals | None] | None = None

    async def vitals(self) -> Vitals | None:
        """The answer, or None where the store fails or keeps us waiting."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=self._patience)
        return done.pop().result() if done else None

    async def _ask(self) -> Vitals | None:
        try:
            return await self._store.vitals(self._now())
        except (YebanError, OSError):
            return None


class Live(BaseModel):
    ok: bool


class Ready(BaseModel):
    """`ready`: the store answers; a good set of rules there always is, or the service would not run. `rules`: the
    newest files are the ones in use. `oldest_unanswered_seconds`: since the longest-waiting event came in, or the
    message whose reply is not delivered yet. `undelivered`: what was refused or came too late and nobody has seen to.
    Being paused is a wish, not a fault."""

    ready: bool
    store: bool
    rules: bool
    oldest_unanswered_seconds: float | None
    undelivered: int | None
    paused: bool | None


def health_router(pulse: Pulse, rules_ok: Callable[[], bool]) -> APIRouter:
    """`GET /healthz` and `GET /readyz`."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def live() -> Live:
        """Whether the process answers."""
        return Live(ok=True)

    @router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
    async def ready() -> JSONResponse:
        """Whether messages can be taken and answered."""
        state = _state(await pulse.vitals(), rules_ok())
        return JSONResponse(state.model_dump(), status_code=200 if state.ready else 503)

    return router


def _state(vitals: Vitals | None, rules: bool) -> Ready:
    return Ready(
        ready=vitals is not None,
        store=vitals is not None,
        rules=rules,
        oldest_unanswered_seconds=vitals.unanswered if vitals else None,
        undelivered=vitals.undelivered if vitals else None,
        paused=vitals.paused if vitals else None,
    )
