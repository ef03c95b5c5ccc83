"""Typed rules: unknown, missing and wrong values are told with their line and a remedy."""

import re
from datetime import datetime
from typing import Literal

import pytest
from pydantic import Field

from bot.content.strictyaml import parse
from bot.content.typed import nearest, typed
from bot.core.rules.kinds import Clock, Count, Duration, Money, Rule, Words
from bot.core.rules.shifts import DayRule
from bot.errors import Fault

from .desk import faults_of, told


class Shelf(Rule):
    """A small rules file."""

    name: str
    from_: Clock | None = None
    hold: Duration | None = None
    price: Money | None = None
    words: Words = ()
    parts: tuple["Part", ...] = ()
    rows: Count = 1
    old: bool = False
    at: datetime | None = None
    side: Literal["left", "right"] = "left"
    days: DayRule = "daily"
    table: dict[str, str] = Field(default_factory=dict)
    pair: tuple[int, ...] = Field(default=(1, 2), min_length=2, max_length=2)


class Part(Rule):
    label: str
    kind: Words = ()


def _faults(text: str) -> list[Fault]:
    return list(faults_of(lambda: typed(parse(text, "rules/shelf.yaml"), Shelf)))


def test_a_right_file_becomes_its_value() -> None:
    shelf = typed(parse('name: a\nfrom: "09:30"\nwords: one\nparts: [{label: x}]\n', "p"), Shelf)
    assert (shelf.name, shelf.from_, shelf.words, shelf.parts) == ("a", 570, ("one",), (Part(label="x"),))


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    (fault,) = _faults("name: a\nwrods: b\n")
    assert (fault.line, fault.code, fault.params) == (2, "unknown_key", {"key": "wrods", "nearest": "words"})


def test_an_unknown_key_deep_inside_has_its_own_line() -> None:
    (fault,) = _faults("name: a\nparts:\n  - label: x\n  - label: y\n    knid: z\n")
    assert (fault.line, fault.code, fault.params["nearest"]) == (5, "unknown_key", "kind")


def test_the_name_in_python_is_no_name_in_the_file() -> None:
    assert nearest("from_", ["from", "to"]) == "from"


def test_a_missing_key_is_told_at_the_line_of_what_lacks_it() -> None:
    (fault,) = _faults("name: a\nparts:\n  - label: x\n  - kind: y\n")
    assert (fault.line, fault.code, fault.params) == (4, "missing_key", {"key": "parts.1.label"})


@pytest.mark.parametrize(
    "line",
    ['from: "9:00"', 'from: "24:30"', "hold: 30", "hold: half an hour", "price: 1.234", "price: -1", "price: free"],
)
def test_a_bad_value_is_told_with_what_was_wanted(line: str) -> None:
    (fault,) = _faults(f"name: a\n{line}\n")
    assert (fault.line, fault.code) == (2, "bad_value")
    assert fault.params["wanted"]
    assert fault.remedy


def test_a_long_value_is_cut_short_in_its_fault() -> None:
    (fault,) = _faults(f"name: a\nhold: {'x' * 500}\n")
    assert len(str(fault.params["value"])) == 40


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    assert told(_faults("wrods: b\nhold: 30\nparts:\n  - kind: y\n")) == [
        (1, "missing_key"),
        (1, "unknown_key"),
        (2, "bad_value"),
        (4, "missing_key"),
    ]


def test_a_list_where_a_mapping_belongs_is_a_fault() -> None:
    assert told(_faults("- a\n- b\n")) == [(1, "bad_value")]


@pytest.mark.parametrize(
    "line",
    [
        "name: [a]", "name: {a: b}", "rows: three", "rows: 1.5", 'rows: "-1"', "rows: 9999999", "rows: [1]",
        "old: perhaps", "old: []", "at: tomorrow", "at: []", "side: up", "days: everyday", "days: [mon, tues]",
        "days: []", "table: [a]", "table: {a: [b]}", "words: {a: b}", 'words: [""]', 'pair: ["1"]',
        'pair: ["1", "2", "3"]', "parts: [a]", "parts: a",
    ],
)  # fmt: skip
def test_what_was_wanted_is_said_in_the_operators_words_once(line: str) -> None:
    text = f"{line}\n" if line.startswith("name") else f"name: a\n{line}\n"
    (fault,) = _faults(text)
    assert (fault.line, fault.code) == (text.count("\n"), "bad_value")
    assert re.search(r"[a-z]+_[a-z]|\bor\b|\[\]|另一种", fault.remedy) is None
    assert str(fault.params["key"]).partition(".")[0] == line.partition(":")[0]


def test_the_choices_are_listed() -> None:
    (fault,) = _faults("name: a\nside: up\n")
    assert "left、right" in fault.remedy
