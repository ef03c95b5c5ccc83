"""What of a transcript nobody has answered yet.

In: the lines of a conversation, oldest first. Out: those of the buyer's that wait for a word. Never: a look at what
they say.
"""

from collections.abc import Collection, Sequence

from bot.records import Purpose, Spoken

BUYER, BOT, RECALLED = "buyer", "bot", "recalled"
#: What the bot says beside the matter: it answers nothing.
COMFORTS = frozenset({Purpose.NOTICE, Purpose.NUDGE, Purpose.CARE})


def unanswered(lines: Sequence[Spoken], *, waits: bool, beside: Collection[str] = COMFORTS) -> Sequence[Spoken]:
    """The buyer's lines since the last answer. `waits`: the buyer is known to wait for people, so that words of theirs
    which only arrived behind those lines were said before them. `beside`: purposes of the bot's that are no answer."""
    found = list[Spoken]()
    for line in reversed(lines):
        if line.author == BUYER:
            found.append(line)
        elif line.author == BOT:
            if line.purpose not in beside:
                break
        elif found or not waits:
            break
    return [line for line in reversed(found) if line.kind != RECALLED]
