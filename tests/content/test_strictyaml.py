"""Strict YAML: nothing is guessed, every fault has its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.strictyaml import parse
from bot.errors import ContentError

from .desk import faults_of, told


@pytest.mark.parametrize("written", ["18:00", "NO", "yes", "0123", "1e3", "null", "~", "2026-11-10", "1_000", "0x1F"])
def test_a_scalar_stays_the_text_that_was_written(written: str) -> None:
    assert parse(f"key: {written}", "p").value == {"key": written}


def test_a_tag_changes_no_value() -> None:
    assert parse("key: !!int 5", "p").value == {"key": "5"}


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parse("# nothing\n", "p").value == {}


def test_every_part_knows_its_line() -> None:
    doc = parse("a: 1\nlist:\n  - {name: x}\n  - name: y\n", "p", first_line=2)
    assert doc.line(("a",)) == 2
    assert doc.line(("list", 0)) == 4
    assert doc.line(("list", 1, "name")) == 5


def test_a_place_that_does_not_exist_has_the_line_of_its_nearest_part() -> None:
    doc = parse("a: 1\nlist:\n  - {name: x}\n", "p")
    assert doc.line(("list", 0, "missing", 7)) == 3
    assert doc.line(("nowhere",)) == 1


def test_a_doubled_key_names_both_lines() -> None:
    (fault,) = faults_of(lambda: parse("a: 1\nb: 2\na: 3\n", "p"))
    assert (fault.line, fault.code, fault.params) == (3, "doubled_key", {"key": "a", "first": 1})


def test_all_doubled_keys_are_told_at_once() -> None:
    faults = faults_of(lambda: parse("a: {x: 1, x: 2}\nb: 1\nb: 2\n", "p"))
    assert told(faults) == [(1, "doubled_key"), (3, "doubled_key")]


@pytest.mark.parametrize("text", ["k: 1\na: &x [1]\nb: *x\n", "k: 1\na: &x 1\nb: *x\n", "k: 1\na: &x [*x]\n"])
def test_an_alias_is_refused_at_the_line_of_what_it_repeats(text: str) -> None:
    assert told(faults_of(lambda: parse(text, "p"))) == [(2, "yaml_alias")]


def test_a_file_of_aliases_does_not_blow_up() -> None:
    layers = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    assert {code for _, code in told(faults_of(lambda: parse("\n".join(layers), "p")))} == {"yaml_alias"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 1\nb: 亲: 好\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("\x00", 1),
    ],
)
def test_broken_yaml_has_a_line(text: str, line: int) -> None:
    assert told(faults_of(lambda: parse(text, "p"))) == [(line, "yaml_syntax")]


def test_lines_count_from_the_first_line_of_the_whole_file() -> None:
    assert told(faults_of(lambda: parse("a: 1\nb: *x\n", "p", first_line=10))) == [(11, "yaml_syntax")]


@pytest.mark.parametrize("text", ["x: 1\n? [a, b]\n: c\n", "x: 1\n{a: 1}: c\n"])
def test_a_key_must_be_plain_text(text: str) -> None:
    assert told(faults_of(lambda: parse(text, "p"))) == [(2, "yaml_syntax")]


@pytest.mark.parametrize("text", ["[" * 3000 + "]" * 3000, "{a: " * 3000])
def test_nesting_without_end_is_a_fault_like_any_other(text: str) -> None:
    assert [code for _, code in told(faults_of(lambda: parse(text, "p")))] == ["yaml_syntax"]


YAML_LIKE = st.text(st.sampled_from("ab:- \n\t{}[],&*!|>'\"#%@`?~<0\u2028亲\x00\x85"), max_size=60)


@given(st.text(max_size=80) | YAML_LIKE)
def test_random_text_is_read_or_refused_with_lines_and_nothing_else(text: str) -> None:
    assert all(line >= 1 for line in _lines_of(text))


def _lines_of(text: str) -> list[int]:
    try:
        return list(parse(text, "p").lines.values())
    except ContentError as refused:
        return [fault.line for fault in refused.faults]
