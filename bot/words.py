"""Everything that a buyer, agent or operator sees of the software itself, from a catalogue by key.

In: a dotted key and parameters. Out: the text. Never: a buyer's answer (those are in `replies/`).
A second language is a second file in `locale/`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGE = "zh_CN"
_LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: str = LANGUAGE) -> Mapping[str, str]:
    """All texts of a language by dotted key."""
    with (_LOCALE / f"{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


def say(key: str, /, **params: object) -> str:
    """The text of a key with its `{fields}` filled in; an unknown key is a defect and raises `KeyError`."""
    return catalogue()[key].format(**params)


def _flat(prefix: str, tree: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        pairs += _flat(f"{key}.", value) if isinstance(value, dict) else [(key, str(value))]
    return pairs
