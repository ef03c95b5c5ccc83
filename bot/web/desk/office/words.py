"""What the office calls things; the Chinese stands in `locale/zh_CN/office.po`.

In: kinds and codes. Out: English messages for `_`. Never: a sentence to a buyer.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from bot.core.notebooks import IssueKind, LineKind, NoticeKind

#: Marks a message for the catalogue.
N_: Callable[[str], str] = str
_SECOND, _MINUTE, _HOUR, _DAYS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=2)
_TENTH = Decimal("0.1")
Say = Callable[[str], str]

GROUPS: Mapping[str, str] = {
    "presale": N_("Pre-sales"), "aftersale": N_("After-sales"), "supervisor": N_("Supervisors"), "": N_("No group"),
}  # fmt: skip
STATES: Mapping[str, str] = {
    "here": N_("Clocked in"), "away": N_("Away"), "missing": N_("Not there"), "staying": N_("Staying on"),
    "beside": N_("Here without a shift"), "gone": N_("Gone, with open threads"),
}  # fmt: skip
NOTICES: Mapping[NoticeKind, str] = {
    NoticeKind.UNMANNED: N_("Nobody has clocked in to %(shift)s, which began at %(start)s (rostered: %(agents)s)"),
    NoticeKind.VANISHED: N_("%(agent)s seemed online but answered nobody, and is taken to be away"),
    NoticeKind.UNACKNOWLEDGED: N_("%(lines)s lines of a hand-over log were not acknowledged in time"),
    NoticeKind.OVERDUE: N_("A promise is past its time"),
    NoticeKind.UNSERVED: N_("A buyer waits, nobody answers and nobody else is free"),
    NoticeKind.STOOD_IN: N_("A supervisor's matter is with %(agent)s, as no supervisor was there"),
}
LINES: Mapping[LineKind, str] = {
    LineKind.WAITING: N_("Buyer"), LineKind.PROMISE: N_("Promise"), LineKind.CALL_BACK: N_("Call back"),
    LineKind.NOTE: N_("Note"),
}  # fmt: skip
ISSUES: Mapping[IssueKind, str] = {
    IssueKind.UNANSWERED: N_("Not answered"), IssueKind.WRONG_ANSWER: N_("Wrong answer"),
    IssueKind.WRONG_FACT: N_("Wrong fact"), IssueKind.COMPLAINT: N_("Complaint"), IssueKind.REMARK: N_("Remark"),
    IssueKind.RETURN_REASON: N_("Reason of return"),
}  # fmt: skip
FEEDBACK: Mapping[str, str] = {
    "returns": N_("Reasons of return by item"), "complaints": N_("Complaints by item"),
    "wrong_facts": N_("Wrong facts by item"), "unanswered": N_("Asked most, not answered"),
}  # fmt: skip
LETTERS: Mapping[str, str] = {
    "dead": N_("Refused"), "expired": N_("Too late"), "seen": N_("People were told"),
    "needs_review": N_("To be checked"),
}  # fmt: skip
PURPOSES: Mapping[str, str] = {
    "reply": N_("Reply"), "nudge": N_("Nudge"), "care": N_("Care"), "handoff": N_("Call for people"),
    "notice": N_("Notice to the buyer"),
}  # fmt: skip
STANDSTILLS: Mapping[str, str] = {
    "faults": N_("The newest files have faults; the last good version is in use"),
    "taken_back": N_(
        "The files in the folder are one that was rolled back from; it is served again only after a change"
    ),
    "old": N_("The files in the folder are an older version; the newer one from the database is in use"),
    "unfit": N_("This process cannot use the served version and keeps its last good one"),
}
WHYS: Mapping[str, str] = {
    "files": N_("by changed files, from %(who)s"), "rollback": N_("rolled back by %(who)s"),
}  # fmt: skip
_CAUSES: Mapping[str, str] = {
    "http 404": N_("The channel does not know the conversation"),
    "http 410": N_("The channel has closed the conversation for good"),
    "http 429": N_("The channel had too much to do"),
    "timeout": N_("The channel did not answer in time; it may have arrived all the same"),
    "ConnectError": N_("The channel could not be reached"),
    "ConnectTimeout": N_("The channel could not be reached"),
    "PoolTimeout": N_("Too many calls to the channel at once"),
    "unreadable": N_("Written by a newer version that this one cannot read"),
    "deadline": N_("It could not be sent before its time was over"),
}
_REFUSED = N_("The channel refused it")
_FAULTY = N_("The channel was out of order")
_BROKEN = N_("The connection broke; it may have arrived all the same")
_UNKNOWN = N_("No cause is known")


def cause(error: str | None) -> str:
    """Why a command did not arrive, by the outbox's own code."""
    if not error:
        return _UNKNOWN
    if error in _CAUSES:
        return _CAUSES[error]
    if re.fullmatch(r"http [45]\d\d", error):
        return _REFUSED if error[len("http ")] == "4" else _FAULTY
    return _BROKEN


def seconds(millis: int | None) -> str:
    """With one decimal, as `yeban stats` tells it."""
    return "–" if millis is None else str((Decimal(millis) / 1000).quantize(_TENTH))


def share(some: int, of: int) -> str:
    """In percent, with one decimal."""
    return f"{(Decimal(some) * 100 / of).quantize(_TENTH)}%" if of else "–"


def lasting(span: timedelta, gettext: Say) -> str:
    """How long, in the two largest parts that matter."""
    if span < _MINUTE:
        return gettext(N_("%(seconds)s s")) % {"seconds": max(span // _SECOND, 0)}
    if span < _HOUR:
        return gettext(N_("%(minutes)s min")) % {"minutes": span // _MINUTE}
    if span < _DAYS:
        return gettext(N_("%(hours)s h %(minutes)s min")) % {"hours": span // _HOUR, "minutes": span % _HOUR // _MINUTE}
    return gettext(N_("%(days)s days")) % {"days": span.days}
