"""The rules folder: whole or not at all; every file proves itself by its checks."""

from pathlib import Path

import pytest

from bot.content.calendar import workdays
from bot.content.rule_checks import faults_of_rules
from bot.content.rules import MODELS, read_rules
from bot.errors import Fault

from .desk import REPOSITORY, faults_of, rules_copy, spoil, told

#: A check of each file, and the same check made wrong.
WRONG_CHECKS = [
    ("shop", "{attribute: 面料, field: material}", "{attribute: 面料, field: care}"),
    ("shifts", 'at: "2026-10-28 08:59", on: []', 'at: "2026-10-28 08:59", on: [早班]'),
    ("shifts", "on: [晚班], agents: [a03]}", "on: [晚班], agents: [a01]}"),
    ("reception", "live: [], mode: bot_first", "live: [], mode: assist"),
    ("routing", "{intent: size_fit, group: presale}", "{intent: size_fit, group: aftersale}"),
    ("routing", "group: supervisor, flag: harm}", "group: supervisor, flag: legal}"),
    ("nudges", 'due: "2026-11-03 14:10"', 'due: "2026-11-03 14:11"'),
    ("nudges", ', due: "2026-11-04 08:35"}', "}"),
    ("carriers", "{says: 可以发顺风吗, carrier: 顺丰}", "{says: 可以发顺风吗, carrier: 中通}"),
    ("carriers", 'area: 香港, reached: "false"}', 'area: 香港, reached: "true"}'),
    ("invoices", "{says: 今天能发货吗}", "{says: 今天能发货吗, type: 电子普通发票}"),
    ("sizes", '{says: 160 98, height: "160", weight: "49"}', '{says: 160 98, height: "160", weight: "98"}'),
    ("promotions", '{at: "2026-11-12 00:00", on: []}', '{at: "2026-11-12 00:00", on: [双11]}'),
    ("redlines", "{says: 您最近的订单已发出}", "{says: 您最近的订单已发出, hits: [rude]}"),
]  # fmt: skip


def _checked(folder: Path) -> list[Fault]:
    rules = read_rules(folder)
    routing = rules.rules.routing
    intents = {intent for route in routing.routes for intent in route.intents}
    return list(faults_of_rules(rules, workdays(), intents))


def test_the_shipped_rules_hold() -> None:
    assert _checked(REPOSITORY / "rules") == []


def test_every_shipped_file_has_checks() -> None:
    docs = read_rules(REPOSITORY / "rules").docs
    assert [name for name, doc in docs.items() if ("checks", 0) not in doc.lines] == []


@pytest.mark.parametrize("name", MODELS)
def test_a_missing_file_is_a_fault(tmp_path: Path, name: str) -> None:
    folder = rules_copy(tmp_path)
    (folder / f"{name}.yaml").unlink()
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.path, fault.code) == (f"rules/{name}.yaml", "missing_file")


@pytest.mark.parametrize(("stray", "near"), [("shift.yaml", "shifts.yaml"), ("routing.yml", "routing.yaml")])
def test_a_stray_file_is_told_with_the_nearest(tmp_path: Path, stray: str, near: str) -> None:
    folder = rules_copy(tmp_path)
    (folder / stray).write_text("")
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.path, fault.code, fault.params) == (f"rules/{stray}", "unknown_file", {"nearest": near})


def test_a_hidden_file_of_an_editor_is_not_looked_at(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    (folder / ".shop.yaml.swp").write_bytes(b"\xff")
    assert read_rules(folder).rules.shop.name


def test_a_file_in_another_encoding_is_unreadable(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    (folder / "shop.yaml").write_bytes("name: 店".encode("gbk"))
    assert [fault.code for fault in faults_of(lambda: read_rules(folder))] == ["unreadable"]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "shop.yaml", "lead: 48h", "lead: two days")
    spoil(folder / "carriers.yaml", "others:\n", "ohters:\n")
    (folder / "sizes.yaml").unlink()
    assert [(fault.path, fault.code) for fault in faults_of(lambda: read_rules(folder))] == [
        ("rules/carriers.yaml", "unknown_key"),
        ("rules/shop.yaml", "bad_value"),
        ("rules/sizes.yaml", "missing_file"),
    ]


@pytest.mark.parametrize(("name", "right", "wrong"), WRONG_CHECKS)
def test_a_failing_check_is_told_at_its_own_line(tmp_path: Path, name: str, right: str, wrong: str) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / f"{name}.yaml", right, wrong)
    (fault,) = _checked(folder)
    assert (fault.path, fault.line, fault.code) == (f"rules/{name}.yaml", line, "check_fails")
    assert fault.params["expected"] != fault.params["found"]


@pytest.mark.parametrize("name", MODELS)
def test_every_kind_of_file_has_a_failing_check_above(name: str) -> None:
    assert name in {file for file, _, _ in WRONG_CHECKS}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("shop", "  material: [面料, 材质]", "  mateirial: [面料, 材质]", "unknown_field"),
        ("shop", "timezone: Asia/Shanghai", "timezone: Asia/Shangai", "unknown_zone"),
        ("redlines", "patterns: [\"转账(?!失败)\"", "patterns: [\"转账(?!失败\"", "bad_pattern"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_knows_is_told_at_its_line(
    tmp_path: Path, name: str, old: str, new: str, code: str
) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / f"{name}.yaml", old, new)
    assert told(_checked(folder)) == [(line, code)]


def test_a_routed_intent_that_no_reply_has_is_a_fault() -> None:
    faults = list(faults_of_rules(read_rules(REPOSITORY / "rules"), workdays(), {"carrier"}))
    assert {fault.code for fault in faults} == {"unknown_intent"}
    assert "size_fit" in {fault.params["intent"] for fault in faults}
