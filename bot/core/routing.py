"""Which group of people a matter belongs to.

In: intents and the routing rules. Out: a group. Never: a person; that is the desk's business.
"""

from collections.abc import Iterable

from bot.core.model import Conversation, Holder
from bot.core.rules.work import Routing

FLAG = "flag_"


def group_of(intents: Iterable[str], routing: Routing) -> str:
    """The first intent's group, or the default for what was not understood."""
    for intent in intents:
        for route in routing.routes:
            if intent in route.intents:
                return route.group
    return routing.default


def staffed(group: str, live: frozenset[str], routing: Routing) -> str:
    """The group itself if somebody is there, else its first fallback with somebody, else the group."""
    fallbacks = {str(name): groups for name, groups in routing.fallback.items()}
    return next((name for name in (group, *fallbacks.get(group, ())) if name in live), group)


def waits_hotter(conversation: Conversation, urgency: int) -> bool:
    """Whether people were called for a red flag: a calmer matter that follows goes to the same people."""
    flagged = (conversation.reason or "").startswith(FLAG)
    return conversation.holder is Holder.QUEUED and flagged and conversation.urgency < urgency
