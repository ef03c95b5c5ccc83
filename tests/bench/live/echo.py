"""A bare echo over server-sent events, a process of its own: `python -m tests.bench.live.echo PORT`.

In: a post to a place. Out: the same on that place's stream. Never: a store, a page, a check of anything: this is what
pushing a line to a screen costs at the least.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.sse import format_sse_event
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.bench.live.wire import HOST


def app() -> FastAPI:
    """`GET /live/PLACE`, `POST /say/PLACE`, `GET /readyz`."""
    echo, ears = FastAPI(), defaultdict[str, list[asyncio.Queue[str]]](list)

    async def heard(place: str) -> AsyncIterator[bytes]:
        queue = asyncio.Queue[str]()
        ears[place].append(queue)
        yield format_sse_event(comment="open")
        while True:
            yield format_sse_event(event="line", data_str=await queue.get())

    @echo.get("/live/{place}")
    async def live(place: str) -> StreamingResponse:
        return StreamingResponse(heard(place), media_type="text/event-stream")

    @echo.post("/say/{place}")
    async def say(place: str, request: Request) -> Response:
        text = (await request.body()).decode()
        for queue in ears[place]:
            queue.put_nowait(text)
        return Response()

    @echo.get("/readyz")
    async def ready() -> Response:
        return Response()

    return echo


if __name__ == "__main__":
    uvicorn.run(app(), host=HOST, port=int(sys.argv[1]), log_level="warning", timeout_graceful_shutdown=1)
