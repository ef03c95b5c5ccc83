"""Words that no fact stands behind, and their false friends; the kinds are the shipped ones."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.rules import read_rules
from bot.core.lint import lint, looking_for, stated, without
from bot.core.rules.lint import Lint

RULES = read_rules(Path(__file__).parents[2] / "rules").rules
KINDS = {kind.name: kind for kind in RULES.redlines.lint}
FOUND = {
    "广告用语": ["顶尖面料", "行业领先的工艺", "史上低价", "随时涨价", "再不抢就没了", "国家免检产品", "首家研发"],
    "功效": ["可以抗菌", "穿了能瘦身", "孕妇放心用", "无副作用", "有保健作用"],
    "站外": [
        "加QQ聊", "加ｑｑ", "去抖音看", "扫码进来", "www.example.com 下单", "shop.example.cn", "HTTPS://a.b",
        "京东店更便宜", "发到 a@b.c",
    ],
    "联系方式": ["打13800000000", "打 0571-8888888", "拨400-123-4567", "热线95338"],
    "评价": ["好评返现5元", "给我们个五星", "删掉差评", "晒图返红包", "改一下评价"],
    "敏感词": ["转运珠一串", "能辟邪", "赌博用品"],
    "承诺": [
        "今天发货", "今天一定发", "明天就到", "明天能到哦", "明早送到", "当天发", "马上给您退款", "一定给您赔",
        "肯定会到", "我们保证", "能保证", "免费上门安装", "随时可以退", "包您满意", "最快明天", "秒发", "赔您差价",
        "补您差价", "承诺当天", "可以确保", "全额退款",
    ],
    "金额": [
        "5元", "８元", "￥39", "¥ 9.9", "$3", "运费8块", "十块钱", "满199减20", "立减15", "打8折", "8.5折", "九折",
        "半价", "全场包邮", "买一送一", "免运费", "{{ shop.postage }}块或者8元",
    ],
    "比例": ["降了20%", "２０％", "百分之八十棉", "九成新"],
    "时间": [
        "24小时内", "48 小时", "7天", "三天", "两个工作日", "半小时", "16:00前", "16：00前", "下午4点前", "晚上八点",
        "周一到周五", "星期天", "两周", "1-3个工作日", "3个月",
    ],
    "日期": ["11月11日", "2026年", "12号前", "十一月十一日", "2026-11-11", "11.11号截止", "腊八12日到"],
    "节日": ["双11", "双十一", "618", "春节", "冬装上新"],
    "店铺信息": ["从浙江杭州发出", "我们发中通", "夜班示例服饰店欢迎您"],
}  # fmt: skip
FRIENDS = {
    "广告用语": ["最近", "第一时间", "最后一天", "首先", "领先一步", "首次"],
    "功效": ["保健品请看说明", "这款适合孕期的尺码", "对什么过敏"],
    "站外": ["口感QQ弹弹", "发京东快递", "京东物流", "在这个窗口说", "把商品链接发我"],
    "联系方式": ["单号 {{ order.tracking_no }}", "电话 {{ shop.return_phone }}", "18位税号", "订单号发我"],
    "评价": ["写一下真实的感受", "好的不好的都行", "评价在订单里写"],
    "敏感词": ["运输途中", "国庆"],
    "承诺": [
        "不一定有优惠", "不能保证哪天到", "无法保证", "不敢承诺您", "保证金", "{{ shop.cutoff }}前付款的当天安排发出",
        "我马上帮您看", "预计{{ order.promise }}发出", "不一定今天能到", "请一定核对地址", "有问题随时找我",
        "明天上班后看到", "今天发现的吗", "今天发来的图", "快递公司免费热线", "不能确保",
    ],
    "金额": [
        "{{ order.amount }}元", "满{{ shop.free_above }}元包邮", "多少元", "元素", "打折", "满意", "一块儿拍",
        "一元素", "减掉优惠", "一折就断", "送到门口",
    ],
    "比例": ["成功", "三成立", "百分点"],
    "时间": [
        "{{ shop.lead }}内", "签收{{ shop.return_days }}天内", "这两天", "前三天里", "七天无理由", "几天到", "一天天",
        "第二天", "四周多留几厘米", "三周年", "点一下", "几点建议", "一年级", "周边",
    ],
    "日期": ["1号店", "单号", "到{{ promo.until }}结束", "税号", "5号电池"],
    "节日": ["新年快乐", "日期", "12618"],
    "店铺信息": ["{{ shop.ships_from }}", "发什么快递", "中间通知"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_what_no_fact_stands_behind_is_found(kind: str, text: str) -> None:
    assert lint(text, KINDS[kind], RULES)
    assert looking_for(KINDS[kind], RULES)(text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FRIENDS.items() for text in texts])
def test_a_false_friend_is_left_alone(kind: str, text: str) -> None:
    assert lint(text, KINDS[kind], RULES) == []
    assert not looking_for(KINDS[kind], RULES)(text)


def test_every_kind_has_its_table() -> None:
    assert set(FOUND) == set(FRIENDS) == set(KINDS)


def test_each_place_is_told_with_its_line() -> None:
    text = "亲，{{ order.title }}{% if\n area.days %}\n8元{% endif %}，9元\n没有\n10 元"
    assert lint(text, KINDS["金额"], RULES) == [(2, "8元"), (2, "9元")]
    assert lint("8元\n\n9元", KINDS["金额"], RULES) == [(0, "8元"), (2, "9元")]


def test_words_cut_out_leave_the_lines_where_they_were() -> None:
    assert lint(without("8元\n和\n9元", "8元\n和"), KINDS["金额"], RULES) == [(2, "9元")]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("8元", "shop.postage"), ("8块", "shop.postage"), ("7天", "shop.return_days"), ("7日", "shop.return_days"),
        ("48小时", "shop.lead"), ("16:00", "shop.cutoff"), ("浙江杭州", "shop.ships_from"), ("中通", "shop.carriers"),
    ],
)  # fmt: skip
def test_a_typed_fact_names_its_field(words: str, field: str) -> None:
    assert field in stated(words, RULES)


@pytest.mark.parametrize("words", ["18元", "17天", "今天发货", "148小时"])
def test_another_figure_names_no_field(words: str) -> None:
    assert stated(words, RULES) == []


def test_a_phrase_that_a_kind_allows_hides_only_itself() -> None:
    kind = Lint(name="词", patterns=("保证",), allow=("保证书",), why="因", remedy="换")
    assert lint("保证书", kind, RULES) == []
    assert lint("保证书，保证", kind, RULES) == [(0, "保证")]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="{}%|\n 元天8满减今明到发{{")))
def test_no_text_is_too_strange(text: str) -> None:
    lines = text.count("\n")
    for kind in KINDS.values():
        found = lint(text, kind, RULES)
        assert looking_for(kind, RULES)(text) or not found
        assert all(0 <= line <= lines and words for line, words in found)
        assert all(isinstance(field, str) for _, words in found for field in stated(words, RULES))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="8元天满减a{} \n"), st.text(min_size=1, max_size=3, alphabet="8元a\n"))
def test_cutting_words_keeps_every_line(text: str, words: str) -> None:
    assert without(text, words).count("\n") == text.count("\n")
    assert re.fullmatch(r"[8元天满减a{} \n]*", without(text, words))
