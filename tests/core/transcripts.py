"""Transcripts for tests, written as they are read: `10:00:00 b` is the buyer's line at ten.

In: short texts. Out: lines and conversations of the core. Never: words; nobody counts them.
"""

from datetime import datetime, timedelta

from bot.core.rounds import Line, Talk

from .book import local

DAY = "2026-11-20"
#: Who a letter stands for: author and what the bot says it for. Whatever else is written is an agent's id.
_VOICES = {
    "b": ("buyer", None),
    "bot": ("bot", "reply"),
    "call": ("bot", "handoff"),
    "hold": ("bot", "notice"),
    "nudge": ("bot", "nudge"),
    "care": ("bot", "care"),
    "system": ("system", None),
}


def moment(text: str) -> datetime:
    """`10:00:00` of the day, or `+1 10:00:00` and `-1 10:00:00` of those around it."""
    days, _, clock = text.rpartition(" ")
    return local(f"{DAY} {clock}") + timedelta(days=int(days or 0))


def line(number: int, text: str) -> Line:
    """`when who`, with `!` behind who for what was taken back and `?` for what a reply file's line was proposed for; of
    a buyer `b:intent,intent`, and `b:intent/hand_off` where the bot gave it to people."""
    when, _, who = text.rpartition(" ")
    name, _, heard = who.rstrip("!?").partition(":")
    intents, _, decision = heard.partition("/")
    author, purpose = _VOICES.get(name, (name, None))
    return Line(
        at=moment(when),
        seq=number,
        author=author,
        purpose=purpose,
        source="replies/a.md:3" if who.endswith("?") else None,
        recalled=who.endswith("!"),
        turn_id=f"t{number}" if author == "buyer" else None,
        intents=tuple(filter(None, intents.split(","))),
        decision=decision or None,
    )


def talk(*lines: str, one: str = "c1", buyer: str = "b1", channel: str = "webhook") -> Talk:
    """One conversation."""
    return Talk(channel, one, buyer, tuple(line(number, text) for number, text in enumerate(lines, 1)))
