"""All pages of the office under one router.

In: an `Office`. Out: routes under `/desk/office`. Never: a page of its own.
"""

from fastapi import APIRouter

from bot.web.desk.office.handovers import add_handovers
from bot.web.desk.office.issues import add_issues
from bot.web.desk.office.letters import add_letters
from bot.web.desk.office.now import add_now, add_pause
from bot.web.desk.office.record import add_record
from bot.web.desk.office.room import HOME, Office, OfficeRoute
from bot.web.desk.office.roster import add_roster
from bot.web.desk.office.versions import add_versions

_PARTS = (add_now, add_pause, add_roster, add_handovers, add_issues, add_record, add_letters, add_versions)


def office_router(office: Office) -> APIRouter:
    """`/desk/office` and everything below; no part of the interface for programs."""
    router = APIRouter(prefix=HOME, route_class=OfficeRoute, include_in_schema=False)
    for add in _PARTS:
        add(router, office)
    return router
