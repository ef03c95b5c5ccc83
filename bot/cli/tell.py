"""A turn told to an operator: as the contract's JSON object, or on one screen.

In: a turn. Out: text. Never: a decision.
"""

from bot.core.meaning import Claim
from bot.core.summary import reason_text
from bot.core.turn import Turn
from bot.words import say


def as_json(turn: Turn, line_id: str | None, text: str) -> dict[str, object]:
    """The object of `yeban try --json`."""
    meaning, reply = turn.meaning, turn.reply
    best = meaning.claims[0] if meaning.claims else (meaning.candidates[0] if meaning.candidates else None)
    return {
        "id": line_id,
        "text": text,
        "intents": [claim.intent for claim in meaning.claims],
        "decision": str(turn.decision.kind),
        "reason": turn.decision.reason,
        "topic": reply.parts[0].topic if reply else None,
        "variant": reply.parts[0].variant if reply else None,
        "reply": reply.text if reply else None,
        "score": round(best.score / 100, 4) if best else 0.0,
        "runner_up": _runner_up(turn, best),
        "slots": meaning.slots.filled(),
        "source": reply.source if reply else None,
        "commit": turn.case.book.commit,
    }


def _runner_up(turn: Turn, best: Claim | None) -> dict[str, object] | None:
    others = [claim for claim in turn.meaning.candidates if best is None or claim.intent != best.intent]
    return {"intent": others[0].intent, "score": round(others[0].score / 100, 4)} if others else None


def on_screen(turn: Turn, text: str) -> str:
    """What was read, what it was like, what is done, why, and from which line."""
    reply, decision = turn.reply, turn.decision
    lines = [
        ("text", text),
        ("intents", say("join.list").join(_claim(claim) for claim in turn.meaning.claims) or say("try.none")),
        ("candidates", "\n".join(["", *(_candidate(claim) for claim in turn.meaning.candidates)])),
        ("slots", ", ".join(f"{name}={value}" for name, value in turn.meaning.slots.filled().items())),
        ("decision", f"{decision.kind}  {decision.reason}（{reason_text(decision.reason)}）"),
        ("group", say(f"groups.{decision.group}") if decision.group else ""),
        ("reply", reply.text if reply else say("try.silent")),
        (
            "source",
            "\n".join(["", *(f"    {part.source}  {part.topic} ## {part.variant}" for part in reply.parts)])
            if reply
            else "",
        ),
        ("commit", turn.case.book.commit or say("try.no_commit")),
    ]
    return "\n".join(say(f"try.{name}", value=value) for name, value in lines if value)


def _claim(claim: Claim) -> str:
    return f"{claim.intent} {claim.score:.0f}%"


def _candidate(claim: Claim) -> str:
    told = f"{claim.ask.text}  {claim.ask.source}" if claim.ask else ""
    return f"    {claim.score:5.1f}%  {claim.intent:<22} {told}"
