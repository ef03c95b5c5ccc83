"""What was really decided and said in a turn, as its record tells it.

In: a recorded turn. Out: its outcome. Never: a record of another shape taken for an outcome, or raised at.
"""

from collections.abc import Mapping

from bot.core.compose import Part
from bot.core.model import DecisionKind
from bot.core.outcomes import Came
from bot.records import TurnRecord

_PART = ("topic", "variant", "source", "text")


def said_in(turn: TurnRecord) -> Came | None:
    """None where the record is damaged: JSON may be whole and yet no story."""
    try:
        decision, group = DecisionKind(turn.decision), turn.story.get("group")
        intents = tuple(map(_text, _listed(turn.story, "intents")))
        parts = tuple(map(_part, _listed(turn.story, "parts")))
        return Came(decision, turn.reason, _text(group) if group else None, intents, parts)
    except (KeyError, TypeError, ValueError):
        return None


def _listed(story: Mapping[str, object], name: str) -> list[object]:
    """Empty where an older version told none."""
    found = story.get(name, [])
    if not isinstance(found, list):
        raise TypeError(name)
    return found


def _part(told: object) -> Part:
    if not isinstance(told, dict):
        raise TypeError
    topic, variant, source, text = (_text(told[name]) for name in _PART)
    return Part(topic, variant, source, text)


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told
