"""The lint at its places in files, its exceptions, and dates; the words themselves are in `core/test_lint.py`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.content.examine import examine
from bot.content.files import Folders
from bot.content.lint import lint_of
from bot.content.lint_dates import KEPT, LONGEST, faults_of_spans, long_over
from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder, read_rules
from bot.content.strictyaml import Doc
from bot.core.redlines import hits
from bot.core.rules.lint import AllowIn, Lint
from bot.errors import Fault

from .desk import REPOSITORY, page, read, rules_copy, spoil

HEAD = "intent: carrier\ntitle: 快递\n"
VALID = 'valid: {from: "2026-11-01 00:00", until: "2026-11-12 00:00", then: default}\n'


@cache
def _rules() -> RulesFolder:
    return read_rules(REPOSITORY / "rules")


def _reply(folder: Path, body: str = "好的", head: str = "") -> ReplyFile:
    """One whose body begins in line 6, and later by the lines of `head`."""
    return read(folder, page(f"## default\n{body}\n", HEAD + head))


def _allow(line: str, of: str = "金额", why: str = "有理由") -> str:
    return f'allow: [{{line: "{line}", of: {of}, why: {why}}}]\n'


def _told(faults: list[Fault]) -> list[tuple[int, str, object]]:
    assert all(fault.what and fault.remedy for fault in faults)
    return [(fault.line, fault.code, fault.params.get("words", fault.params.get("name"))) for fault in faults]


def _faults(folder: Path, body: str = "好的", head: str = "") -> list[tuple[int, str, object]]:
    return _told(list(lint_of([_reply(folder, body, head)], _rules())))


def _with(**changed: object) -> RulesFolder:
    """The shipped rules with other red lines."""
    folder = _rules()
    return replace(folder, rules=replace(folder.rules, redlines=folder.rules.redlines.model_copy(update=changed)))


def _spoilt(name: str, update: Mapping[str, object], doc: object) -> RulesFolder:
    """The shipped rules with another file in one place."""
    folder = _rules()
    rules = replace(folder.rules, **{name: getattr(folder.rules, name).model_copy(update=update)})
    return replace(folder, rules=rules, docs={**folder.docs, name: Doc(f"rules/{name}.yaml", doc, {})})


def test_each_line_of_a_wording_is_told_at_its_own(tmp_path: Path) -> None:
    found = _faults(tmp_path, "亲，运费8元\n~\n\n好的\n48小时内发出")
    assert found == [(6, "lint", "8元"), (10, "lint", "48小时")]


def test_a_fault_says_why_and_names_the_field(tmp_path: Path) -> None:
    (fault,) = list(lint_of([_reply(tmp_path, "运费8元")], _rules()))
    assert "规则一改就说错" in fault.what
    assert "{{ shop.postage }}" in fault.remedy


def test_a_title_and_a_short_code_are_read_too(tmp_path: Path) -> None:
    reply = read(tmp_path, page("## default\n好的\n", "intent: carrier\ntitle: 顶尖快递\nshort: 5元\n"))
    assert _told(list(lint_of([reply], _rules()))) == [(3, "lint", "顶尖"), (4, "lint", "5元")]


def test_the_title_of_a_moment_is_nobodys_reading(tmp_path: Path) -> None:
    reply = read(tmp_path, page("## default\n好的\n", "title: 元旦问候\n"), "care/new_year")
    assert list(lint_of([reply], _rules())) == []


def test_a_festival_may_be_named_by_what_ends_with_it(tmp_path: Path) -> None:
    assert _faults(tmp_path, "双11见") == [(6, "lint", "双11")]
    assert _faults(tmp_path, "双11见", VALID) == []


def test_what_crosses_a_red_line_is_told_as_that_alone(tmp_path: Path) -> None:
    assert hits("一定发货", _rules().rules.redlines) == ("unchecked_promise",)
    assert _faults(tmp_path, "一定发货") == []


def test_allowed_words_are_allowed_where_they_stand(tmp_path: Path) -> None:
    assert _faults(tmp_path, "压金5元，运费8元", _allow("压金5元")) == [(7, "lint", "8元")]


def test_allowed_for_one_kind_is_not_allowed_for_another(tmp_path: Path) -> None:
    found = _faults(tmp_path, "今天发货，运费8元", _allow("今天发货，运费8元"))
    assert found == [(7, "lint", "今天发货")]


def test_a_line_is_allowed_with_its_fields_as_written(tmp_path: Path) -> None:
    assert _faults(tmp_path, "{{ order.title }}押金5元", _allow("{{ order.title }}押金5元")) == []


@pytest.mark.parametrize("line", ["没有这句", "好的"])
def test_an_exception_of_nothing_is_stale(tmp_path: Path, line: str) -> None:
    assert _faults(tmp_path, "好的", _allow(line)) == [(4, "allow_stale", line)]


def test_an_exception_of_a_red_line_is_refused(tmp_path: Path) -> None:
    assert _faults(tmp_path, "好的", _allow("好的", "superlative")) == [(4, "allow_red_line", "superlative")]


def test_an_exception_must_name_a_kind(tmp_path: Path) -> None:
    (fault,) = list(lint_of([_reply(tmp_path, "好的", _allow("好的", "金鹅"))], _rules()))
    assert (fault.line, fault.code, fault.params) == (4, "allow_unknown", {"name": "金鹅", "nearest": "金额"})


@pytest.mark.parametrize("head", ['allow: [{line: "5元", of: 金额}]\n', _allow("5元", why='" "'), _allow("")])
def test_an_exception_needs_words_and_a_reason(tmp_path: Path, head: str) -> None:
    with pytest.raises(Exception, match="allow"):
        _reply(tmp_path, "5元", head)


def test_an_allowed_word_never_loosens_a_red_line() -> None:
    """The lint's kinds, phrases and exceptions are no part of what holds at run time."""
    lines = _rules().rules.redlines
    bare = lines.model_copy(update={"lint": (), "allow": ()})
    for text in ("可以加我微信", "全网最低价", "明天肯定到", "运费8元", "好的"):
        assert hits(text, lines) == hits(text, bare)


def test_texts_of_rules_are_read_but_may_state_figures() -> None:
    folder = _spoilt("shop", {}, {"member": "入会免费送礼", "stores": "满5元", "hours": "9:00-18:00"})
    assert [(fault.path, fault.params["words"]) for fault in list(lint_of([], folder))] == [("rules/shop.yaml", "免费")]


def test_what_rules_listen_for_is_not_said() -> None:
    folder = _spoilt("carriers", {}, {"carriers": [{"name": "中通", "unsure": ["抖音"]}], "not_names": ["京东路"]})
    assert list(lint_of([], folder)) == []


def test_a_rules_file_has_its_exceptions_in_the_red_lines() -> None:
    said = {"member": "入会免费送礼"}
    allow = {"line": "入会免费", "of": "承诺", "why": "平台的入会本就不收钱"}
    given = tuple(AllowIn.model_validate({**allow, "file": name}) for name in ("shop", "shpo"))
    folder = _spoilt("shop", {}, said)
    redlines = folder.rules.redlines.model_copy(update={"allow": given})
    folder = replace(folder, rules=replace(folder.rules, redlines=redlines))
    assert [(fault.code, fault.params) for fault in list(lint_of([], folder))] == [
        ("allow_file", {"name": "shpo", "nearest": "shop"})
    ]


def test_a_kind_may_only_warn(tmp_path: Path) -> None:
    folder = _with(lint=(Lint(name="词", words=("好的",), severity="warning", why="因", remedy="换"),))
    reply = _reply(tmp_path)
    assert [fault.severity for fault in lint_of([reply], folder)] == ["warning"]


def test_what_lasts_longer_than_a_year_has_no_end(tmp_path: Path) -> None:
    reply = _reply(tmp_path, head='valid: {from: "2026-11-01 00:00", until: "2099-01-01 00:00", then: default}\n')
    assert _told(list(faults_of_spans([reply], _rules()))) == [(4, "endless", "快递")]


def test_a_promotion_of_a_year_has_an_end_and_one_of_a_day_more_has_none() -> None:
    promotion = _rules().rules.promotions.promotions[0]
    for days, told in ((LONGEST.days, []), (LONGEST.days + 1, ["双11"])):
        longer = promotion.model_copy(update={"until": promotion.from_ + timedelta(days=days)})
        folder = _spoilt("promotions", {"promotions": (longer,)}, {})
        assert [fault.params["name"] for fault in faults_of_spans([], folder)] == told


def test_what_was_over_long_ago_is_worth_a_look(tmp_path: Path) -> None:
    reply = _reply(tmp_path, head=VALID)
    ended = datetime(2026, 11, 11, 16, tzinfo=UTC)  # midnight in the shop
    assert list(long_over([reply], _rules(), ended + KEPT)) == []
    late = list(long_over([reply], _rules(), ended + KEPT + timedelta(minutes=1)))
    assert [(fault.path, fault.line, fault.severity) for fault in late] == [
        ("replies/g/topic.md", 4, "warning"), ("rules/promotions.yaml", 6, "warning"),
    ]  # fmt: skip
    assert "2026-11-12 00:00" in late[0].what


def test_what_the_shop_states_not_being_known_hides_nothing_else(tmp_path: Path) -> None:
    """A fault in `shop.yaml` leaves only that unjudged which rests on it."""
    replies = tmp_path / "replies/g"
    replies.mkdir(parents=True)
    (replies / "carrier.md").write_text(page("## default\n顶尖，运费8元，我们发中通\n", HEAD), "utf-8")
    rules = rules_copy(tmp_path)
    spoil(rules / "shop.yaml", 'postage: "8.00"', "postage: 八块")
    told = [
        fault for fault in examine(Folders(tmp_path / "replies", rules)).faults if fault.code in {"lint", "bad_value"}
    ]
    assert [(fault.path, fault.params.get("words")) for fault in told] == [
        ("replies/g/carrier.md", "顶尖"), ("replies/g/carrier.md", "8元"), ("rules/shop.yaml", None),
    ]  # fmt: skip


def test_an_exception_with_a_fault_is_told_and_what_it_is_for_is_not(tmp_path: Path) -> None:
    replies = tmp_path / "replies/g"
    replies.mkdir(parents=True)
    (replies / "carrier.md").write_text(page("## default\n运费8元\n", HEAD + _allow("8元", why='" "')), "utf-8")
    told = examine(Folders(tmp_path / "replies", REPOSITORY / "rules")).faults
    assert {fault.code for fault in told if fault.path == "replies/g/carrier.md"} == {
        "bad_value",
        "no_sample",
        "too_few_asks",
    }
