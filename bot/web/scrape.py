"""`GET /metrics`: what the service does, for Prometheus.

In: the store's vitals, and what turns them with all that was counted into an exposition. Out: 200 with what is known,
also while the store is down. Never: a number of a single buyer.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.records import Vitals
from bot.web.health import Pulse

Expose = Callable[[Vitals | None, str], tuple[bytes, str]]


def scrape_router(pulse: Pulse, expose: Expose) -> APIRouter:
    """The route; it is for machines and not part of the described interface."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        body, kind = expose(await pulse.vitals(), request.headers.get("accept", ""))
        return Response(body, headers={"content-type": kind})

    return router
