"""What operators should not type into texts: the part `lint` of `rules/redlines.yaml`.

In: validated YAML. Out: frozen values. Never: a red line; those hold at run time, for every finished text.
"""

from typing import Literal

from bot.core.rules.kinds import Patterns, Rule, Text, Words

Where = Literal["replies", "rules"]
#: Words that a kind takes from other rules: names of shopping days and promotions, or what the shop states of itself.
WordsOf = Literal["days", "facts"]


class Lint(Rule):
    """A kind of words that `yeban check` tells of. `words`, `patterns` and `allow` are as in a red line; in what they
    are searched, a field reads `{}` and a branch's tag `|`. `where`: in which of the operators' files."""

    name: Text
    words: Words = ()
    patterns: Patterns = ()
    words_of: WordsOf | None = None
    allow: Words = ()
    where: tuple[Where, ...] = ("replies", "rules")
    severity: Literal["fault", "warning"] = "fault"
    why: Text
    remedy: Text


class Allow(Rule):
    """What a kind (`of`) is not told of: these words, as they are written, for a reason."""

    line: Text
    of: Text
    why: Text


class AllowIn(Allow):
    """The same for a rules file, by its name without `.yaml`."""

    file: Text
