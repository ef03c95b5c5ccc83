"""Promotions and dated replies that ended long ago, or that as good as never end.

In: reply files, rules, the time now. Out: faults for what has no end worth the name, warnings for what is over. Never:
a promotion taken off; that is the operators' to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.lint import lint_of
from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
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


def warnings_of_lint(replies: Sequence[ReplyFile], folder: RulesFolder, now: datetime) -> list[Fault]:
    """What is worth a look: kinds of lint that only warn, and what was over long before `now`."""
    warned = (fault for fault in lint_of(replies, folder) if fault.severity == "warning")
    return [*warned, *long_over(replies, folder, now)]


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
            yield topic.source, reply.lines["valid"], topic.title, topic.valid.from_, topic.valid.until
    doc, promotions = folder.docs["promotions"], folder.rules.promotions
    dated: Mapping[str, Sequence[Promotion | Bundle]] = {
        "promotions": promotions.promotions, "bundles": promotions.bundles,
    }  # fmt: skip
    for key, entries in dated.items():
        for number, one in enumerate(entries):
            yield doc.path, doc.line((key, number, "until")), one.name, one.from_, one.until
