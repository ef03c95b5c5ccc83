"""Faults that only show when files are read together: doubled intents, near misses, samples, red lines, rules' checks.

In: reply files and rules, as far as they can be read. Out: all faults with path and line. Never: an opinion; every
fault blocks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.content.flow_checks import faults_of_flows
from bot.content.instants import faults_at_instants, unsaid_greetings
from bot.content.lint import lint_of
from bot.content.lint_dates import faults_of_spans
from bot.content.outreach_checks import faults_of_outreach
from bot.content.replies import SYSTEM, UNASKED, ReplyFile
from bot.content.rule_checks import faults_of_rules
from bot.content.rules import RulesFolder
from bot.content.samples import faults_of_samples
from bot.content.spoken import faults_of_texts
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core.book import OOS, Ask, Workdays
from bot.core.redlines import hits
from bot.core.rules.work import RedLines
from bot.core.text import bare
from bot.errors import Fault

LEAST_ASKS = 12
#: Texts that the bot itself asks for by name; without them a decision would have no words.
SYSTEM_TOPICS = tuple(
    f"{SYSTEM}{name}"
    for name in (
        "bundle", "choice", "confirm", "declined", "flow_dropped", "flow_noted", "handoff", "hold_line", "human_gone",
        "item_card", "late", "media_image", "media_voice", "not_understood", "nudge", "order_card", "rest",
        "still_waiting", "which_order", "wish_noted",
    )
)  # fmt: skip


def faults_across(replies: Sequence[ReplyFile], rules: RulesFolder, works: Workdays) -> list[Fault]:
    """Everything wrong between files that are right by themselves."""
    intents, names = _intents(replies), {*_names(replies), *SYSTEM_TOPICS}
    checks: Sequence[Callable[[], Iterable[Fault]]] = (
        lambda: _missing_topics(replies),
        lambda: _doubled(replies),
        lambda: _thin(replies),
        lambda: _near_misses(replies),
        lambda: _shared_asks(replies),
        lambda: faults_of_samples(replies, rules.redlines),
        lambda: _titles(replies, rules.redlines),
        lambda: faults_of_rules(rules, works, intents, names),
        lambda: faults_of_outreach(replies, rules),
        lambda: faults_of_flows(replies, rules, intents),
        lambda: faults_of_texts(rules),
        lambda: lint_of(replies, rules),
        lambda: faults_of_spans(replies, rules),
        lambda: faults_at_instants(replies, rules, works),
        lambda: unsaid_greetings(replies, rules),
    )
    return [fault for check in checks for fault in soundly(check)]


def _intents(replies: Sequence[ReplyFile]) -> set[str]:
    return {reply.topic.intent for reply in replies if reply.topic.intent}


def _names(replies: Sequence[ReplyFile]) -> set[str]:
    return {reply.topic.name for reply in replies}


def _missing_topics(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    names = _names(replies)
    for name in SYSTEM_TOPICS:
        if name not in names:
            yield Fault(f"replies/{name}.md", 1, "missing_file")


def _doubled(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    """One intent, one file; one short code, one file."""
    for key in ("intent", "short"):
        first: dict[str, str] = {}
        for reply in replies:
            value = {"intent": reply.topic.part or reply.topic.intent, "short": reply.topic.short}[key]
            if value and value in first:
                params: dict[str, object] = {"key": key, "value": value, "other": first[value]}
                yield Fault(reply.topic.source, reply.lines.get(key, 1), "doubled_value", params)
            first.setdefault(value or "", reply.topic.source)


def _thin(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    for reply in replies:
        topic = reply.topic
        if topic.intent is None and "intent" not in reply.doubts and not topic.name.startswith(UNASKED):
            yield Fault(topic.source, 1, "missing_key", {"key": "intent"})
        if topic.intent and len(topic.asks) < LEAST_ASKS and "asks" not in reply.doubts:
            params: dict[str, object] = {"found": len(topic.asks), "least": LEAST_ASKS}
            yield Fault(topic.source, reply.lines["asks"], "too_few_asks", params)


def _near_misses(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    known = _intents(replies) | {OOS}
    for reply in replies:
        for ask in reply.topic.not_asks:
            if ask.intent not in known:
                yield _at(ask, "unknown_intent", {"intent": ask.intent, "nearest": nearest(ask.intent, sorted(known))})


def _shared_asks(replies: Sequence[ReplyFile]) -> Iterator[Fault]:
    """A line that reads the same in two intents can't decide between them; an unknown intent is told as such, once."""
    known, owner = _intents(replies) | {OOS}, dict[str, Ask]()
    for reply in replies:
        for ask in (*reply.topic.asks, *(near for near in reply.topic.not_asks if near.intent in known)):
            other = owner.setdefault(bare(ask.text), ask)
            if not bare(ask.text):
                yield _at(ask, "empty_ask", {"text": ask.text})
            elif other.intent != ask.intent:
                yield _at(ask, "shared_ask", {"text": ask.text, "other": other.source, "intent": other.intent})


def _titles(replies: Sequence[ReplyFile], lines: RedLines) -> Iterator[Fault]:
    """Titles are read by buyers who are offered a choice."""
    for reply in replies:
        for name in hits(reply.topic.title, lines):
            yield Fault(reply.topic.source, reply.lines["title"], "red_line", {"name": name})


def _at(ask: Ask, code: str, params: Mapping[str, object]) -> Fault:
    path, _, line = ask.source.rpartition(":")
    return Fault(path, int(line), code, dict(params))
