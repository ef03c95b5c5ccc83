"""What can later be told of one turn, as plain JSON: enough to see why each word was said.

In: a turn. Out: a mapping. Never: a secret, a whole order; only what the decision saw.
"""

from collections.abc import Mapping, Sequence

from bot.core.meaning import Claim
from bot.core.model import Message
from bot.core.turn import Turn


def story_of(turn: Turn, messages: Sequence[Message]) -> Mapping[str, object]:
    """Messages, reading, facts, candidates, decision, words and where each is written."""
    case, decision, reply = turn.case, turn.decision, turn.reply
    order, item = case.scene.focus.order, case.scene.focus.item
    return {
        "messages": [_heard(message) for message in messages],
        "intents": [claim.intent for claim in turn.meaning.claims],
        "candidates": [_told(claim) for claim in turn.meaning.candidates],
        "slots": turn.meaning.slots.filled(),
        "facts": {
            "order": order and order.id,
            "order_status": order and order.status.value,
            "item": item and item.id,
            "live": sorted(case.facts.live),
            "holder": case.conversation.holder.value,
            "paused": case.facts.paused,
            **({"stranger": True} if case.scene.focus.stranger else {}),
        },
        "flow": _matter(turn),
        "decision": decision.kind.value,
        "reason": decision.reason,
        "group": decision.group,
        "parts": [
            {"topic": part.topic, "variant": part.variant, "source": part.source, "text": part.text}
            for part in (reply.parts if reply else ())
        ],
        "commit": case.book.commit,
        "now": case.now.isoformat(),
    }


def _matter(turn: Turn) -> dict[str, object] | None:
    """How the after-sales matter stands after the turn, if one is under way."""
    flow = turn.conversation.flow
    if flow is None:
        return None
    return {"name": flow.name, "filled": dict(flow.filled), "asking": flow.asking, "tries": flow.tries}


def _heard(message: Message) -> dict[str, str]:
    cards = {"item_id": message.item_id, "order_id": message.order_id, "media_url": message.media_url}
    words = {"id": message.id, "kind": message.kind.value, "text": message.text}
    return words | {name: value for name, value in cards.items() if value}


def _told(claim: Claim) -> dict[str, object]:
    ask = claim.ask
    return {
        "intent": claim.intent,
        "score": round(claim.score / 100, 4),
        "ask": ask and ask.text,
        "source": ask and ask.source,
    }
