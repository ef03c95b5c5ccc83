"""What `yeban check` finds in flows: each fault at its line, with a remedy."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bot.content.flow_checks import faults_of_flows
from bot.content.rules import RulesFolder, read_rules
from bot.content.strictyaml import parse
from bot.content.typed import typed
from bot.core.rules.flows import Flows
from bot.errors import Fault

from .desk import REPOSITORY, faults_of, page, read, told

FLOWS = """\
flows:
  swap:
    title: 换一件
    starts: [exchange]
    when: {facts: [signed]}
    reply: flow/swap
    opens: [{say: start}]
    slots:
      - {name: why, title: 原因, kind: choice, options: {大小: [太大], 坏了: [破]}}
      - {name: want, title: 换成, kind: sku, if: {others: {why: [坏了]}}}
      - {name: intact, title: 完好, kind: yes_no}
    ends:
      - {if: {slots: {intact: [no]}}, say: people, then: hand_off}
      - {if: {slots: {why: [坏了]}}, go: tell}
      - {say: ready, then: done}
  tell:
    title: 说说看
    starts: [order_cancel]
    reply: flow/tell
    slots:
      - {name: story, title: 情况, kind: text}
    ends:
      - {say: thanks, then: done}
checks:
  - {says: 太大, flow: swap, slot: why, reads: 大小}
"""
SWAP = "".join(
    f"## {name}\n{text}\n\n"
    for name, text in {
        "start": "好的", "why": "{{ flow.choices }}", "why_again": "哪个？", "want": "换什么？", "want_out": "没货",
        "want_unknown": "没有", "want_same": "一样", "intact": "完好吗？", "people": "同事看",
        "ready": "换{{ flow.want }}",
    }.items()
)  # fmt: skip
TELL = "## story\n怎么了？\n\n## thanks\n知道了\n"
HEAD = "title: 题\n"


@cache
def _shipped() -> RulesFolder:
    return read_rules(REPOSITORY / "rules")


def _faults(folder: Path, flows: str = FLOWS, swap: str = SWAP, **more: str) -> list[Fault]:
    """What is wrong with flows and their replies; `more` are further reply files."""
    doc = parse(flows, "rules/flows.yaml")
    rules = RulesFolder(replace(_shipped().rules, flows=typed(doc, Flows)), {"flows": doc})
    files = {"flow/swap": swap, "flow/tell": TELL}
    files |= {name.replace("__", "/"): text for name, text in more.items()}
    replies = [read(folder, page(text, HEAD), name) for name, text in files.items()]
    return list(faults_of_flows(replies, rules, {"exchange", "order_cancel", "carrier"}))


def _spoilt(old: str, new: str, text: str = FLOWS) -> tuple[str, int]:
    """A text with one place changed, and the line of it."""
    assert text.count(old) == 1
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1


def test_flows_that_are_right_have_no_faults(tmp_path: Path) -> None:
    assert _faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("starts: [exchange]", "starts: [exchang]", "unknown_intent"),
        ("reply: flow/tell", "reply: flow/tel", "unknown_topic"),
        ("opens: [{say: start}]", "opens: [{say: stort}]", "flow_no_variant"),
        ("say: people", "say: peple", "flow_no_variant"),
        ("name: story", "name: tale", "flow_no_variant"),
        ("kind: text", "kind: email", "flow_no_variant"),
        ("name: story", "name: choices", "flow_slot_taken"),
        ("facts: [signed]", "facts: [sined]", "unknown_situation"),
        ("when: {facts: [signed]}", "when: {never: [sined]}", "unknown_situation"),
        ("slots: {intact: [no]}", "slots: {intct: [no]}", "unknown_slot"),
        ("slots: {intact: [no]}", "slots: {intact: [nein]}", "unknown_option"),
        ("others: {why: [坏了]}", "others: {why: [坏掉]}", "unknown_option"),
        ("go: tell", "go: tel", "unknown_flow"),
        ("{say: ready, then: done}", "{if: {facts: [signed]}, say: ready, then: done}", "flow_open_end"),
        ("flow: swap, slot: why", "flow: swop, slot: why", "unknown_flow"),
        ("flow: swap, slot: why", "flow: swap, slot: wy", "unknown_slot"),
    ],
)
def test_a_fault_is_told_at_the_line_that_has_it(tmp_path: Path, old: str, new: str, code: str) -> None:
    flows, line = _spoilt(old, new)
    assert (line, code) in told(_faults(tmp_path, flows))


def test_an_end_behind_one_without_a_condition_is_never_reached(tmp_path: Path) -> None:
    flows, line = _spoilt("{if: {slots: {intact: [no]}}, say: people", "{say: people")
    assert told(_faults(tmp_path, flows)) == [(line + 1, "flow_dead_end")]


def test_two_flows_may_not_begin_with_the_same_intent_under_the_same_condition(tmp_path: Path) -> None:
    flows, line = _spoilt("    starts: [order_cancel]\n", "    starts: [exchange]\n    when: {facts: [signed]}\n")
    (fault,) = _faults(tmp_path, flows)
    assert (fault.line, fault.code, fault.params) == (
        line,
        "flow_shared_start",
        {"intent": "exchange", "other": "swap"},
    )
    assert (
        _faults(tmp_path, flows.replace("    when: {facts: [signed]}\n    reply: flow/tell", "    reply: flow/tell"))
        == []
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: choice, options: {大小: [太大], 坏了: [破]}", "kind: choice"),
        ("kind: text}", "kind: text, options: {甲: [乙]}}"),
        ("kind: text}", "kind: tekst}"),
        ("go: tell}", "go: tell, then: done}"),
        ("{say: thanks, then: done}", "{say: thanks}"),
        ("name: story", "name: 情况"),
    ],
)
def test_what_has_no_shape_is_refused_at_its_line(tmp_path: Path, old: str, new: str) -> None:
    flows, line = _spoilt(old, new)
    assert told(faults_of(lambda: _faults(tmp_path, flows))) == [(line, "bad_value")]


def test_a_missing_variant_is_told_where_the_flow_needs_it_with_the_file_to_mend(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, swap=SWAP.replace("## want_out\n没货\n\n", ""))
    assert (fault.code, fault.line) == ("flow_no_variant", 10)
    assert "replies/flow/swap.md" in fault.remedy


def test_a_variant_that_no_flow_says_is_told_at_its_line(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, swap=f"{SWAP}## spare\n多余\n")
    assert (fault.path, fault.code, fault.params["name"]) == ("replies/flow/swap.md", "unknown_variant", "spare")


def test_a_reply_file_that_no_flow_speaks_from_is_told(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, flow__spare=TELL)
    assert (fault.path, fault.code) == ("replies/flow/spare.md", "flow_unused")


@pytest.mark.parametrize(("shown", "code"), [("最好的", "red_line"), ("破{了", "stray_brace")])
def test_an_answer_that_buyers_choose_keeps_to_the_red_lines(tmp_path: Path, shown: str, code: str) -> None:
    flows, line = _spoilt("大小: [太大]", f'"{shown}": [太大]')
    faults = _faults(tmp_path, flows.replace("reads: 大小", "reads: 坏了"))
    assert told(faults) == [(line, code)]


def test_only_the_flows_own_answers_may_be_named(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, swap=SWAP.replace("{{ flow.want }}", "{% if flow.story %}好{% endif %}"))
    assert (fault.code, fault.params["field"]) == ("unknown_field", "flow.story")
    (fault,) = _faults(tmp_path, g__other="## default\n{{ flow.want }}\n")
    assert (fault.path, fault.code) == ("replies/g/other.md", "unknown_field")
