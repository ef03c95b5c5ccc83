"""One thing found of a product, and how it is told.

In: a code of the catalogue of words and its fields. Out: a `Finding`. Never: a look at a product.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.words import say


class Severity(IntEnum):
    """The worst first. `WRONG`: the card says two things, or what may not be said; `MISSING`: buyers ask and the bot
    has no answer; `LOOK`: it may be meant so."""

    WRONG = 0
    MISSING = 1
    LOOK = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What, why it matters, and the remedy; `code` is stable and names its words (`patrol.<code>`)."""

    severity: Severity
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return say(f"patrol.{self.code}.what", **self.params)

    @property
    def why(self) -> str:
        return say(f"patrol.{self.code}.why", **self.params)

    @property
    def remedy(self) -> str:
        return say(f"patrol.{self.code}.remedy", **self.params)


def wrong(code: str, **params: object) -> Finding:
    return Finding(Severity.WRONG, code, params)


def missing(code: str, **params: object) -> Finding:
    return Finding(Severity.MISSING, code, params)


def look(code: str, **params: object) -> Finding:
    return Finding(Severity.LOOK, code, params)
