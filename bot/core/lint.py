"""Words that an operator should not type: a promise, a price, a date or a claim that no fact stands behind.

In: a written text, a kind of lint, the rules. Out: the words found, each with its line. Never: a judgement of a
finished text; that is `redlines.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache

from bot.core.once import once
from bot.core.probes import Probe, folded, probe
from bot.core.rules import Rules
from bot.core.rules.lint import Lint
from bot.core.rules.shop import Occasion, Promotion
from bot.core.view import fixed_view

FIELD, BRANCH = "{}", "|"
_FIELD = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BRANCH = re.compile(r"\{%.*?%\}", re.DOTALL)
_KEPT = 4096  # texts; each is looked at for every kind
_LEAST = 2  # characters of a stated fact that is looked for; a shorter one is part of many words
_UNITS = {"shop.postage": "元", "shop.free_above": "元", "shop.return_days": "天"}
_SAME = str.maketrans({"块": "元", "日": "天", " ": None})
_NONE = re.compile(r"(?!)")


def lint(text: str, kind: Lint, rules: Rules) -> list[tuple[int, str]]:
    """Every place of a kind in a template's text: the line, from 0, and the words."""
    sought = _probe_of(kind, rules)
    return [(number, words) for number, line in enumerate(_lines(text)) for words in _found(line, sought)]


def looking_for(kind: Lint, rules: Rules) -> Callable[[str], bool]:
    """Whether a text has any place of a kind; most have none, and to look is faster than to list what is found."""
    sought = _probe_of(kind, rules)
    return lambda text: any(sought.has_any(line) for line in _lines(text))


def without(text: str, words: str) -> str:
    """A text in which these words are not looked at."""
    return text.replace(words, " " + "\n" * words.count("\n"))


def stated(words: str, rules: Rules) -> list[str]:
    """The fields that say what these words have typed."""
    plain = re.sub(r"(\d)\.0+(?=元)", r"\1", words.translate(_SAME))
    return [field for value, field in _facts(rules) if re.search(rf"(?<!\d){re.escape(folded(value))}", plain)]


@lru_cache(_KEPT)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(map(folded, _gaps(text).split("\n")))


def _gaps(text: str) -> str:
    """Fields and branches as signs of their own, lines kept."""
    return _BRANCH.sub(lambda tag: _sign(BRANCH, tag), _FIELD.sub(lambda tag: _sign(FIELD, tag), text))


def _sign(sign: str, tag: re.Match[str]) -> str:
    return sign + "\n" * tag[0].count("\n")


@once
def _probe(kind: Lint) -> Probe:
    return probe(kind.words, kind.allow, kind.patterns)


def _probe_of(kind: Lint, rules: Rules) -> Probe:
    sought, taken = _probe(kind), _taken(kind, rules)
    return sought._replace(patterns=(*sought.patterns, taken)) if taken else sought


def _found(line: str, sought: Probe) -> list[str]:
    line = sought.less(line)
    spans = {(line.index(word), line.index(word) + len(word)) for word in sought.words if word in line}
    for pattern in sought.patterns:
        spans |= {found.span() for found in pattern.finditer(line) if found[0]}
    return [line[begin:end] for begin, end in sorted(_widest(spans))]


def _widest(spans: Set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What lies within another is a part of it."""
    for begin, end in spans:
        if not any(first <= begin and end <= last for first, last in spans - {(begin, end)}):
            yield begin, end


def _taken(kind: Lint, rules: Rules) -> re.Pattern[str] | None:
    return {"days": _days, "facts": _stated}[kind.words_of](rules) if kind.words_of else None


@once
def _days(rules: Rules) -> re.Pattern[str]:
    """Shopping days and promotions by all their names."""
    named: tuple[Occasion | Promotion, ...] = (*rules.carriers.occasions, *rules.promotions.promotions)
    return _any_of([*(word for one in named for word in (one.name, *one.also)), *rules.promotions.others])


@once
def _stated(rules: Rules) -> re.Pattern[str]:
    """What the shop states in words; figures are kinds of their own."""
    return _any_of([value for value, _ in _facts(rules) if len(value) >= _LEAST and not re.match(r"\d", value)])


def _any_of(words: list[str]) -> re.Pattern[str]:
    """The longest first; one in figures is no part of a longer figure."""
    longest_first = sorted(map(folded, words), key=len, reverse=True)
    return re.compile("|".join(map(_whole, longest_first))) if longest_first else _NONE


def _whole(word: str) -> str:
    before, after = r"(?<!\d)" if word[0].isdigit() else "", r"(?!\d)" if word[-1].isdigit() else ""
    return f"{before}{re.escape(word)}{after}"


@once
def _facts(rules: Rules) -> tuple[tuple[str, str], ...]:
    """Values and their fields; carriers one by one, as texts name them."""
    views: Mapping[str, Mapping[str, str]] = fixed_view(rules)
    fields = [(f"{group}.{name}", value) for group, view in views.items() for name, value in view.items()]
    singles = [(one.name, "shop.carriers") for one in rules.carriers.carriers]
    return (*((value + _UNITS.get(field, ""), field) for field, value in fields), *singles)
