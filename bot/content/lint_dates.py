"""Promotions and dated replies that ended long ago, or that as good as never end.

In: reply files, rules, the time now. Out: faults for what has no end worth the name, warnings for what is over. Never:
a promotion taken off; that is the operators' to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
from bot.content.unknown import soundly
from bot.core.rules.shop import Bundle, Promotion
from bot.errors import Fault

LONGEST = timedelta(days=366)  # a year's promotion is none
KEPT = timedelta(days=60)  # buyers still ask about what they missed, and a price may still be protected
Span = tuple[str, int, str, datetime, datetime]  # path, line, name, from, until; local


def faults_of_spans(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Fault]:
    """What is announced for more than a year."""
    for path, line, name, begin, end in _spans(replies, folder):
        if end - begin > LONGEST:
            yield Fault(path, line, "endless", {"name": name, "days": (end - begin).days, "most": LONGEST.days})


def long_over(replies: Sequence[ReplyFile], folder: RulesFolder, now: datetime) -> Iterator[Fault]:
    """What nobody asks for any more."""
    local = now.astimezone(ZoneInfo(folder.rules.shop.timezone)).replace(tzinfo=None)
    for path, line, name, _, end in _spans(replies, folder):
        if end + KEPT < local:
            params: dict[str, object] = {"name": name, "until": f"{end:%Y-%m-%d %H:%M}"}
            yield Fault(path, line, "long_over", params, severity="warning")


def _spans(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Span]:
    for reply in replies:
        topic = reply.topic
        if topic.valid:
            span = (topic.source, reply.lines["valid"], topic.title, topic.valid.from_, topic.valid.until)
            yield from soundly(partial(_sure, span))
    yield from soundly(partial(_promoted, folder))


def _promoted(folder: RulesFolder) -> Iterator[Span]:
    doc, promotions = folder.docs["promotions"], folder.rules.promotions
    dated: Mapping[str, Sequence[Promotion | Bundle]] = {
        "promotions": promotions.promotions, "bundles": promotions.bundles,
    }  # fmt: skip
    for key, entries in dated.items():
        for number, one in enumerate(entries):
            span = (doc.path, doc.line((key, number, "until")), one.name, one.from_, one.until)
            yield from soundly(partial(_sure, span))


def _sure(span: Span) -> Iterator[Span]:
    """One of which both ends are known."""
    if span[3] <= span[4]:
        yield span
