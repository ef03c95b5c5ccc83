"""What `yeban check` finds in `nudges.yaml` and `care.yaml`: each fault at its line, with a remedy."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from bot.content.calendar import works_of
from bot.content.files import read_files
from bot.content.outreach_checks import faults_of_outreach
from bot.content.replies import ReplyFile, read_reply
from bot.content.rule_checks import faults_of_rules
from bot.content.rules import read_rules
from bot.core.rules.outreach import LONGEST_LIMIT
from bot.errors import Fault
from bot.records import REMEMBERED
from bot.words import say

from .desk import REPOSITORY, faults_of, page, read, rules_copy, spoil, told

HEAD = "title: 题\n"
#: A name in each file, the same name wrong, and the name it should have been.
UNKNOWN_STEPS = [
    ("nudges", "{steps: [首次催付], amount", "{steps: [首次催], amount", "首次催", "首次催付"),
    ("nudges", "{steps: [首次催付], amount", "{steps: 首次催, amount", "首次催", "首次催付"),
    ("nudges", '14:00", step: 再次催付,', '14:00", step: 再催付,', "再催付", "再次催付"),
    ("care", "{step: 回访,", "{step: 回仿,", "回仿", "回访"),
]
#: A step and where its reply is named.
STEPS = [
    ("care", "reply: care/merge_postage", ["unpaid"]),
    ("care", "reply: care/address_check", ["not_shipped", "overdue"]),
    ("care", "reply: care/stuck_parcel", ["shipped"]),
    ("care", "reply: care/received", ["signed"]),
    ("nudges", "reply: system/nudge_dear", ["unpaid"]),
]


@cache
def _shipped() -> tuple[ReplyFile, ...]:
    files = read_files(REPOSITORY / "replies", None)
    paths = [*files.below("replies/system/"), *files.below("replies/care/")]
    return tuple(read_reply(files, path) for path in paths)


def _names(folder: Path) -> list[Fault]:
    """What is wrong with the names in the rules."""
    rules, topics = read_rules(folder), {reply.topic.name for reply in _shipped()}
    intents = {one for route in rules.rules.routing.routes for one in route.intents}
    return list(faults_of_rules(rules, works_of(rules.rules), intents, topics))


def _spoken(folder: Path, *more: ReplyFile) -> list[Fault]:
    return list(faults_of_outreach([*_shipped(), *more], read_rules(folder)))


def _reply(folder: Path, bodies: Mapping[str, str]) -> ReplyFile:
    """A reply of these variants by the name `g/own`."""
    return read(folder, page("".join(f"## {name}\n{text}\n\n" for name, text in bodies.items()), HEAD), "g/own")


def _own(folder: Path, name: str, reply: str, variants: Sequence[str]) -> tuple[int, list[Fault]]:
    """The shipped rules with a reply of these variants at one place: its line, and what is found."""
    rules = rules_copy(folder)
    line = spoil(rules / f"{name}.yaml", f"{reply}", "reply: g/own")
    return line, _spoken(rules, _reply(folder, dict.fromkeys(variants, "好的")))


def test_the_shipped_steps_have_something_to_say() -> None:
    assert _spoken(REPOSITORY / "rules") == []
    assert _names(REPOSITORY / "rules") == []


@pytest.mark.parametrize(("name", "old", "new", "wrong", "near"), UNKNOWN_STEPS)
def test_a_step_that_is_not_there_is_told_by_name_at_its_line(
    tmp_path: Path, name: str, old: str, new: str, wrong: str, near: str
) -> None:
    folder = rules_copy(tmp_path)
    text = (folder / f"{name}.yaml").read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    (folder / f"{name}.yaml").write_text(text.replace(old, new, 1), "utf-8")
    faults = _names(folder)
    assert told(faults) == [(line, "unknown_step")]
    assert faults[0].params == {"name": wrong, "nearest": near}


@pytest.mark.parametrize(
    ("name", "old", "new", "first", "code"),
    [
        ("nudges", "{name: 再次催付,", "{name: 首次催付,", "{name: 首次催付,", "step_twice"),
        ("care", "{name: 请评价,", "{name: 签收确认,", "{name: 签收确认,", "step_twice"),
        (
            "care",
            '{name: 冬装领券, day: "2026-11-28"',
            '{name: 元旦, day: "2027-01-01"',
            "{name: 元旦",
            "greeting_twice",
        ),
    ],
)
def test_a_name_that_is_there_twice_is_told_at_the_second(
    tmp_path: Path, name: str, old: str, new: str, first: str, code: str
) -> None:
    folder = rules_copy(tmp_path)
    text = (folder / f"{name}.yaml").read_text("utf-8")
    line = spoil(folder / f"{name}.yaml", old, new)
    found = {fault.code: fault for fault in _names(folder)}
    assert (found[code].line, found[code].params["first"]) == (line, text[: text.index(first)].count("\n") + 1)


def test_a_greeting_may_come_again_on_another_day(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "care.yaml", "{name: 冬装领券,", "{name: 元旦,")
    assert _names(folder) == []


@pytest.mark.parametrize(("name", "reply", "states"), STEPS)
def test_a_reply_without_words_for_the_state_of_its_order_is_told(
    tmp_path: Path, name: str, reply: str, states: Sequence[str]
) -> None:
    line, faults = _own(tmp_path, name, reply, ["closed"])
    assert told(faults) == [(line, "nothing_to_tell")]
    assert faults[0].params == {"name": "g/own", "wanted": say("join.list").join(states), "first": states[0]}


@pytest.mark.parametrize(("name", "reply", "variant"), [(*one, state) for *one, states in STEPS for state in states])
def test_words_for_one_of_its_states_are_enough(tmp_path: Path, name: str, reply: str, variant: str) -> None:
    assert _own(tmp_path, name, reply, [variant])[1] == []


@pytest.mark.parametrize(("name", "reply", "states"), STEPS)
def test_words_for_everything_are_enough(tmp_path: Path, name: str, reply: str, states: Sequence[str]) -> None:
    assert states
    assert _own(tmp_path, name, reply, ["default"])[1] == []


@pytest.mark.parametrize(
    ("bodies", "codes"),
    [
        ({"unpaid": "还没付款"}, ["nothing_of_several"]),
        ({"many_orders": "{{ order.count }}笔"}, ["nothing_to_tell"]),
        ({"closed": "关了"}, ["nothing_to_tell", "nothing_of_several"]),
        ({"unpaid": "还没付款", "many_orders": "{{ order.count }}笔"}, []),
        ({"default": "还没付款"}, []),
        ({"default": "{{ order.title }}还没付款"}, ["nothing_of_several"]),
        ({"default": "{% if order.title %}{{ order.title }}{% endif %}还没付款"}, []),
        ({"unpaid": "还没付款", "many_orders": "{{ order.title }}等"}, ["nothing_of_several"]),
    ],
)
def test_a_nudge_speaks_of_one_order_and_of_several(
    tmp_path: Path, bodies: Mapping[str, str], codes: Sequence[str]
) -> None:
    rules = rules_copy(tmp_path)
    line = spoil(rules / "nudges.yaml", "reply: system/nudge_again", "reply: g/own")
    assert told(_spoken(rules, _reply(tmp_path, bodies))) == [(line, code) for code in codes]


def test_a_reply_that_is_not_there_is_not_told_twice(tmp_path: Path) -> None:
    rules = rules_copy(tmp_path)
    line = spoil(rules / "nudges.yaml", "reply: system/nudge_again", "reply: g/own")
    assert _spoken(rules) == []
    assert told(_names(rules)) == [(line, "unknown_topic")]


@pytest.mark.parametrize(("at", "is_quiet"), [("08:59", True), ("21:30", True), ("09:00", False), ("21:29", False)])
def test_a_greeting_in_the_quiet_hours_is_told(tmp_path: Path, at: str, is_quiet: bool) -> None:
    rules = rules_copy(tmp_path)
    line = spoil(rules / "care.yaml", 'day: "2026-11-28", at: "11:00"', f'day: "2026-11-28", at: "{at}"')
    assert told(_spoken(rules)) == ([(line, "greeting_in_quiet")] if is_quiet else [])


@pytest.mark.parametrize(
    ("name", "old", "new", "kind"),
    [
        ("nudges", "limits: {most: 2, within: 24h", "limits: {most: 2, within: 31d", "not_remembered"),
        ("care", "limits: {most: 3, within: 24h", "limits: {most: 3, within: 721h", "not_remembered"),
        ("care", "within: 24h, apart: 10m", "within: 24h, apart: 31d", "not_remembered"),
        ("care", 'day: "2026-11-28", at: "11:00"', 'day: "2026-11-28", at: "11:0"', "time_of_day"),
        ("care", 'day: "2026-11-28", at: "11:00"', 'day: "2026-11-28", at: "24:00"', "time_of_day"),
        ("care", "{says: 你们发什么快递, wishes: []}", "{wishes: []}", "step_or_says"),
        ("care", "{says: 送人的，不要放小票,", "{step: 回访,", "says_of_wishes"),
    ],
)
def test_a_value_that_would_do_nothing_is_told_with_what_is_wanted(
    tmp_path: Path, name: str, old: str, new: str, kind: str
) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / f"{name}.yaml", old, new)
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.line, fault.code, fault.params["wanted"]) == (line, "bad_value", say(f"kinds.{kind}"))


def test_limits_reach_as_far_back_as_is_remembered(tmp_path: Path) -> None:
    assert LONGEST_LIMIT == REMEMBERED
    folder = rules_copy(tmp_path)
    spoil(folder / "nudges.yaml", "limits: {most: 2, within: 24h", "limits: {most: 2, within: 30d")
    assert read_rules(folder).rules.nudges.limits.within == REMEMBERED
