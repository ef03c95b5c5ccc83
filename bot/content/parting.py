"""What tells the parts of an intent apart, where trade packs refine it.

In: reply files, the packs that the shop chose, the lexicon. Out: for each refined intent its parts. Never: a part of a
pack that was not chosen; its lines count as the intent's own.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.content.kept import of_a_set
from bot.content.packs import COMMON, pack_of
from bot.content.replies import ReplyFile
from bot.core.lexicon import Lexicon
from bot.core.parts import OWN, Line, Parts


def parts_of(replies: Sequence[ReplyFile], packs: Iterable[str], lexicon: Lexicon) -> dict[str, Parts]:
    """For each intent that a chosen pack refines, what tells its parts apart. Lines of packs that were not chosen count
    as the intent's own."""
    chosen = {*packs, COMMON}
    speaking = {reply.topic.name for reply in replies if reply.topic.part and pack_of(reply.topic.name) in chosen}
    intents = {reply.topic.intent for reply in replies if reply.topic.name in speaking}
    lines: dict[str, list[Line]] = {intent: [] for intent in sorted(filter(None, intents))}
    for reply in replies:
        for line, intent in _lines(reply, speaks=reply.topic.name in speaking):
            if intent in lines:
                lines[intent].append(line)
    return _learned(tuple((intent, tuple(found)) for intent, found in lines.items()), lexicon)


@of_a_set
def _learned(lines: tuple[tuple[str, tuple[Line, ...]], ...], lexicon: Lexicon) -> dict[str, Parts]:
    return {intent: Parts(found, lexicon) for intent, found in lines}


def _lines(reply: ReplyFile, *, speaks: bool) -> Iterator[tuple[Line, str]]:
    """A file's lines with their intents; the near misses that a part leaves to its own intent are its borders."""
    topic = reply.topic
    for ask in topic.asks:
        yield Line(ask.text, topic.name if speaks else OWN, speaks), ask.intent
    for ask in topic.not_asks:
        yield Line(ask.text, OWN, speaks and ask.intent == topic.intent), ask.intent
