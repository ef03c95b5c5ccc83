"""Every address of the desk that an application has, asked by strangers and by those who may not.

In: an application. Out: methods and paths with every hole filled; what each answered. Never: a list kept by hand, so
that no page can be forgotten.
"""

import re
from collections.abc import Iterator, Mapping

import httpx
from fastapi import FastAPI
from starlette.routing import Route

DESK = "/desk"
#: What works without a log-in: the way in, and the language of its page.
OPEN = {("GET", "/desk/login"), ("POST", "/desk/login"), ("POST", "/desk/language")}
BROWSER = {"accept": "text/html,application/xhtml+xml"}
_HOLE = re.compile(r"\{[^}]*\}")


def desk_addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Methods and paths under `/desk`."""
    found = {(method, _HOLE.sub("1", route.path)) for route in _routes(app) for method in route.methods or ()}
    return sorted(one for one in found if one[1] == DESK or one[1].startswith(f"{DESK}/"))


async def let_in(app: FastAPI, client: httpx.AsyncClient, headers: Mapping[str, str] = BROWSER) -> list[str]:
    """Addresses that answered a client as if it were logged in: must be empty for a stranger. Neither a page nor a
    word of the desk may come back: only the way to the log-in, 401, or 403."""
    held = [one for one in desk_addresses(app) if one not in OPEN]
    answers = {one: await client.request(*one, headers=headers) for one in held}
    return [f"{method} {path} {answer.status_code}" for (method, path), answer in answers.items() if not _away(answer)]


def _away(answer: httpx.Response) -> bool:
    if answer.status_code == 303:
        return answer.headers["location"].partition("?")[0] == f"{DESK}/login"
    return answer.status_code in {401, 403}


def _routes(one: object) -> Iterator[Route]:
    """FastAPI keeps included routers whole."""
    for route in getattr(one, "routes", ()):
        if isinstance(route, Route):
            yield route
        else:
            yield from _routes(getattr(route, "original_router", None))
