"""How an after-sales matter begins: which flow a turn's intents start under the facts as they are.

In: a case and a meaning. Out: the `Work` of a new matter with what the message already tells, or None. Never: a
decision; a matter begun by a mere question where the flow does not want that.
"""

from bot.core.case import Case
from bot.core.clauses import asks, clauses
from bot.core.flow_facts import meets, times_done
from bot.core.flow_said import NOT_TOLD, opening
from bot.core.flow_work import Work
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import FlowState
from bot.core.questions import reading
from bot.core.rules.flows import Flow, Flows
from bot.core.text import plain


def beginning(case: Case, meaning: Meaning, but: str = "") -> Work | None:
    """The first flow that an intent of the turn begins under the facts as they are."""
    flows = case.book.rules.flows.flows
    sure = questions(meaning) or _of_clauses(case, meaning)
    for intent in sure or [claim.intent for claim in meaning.choices[:1]]:
        for name, flow in flows.items():
            if name != but and intent in flow.starts and (work := _opened(case, meaning, name, flow)):
                return work if sure or _names_much(work) else None
    return None


def _names_much(work: Work) -> bool:
    """A reading that is only nearly sure counts where the message names just what the flow would ask for."""
    kinds = [slot.kind for slot in work.flow.slots if slot.name in work.state.filled]
    return "sku" in kinds


def _of_clauses(case: Case, meaning: Meaning) -> list[str]:
    """Where the whole is not sure: what single clauses are all but certain of. The others tell of the same matter."""
    bar = (case.book.rules.reception.confidence.sure + 100) / 2
    parts = clauses(meaning.text, case.book.rules.reception.listening) if not meaning.claims else ()
    best = (claim for part in (parts if len(parts) > 1 else ()) for claim in reading(part.text, case.book)[:1])
    return [claim.intent for claim in best if claim.score >= bar]


def questions(meaning: Meaning) -> list[str]:
    return [claim.intent for claim in meaning.claims if claim.intent not in SMALL_TALK]


def _opened(case: Case, meaning: Meaning, name: str, flow: Flow) -> Work | None:
    """A flow with what the message already tells, if it may begin now."""
    work, request = Work(case, flow, FlowState(name, case.now)), _is_request(meaning, case)
    if (flow.questions == "never" and not request) or not meets(flow.when, work.held, {}):
        return None
    told = opening(work.placed, flow, work.state)
    work = work.knowing(told)
    named = any(slot.kind not in NOT_TOLD for slot in flow.slots if slot.name in told)
    allowed = {"always": True, "named": named, "never": False}[flow.questions]
    return work if allowed or request else None


def _is_request(meaning: Meaning, case: Case) -> bool:
    """Whether something is stated or requested; an answer to the bot's question was a request before."""
    rules = case.book.rules
    parts = clauses(meaning.text, rules.reception.listening)
    return bool(meaning.answers) or any(not asks(part, rules) or _requests(part.text, rules.flows) for part in parts)


def _requests(text: str, flows: Flows) -> bool:
    """Whether something is wanted done; "想问一下" wants nothing but an answer."""
    said = plain(text)
    for word in sorted(map(plain, flows.asking_words), key=len, reverse=True):
        said = said.replace(word, "")
    return any(plain(word) in said for word in flows.request_words)


def is_settled(work: Work) -> bool:
    """Whether the same matter of the same order is already with people, has become another one, or is done; some may
    be taken up once more."""
    past = work.case.conversation.past_flows
    same = [one for one in past if (one.name, one.order_id) == (work.state.name, work.state.order_id)]
    taken = any(one.ended in {"handed", "led"} for one in same)
    return taken or times_done(work.placed, work.state.name) > int(_knows_again(work.flow))


def _knows_again(flow: Flow) -> bool:
    """Whether a flow is another one when the buyer comes back to it."""
    return any("again" in (*when.facts, *when.never) for when in flow.conditions)
