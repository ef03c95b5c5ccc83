"""Decisions that give a turn away: to people, or to silence.

In: a case and a reason. Out: a `Decision`. Never: whether to; that is `decide.py` and `flows.py`.
"""

from bot.core.case import Case, Decision, Going
from bot.core.model import DecisionKind
from bot.core.pick import Pick
from bot.core.routing import staffed, waits_hotter


def hand_off(
    case: Case,
    reason: str,
    *,
    picks: tuple[Pick, ...] = (),
    group: str | None = None,
    urgency: int = 5,
    quiet: bool = False,
    flows: Going | None = None,
) -> Decision:
    """To the people of a group, or to whoever is there for them; who waits for a hotter matter goes on waiting."""
    held = case.conversation
    wanted = (held.group if waits_hotter(held, urgency) else None) or group or case.group
    there = staffed(wanted, case.facts.live, case.book.rules.routing)
    return Decision(
        DecisionKind.HAND_OFF, reason, picks, group=there, wanted=wanted, urgency=urgency, quiet=quiet, flows=flows
    )


def stay(reason: str) -> Decision:
    """Silence, with a reason."""
    return Decision(DecisionKind.STAY, reason)
