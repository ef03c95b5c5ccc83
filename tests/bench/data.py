"""The labelled messages that every bench measures on.

In: a folder of data. Out: sets of labelled lines. Never: a text printed.

`own_a` and `own_b` are labels of our own for `messages.txt`, kept in `labels.tsv` without any text: line number, short
hash of the line, intents, what else a fair judge would accept, `b` if in or out of scope is arguable, fold. Asks were
written with the errors on fold a in sight; fold b was held out.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.cli.jsonl import read_objects
from bot.cli.scoring import Labelled, labelled
from bot.core.book import OOS
from bot.settings import Settings, read_settings

SETTING = "YEBAN_BENCH_DATA"
REPOSITORY = Path(__file__).parents[2]
LABELS = Path(__file__).with_name("labels.tsv")
HASHED = 8  # hex digits; enough to notice another file
FIELDS = ("text", "intent", "intents", "alt", "sample")


class BenchError(Exception):
    """What stops a bench, with the remedy; exit code 2."""


@dataclass(frozen=True, slots=True)
class Line:
    """`intent` is the first label, `oos` where no template should answer."""

    labelled: Labelled
    intent: str

    @property
    def text(self) -> str:
        return self.labelled.text


@dataclass(frozen=True, slots=True)
class Own:
    """One row of `labels.tsv`. `number` counts the lines of `messages.txt` from 1."""

    number: int
    hashed: str
    intents: tuple[str, ...]
    alt: tuple[str, ...]
    borderline: bool
    fold: str


def settings() -> Settings:
    """The operators' folders as the service would find them; this package's own setting is none of the service's."""
    return read_settings({name: value for name, value in os.environ.items() if name != SETTING})


def folder_of(given: str | None) -> Path:
    """The option, else the setting, else where the data lies beside the repository; `BenchError` if it is not there."""
    path = Path(given or os.environ.get(SETTING) or REPOSITORY.parent / "shared" / "data")
    if not path.is_dir():
        raise BenchError(f"no folder {path}: name the one with dev.jsonl by --data or {SETTING}")
    return path


def natural(path: Path) -> list[Line]:
    """The natural mix of a labelled file."""
    values = [(value, labelled(value)) for value in read_objects(path, *FIELDS)]
    return [Line(found, str(value["intent"])) for value, found in values if found.natural]


def own(folder: Path, fold: str, labels: Path = LABELS) -> list[Line]:
    """Our own labels of one fold with their texts; `BenchError` where a line is not the one that was labelled."""
    texts = (folder / "messages.txt").read_text("utf-8").split("\n")
    return [_joined(row, texts) for row in read_labels(labels) if row.fold == fold]


def read_labels(path: Path) -> list[Own]:
    """All rows, by line number."""
    return [_row(line) for line in path.read_text("utf-8").splitlines()]


def hash_of(text: str) -> str:
    """By which a line is known without its text."""
    return sha256(text.encode()).hexdigest()[:HASHED]


#: Set -> how it is read. The order is that of the tables.
SETS: Mapping[str, Callable[[Path], list[Line]]] = {
    "dev": lambda folder: natural(folder / "dev.jsonl"),
    "check": lambda folder: natural(folder / "check.jsonl"),
    "own_a": lambda folder: own(folder, "a"),
    "own_b": lambda folder: own(folder, "b"),
}


def read_sets(folder: Path, *names: str) -> dict[str, list[Line]]:
    """The named sets that the folder has."""
    files = {"dev": "dev.jsonl", "check": "check.jsonl"}
    there = [name for name in names if (folder / files.get(name, "messages.txt")).is_file()]
    if not there:
        raise BenchError(f"{folder} has none of {', '.join(names)}")
    return {name: SETS[name](folder) for name in there}


def _row(line: str) -> Own:
    number, hashed, intents, alt, borderline, fold = line.split("\t")
    return Own(int(number), hashed, _names(intents), _names(alt), borderline == "b", fold)


def _names(joined: str) -> tuple[str, ...]:
    return tuple(name for name in joined.split(",") if name)


def _joined(row: Own, texts: Sequence[str]) -> Line:
    text = texts[row.number - 1] if row.number <= len(texts) else ""
    if hash_of(text) != row.hashed:
        raise BenchError(f"messages.txt:{row.number} is not the line that was labelled: use the file of labels.tsv")
    right = frozenset((*row.intents, *row.alt)) - {OOS}
    found = Labelled(text, right, in_scope=row.intents[0] != OOS, clear=not row.borderline, natural=True)
    return Line(found, row.intents[0])
