"""Rules with the shipped ones in place of what is not known, for questions that do not depend on just that.

In: rules as far as they can be read. Out: whole rules. Never: a file's own checks run against another's rules.
"""

from dataclasses import fields, replace
from functools import cache
from typing import Any

from bot.content.rules import read_rules
from bot.content.unknown import UNKNOWN
from bot.core.rules import Rules
from bot.settings import shipped


def whole(rules: Rules) -> Rules:
    """The same rules where nothing is unknown."""
    known = {field.name: getattr(rules, field.name) for field in fields(rules)}
    filled: dict[str, Any] = {
        name: _filled(name, value) for name, value in known.items() if value is UNKNOWN or _has_holes(value)
    }
    return replace(rules, **filled) if filled else rules


def _has_holes(value: object) -> bool:
    return any(part is UNKNOWN for part in vars(value).values())


def _filled(name: str, value: object) -> object:
    donor = getattr(_shipped(), name)
    if value is UNKNOWN:
        return donor
    own = {key: part for key, part in vars(value).items() if part is not UNKNOWN}
    return donor.model_copy(update=own)


@cache
def _shipped() -> Rules:
    return read_rules(shipped("rules")).rules
