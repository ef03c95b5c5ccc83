"""Faults of the dated lines of `rules/shifts.yaml`: each at its own line, in words."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.calendar import works_of
from bot.content.rules import read_rules
from bot.content.shift_checks import faults_of_lines
from bot.core.rules.shifts import Shifts

from .desk import REPOSITORY, faults_of, rules_copy, spoil, told

SWAP = 'dates: ["2026-12-12"], agents: [a01, a03]'
LEAVE = 'agent: a13, dates: ["2026-12-26"], stand_in: a12'


def test_the_lines_of_the_shipped_roster_fit() -> None:
    rules = read_rules(REPOSITORY / "rules")
    assert [*faults_of_lines(rules, works_of(rules.rules))] == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (SWAP, SWAP.replace("a03", "a30"), "agent_unknown"),
        (SWAP, SWAP.replace("a03", "s01"), "swap_rests"),
        (SWAP, SWAP.replace("a01, a03", "a01, a02"), "swap_idle"),
        (LEAVE, LEAVE.replace("a13", "a31"), "agent_unknown"),
        (LEAVE, LEAVE.replace("2026-12-26", "2026-12-28"), "leave_idle"),
        (LEAVE, LEAVE.replace("a12", "a01"), "stand_in_busy"),
        ("agents: [a12, a13]\n", "agents: [a12, a31]\n", "agent_unknown"),
    ],
)
def test_a_line_that_does_not_fit_is_told_where_it_stands(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / "shifts.yaml", old, new)
    rules = read_rules(folder)
    assert told([*faults_of_lines(rules, works_of(rules.rules))]) == [(line, code)]


def test_an_unknown_agent_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "shifts.yaml", SWAP, SWAP.replace("a03", "a0３"))
    rules = read_rules(folder)
    (fault,) = faults_of_lines(rules, works_of(rules.rules))
    assert str(fault.params["nearest"]).startswith("a0")
    assert fault.params["agent"] == "a0３"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (SWAP, SWAP.replace("a03", "a01"), "自己"),
        (SWAP, 'from: "2026-12-12", agents: [a01, a03]', "二选一"),
        (SWAP, 'from: "2026-12-12", to: "2026-12-11", agents: [a01, a03]', "不早于"),
        (LEAVE, LEAVE.replace("a12", "a13"), "自己"),
        ("stay: 30m\n", "stay: 30\n", "30m"),
        ("stay: 30m\n", "stay: 24h\n", "12h"),
        ("agents: [a12, a13]\n", "agents: [a12]\n", "至少两个"),
        ('restdays: ["2026-12-31"]', 'restdays: ["2026-12-31"]\n  workdays: ["2026-12-31"]', "同一天"),
        ('to: "12:00", except: [春节]', 'to: "12:00", except: [中秋]', "special"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_by_itself_is_told_with_a_remedy(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "shifts.yaml", old, new)
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.path, fault.code) == ("rules/shifts.yaml", "bad_value")
    assert words in fault.what + fault.remedy


def test_the_shops_own_calendar_overrules_the_public_one() -> None:
    rules = read_rules(REPOSITORY / "rules").rules
    assert not works_of(rules)(date(2026, 12, 31))
    assert works_of(rules)(date(2026, 12, 30))


def test_the_shipped_roster_shows_every_kind_of_line() -> None:
    shifts = read_rules(REPOSITORY / "rules").rules.shifts
    assert [name for name in Shifts.model_fields if name not in shifts.model_fields_set] == []
