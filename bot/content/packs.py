"""Trade packs: files for a trade's own questions, each a part of a standard intent.

In: reply files and rules. Out: the faults of packs. Never: a file of a pack left unchecked because the shop did not
choose it.

A pack is a folder below `replies/packs/`. All its lines teach the matcher what belongs to the intent; only a chosen
pack's files speak. A file elsewhere that names an intent with `under` is the shop's own and always speaks.
"""

from collections.abc import Iterator, Sequence

from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core.book import OOS, Ask, Topic
from bot.core.text import bare
from bot.errors import Fault

COMMON = "common"
_FOLDER = "packs/"
_OWN = ""  # stands for the intent itself, where a part is told from it


def pack_of(name: str) -> str:
    """The pack that a topic of this name belongs to."""
    return name.removeprefix(_FOLDER).partition("/")[0] if name.startswith(_FOLDER) else COMMON


def faults_of_packs(replies: Sequence[ReplyFile], rules: RulesFolder) -> Iterator[Fault]:
    """Packs that are not there, files that are part of nothing, lines that two parts share."""
    yield from soundly(lambda: _unknown_packs(replies, rules))
    yield from _unknown_intents(replies)
    yield from _shared(replies)


def _unknown_packs(replies: Sequence[ReplyFile], rules: RulesFolder) -> Iterator[Fault]:
    known = sorted({COMMON, *(pack_of(reply.topic.name) for reply in replies)})
    for number, name in enumerate(rules.rules.shop.packs):
        if name not in known:
            line = rules.docs["shop"].line(("packs", number))
            params: dict[str, object] = {"name": name, "nearest": nearest(name, known), "known": "、".join(known)}
            yield Fault("rules/shop.yaml", line, "unknown_pack", params)


def _unknown_intents(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    known = {topic.intent for topic in (reply.topic for reply in replies) if topic.intent and not topic.part} - {OOS}
    for reply in replies:
        topic = reply.topic
        if pack_of(topic.name) != COMMON and not topic.part and not {"under", "intent"} & reply.doubts:
            yield Fault(topic.source, reply.lines["intent"], "missing_key", {"key": "under"})
        if topic.part and topic.intent not in known:
            params: dict[str, object] = {"intent": topic.intent, "nearest": nearest(topic.intent or "", sorted(known))}
            yield Fault(topic.source, reply.lines["under"], "unknown_under", params)


def _shared(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    """A line can't choose between two parts of one intent, nor be a part's and beyond another's border."""
    first: dict[tuple[str, str], tuple[str, Ask]] = {}
    for name, ask in ((name, ask) for reply in replies if reply.topic.part for name, ask in _told_apart(reply.topic)):
        owner, other = first.setdefault((ask.intent, bare(ask.text)), (name, ask))
        if owner != name:
            params: dict[str, object] = {"text": ask.text, "other": other.source, "intent": owner or ask.intent}
            path, _, line = ask.source.rpartition(":")
            yield Fault(path, int(line), "shared_ask", params)


def _told_apart(topic: Topic) -> Iterator[tuple[str, Ask]]:
    yield from ((topic.name, ask) for ask in topic.asks)
    yield from ((_OWN, ask) for ask in topic.not_asks if ask.intent == topic.intent)
