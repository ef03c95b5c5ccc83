"""What the issue log suggests to write: more ways of asking for a reply that is there, or a reply that is not.

In: open issues, a book, the names of those who asked. Out: proposals, the most asked first within each kind. Never: a
line that tells of somebody; a line that is written already; words for a buyer.

What today's files already understand is left out. Of the rest:

- asks: at least half of a group's questions come near one intent (`confidence.nearly`): its file is offered them.
- new: nothing is near: the draft of a reply, to which people must write the words.
- facts: understood, but a fact was missing: no way of asking helps, a card or a text without that field does.
- words: understood, and the answer was no good: the line that was said wants another look.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.book import OOS, Book
from bot.core.issue_groups import QUESTIONS, Group, groups_of
from bot.core.meaning import SMALL_TALK
from bot.core.notebooks import Issue, IssueKind
from bot.core.private import tells_of_somebody
from bot.core.questions import Heard, hear
from bot.core.text import bare, readable
from bot.core.understand import flag_of, wants_human
from bot.ids import derived

MOST_LINES = 8  # of a group: what is alike teaches little more
LONGEST = 40  # characters of a way of asking; a longer one is a story
_SHORTEST = 2
_FACTS = frozenset({"fact_missing", "still_missing"})
_WORDS = frozenset({"repeated", "red_line", "flow_unclear"})
_DECLINED = "declined"  # all readings that came near were offered, and none was meant
_FAR = "?"  # stands for an intent where none is near
_HALF = 2
_SHORT = 11  # characters of an id that tell proposals apart
Names = Mapping[str, Collection[str]]


class Kind(StrEnum):
    ASKS = "asks"
    NEW = "new"
    FACTS = "facts"
    WORDS = "words"


class Left(StrEnum):
    """Why a question is no line to be added: it tells of somebody, is too long, too short, written already (here or
    for another intent), or never comes to be matched; or there are enough."""

    PRIVATE = "private"
    LONG = "long"
    SHORT = "short"
    WRITTEN = "written"
    HOT = "hot"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Question:
    """A text as it was asked, masked, and how often."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """`path` is the file that is meant: of a new reply its draft, of the others the one that spoke (its line) or may
    speak; None where nobody knows. `shown`: those of the questions that tell of nobody. `lines` are to be added to the
    file's `asks`; `left` counts the questions that are not, by reason."""

    id: str
    kind: Kind
    group: Group
    questions: tuple[Question, ...]
    shown: tuple[Question, ...]
    intent: str | None = None
    path: str | None = None
    lines: tuple[str, ...] = ()
    left: Mapping[Left, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposals:
    """`understood`: how many of the open issues today's files would answer."""

    found: tuple[Proposal, ...]
    issues: int
    understood: int


def question_in(issue: Issue) -> str:
    """What was asked; what people say of it stands on further lines."""
    return issue.text.partition("\n")[0]


def proposals_of(issues: Iterable[Issue], book: Book, least: int, names: Names) -> Proposals:
    """From all issues that are open and were questions; groups of fewer than `least` are not worth a line. `names`: by
    buyer, as far as they are known."""
    asked = [one for one in issues if one.settled_at is None and _is_question(one)]
    heard = {text: hear(text, book) for text in sorted({question_in(one) for one in asked})}
    sorts: dict[Kind | None, list[Issue]] = {}
    for one in asked:
        kind = _sort(one, heard[question_in(one)])
        near = _near(one, heard[question_in(one)], book) if kind is Kind.ASKS else one.intent
        sorts.setdefault(kind, []).append(replace(one, intent=near))
    maker = _Maker(book, _called(asked, names))
    found = [
        maker.proposal(kind, group, some)
        for kind in (Kind.ASKS, Kind.FACTS, Kind.WORDS)
        for group, some in _groups(sorts.get(kind, ()))
        if group.count >= least
    ]
    order = tuple(Kind)
    ranked = sorted(found, key=lambda one: (order.index(one.kind), -one.group.count, one.group.lead, one.id))
    return Proposals(tuple(_without_doubles(ranked)), len(asked), len(sorts.get(None, ())))


def _is_question(issue: Issue) -> bool:
    """A buyer's: of what agents file, the first of two lines."""
    asked = issue.agent_id is None or "\n" in issue.text
    return asked and issue.kind in QUESTIONS and bool(bare(question_in(issue)))


def _near(issue: Issue, heard: Heard, book: Book) -> str:
    """The intent that a question comes near to, other than those that were wrong, as an answer or as what the buyer was
    offered; all that is far from every intent may be one matter."""
    if issue.reason == _DECLINED:
        return _FAR
    wrong = issue.intent if issue.kind is IssueKind.WRONG_ANSWER else None
    nearly, none = book.rules.reception.confidence.nearly, {OOS, wrong, *SMALL_TALK}
    ranked = (one.intent for one in heard.ranked if one.score >= nearly and one.intent not in none)
    return next((intent for intent in ranked if intent in book.by_intent), _FAR)


def _sort(issue: Issue, heard: Heard) -> Kind | None:
    """What would help; None where the files have been mended since. Whether by asks or a new file shows in the group
    (`ASKS` stands for both)."""
    sure = {claim.intent for claim in heard.claims} - SMALL_TALK
    if issue.kind is IssueKind.WRONG_ANSWER:
        return Kind.WORDS if issue.intent in sure else None if sure else Kind.ASKS
    if issue.reason in _WORDS:
        return Kind.WORDS
    if issue.reason in _FACTS:
        return Kind.FACTS
    return None if sure else Kind.ASKS


def _called(issues: Iterable[Issue], names: Names) -> Names:
    """By question: what those who asked it are called. A name of somebody else may be anybody's word."""
    called: dict[str, set[str]] = {}
    for one in issues:
        called.setdefault(question_in(one), set()).update(names.get(one.buyer_id or "", ()))
    return called


def _groups(issues: Sequence[Issue]) -> Iterator[tuple[Group, list[Issue]]]:
    by_id = {one.id: one for one in issues}
    for group in groups_of(issues, (), ""):
        yield group, [by_id[one] for one in group.ids]


def _without_doubles(found: Sequence[Proposal]) -> Iterator[Proposal]:
    """A line is offered to one file only: `check` refuses the second."""
    taken: set[str] = set()
    for one in found:
        lines = tuple(line for line in one.lines if bare(line) not in taken)
        taken.update(map(bare, lines))
        if lines == one.lines:
            yield one
            continue
        doubled = {Left.WRITTEN: one.left.get(Left.WRITTEN, 0) + len(one.lines) - len(lines)}
        yield replace(one, lines=lines, left={**one.left, **doubled})


class _Maker:
    def __init__(self, book: Book, called: Names) -> None:
        self._book = book
        self._called = called
        self._written = {bare(ask.text) for ask in book.asks}

    def proposal(self, kind: Kind, group: Group, issues: Sequence[Issue]) -> Proposal:
        counts = Counter(map(question_in, issues))
        questions = tuple(Question(text, counts[text]) for text in sorted(counts, key=lambda one: (-counts[one], one)))
        teaches = kind is Kind.ASKS
        shown = tuple(each for each in questions if not tells_of_somebody(each.text, self._called[each.text]))
        key = derived("proposal", kind.value, group.kind.value, group.lead)[3:_SHORT]
        plain = Proposal(f"s-{key}", kind, group, questions, shown, group.intent, self._spoken(group))
        return self._teaching(plain, f"q_{key}", Counter(each.intent for each in issues)) if teaches else plain

    def _teaching(self, plain: Proposal, slug: str, near: Counter[str | None]) -> Proposal:
        """With the file that it belongs to, or the name of one to be."""
        intent, lead = _most(near), plain.group.lead.partition("\n")[0]
        lines, left = self._lines(plain.questions)
        if intent is None:
            path = f"replies/new/{slug}.md"
            return replace(plain, kind=Kind.NEW, intent=slug, path=path, lines=lines, left=left)
        topic = self._book.speaker(self._book.by_intent[intent], lead)
        return replace(plain, intent=intent, path=topic.source, lines=lines, left=left)

    def _spoken(self, group: Group) -> str | None:
        """The line that was said, else the file that it belongs to."""
        topic = self._book.topics.get(group.topic or "") or self._book.by_intent.get(group.intent or "")
        return group.source or (topic.source if topic else None)

    def _lines(self, questions: Sequence[Question]) -> tuple[tuple[str, ...], Mapping[Left, int]]:
        lines, left = dict[str, str](), Counter[Left]()
        for one in questions:
            line = readable(one.text).lstrip("#＃ ")
            if bare(line) in lines:
                continue
            if why := self._why_not(line, self._called[one.text], len(lines)):
                left[why] += one.count
            else:
                lines[bare(line)] = line
        return tuple(lines.values()), left

    def _why_not(self, line: str, names: Collection[str], so_far: int) -> Left | None:
        routing = self._book.rules.routing
        reasons = (
            (tells_of_somebody(line, names), Left.PRIVATE),
            (len(line) > LONGEST, Left.LONG),
            (len(bare(line)) < _SHORTEST, Left.SHORT),
            (bare(line) in self._written, Left.WRITTEN),
            (flag_of(line, routing) is not None or wants_human(line, routing), Left.HOT),
            (so_far >= MOST_LINES, Left.ENOUGH),
        )
        return next((why for holds, why in reasons if holds), None)


def _most(near: Counter[str | None]) -> str | None:
    """The intent that at least half of a group's questions come near to."""
    best = min(near, key=lambda intent: (-near[intent], intent or ""))
    return best if best != _FAR and _HALF * near[best] >= near.total() else None
