"""The issue log of a week, what is alike put together: how often, of how many, whether more than the week before.

In: the issues of a week and of the one before. Out: groups, the most frequent first within each kind; for a question
the reply file that it may belong to. Never: an issue in two groups or in none; an outcome that depends on the order in
which issues came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.alike import Leaders, Saying, leaders
from bot.core.book import OOS, Book
from bot.core.notebooks import Issue, IssueKind
from bot.core.text import bare
from bot.ids import derived

SAMPLES = 3
#: Kinds that a reply file can do something about.
QUESTIONS = frozenset({IssueKind.UNANSWERED, IssueKind.WRONG_ANSWER})
_KINDS = tuple(IssueKind)
_SHORT = 11  # characters of an id that tell groups of one week apart


@dataclass(frozen=True, slots=True)
class Group:
    """Issues of one kind that say much the same as `lead` does. `id` follows from the week and the first issue; `ids`
    are the issues', oldest first; `buyers` how many different ones; `before` how many were like it the week before;
    `intent`, `topic` and `source` those that most of them name."""

    id: str
    kind: IssueKind
    lead: str
    ids: tuple[str, ...]
    open: int
    buyers: int
    first_at: datetime
    last_at: datetime
    samples: tuple[str, ...]
    before: int = 0
    intent: str | None = None
    topic: str | None = None
    source: str | None = None

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Near:
    """A reply file to which a question may belong. `score`: the matcher's confidence in percent."""

    topic: str
    path: str
    score: float


def groups_of(issues: Iterable[Issue], before: Iterable[Issue], label: str) -> tuple[Group, ...]:
    """All groups of the week with this label."""
    now, past = _by_kind(issues), _by_kind(before)
    found = [group for kind in _KINDS if kind in now for group in _grouped(now[kind], past.get(kind, []), label)]
    return tuple(sorted(found, key=lambda one: (_KINDS.index(one.kind), -one.count, -one.buyers, one.first_at, one.id)))


def nearest_reply(group: Group, book: Book) -> Near | None:
    """By the group's leading text; None where no file comes near enough to be offered: it may want a new one."""
    if group.kind not in QUESTIONS:
        return None
    asked = group.lead.partition("\n")[0]
    found = next((one for one in book.matcher.rank(asked) if one.intent != OOS), None)
    if found is None or found.score < book.rules.reception.confidence.nearly:
        return None
    topic = book.speaker(book.by_intent[found.intent], asked)
    return Near(topic.name, topic.source, found.score)


def said_in(text: str) -> str:
    """What likeness is told by: the first line in normal form; what people say of it stands on further lines."""
    return bare(text.partition("\n")[0])


def _by_kind(issues: Iterable[Issue]) -> Mapping[IssueKind, list[Issue]]:
    """Oldest first."""
    found = defaultdict[IssueKind, list[Issue]](list)
    for one in sorted(issues, key=lambda one: (one.at, one.id)):
        found[one.kind].append(one)
    return found


def _grouped(issues: Sequence[Issue], before: Sequence[Issue], label: str) -> list[Group]:
    sayings = _sayings(issues)
    led = leaders(sayings)
    together = defaultdict[str, list[Issue]](list)
    for one in issues:
        together[led[said_in(one.text)]].append(one)
    heads = [one for one in sayings if one.text in together]
    counts = _counted(heads, _sayings(before))
    return [_group(head, members, counts[head], label) for head, members in together.items()]


def _sayings(issues: Sequence[Issue]) -> list[Saying]:
    """Each text once, with the intent that it was mostly read as."""
    read = defaultdict[str, Counter[str]](Counter)
    for one in issues:
        read[said_in(one.text)][one.intent or ""] += 1
    return [Saying(text, intents.total(), _most(intents)) for text, intents in read.items()]


def _counted(heads: Sequence[Saying], before: Sequence[Saying]) -> Counter[str]:
    """How many of the week before each leader would have led."""
    known, found = Leaders(heads), Counter[str]()
    for one in before:
        if head := known.of(one):
            found[head] += one.count
    return found


def _group(head: str, members: Sequence[Issue], before: int, label: str) -> Group:
    texts = Counter(one.text for one in members)
    lead = min((one.text for one in members if said_in(one.text) == head), key=lambda text: (-texts[text], text))
    others = sorted(texts.keys() - {lead}, key=lambda text: (-texts[text], text))
    source = _most(Counter(f"{one.topic or ''}\n{one.source or ''}" for one in members if one.topic)) or "\n"
    topic, _, line = source.partition("\n")
    return Group(
        id=f"{label}-{derived('group', members[0].kind.value, members[0].id)[3:_SHORT]}",
        kind=members[0].kind,
        lead=lead,
        ids=tuple(one.id for one in members),
        open=sum(one.settled_at is None for one in members),
        buyers=len({one.buyer_id for one in members if one.buyer_id}),
        first_at=members[0].at,
        last_at=members[-1].at,
        samples=(lead, *others)[:SAMPLES],
        before=before,
        intent=_most(Counter(one.intent for one in members if one.intent)),
        topic=topic or None,
        source=line or None,
    )


def _most(counts: Counter[str]) -> str | None:
    """The most frequent, of equally frequent ones the first by name; None where that is empty."""
    return min(counts, key=lambda name: (-counts[name], name), default="") or None
