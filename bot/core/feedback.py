"""What the issue log tells operations and product: why what comes back, who complains of what, what is not true where,
and what buyers ask in vain.

In: issues. Out: counted rows, the most frequent first. Never: a buyer's id or words beyond masked samples.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.core.notebooks import Issue, IssueKind

SAMPLES = 3
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is an item and a reason, an item, or an intent; an empty part where that is not known."""

    key: Key
    count: int
    buyers: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """`returns` by item and reason, `complaints` and `wrong_facts` by item, `unanswered` by intent."""

    returns: tuple[Row, ...]
    complaints: tuple[Row, ...]
    wrong_facts: tuple[Row, ...]
    unanswered: tuple[Row, ...]


def feedback_of(issues: Sequence[Issue]) -> Feedback:
    """All of it, settled or not: what was settled happened too."""
    return Feedback(
        _rows(issues, IssueKind.RETURN_REASON, lambda one: (one.item_id or "", one.reason or "")),
        _rows(issues, IssueKind.COMPLAINT, lambda one: (one.item_id or "",)),
        _rows(issues, IssueKind.WRONG_FACT, lambda one: (one.item_id or "",)),
        _rows(issues, IssueKind.UNANSWERED, lambda one: (one.intent or "",)),
    )


def _rows(issues: Iterable[Issue], kind: IssueKind, key: Callable[[Issue], Key]) -> tuple[Row, ...]:
    found = defaultdict[Key, list[Issue]](list)
    for one in issues:
        if one.kind is kind:
            found[key(one)].append(one)
    rows = (_row(name, some) for name, some in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.count, row.key)))


def _row(key: Key, issues: Sequence[Issue]) -> Row:
    """Samples are the newest different texts."""
    newest = sorted(issues, key=lambda one: (one.at, one.id), reverse=True)
    texts = dict.fromkeys(one.text for one in newest if one.text)
    return Row(key, len(issues), len({one.buyer_id for one in issues if one.buyer_id}), tuple(texts)[:SAMPLES])
