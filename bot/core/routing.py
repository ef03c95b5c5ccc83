"""Which group of people a matter belongs to.

In: intents and the routing rules. Out: a group. Never: a person; that is the desk's business.
"""

from collections.abc import Iterable, Mapping

from bot.core.model import Conversation, Holder
from bot.core.once import once
from bot.core.rules.work import Routing

FLAG = "flag_"


def group_of(intents: Iterable[str], routing: Routing) -> str:
    """The first intent's group, or the default for what was not understood."""
    known = _groups(routing)
    return next((known[intent] for intent in intents if intent in known), routing.default)


@once
def _groups(routing: Routing) -> Mapping[str, str]:
    """Each intent's group; of two routes the first holds."""
    return {intent: route.group for route in reversed(routing.routes) for intent in route.intents}


def staffed(group: str, live: frozenset[str], routing: Routing) -> str:
    """The group itself if somebody is there, else its first fallback with somebody, else the group."""
    return (
        group if group in live else next((name for name in _fallbacks(routing).get(group, ()) if name in live), group)
    )


@once
def _fallbacks(routing: Routing) -> Mapping[str, tuple[str, ...]]:
    return {str(name): groups for name, groups in routing.fallback.items()}


def waits_hotter(conversation: Conversation, urgency: int) -> bool:
    """Whether people were called for a red flag: a calmer matter that follows goes to the same people."""
    flagged = (conversation.reason or "").startswith(FLAG)
    return conversation.holder is Holder.QUEUED and flagged and conversation.urgency < urgency
