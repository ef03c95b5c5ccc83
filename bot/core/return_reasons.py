"""Why goods come back, as the after-sales matters tell that a turn has carried out.

In: a turn as it is filed. Out: an issue a matter. Never: a matter that was given up or put away; one filed twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.filing import Filing
from bot.core.masking import mask_text
from bot.core.model import FlowState
from bot.core.notebooks import Issue, IssueKind
from bot.core.replied import LONGEST
from bot.core.text import plain

_CARRIED_OUT = frozenset({"handed", "done"})  # ends of a matter that is gone on with
_LED = "led"


def return_reasons(filing: Filing) -> Iterator[Issue]:
    """Of each matter that ended now and has a `why`."""
    known = {(one.name, one.since) for one in filing.before.past_flows}
    past = filing.turn.conversation.past_flows
    for place, state in enumerate(past):
        if (state.name, state.since) not in known and state.ended in _CARRIED_OUT:
            yield from _reason(filing, state, _first_of(past[: place + 1]))


def _reason(filing: Filing, state: FlowState, first: FlowState) -> Iterator[Issue]:
    """A choice is the reason itself; of other matters it is what they are, with the buyer's words."""
    work = filing.work(state)
    slot = work.flow.slot(work.flow.why) if work else None
    if work is None or slot is None:
        return
    told = state.filled.get(slot.name, "")
    if slot.kind == "choice" and told not in slot.options:
        return
    reason = told if slot.kind == "choice" else work.flow.title
    text = mask_text(told)[:LONGEST] if plain(told) else reason
    issue = filing.issue(IssueKind.RETURN_REASON, text, reason)
    yield replace(filing.of_matter(issue, first.name, first, work), intent=work.flow.starts[0])


def _first_of(past: Sequence[FlowState]) -> FlowState:
    """Where the last of these matters began: one that another led into is the same."""
    place = len(past) - 1
    while place and past[place - 1].ended == _LED:
        place -= 1
    return past[place]
