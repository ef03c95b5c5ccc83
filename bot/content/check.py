"""Faults that only show when files are read together: doubled intents, near misses, samples, red lines, rules' checks.

In: reply files and rules that each parse. Out: all faults with path and line. Never: an opinion; every fault blocks.
"""

from collections.abc import Iterator, Mapping, Sequence

from jinja2 import UndefinedError

from bot.content.flow_checks import faults_of_flows
from bot.content.lint import faults_of_lint
from bot.content.lint_dates import faults_of_spans
from bot.content.outreach_checks import faults_of_outreach
from bot.content.replies import SYSTEM, UNASKED, ReplyFile, Sample
from bot.content.rule_checks import faults_of_rules
from bot.content.rules import RulesFolder
from bot.content.spoken import faults_of_texts
from bot.content.typed import nearest
from bot.core.book import OOS, Ask, Workdays
from bot.core.redlines import hits
from bot.core.rules import Rules
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
    return [
        *_missing_topics(replies),
        *_doubled(replies),
        *_thin(replies),
        *_near_misses(replies),
        *_shared_asks(replies),
        *(fault for reply in replies for fault in _samples(reply, rules.rules)),
        *(fault for reply in replies for fault in _titles(reply, rules.rules)),
        *faults_of_rules(rules, works, _intents(replies), {*_names(replies), *SYSTEM_TOPICS}),
        *faults_of_outreach(replies, rules),
        *faults_of_flows(replies, rules, _intents(replies)),
        *faults_of_texts(rules),
        *faults_of_lint(replies, rules),
        *faults_of_spans(replies, rules),
    ]


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
        if topic.intent is None and not topic.name.startswith(UNASKED):
            yield Fault(topic.source, 1, "missing_key", {"key": "intent"})
        if topic.intent and len(topic.asks) < LEAST_ASKS:
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


def _samples(reply: ReplyFile, rules: Rules) -> Iterator[Fault]:
    """Every variant has a sample; every wording renders with it, crosses no red line, and one says its words."""
    for name, variant in reply.topic.variants.items():
        samples = [sample for sample in reply.samples if sample.variant == name]
        if not samples:
            yield Fault(*_place(variant.wordings[0].source), "no_sample", {"name": name})
        for sample in samples:
            texts = list(_rendered(reply, sample))
            if any(text is None for text in texts):
                yield Fault(
                    reply.topic.source, sample.line, "sample_lacks_field", {"needs": ", ".join(sorted(variant.needs))}
                )
            elif not any(all(word in (text or "") for word in sample.says) for text in texts):
                yield Fault(reply.topic.source, sample.line, "sample_says_else", {"says": ", ".join(sample.says)})
            yield from _crossed(reply, sample, texts, rules)


def _titles(reply: ReplyFile, rules: Rules) -> Iterator[Fault]:
    """Titles are read by buyers who are offered a choice."""
    for name in hits(reply.topic.title, rules.redlines):
        yield Fault(reply.topic.source, reply.lines["title"], "red_line", {"name": name})


def _rendered(reply: ReplyFile, sample: Sample) -> Iterator[str | None]:
    for wording in reply.topic.variants[sample.variant].wordings:
        try:
            yield wording.render(sample.given)
        except UndefinedError:
            yield None


def _crossed(reply: ReplyFile, sample: Sample, texts: Sequence[str | None], rules: Rules) -> Iterator[Fault]:
    for wording, text in zip(reply.topic.variants[sample.variant].wordings, texts, strict=True):
        for name in hits(text or wording.text, rules.redlines):
            yield Fault(*_place(wording.source), "red_line", {"name": name})


def _at(ask: Ask, code: str, params: Mapping[str, object]) -> Fault:
    return Fault(*_place(ask.source), code, dict(params))


def _place(source: str) -> tuple[str, int]:
    path, _, line = source.rpartition(":")
    return path, int(line)
