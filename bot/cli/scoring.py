"""`yeban eval`: how often the bot is right on labelled messages, beside plain fuzzy matching on the same asks.

In: labelled lines. Out: figures. Never: a threshold fitted to them.

Right: the first claim is among `intents` + `alt` and at most one further claim is not. Coverage: right / in-scope
messages. Precision: right / claimed. False answers: claims on clear (not `borderline`) out-of-scope messages / those.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.cli.jsonl import read_objects
from bot.cli.simulate import Simulation
from bot.cli.trying import book_of
from bot.clock import utc_now
from bot.core.book import OOS, Book
from bot.core.text import plain
from bot.settings import Settings
from bot.words import say

NATURAL = frozenset({"random", "all_ecd"})
RATIO_SURE = 80.0  # where people who use it alone usually cut
Predict = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    right: frozenset[str]
    in_scope: bool
    clear: bool
    natural: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one predictor on one set of messages; the figures derive from them."""

    messages: int
    in_scope: int
    claimed: int
    right: int
    false_answers: int
    clear_oos: int

    def figures(self) -> dict[str, object]:
        return {
            "messages": self.messages,
            "in_scope": self.in_scope,
            "claimed": self.claimed,
            "right": self.right,
            "coverage": _share(self.right, self.in_scope),
            "precision": _share(self.right, self.claimed),
            "false_answers": _share(self.false_answers, self.clear_oos),
        }


def run_eval(args: argparse.Namespace, settings: Settings) -> int:
    """Score the bot and the peer on the natural mix and on all lines."""
    book = book_of(settings)
    lines = [labelled(value) for value in read_objects(Path(args.file), "text", "intent", "intents", "alt", "sample")]
    result = {
        name: {mix: score(predict, chosen).figures() for mix, chosen in _mixes(lines).items()}
        for name, predict in predictors(book).items()
    }
    print(json.dumps(result, ensure_ascii=False) if args.json else _table(result))
    return 0


def predictors(book: Book) -> dict[str, Predict]:
    """The bot; RapidFuzz's `ratio` forced to an intent; the same where it is as sure as is usually asked of it."""
    simulation = Simulation(book, utc_now())
    return {
        "yeban": lambda text: [claim.intent for claim in simulation.turn(text).meaning.claims],
        "ratio_forced": _ratio(book, 0.0),
        "ratio_when_sure": _ratio(book, RATIO_SURE),
    }


def score(predict: Predict, lines: Sequence[Labelled]) -> Score:
    """Count as the definition above says."""
    claims = [tuple(predict(line.text)) for line in lines]
    claimed = [(line, claim) for line, claim in zip(lines, claims, strict=True) if claim]
    return Score(
        messages=len(lines),
        in_scope=sum(line.in_scope for line in lines),
        claimed=len(claimed),
        right=sum(_is_right(line, claim) for line, claim in claimed),
        false_answers=sum(not line.in_scope and line.clear for line, _ in claimed),
        clear_oos=sum(not line.in_scope and line.clear for line in lines),
    )


def _is_right(line: Labelled, claim: tuple[str, ...]) -> bool:
    return claim[0] in line.right and sum(intent not in line.right for intent in claim[1:]) <= 1


def _ratio(book: Book, cutoff: float) -> Predict:
    """The nearest ask by spelling, out-of-scope lines apart, as a seeded fuzzy matcher would have it."""
    asks = [ask for ask in book.asks if ask.intent != OOS]
    texts = [plain(ask.text) for ask in asks]

    def predict(text: str) -> Sequence[str]:
        found = process.extractOne(plain(text), texts, scorer=fuzz.ratio, score_cutoff=cutoff)
        return [asks[found[2]].intent] if found else []

    return predict


def _mixes(lines: Sequence[Labelled]) -> dict[str, Sequence[Labelled]]:
    return {"natural": [line for line in lines if line.natural], "all": lines}


def labelled(value: dict[str, object]) -> Labelled:
    """One line of a labelled file, with the fields that `run_eval` asks for."""
    intents, alt = value["intents"], value["alt"]
    names = [*intents, *alt] if isinstance(intents, list) and isinstance(alt, list) else []
    return Labelled(
        text=str(value["text"]),
        right=frozenset(str(name) for name in names) - {OOS},
        in_scope=value["intent"] != OOS,
        clear=not value.get("borderline"),
        natural=value["sample"] in NATURAL,
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _table(result: dict[str, dict[str, dict[str, object]]]) -> str:
    rows = [say("eval.head")]
    for name, mixes in result.items():
        rows += [say("eval.row", name=name, mix=mix, **_shown(figures)) for mix, figures in mixes.items()]
    return "\n".join(rows)


def _shown(figures: dict[str, object]) -> dict[str, object]:
    """A share of nothing is no number."""
    return {name: "-" if figure is None else figure for name, figure in figures.items()}
