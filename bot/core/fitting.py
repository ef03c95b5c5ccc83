"""Whether a text that was said is a wording with its fields filled in.

In: a wording as written, a text as sent. Out: yes or no. Never: a template rendered; the facts of then are gone.

By this a line is found again after it has moved within its file: fields may hold anything, what stands between them may
not differ, and what `{% if %}` encloses may be missing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_TAG = re.compile(r"(\{\{.*?\}\}|\{%-?\s*.*?\s*-?%\})", re.DOTALL)
_KEPT = 4096  # wordings; a shop has hundreds


def fits(wording: str, said: str) -> bool:
    """Whether `said` may have come from `wording`."""
    return bool(said) and _shape(wording).fullmatch(said) is not None


@lru_cache(_KEPT)
def _shape(wording: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{''.join(_pieces(wording.strip()))}\s*", re.DOTALL)


def _pieces(wording: str) -> Iterator[str]:
    """Ends of tags that nothing opened stand for nothing: such a wording is never said."""
    deep = 0
    for piece in _TAG.split(wording):
        word = piece.strip("{%-} ").partition(" ")[0]
        if piece.startswith("{{"):
            yield ".*?"
        elif not piece.startswith("{%"):
            yield re.escape(piece)
        elif word == "if":
            deep += 1
            yield "(?:"
        elif deep and word in {"else", "elif"}:
            yield "|"
        elif deep and word == "endif":
            deep -= 1
            yield ")?"
    yield ")?" * deep
