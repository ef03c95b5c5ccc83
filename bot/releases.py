"""Which set of the operators' files is served, and which ones were.

In: nothing. Out: lines of what was served. Never: the files themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Why(StrEnum):
    """`FILES`: somebody's folder changed to it. `ROLLBACK`: a person chose it among those that were served."""

    FILES = "files"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Serving:
    """From `at` on a version is served, until the next line. `by`: a process, or whoever rolled back; `commit`: the one
    that holds these files, where there was one."""

    seq: int
    version: str
    at: datetime
    by: str
    why: Why
    commit: str | None = None


def is_taken_back(version: str, lines: Sequence[Serving]) -> bool:
    """Whether a person rolled back from a version after it was served last. `lines`: newest first."""
    for later, one in pairwise(lines):
        if one.version == version:
            return later.why is Why.ROLLBACK
        if later.version == version:
            return False
    return False


def before(lines: Sequence[Serving]) -> Serving | None:
    """What a rollback returns to: what was served before the present version came, by a change of files if it ever did;
    so two rollbacks go two steps back. `lines`: newest first."""
    if not lines:
        return None
    mine = [number for number, one in enumerate(lines) if one.version == lines[0].version]
    came = next((number for number in mine if lines[number].why is Why.FILES), mine[-1])
    return next((one for one in lines[came + 1 :] if one.version != lines[0].version), None)
