"""Which group of people a matter belongs to.

In: intents, how the buyer's order stands, the routing rules. Out: a group. Never: a person; that is `dispatch.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from bot.core.model import Conversation, Holder, OrderStatus
from bot.core.once import once
from bot.core.rules.work import Routing

FLAG = "flag_"
_KEPT = 256  # ways in which groups are there


def group_of(intents: Iterable[str], routing: Routing, status: OrderStatus | None = None) -> str:
    """The first intent's group, as the buyer's order stands; or that of what was not understood."""
    known, rest = _groups(routing)(status)
    return next((known[intent] for intent in intents if intent in known), rest)


@once
def _groups(routing: Routing) -> Callable[[OrderStatus | None], tuple[Mapping[str, str], str]]:
    """Each intent's group, and everything else's; of two routes the first holds."""
    return lru_cache(None)(lambda status: _groups_at(routing, status))


def _groups_at(routing: Routing, status: OrderStatus | None) -> tuple[Mapping[str, str], str]:
    open_to = [route for route in routing.routes if not route.orders or status in route.orders]
    known = dict[str, str]()
    for route in open_to:
        for intent in route.intents or {intent for other in routing.routes for intent in other.intents}:
            known.setdefault(intent, route.group)
    return known, next((route.group for route in open_to if not route.intents), routing.default)


def staffed(group: str, live: frozenset[str], routing: Routing) -> str:
    """The group itself if somebody is there, else its first fallback with somebody, else the group."""
    return (
        group if group in live else next((name for name in _fallbacks(routing).get(group, ()) if name in live), group)
    )


def queue_of(group: str, live: frozenset[str], routing: Routing) -> frozenset[str]:
    """The groups whose buyers stand in one queue with this one's: the same people serve them now."""
    return _queues(routing)(group, live)


@once
def _queues(routing: Routing) -> Callable[[str, frozenset[str]], frozenset[str]]:
    return lru_cache(_KEPT)(lambda group, live: _queue_at(group, live, routing))


def _queue_at(group: str, live: frozenset[str], routing: Routing) -> frozenset[str]:
    people = staffed(group, live, routing)
    return frozenset({group, *(str(one) for one in routing.groups if staffed(one, live, routing) == people)})


@once
def _fallbacks(routing: Routing) -> Mapping[str, tuple[str, ...]]:
    return {str(name): groups for name, groups in routing.fallback.items()}


def waits_hotter(conversation: Conversation, urgency: int) -> bool:
    """Whether people were called for a red flag: a calmer matter that follows goes to the same people."""
    flagged = (conversation.reason or "").startswith(FLAG)
    return conversation.holder is Holder.QUEUED and flagged and conversation.urgency < urgency
