"""What a merge that nobody finished leaves in a file.

In: a text. Out: the lines on which such places begin. Never: a mark that is only part of a line.
"""

import re
from collections.abc import Iterator

#: As git-merge-file(1) writes them: what is ours, what both began with, and what is theirs.
_MARK = re.compile(r"^(?:([<|>])\1{6}(?= |$)|={7}$)", re.MULTILINE)
_BEGINS, _ENDS = "<", ">"


def unmerged(text: str) -> Iterator[int]:
    """The line of each place's first mark, counted from 1."""
    within = False
    for mark in _MARK.finditer(text):
        if not within or mark[1] == _BEGINS:
            yield 1 + text.count("\n", 0, mark.start())
        within = mark[1] != _ENDS
