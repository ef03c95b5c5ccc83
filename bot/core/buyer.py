"""A buyer's file (客户档案): what the shop remembers of one buyer over all conversations, and how news joins it.

In: a file and news. Out: the file with the news in it. Never: news lost because another came first; what is learned in
two conversations at once comes to the same file in either order.

Of two values the later counts, of counts the sum, of issues all, the newest kept. A person's tag stands above a rule's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")

#: Who set a tag, where no person did.
RULE = "rule"
ISSUES, TAGS, VALUES, COUNTED = 20, 50, 40, 1_000_000


class Agreed(StrEnum):
    """Whether the buyer wants to hear of offers."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Told:
    """A value that the buyer gave, and when."""

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """`by` is the agent who set it, or `RULE`. One that a person took off stays as not `on`: no rule sets it again."""

    name: str
    by: str
    at: datetime
    on: bool = True


@dataclass(frozen=True, slots=True)
class Issue:
    """A matter that people were called for. `line` is what the buyer said, masked; done once people closed the
    conversation or gave it back."""

    id: str
    conversation_id: str
    reason: str
    at: datetime
    intent: str | None = None
    order_id: str | None = None
    line: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    state: Agreed
    at: datetime


@dataclass(frozen=True, slots=True)
class Buyer:
    """`told` is by the names of `Conversation.told` that last (height, weight, usual_size, measure.…), `preferences` by
    `carrier` and `area`, `counts` by intent (how often asked) or `flag:` and its name. `version` counts the writes."""

    id: str
    version: int = 0
    name: Told | None = None
    tags: tuple[Tag, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)
    preferences: Mapping[str, Told] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    consent: Consent | None = None
    seen_at: datetime | None = None

    @property
    def tag_names(self) -> tuple[str, ...]:
        """What the buyer is tagged with now."""
        return tuple(tag.name for tag in self.tags if tag.on)

    @property
    def open_issues(self) -> tuple[Issue, ...]:
        """The newest first."""
        return tuple(one for one in reversed(self.issues) if one.done_at is None)

    @property
    def wants_offers(self) -> bool:
        """Only who has said so, and has not taken it back."""
        return self.consent is not None and self.consent.state is Agreed.GRANTED


@dataclass(frozen=True, slots=True)
class News:
    """What is learned of a buyer at one moment. `counts` are to be added; `closed` are conversations that people are
    done with."""

    buyer_id: str
    at: datetime
    name: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    preferences: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[Tag, ...] = ()
    issues: tuple[Issue, ...] = ()
    closed: tuple[str, ...] = ()
    consent: Agreed | None = None


def with_news(buyer: Buyer, news: News) -> Buyer:
    """The file as it is once the news is known; its version is the store's."""
    named = [one for one in (buyer.name, Told(news.name, news.at) if news.name else None) if one]
    agreed = [one for one in (buyer.consent, Consent(news.consent, news.at) if news.consent else None) if one]
    return replace(
        buyer,
        name=max(named, key=_later, default=None),
        tags=_tagged((*buyer.tags, *news.tags)),
        told=_told(buyer.told, news.told, news.at),
        preferences=_told(buyer.preferences, news.preferences, news.at),
        counts=_counted(buyer.counts, news.counts),
        issues=_issues((*buyer.issues, *news.issues), news),
        consent=max(agreed, key=lambda one: (one.at, one.state is Agreed.WITHDRAWN), default=None),
        seen_at=max(news.at, buyer.seen_at or news.at),
    )


def _later(told: Told) -> tuple[datetime, str]:
    return told.at, told.value


def _newest(values: Iterable[T], key: Callable[[T], Any], most: int) -> list[T]:
    """The last ones, in their order."""
    return sorted(values, key=key)[-most:]


def _told(known: Mapping[str, Told], new: Mapping[str, str], at: datetime) -> dict[str, Told]:
    told = {name: Told(value, at) for name, value in new.items()}
    later = {name: max(one, known.get(name, one), key=_later) for name, one in told.items()}
    kept = _newest({**known, **later}.items(), lambda one: (one[1].at, one[0]), VALUES)
    return dict(sorted(kept))


def _counted(known: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    names = sorted({*known, *more})
    return {name: min(known.get(name, 0) + more.get(name, 0), COUNTED) for name in names}


def _tagged(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """One of each name: a person's before a rule's, then the later, then the one that takes off."""
    ordered = sorted(tags, key=_weight)
    return tuple(_newest({tag.name: tag for tag in ordered}.values(), lambda tag: (*_weight(tag), tag.name), TAGS))


def _weight(tag: Tag) -> tuple[bool, datetime, bool, str]:
    return tag.by != RULE, tag.at, not tag.on, tag.by


def _issues(issues: Iterable[Issue], news: News) -> tuple[Issue, ...]:
    """All, each once, the newest kept, oldest first; a thing that is done stays done."""
    found: dict[str, Issue] = {}
    for one in sorted(issues, key=lambda one: (one.at, one.reason, one.line)):
        first = found.get(one.id, one)
        ends = [end for end in (first.done_at, one.done_at) if end]
        found[one.id] = replace(first, done_at=min(ends, default=None))
    closed = (_closed(one, news) for one in found.values())
    return tuple(_newest(closed, lambda one: (one.at, one.id), ISSUES))


def _closed(one: Issue, news: News) -> Issue:
    over = one.done_at is None and one.conversation_id in news.closed and one.at <= news.at
    return replace(one, done_at=news.at) if over else one
