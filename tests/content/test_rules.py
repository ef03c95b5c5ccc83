"""The rules folder: whole or not at all; every file proves itself by its checks."""

from pathlib import Path

import pytest

from bot.content.calendar import works_of
from bot.content.folder import reply_paths
from bot.content.rule_checks import faults_of_rules
from bot.content.rules import MODELS, read_rules
from bot.content.spoken import faults_of_texts
from bot.core.buyer import Agreed
from bot.core.buyerfile import consent_of
from bot.errors import Fault

from .desk import REPOSITORY, faults_of, rules_copy, spoil, told

#: A check of each file, and the same check made wrong.
WRONG_CHECKS = [
    ("shop", 'ships_by: "2026-11-25 10:00"', 'ships_by: "2026-11-26 10:00"'),
    ("attributes", "known: [IPX4]", "known: [IPX5]"),
    ("buyers", "{says: 退订, consent: withdrawn}", "{says: 退订}"),
    ("buyers", '{orders: "3", tags: [老客]}', '{orders: "3"}'),
    ("shifts", 'at: "2026-10-28 08:59", on: []', 'at: "2026-10-28 08:59", on: [早班]'),
    ("shifts", "on: [晚班], agents: [a03]}", "on: [晚班], agents: [a01]}"),
    ("reception", "live: [], mode: bot_first", "live: [], mode: assist"),
    ("reception", '{says: 不对, missed: "true"}', "{says: 不对}"),
    ("routing", "{intent: size_fit, group: presale}", "{intent: size_fit, group: aftersale}"),
    ("routing", "group: supervisor, flag: harm}", "group: supervisor, flag: legal}"),
    ("nudges", 'due: "2026-11-03 14:10"', 'due: "2026-11-03 14:11"'),
    ("nudges", ', due: "2026-11-04 08:35"}', "}"),
    ("care", 'paid: "2026-11-03 14:12", due: "2026-11-03 14:12"', 'paid: "2026-11-03 14:12", due: "2026-11-03 14:13"'),
    ("care", "{says: 派送前打电话哦, wishes: [先打电话]}", "{says: 派送前打电话哦, wishes: [送礼]}"),
    ("carriers", "{says: 可以发顺风吗, carrier: 顺丰}", "{says: 可以发顺风吗, carrier: 中通}"),
    ("carriers", '香港吗, area: 港澳台, reached: "false"}', '香港吗, area: 港澳台, reached: "true"}'),
    ("invoices", "{says: 今天能发货吗}", "{says: 今天能发货吗, type: 电子普通发票}"),
    ("sizes", '{says: 160 98, height: "160", weight: "49"}', '{says: 160 98, height: "160", weight: "98"}'),
    ("promotions", '{at: "2026-11-12 00:00", on: []}', '{at: "2026-11-12 00:00", on: [双11]}'),
    ("promotions", "viewed: i1028, bundle: 围巾帽子}", "viewed: i1028, bundle: 羽绒服内搭}"),
    ("promotions", "says: 充绒量多少, viewed: 女款轻薄短款羽绒服}", "says: 充绒量多少, viewed: i1028}"),
    ("redlines", "{says: 您最近的订单已发出}", "{says: 您最近的订单已发出, hits: [rude]}"),
    ("catalogue", "misses: [厚薄, 弹力, 安全类别]", "misses: [厚薄, 安全类别]"),
    ("catalogue", "finds: [lead_longer]", "finds: [no_chart]"),
    ("catalogue", "skus: [蓝色 M, 蓝色 L], kind: 服装", "skus: [蓝色 M, 蓝色 L], kind: 鞋"),
    ("concepts", "asks: [发货], not_asks: [退款]", "asks: [发货], not_asks: [发货]"),
    ("kpis", "expect: {taobao_3min: 0/1, jd_30s: 0/1}}", "expect: {taobao_3min: 1/1, jd_30s: 0/1}}"),
    ("kpis", 'expect: {taobao_3min: "-"}', 'expect: {taobao_3min: 0/1}'),
    ("flows", "slot: reason, reads: 尺码不合适}", "slot: reason, reads: 不喜欢}"),
    ("flows", "slot: tax_no, fault: wrong}", "slot: tax_no, fault: right}"),
    ("flows", "{says: 退了吧, drops: \"false\"}", "{says: 退了吧, drops: \"true\"}"),
]  # fmt: skip
#: A second definition, from the same day on, of a figure that the shipped file defines.
_PDD = """  - name: pdd_3min
    title: 拼多多 3 分钟人工回复率
    from: "2020-01-01"
    why: 另一种算法
    unit: round
    within: 3m
    counts: [human]
    robot_only: left_out
"""
#: All reply files by name.
TOPICS = {
    path.relative_to(REPOSITORY / "replies").with_suffix("").as_posix() for path in reply_paths(REPOSITORY / "replies")
}


def _checked(folder: Path) -> list[Fault]:
    rules = read_rules(folder)
    routing = rules.rules.routing
    intents = {intent for route in routing.routes for intent in route.intents}
    return list(faults_of_rules(rules, works_of(rules.rules), intents, TOPICS))


def _refused(folder: Path, name: str, old: str, new: str) -> Fault:
    """The one fault of the shipped rules after a change, which must be at the changed line."""
    line = spoil(folder / f"{name}.yaml", old, new)
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.path, fault.line) == (f"rules/{name}.yaml", line)
    return fault


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
        ("attributes", "什么做的, 含什么], field: material}", "什么做的, 含什么], field: mateirial}", "unknown_field"),
        ("nudges", "after: 10m, reply: system/nudge", "after: 10m, reply: system/nugde", "unknown_topic"),
        ("nudges", "intents: [size_fit, product_dimension]", "intents: [size_fit, dimension]", "unknown_intent"),
        ("care", "reply: care/received", "reply: care/receive", "unknown_topic"),
        ("care", "name: 请评价", "name: 首次催付", "step_in_both"),
        ("kpis", "expect: {douyin_3min: 1/1,", "expect: {douyin_3mni: 1/1,", "unknown_kpi"),
        ("catalogue", "{attribute: 承重,", "{attribute: 称重,", "unknown_attribute"),
        ("catalogue", "零糖], attribute: 配料", "零糖], attribute: 配聊", "unknown_attribute"),
        ("catalogue", "intents: [product_spec,", "intents: [product_spek,", "unknown_intent"),
        ("promotions", "intents: [product_spec,", "intents: [product_spek,", "unknown_intent"),
        ("buyers", "intents: [size_fit], times", "intents: [size_fti], times", "unknown_intent"),
        ("buyers", "flags: [abuse, bad_review_threat]", "flags: [abuse, bad_review]", "unknown_flag"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_knows_is_told_at_its_line(
    tmp_path: Path, name: str, old: str, new: str, code: str
) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / f"{name}.yaml", old, new)
    assert told(_checked(folder)) == [(line, code)]


def test_a_routed_intent_that_no_reply_has_is_a_fault() -> None:
    rules = read_rules(REPOSITORY / "rules")
    faults = list(faults_of_rules(rules, works_of(rules.rules), {"carrier"}, TOPICS))
    assert {fault.code for fault in faults} == {"unknown_intent"}
    assert "size_fit" in {fault.params["intent"] for fault in faults}


def test_a_step_that_names_no_reply_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "nudges.yaml", "after: 10m, reply: system/nudge", "after: 10m, reply: nudge")
    (fault,) = _checked(folder)
    assert fault.params == {"name": "nudge", "nearest": "system/nudge"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("redlines", '"国家级"', '"(国家级"'),
        ("redlines", '"国家级"', '"国家级{99999999999}"'),
        ("redlines", '"国家级"', '"(国家级)?"'),
        ("redlines", '"国家级"', '""'),
        ("redlines", "words: [微信,", 'words: [" ",'),
        ("redlines", "why: 广告法极限词", 'why: ""'),
        ("routing", "human_words: [", 'human_words: ["", '),
        ("routing", "human_words: [", 'human_words: ["？！", '),
        ("routing", 'words: ["12315",', 'words: ["12315", "\u200b",'),
        ("carriers", "also: [中通快递,", 'also: ["",'),
        ("carriers", "why: 暂未开通海外配送", 'why: ""'),
        ("attributes", "3c, ccc认证", "3c, ccc"),
        ("catalogue", "attribute: 厚薄, has: [薄款, 轻薄, 不加绒],", "attribute: 厚薄,"),
        ("catalogue", "stale: 180d", "stale: 0d"),
        ("catalogue", "why: 买家常问能承多重", 'why: ""'),
        ("buyers", "{name: 常退款, refunds: 3}", "{name: 常退款, times: 3}"),
        ("buyers", "told_holds: 365d", "told_holds: 0d"),
        ("shop", "timezone: Asia/Shanghai", "timezone: Asia/Shangai"),
        ("shop", "lead: 48h", "lead: 0h"),
        ("shop", "unpaid_close: 24h", "unpaid_close: 0m"),
        ("reception", 'sure: "75"', 'sure: "101"'),
        ("reception", 'nearly: "35"', 'nearly: "76"'),
        ("reception", 'repeats: "2"', 'repeats: "0"'),
        ("reception", 'misses: "2"', 'misses: "0"'),
        ("reception", 'choices: "3"', 'choices: "0"'),
        ("reception", 'intents: "3"', 'intents: "0"'),
        ("reception", 'to: "11:00"', 'to: "10:00"'),
        ("reception", "longest: 3s", "longest: 500s"),
        ("reception", '{says: 不对, missed: "true"}', '{missed: "true"}'),
        ("reception", "days: daily, from", "days: [mon, tues], from"),
        ("nudges", 'to: "08:30"}', 'to: "22:30"}'),
        ("nudges", "after: 10m", "after: 0s"),
        ("promotions", 'until: "2026-11-12 00:00"', 'until: "2026-10-01 00:00"'),
        ("promotions", 'price: "99"', 'price: "九十九"'),
        ("promotions", "offer: [i1027]", "offer: []"),
        ("kpis", "silence: 12h ", "silence: 0h "),
        ("kpis", "within: 48h", "within: 0h"),
        ("kpis", "within: 8s", "within: 8"),
        ("kpis", "counts: [human, assist, bot]", "counts: []"),
        ("kpis", 'window: {from: "09:00", to: "23:00"}', 'window: {from: "09:00", to: "09:00"}'),
        ("promotions", "why: 都是秋冬针织款，送人也成一套", 'why: ""'),
        ("promotions", 'until: "2026-11-12 00:00"', 'until: "2026-11-12T00:00:00+08:00"'),
    ],
)
def test_a_rule_that_would_do_harm_is_told_at_its_line(tmp_path: Path, name: str, old: str, new: str) -> None:
    fault = _refused(rules_copy(tmp_path), name, old, new)
    assert fault.code in {"bad_value", "missing_key"}
    assert fault.remedy


@pytest.mark.parametrize(
    ("old", "new"),
    [("within: 30s", "cap: 30s"), ("cap: 10m", "within: 10m"), ("    cap: 10m\n", "    unanswered: capped\n")],
)
def test_a_figure_says_just_what_its_measure_needs(tmp_path: Path, old: str, new: str) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "kpis.yaml", old, new)
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.code, fault.remedy.count("rate") + fault.remedy.count("mean") > 0) == ("bad_value", True)


def test_of_two_definitions_for_one_day_the_second_is_a_fault(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    first = spoil(folder / "kpis.yaml", "\ndefinitions:\n", "\ndefinitions:\n" + _PDD) + 2
    (fault,) = _checked(folder)
    assert (fault.code, fault.params["name"], fault.params["first"]) == ("kpi_twice", "pdd_3min", first)
    assert fault.line > first


def test_a_place_that_is_not_reached_says_why(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    text = (folder / "carriers.yaml").read_text()
    (folder / "carriers.yaml").write_text(text.replace("    why: 暂未开通海外配送\n", ""))
    place = text[: text.index("  - name: 海外")].count("\n") + 1
    assert told(faults_of(lambda: read_rules(folder))) == [(place, "missing_key")]


def test_waiting_ends_no_sooner_than_the_quiet_it_waits_for(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    longest = spoil(folder / "reception.yaml", "quiet: 1s", "quiet: 4s") + 1
    assert told(faults_of(lambda: read_rules(folder))) == [(longest, "bad_value")]


def test_a_promotion_without_an_end_is_refused(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "promotions.yaml", '    until: "2026-11-12 00:00"\n', "")
    (fault,) = faults_of(lambda: read_rules(folder))
    assert (fault.code, fault.params) == ("missing_key", {"key": "promotions.0.until"})


@pytest.mark.parametrize("written", ["", "checks: []\n"])
@pytest.mark.parametrize("name", MODELS)
def test_a_file_that_nothing_proves_is_refused(tmp_path: Path, name: str, written: str) -> None:
    path = rules_copy(tmp_path) / f"{name}.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("\nchecks:") + 1] + written, "utf-8")
    (fault,) = faults_of(lambda: read_rules(path.parent))
    assert (fault.path, fault.code) == (f"rules/{name}.yaml", "no_checks")


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("promotions", "says: 全场跨店", "says: 全网最低，跨店", "red_line"),
        ("promotions", "coupon: 店铺首页可领满199减20优惠券", "coupon: 加我领券", "red_line"),
        ("promotions", "gift: 实付满199元", "gift: 独家，实付满199元", "red_line"),
        ("shop", "stores: 本店", "stores: 唯一，本店", "red_line"),
        ("shop", "receiver: 夜班示例售后", "receiver: 加我微信", "red_line"),
        ("carriers", "why: 顺丰为付费升级", "why: 顶级服务，顺丰为付费升级", "red_line"),
        ("invoices", "content: 商品明细", "content: 没有发票", "red_line"),
        ("invoices", "how: 下单时", "how: 开票加税点；开票要加钱，下单时", "red_line"),
        ("invoices", "where: 电子发票", "where: 顶级电子发票", "red_line"),
        ("shop", "stores: 本店", "stores: 本店{{ shop.name }}", "stray_brace"),
    ],
)
def test_what_the_rules_themselves_tell_a_buyer_is_looked_at(
    tmp_path: Path, name: str, old: str, new: str, code: str
) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / f"{name}.yaml", old, new)
    found = list(faults_of_texts(read_rules(folder)))
    assert {(fault.path, fault.line, fault.code) for fault in found} == {(f"rules/{name}.yaml", line, code)}


def test_what_buyers_say_may_cross_a_line(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    spoil(folder / "carriers.yaml", "also: [中通快递,", "also: [最好的快递,")
    assert list(faults_of_texts(read_rules(folder))) == []


def test_no_words_of_the_shipped_rules_that_take_back_are_ever_read_as_consent() -> None:
    words = read_rules(REPOSITORY / "rules").rules.buyers.consent
    pairs = [pair for yes in words.grant for no in words.withdraw for pair in ((yes, no), (no, yes))]
    mixed = [join.join(pair) for pair in pairs for join in ("", "，", "\n")]
    assert {consent_of(text, words) for text in (*mixed, *words.withdraw)} == {Agreed.WITHDRAWN}
    assert {consent_of(text, words) for text in words.grant} == {Agreed.GRANTED}
    assert Agreed.GRANTED not in {consent_of(f"{no}{text}", words) for no in words.denials for text in words.grant}
