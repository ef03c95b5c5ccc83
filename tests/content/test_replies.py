"""One reply file: its head, its variants and wordings, each with its line; and everything that may be wrong."""

from pathlib import Path

import pytest

from bot.content.replies import ReplyFile

from .desk import HEAD, faults_of, page, read, told

FULL = """---
intent: carrier
title: 快递
owner: 物流组
asks:
  - 发什么快递
  - 用哪家
not_asks:
  快递到哪了: logistics_query
short: kd
samples:
  - {given: {shop: {carriers: 中通}}, says: 中通}
then: {shipped: hand_off}
---
## default

亲，发{{ shop.carriers }}。
~
我们发{{ shop.carriers }}，
您放心。

## shipped
亲，单号 {{ order.tracking_no }}。
"""


def _body_faults(folder: Path, body: str) -> list[tuple[int, str]]:
    return told(faults_of(lambda: read(folder, page(body))))


def test_a_whole_file_becomes_a_topic(tmp_path: Path) -> None:
    topic = read(tmp_path, FULL, "shipping/carrier").topic
    assert (topic.name, topic.intent, topic.title, topic.owner, topic.short) == (
        "shipping/carrier", "carrier", "快递", "物流组", "kd",
    )  # fmt: skip
    assert topic.then == {"shipped": "hand_off"}
    assert list(topic.variants) == ["default", "shipped"]


def test_every_ask_names_its_line(tmp_path: Path) -> None:
    topic = read(tmp_path, FULL).topic
    assert [(ask.text, ask.intent, ask.source) for ask in (*topic.asks, *topic.not_asks)] == [
        ("发什么快递", "carrier", "replies/g/topic.md:6"),
        ("用哪家", "carrier", "replies/g/topic.md:7"),
        ("快递到哪了", "logistics_query", "replies/g/topic.md:9"),
    ]


def test_every_wording_names_the_line_of_its_first_word(tmp_path: Path) -> None:
    topic = read(tmp_path, FULL).topic
    assert [wording.source for variant in topic.variants.values() for wording in variant.wordings] == [
        "replies/g/topic.md:17",
        "replies/g/topic.md:19",
        "replies/g/topic.md:23",
    ]
    lines = FULL.split("\n")
    assert [lines[line - 1][:2] for line in (17, 19, 23)] == ["亲，", "我们", "亲，"]


def test_a_wording_may_have_several_lines(tmp_path: Path) -> None:
    assert read(tmp_path, FULL).topic.variants["default"].wordings[1].text == "我们发{{ shop.carriers }}，\n您放心。"


def test_only_a_line_of_its_own_separates_wordings(tmp_path: Path) -> None:
    topic = read(tmp_path, page("## default\n好的~\n~好\n~ \n行\n")).topic
    assert [wording.text for wording in topic.variants["default"].wordings] == ["好的~\n~好", "行"]


def test_a_wording_speaks_with_the_fields_filled_in(tmp_path: Path) -> None:
    wording = read(tmp_path, FULL).topic.variants["default"].wordings[0]
    assert wording.render({"shop": {"carriers": "中通、圆通"}}) == "亲，发中通、圆通。"


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("您好", set()),
        ("{{ shop.name }}和{{ order.carrier }}", {"shop.name", "order.carrier"}),
        ("{% if shop.member %}{{ shop.member }}{% endif %}{{ shop.name }}", {"shop.name"}),
        ("{% if shop.member %}{{ shop.name }}{% endif %}", {"shop.name"}),
        ("{% if not shop.member %}没有{% else %}{{ shop.member }}{% endif %}", set()),
        ("{% if shop.member %}有{% else %}{{ shop.member }}{% endif %}", {"shop.member"}),
        ("{% if not shop.member %}{{ shop.member }}{% endif %}", {"shop.member"}),
    ],
)
def test_needs_follow_from_the_text(tmp_path: Path, text: str, needs: set[str]) -> None:
    assert read(tmp_path, page(f"## default\n{text}\n")).topic.variants["default"].needs == needs


def test_needs_written_in_the_head_are_added(tmp_path: Path) -> None:
    topic = read(tmp_path, page("## default\n{{ shop.name }}\n", f"{HEAD}needs: order.id\n")).topic
    assert topic.variants["default"].needs == {"shop.name", "order.id"}


def test_a_guarded_field_that_is_missing_is_left_out(tmp_path: Path) -> None:
    wording = read(tmp_path, page("## default\n好{% if shop.member %}，{{ shop.member }}{% endif %}\n")).topic
    assert wording.variants["default"].wordings[0].render({"shop": {}}) == "好"
    assert wording.variants["default"].wordings[0].render({}) == "好"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in shop.name %}{{ shop.name }}{% endfor %}",
        "{% set a = shop.name %}",
        "{{ shop.name | upper }}",
        "{{ shop.name() }}",
        "{% import 'x' as y %}",
        "{% include 'x' %}",
        "{% block x %}{% endblock %}",
        "{% macro m() %}{% endmacro %}",
        "{{ 7*7 }}",
        "{{ '亲' }}",
        "{{ -shop.name }}",
        "{{ shop.name ~ shop.kind }}",
        "{{ shop.name if shop.kind }}",
        "{{ shop['name'] }}",
        "{% if shop.name == shop.kind %}x{% endif %}",
        "{{ shop.name.upper }}",
        "{{ shop.name.__class__ }}",
        "{{ shop.name.__class__.__mro__ }}",
    ],
)
def test_a_text_only_speaks(tmp_path: Path, text: str) -> None:
    found = _body_faults(tmp_path, f"## default\n亲\n{text}\n")
    assert (7, "template_forbidden") in found
    assert {line for line, _ in found} == {7}


@pytest.mark.parametrize("field", ["shop.nmae", "shop.__class__", "shop", "self", "nothing.name"])
def test_a_field_that_nobody_knows_is_refused(tmp_path: Path, field: str) -> None:
    assert _body_faults(tmp_path, f"## default\n亲\n好，{{{{ {field} }}}}\n") == [(7, "unknown_field")]


@pytest.mark.parametrize(
    "text", ["{{ shop.name", "{% if shop.name %}好", "{% endif %}", "{{ shop. }}", "{{ (" + "(" * 3000]
)
def test_a_broken_template_has_its_line(tmp_path: Path, text: str) -> None:
    (fault,) = faults_of(lambda: read(tmp_path, page(f"## default\n{text}\n")))
    assert fault.code == "template_syntax"
    assert fault.line >= 6


@pytest.mark.parametrize(
    "text",
    [
        "{% if shop.name %}一{% endif %}{% if shop.kind %}二{% endif %}",
        "{% if shop.name %}一{% elif shop.kind %}二{% endif %}",
        "{% if shop.name %}{% if shop.kind %}二{% endif %}{% endif %}",
    ],
)
def test_one_if_is_enough(tmp_path: Path, text: str) -> None:
    assert _body_faults(tmp_path, f"## default\n{text}\n") == [(6, "template_two_ifs")]


@pytest.mark.parametrize(
    "text",
    ["发{ shop.carriers }", "发{shop.carriers}", "发 }}", "发{{ shop.carriers }}}", "发｛{ shop.carriers }}",
     "发｛｛ x ｝｝", "{ % if shop.name % }", "%}"],
)  # fmt: skip
def test_a_brace_that_a_buyer_would_see_is_refused_at_its_line(tmp_path: Path, text: str) -> None:
    found = _body_faults(tmp_path, f"## default\n{{{{ shop.name }}}}好\n亲\n{text}\n")
    assert set(found) & {(8, "stray_brace"), (8, "template_syntax")}
    assert {line for line, _ in found} == {8}


@pytest.mark.parametrize("text", ["好{# 内部备注 #}", "好{% raw %}{{ shop.name }}{% endraw %}"])
def test_what_would_be_hidden_or_shown_raw_is_refused(tmp_path: Path, text: str) -> None:
    assert (7, "template_forbidden") in _body_faults(tmp_path, f"## default\n亲\n{text}\n")


@pytest.mark.parametrize("heading", ["# 标题", "### shipped", "##shipped", " ## shipped", "＃＃ shipped", "#"])
@pytest.mark.parametrize("body", ["## default\n好\n{}\n行\n", "{}\n\n## default\n好\n"])
def test_a_heading_that_is_no_variant_is_refused_at_its_line(tmp_path: Path, heading: str, body: str) -> None:
    text = body.format(heading)
    line = 5 + text.split("\n").index(heading)
    assert _body_faults(tmp_path, text) == [(line, "stray_heading")]


def test_an_unknown_field_is_told_with_the_nearest_and_its_group(tmp_path: Path) -> None:
    (fault,) = faults_of(lambda: read(tmp_path, page("## default\n{{ invoice.hwo }}\n")))
    assert (fault.params["field"], fault.params["nearest"]) == ("invoice.hwo", "invoice.how")
    assert "invoice.content、" in fault.remedy
    assert "shop.name" not in fault.remedy
    (lone,) = faults_of(lambda: read(tmp_path, page("## default\n{{ carriers }}\n")))
    assert lone.params["nearest"] in {"shop.carriers", "carrier.name", "shop.carriers_extra"}
    assert "shop、" in lone.remedy


def test_an_unknown_variant_is_told_with_the_nearest(tmp_path: Path) -> None:
    (fault,) = faults_of(lambda: read(tmp_path, page("## default\n好\n## shiped\n好\n")))
    assert (fault.line, fault.code) == (7, "unknown_variant")
    assert fault.params == {"name": "shiped", "nearest": "shipped"}


def test_a_doubled_variant_is_refused_where_it_stands_again(tmp_path: Path) -> None:
    assert _body_faults(tmp_path, "## default\n好\n## shipped\n好\n## default\n行\n") == [(9, "doubled_variant")]


@pytest.mark.parametrize("body", ["## default\n", "## default\n\n", "## default\n好\n~\n", "## default\n~\n好\n"])
def test_an_empty_wording_is_refused(tmp_path: Path, body: str) -> None:
    assert [code for _, code in _body_faults(tmp_path, body)] == ["empty_wording"]


def test_a_body_without_a_variant_is_refused(tmp_path: Path) -> None:
    assert _body_faults(tmp_path, "") == [(1, "no_variant")]


def test_a_text_before_the_first_variant_is_refused(tmp_path: Path) -> None:
    assert _body_faults(tmp_path, "\n亲\n## default\n好\n") == [(6, "text_before_variant")]


@pytest.mark.parametrize("text", ["", "## default\n好\n", "\n---\ntitle: x\n---\n", "---\ntitle: x\n## default\n好\n"])
def test_a_file_without_a_head_is_refused(tmp_path: Path, text: str) -> None:
    assert told(faults_of(lambda: read(tmp_path, text))) == [(1, "no_front_matter")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("then: {shipped: hand_off}", "unknown_then"),
        ("then: call_mother", "unknown_then"),
        ("samples: [{variant: shipped, says: 好}]", "unknown_sample"),
        ("valid: {from: 2026-11-01, until: 2026-11-12, then: shipped}", "unknown_then"),
        ("valid: {from: 2026-11-01, then: default}", "missing_key"),
        ("asks: {a: b}", "bad_value"),
        ('asks: [""]', "bad_value"),
        ('asks: [a, " "]', "bad_value"),
        ('samples: [{says: ""}]', "bad_value"),
        ("samples: [{says: []}]", "bad_value"),
        ("needs: order.nmae", "unknown_field"),
        ('valid: {from: "2026-11-01T00:00Z", until: 2026-11-12, then: default}', "bad_value"),
        ("aks: [a]", "unknown_key"),
        ("title: 快递", "doubled_key"),
    ],
)
def test_a_wrong_head_is_told_at_its_line(tmp_path: Path, line: str, fault: str) -> None:
    assert told(faults_of(lambda: read(tmp_path, page("## default\n好\n", f"{HEAD}{line}\n")))) == [(4, fault)]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = page("## shiped\n{{ 7 }}\n~\n## default\n{{ shop.nmae }}\n", f"{HEAD}then: {{nowhere: hand_off}}\n")
    assert told(faults_of(lambda: read(tmp_path, text))) == [
        (4, "unknown_then"),
        (6, "unknown_variant"),
        (7, "template_forbidden"),
        (9, "empty_wording"),
        (10, "unknown_field"),
    ]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + FULL.encode()).topic.title == "快递"


def test_line_ends_of_windows_change_no_line(tmp_path: Path) -> None:
    assert _sources(read(tmp_path, FULL.replace("\n", "\r\n"))) == _sources(read(tmp_path, FULL))


def test_a_line_separator_that_no_editor_counts_changes_no_line(tmp_path: Path) -> None:
    strange = FULL.replace("您放心", "您\u2028放心")
    assert _sources(read(tmp_path, strange)) == _sources(read(tmp_path, FULL))


def _sources(reply: ReplyFile) -> list[str]:
    return [wording.source for variant in reply.topic.variants.values() for wording in variant.wordings]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    assert told(faults_of(lambda: read(tmp_path, FULL.encode("gbk")))) == [(1, "unreadable")]


def test_a_huge_file_is_read_whole(tmp_path: Path) -> None:
    asks = "".join(f"  - 第{number}种问法\n" for number in range(20_000))
    topic = read(tmp_path, page("## default\n" + "好\n~\n" * 5_000 + "好\n", f"{HEAD}asks:\n{asks}")).topic
    assert len(topic.asks) == 20_000
    assert topic.asks[-1].source == "replies/g/topic.md:20004"
    assert len(topic.variants["default"].wordings) == 5_001
