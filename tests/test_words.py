"""The catalogue has every text that the code asks for, with just the fields that the code fills in."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.parser import ARGUMENTS, help_key
from bot.errors import Fault
from bot.words import catalogue, say

SOURCE = Path(__file__).parents[1] / "bot"
#: Calls whose first argument is a key and whose named arguments fill its fields.
SPEAKERS = {"say", "YebanError", "UsageError"}
#: Classes of errors name their text when they call upwards.
UPWARDS = "__init__"


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _spoken() -> Iterator[tuple[str, str, ast.Call]]:
    """Where, which key, and the call, for every key that is written out."""
    for place, call in _calls():
        key = _constant(call.args[0]) if call.args else None
        if key and (_name(call) in SPEAKERS or (_name(call) == UPWARDS and key.startswith("errors."))):
            yield place, key, call


def _faults() -> Iterator[tuple[str, str, ast.Call]]:
    """Where, which code, and the call, for every `Fault` whose code is written out."""
    for place, call in _calls():
        if _name(call) == "Fault":
            for code in filter(None, map(_constant, call.args[1:4])):
                yield place, code, call


def _fields(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_scan_finds_what_it_looks_for() -> None:
    assert {"try.silent", "errors.unknown_setting", "errors.store_down"} <= {key for _, key, _ in _spoken()}
    assert {"doubled_key", "no_front_matter", "red_line"} <= {code for _, code, _ in _faults()}


def test_every_key_that_is_spoken_is_in_the_catalogue() -> None:
    assert [(place, key) for place, key, _ in _spoken() if key not in catalogue()] == []


def test_every_spoken_text_gets_the_fields_it_has() -> None:
    lacking = []
    for place, key, call in _spoken():
        given = {word.arg for word in call.keywords}
        if None not in given and key in catalogue() and not _fields(catalogue()[key]) <= given:
            lacking.append((place, key, _fields(catalogue()[key]) - given))
    assert lacking == []


@pytest.mark.parametrize("part", ["what", "remedy"])
def test_every_code_of_a_fault_has_its_words(part: str) -> None:
    assert [(place, code) for place, code, _ in _faults() if f"faults.{code}.{part}" not in catalogue()] == []


def test_every_fault_has_both_what_and_remedy() -> None:
    codes = {key.rpartition(".")[0] for key in catalogue() if key.startswith("faults.")}
    assert [code for code in sorted(codes) if {f"{code}.what", f"{code}.remedy"} - set(catalogue())] == []


def test_every_command_has_its_help() -> None:
    words = {word for name in ARGUMENTS for word in (name, name.partition(" ")[0])}
    assert [name for name in sorted(words) if help_key(name) not in catalogue()] == []


def test_every_text_has_balanced_and_named_fields() -> None:
    """An unbalanced brace raises where the text is parsed."""
    unnamed = {key: _fields(text) for key, text in catalogue().items() if not all(map(str.isidentifier, _fields(text)))}
    assert unnamed == {}


def test_no_text_is_empty() -> None:
    assert [key for key, text in catalogue().items() if not text and not key.startswith("join.")] == []


def test_an_unknown_key_is_a_defect_and_never_shown() -> None:
    with pytest.raises(KeyError):
        say("nowhere.nothing")


def test_a_fault_reads_as_place_what_and_remedy() -> None:
    fault = Fault("rules/shop.yaml", 7, "unknown_key", {"key": "nmae", "nearest": "name"})
    assert str(fault) == f"rules/shop.yaml:7  {fault.what}  {fault.remedy}"
    assert "nmae" in fault.what
    assert "name" in fault.remedy


def test_braces_that_a_remedy_shows_are_shown_as_written() -> None:
    assert "{{ a.b }}" in Fault("p", 1, "template_forbidden", {"part": "For"}).remedy
