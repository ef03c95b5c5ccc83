"""Addresses of threads at the desk.

In: places. Out: paths, in which an id may hold anything; routes that read them. Never: a path decoded before it is
matched.
"""

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from bot.acting import Place
from bot.web.api.rawpath import decoded, undecoded
from bot.web.pages import thread_path


def path_of(place: Place) -> str:
    """The page of a thread."""
    return thread_path(place.channel, place.id)


class DeskRoute(APIRoute):
    """Its address is matched before it is decoded."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(undecoded(scope))
        return match, decoded(found)
