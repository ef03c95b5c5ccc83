"""A turn told to an operator: as the contract's JSON object, or on one screen.

In: a turn. Out: text. Never: a decision.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.cli.why import Reason, reasons, word_for_word
from bot.core.meaning import Claim
from bot.core.summary import reason_text
from bot.core.text import bare
from bot.core.turn import Turn
from bot.words import say

COLUMNS = 100  # of a screen; a Chinese character takes two
_CANDIDATES = 4
_INDENT = "    "
_WIDE = ("W", "F")


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
        "why": [{"intent": why.intent, "feature": why.feature, "gain": why.gain} for why in reasons(turn)],
    }


def _runner_up(turn: Turn, best: Claim | None) -> dict[str, object] | None:
    others = [claim for claim in turn.meaning.candidates if best is None or claim.intent != best.intent]
    return {"intent": others[0].intent, "score": round(others[0].score / 100, 4)} if others else None


def on_screen(turn: Turn, text: str) -> str:
    """What was read, what it was like and why, what is done and why, and from which line it is said."""
    found = [*_read(turn, text), *_done(turn)]
    told = "\n".join(say(f"try.{name}", value=value) for name, value in found if value)
    return "\n".join(line.rstrip() for line in told.split("\n"))


def _read(turn: Turn, text: str) -> Iterator[tuple[str, str]]:
    meaning = turn.meaning
    yield "text", text
    yield "read", bare(meaning.text)
    yield (
        "intents",
        say("join.list").join(f"{one.intent} {one.score:.0f}%" for one in meaning.claims) or say("try.none"),
    )
    yield "rest", say("join.list").join(rest.text for rest in meaning.rest)
    yield "candidates", _rows(_candidate(claim) for claim in meaning.candidates[:_CANDIDATES])
    yield "why", _rows([*_written(turn), *_loudest(reasons(turn))])
    yield "slots", ", ".join(f"{name}={value}" for name, value in meaning.slots.filled().items())


def _done(turn: Turn) -> Iterator[tuple[str, str]]:
    reply, decision = turn.reply, turn.decision
    yield "decision", f"{decision.kind}  {decision.reason}（{reason_text(decision.reason)}）"
    yield "group", say(f"groups.{decision.group}") if decision.group else ""
    yield "reply", reply.text if reply else say("try.silent")
    yield "source", _rows(f"{one.source}  {one.topic} ## {one.variant}" for one in (reply.parts if reply else ()))
    yield "commit", turn.case.book.commit or say("try.no_commit")


def _candidate(claim: Claim) -> str:
    told = f"{claim.ask.text}  {claim.ask.source}" if claim.ask else ""
    return f"{claim.score:5.1f}%  {claim.intent:<22} {told}"


def _written(turn: Turn) -> list[str]:
    """The lines that say the text word for word."""
    claims = turn.meaning.claims
    return [say("why.written", source=one.ask.source) for one in claims if one.ask and word_for_word(turn, one)]


def _loudest(found: Sequence[Reason]) -> Iterator[str]:
    """One row an intent: what spoke for it and how loud, as much as the screen is wide."""
    by_intent: dict[str, list[str]] = {}
    for why in found:
        by_intent.setdefault(why.intent, []).append(f"{why.feature} +{why.gain:.1f}")
    for intent, told in by_intent.items():
        rows = [f"{intent:<22} {say('why.join').join(told[:count])}" for count in range(len(told), 0, -1)]
        yield next((row for row in rows if _width(_INDENT + row) <= COLUMNS), rows[-1])


def _rows(rows: Iterable[str]) -> str:
    """Each on a line of its own below its name; a longer one than the screen is cut."""
    return "".join(f"\n{_cut(_INDENT + row)}" for row in rows)


def _cut(text: str) -> str:
    if _width(text) <= COLUMNS:
        return text
    return next(f"{text[:end]}…" for end in range(len(text), -1, -1) if _width(text[:end]) < COLUMNS)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)
