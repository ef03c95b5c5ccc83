"""Errors that explain themselves: what, where and the remedy.

In: a catalogue key and its parameters. Out: exceptions whose text a user may read. Never: a traceback shown to a user.
"""

from dataclasses import dataclass, field
from typing import Literal

from bot.words import say

Severity = Literal["fault", "warning"]


class YebanError(Exception):
    """An expected failure. `key` names its text in the catalogue; `str()` is that text."""

    def __init__(self, key: str, /, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(say(key, **params))


class UsageError(YebanError):
    """The caller's mistake: exit code 2 on the command line."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of an operators' file: `path:line  what  remedy`.

    `code` is stable and is the catalogue's key (`faults.<code>.what` and `.remedy`). A warning is worth a look and
    keeps nothing from being loaded.
    """

    path: str
    line: int
    code: str
    params: dict[str, object] = field(default_factory=dict, compare=False)
    severity: Severity = field(default="fault", compare=False)

    @property
    def what(self) -> str:
        return say(f"faults.{self.code}.what", **self.params)

    @property
    def remedy(self) -> str:
        return say(f"faults.{self.code}.remedy", **self.params)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.what}  {self.remedy}"


class ContentError(YebanError):
    """The operators' files have faults; `faults` holds all of them, sorted by place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("errors.content", count=len(faults), first=str(self.faults[0]))
