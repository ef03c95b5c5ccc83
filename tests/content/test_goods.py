"""Questions about goods, answered by the shipped replies and rules from the demo shop's cards."""

import re
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.files import read_files
from bot.content.replies import ReplyFile, read_reply
from bot.content.rules import read_rules
from bot.core.book import HAND_OFF
from bot.core.card import asked_facts, asked_words
from bot.core.facts import Facts, Focus
from bot.core.model import Item
from bot.core.pick import choose_wording, pick
from bot.core.redlines import hits
from bot.core.rules import Rules
from bot.core.situations import establish
from bot.core.slots import of_item, read_slots
from bot.core.view import Scene, build_view
from bot.demo import load_demo
from bot.words import say

from .desk import REPOSITORY

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
ITEMS = {item.id: item for item in load_demo(NOW).items}
SPEC, MATERIAL, SIZE = "product/product_spec", "product/material", "product/product_dimension"
COLOR, PARTS, LIFE = "product/color_options", "product/package_contents", "product/shelf_life"
USE, STOCK, PRICE = "product/usage_howto", "stock/stock", "price_promo/price"
KNOWN, PARTLY, UNKNOWN, ALL = "attribute_known", "attribute_partly", "attribute_unknown", "card_overview"

#: Topic, item, what the buyer says; the variant that must speak, and words it must say.
ASKED = [
    # apparel
    (MATERIAL, "i1001", "是纯棉的吗", KNOWN, "棉95% 氨纶5%"),
    (MATERIAL, "i1002", "里面加绒了没有", KNOWN, "加绒加厚"),
    (MATERIAL, "i1004", "洗几次会不会掉色", KNOWN, "轻微浮色"),
    (MATERIAL, "i1001", "会掉色不", UNKNOWN, "色牢度"),
    (MATERIAL, "i1005", "里面是鸭绒还是鹅绒", KNOWN, "白鸭绒90%"),
    (MATERIAL, "i1005", "充绒量多少", UNKNOWN, "充绒量"),
    (MATERIAL, "i1007", "有没有里布", KNOWN, "常规带里布"),
    (MATERIAL, "i1009", "这条裙子什么料子", UNKNOWN, "面料"),
    (MATERIAL, "i1014", "羊毛含量高不高", KNOWN, "羊毛50%"),
    (MATERIAL, "i1016", "全棉的吧 会起球不", PARTLY, "起球"),
    (MATERIAL, "i1029", "鞋底用的啥材质", KNOWN, "鞋底橡胶"),
    (SPEC, "i1001", "有弹力没", KNOWN, "微弹"),
    (SPEC, "i1004", "是高腰的还是低腰的", KNOWN, "高腰直筒"),
    (SPEC, "i1006", "圆领还是高领", KNOWN, "圆领套头"),
    (SPEC, "i1003", "透不透", UNKNOWN, "透视度"),
    (SPEC, "i1024", "是a类吗", KNOWN, "A类（婴幼儿用品）"),
    (SPEC, "i1012", "产自哪里 执行什么标准", KNOWN, "广东汕头；FZ/T 73017-2023"),
    (SPEC, "i1001", "参数发我看看", ALL, "厚薄：薄款"),
    (SPEC, "i1001", "能当礼物送人吗", "default", "不敢乱说"),
    (SIZE, "i1002", "L码衣长多少", KNOWN, "L：66cm"),
    (SIZE, "i1005", "衣长多少cm", KNOWN, "M：59cm"),
    (SIZE, "i1002", "胸围多少厘米", KNOWN, "S：108cm；M：112cm"),
    (SIZE, "i1029", "鞋跟有多高", KNOWN, "跟高约3厘米"),
    (SIZE, "i1028", "围巾多长啊", KNOWN, "长190厘米"),
    (SIZE, "i1005", "多重", KNOWN, "约320克"),
    (SIZE, "i1001", "这件有多重", UNKNOWN, "重量"),
    (USE, "i1006", "可以机洗吗", KNOWN, "手洗或干洗"),
    (USE, "i1003", "要不要熨", KNOWN, "低温熨烫"),
    (USE, "i1001", "领子上的带子怎么系", "default", "说明书"),
    (PARTS, "i1014", "有防尘袋吗", KNOWN, "防尘袋"),
    # beauty
    (MATERIAL, "i2001", "含酒精吗", KNOWN, "不含酒精"),
    (MATERIAL, "i2003", "里面有没有酒精", KNOWN, "少量变性乙醇"),
    (MATERIAL, "i2002", "有香精没", KNOWN, "蜂蜡"),
    (SPEC, "i2001", "敏感肌能用不", KNOWN, "耳后试用"),
    (SPEC, "i2001", "孕妇可以用吗", KNOWN, "咨询医生"),
    (SPEC, "i2003", "防晒多少倍的 spf多少", KNOWN, "SPF50+"),
    (SPEC, "i2003", "油不油 会不会假白", KNOWN, "不泛白"),
    (SPEC, "i2003", "游泳能用吗 防水吗", KNOWN, "游泳后请补涂"),
    (SPEC, "i2002", "什么香味的", KNOWN, "淡香草味"),
    (SPEC, "i2003", "有没有香味", UNKNOWN, "香型"),
    (SPEC, "i2002", "有备案吗", KNOWN, "0000000002"),
    (SPEC, "i2002", "有几号色", KNOWN, "02正红色"),
    (USE, "i2001", "怎么用 一天几次", KNOWN, "早晚"),
    (USE, "i2002", "这个口红怎么卸", KNOWN, "唇部卸妆液"),
    (LIFE, "i2001", "开封后能用多久", KNOWN, "12个月"),
    (LIFE, "i2002", "保质期几年", KNOWN, "三年"),
    (LIFE, "i2003", "什么时候生产的", UNKNOWN, "生产日期"),
    (SIZE, "i2003", "净含量多少", KNOWN, "50毫升"),
    # food
    (MATERIAL, "i3001", "配料表发我", KNOWN, "核桃仁"),
    (MATERIAL, "i3001", "加糖了吗", KNOWN, "含白砂糖"),
    (MATERIAL, "i3003", "有防腐剂没有", KNOWN, "不含防腐剂"),
    (MATERIAL, "i3001", "里面有花生吗 我过敏", KNOWN, "也加工花生"),
    (SPEC, "i3001", "甜不甜", KNOWN, "原味微甜"),
    (SPEC, "i3003", "辣不辣", KNOWN, "不辣"),
    (SPEC, "i3002", "是今年的新茶不", KNOWN, "2026年春茶"),
    (SPEC, "i3002", "要不要放冰箱", KNOWN, "冰箱冷藏"),
    (SPEC, "i3001", "带壳的吗", KNOWN, "去壳果仁"),
    (SPEC, "i3001", "一包多少大卡", KNOWN, "2300千焦"),
    (SPEC, "i3002", "热量高吗", UNKNOWN, "营养成分"),
    (SPEC, "i3001", "两岁宝宝能吃吗", KNOWN, "3岁以上"),
    (USE, "i3003", "怎么做 要解冻不", KNOWN, "不用解冻"),
    (USE, "i3002", "怎么泡", KNOWN, "80到85度"),
    (LIFE, "i3001", "保质期多久", KNOWN, "8个月"),
    (LIFE, "i3001", "日期新鲜吗 能放多久", PARTLY, "生产日期"),
    (LIFE, "i3003", "快过期了没", UNKNOWN, "生产日期"),
    (SIZE, "i3003", "一袋几片", KNOWN, "20片或40片"),
    (PARTS, "i3001", "带手提袋吗", KNOWN, "礼盒加手提袋"),
    # home
    (SPEC, "i4001", "能承重多少斤", KNOWN, "台面承重40公斤"),
    (SPEC, "i4001", "需要自己装吗", KNOWN, "只需装4个柜脚"),
    (SPEC, "i4001", "味道大不大 环保吗", KNOWN, "E0级"),
    (SPEC, "i4002", "电磁炉可以用吗", KNOWN, "电磁炉、电陶炉通用"),
    (SPEC, "i4002", "能进烤箱吗", KNOWN, "不可进烤箱"),
    (SPEC, "i4002", "够几个人炒菜", "default", "不敢乱说"),
    (USE, "i4001", "怎么装", KNOWN, "4个柜脚"),
    (SPEC, "i4003", "枕头硬不硬", KNOWN, "中等偏软"),
    (SPEC, "i4003", "透气吗", KNOWN, "带透气孔"),
    (SPEC, "i4001", "防水吗", UNKNOWN, "防水"),
    (MATERIAL, "i4001", "是实木的还是密度板", KNOWN, "橡胶木实木"),
    (MATERIAL, "i4002", "304的吗 会生锈不", KNOWN, "锅身304不锈钢"),
    (MATERIAL, "i4003", "里面填充的是什么", KNOWN, "慢回弹记忆棉"),
    (SIZE, "i4001", "长宽高多少", KNOWN, "高50厘米"),
    (SIZE, "i4002", "直径多大 有多重", KNOWN, "约1.6公斤"),
    (USE, "i4002", "可以放洗碗机吗", KNOWN, "可用洗碗机"),
    (USE, "i4003", "枕芯能水洗不", KNOWN, "不可水洗"),
    (PARTS, "i4002", "带锅盖吗", KNOWN, "玻璃锅盖1个"),
    (PARTS, "i4001", "里面都有什么", KNOWN, "柜脚4个"),
    # electronics
    (SPEC, "i5001", "防水不", KNOWN, "IPX4"),
    (SPEC, "i5001", "续航怎么样 支持无线充吗", KNOWN, "不支持无线充"),
    (SPEC, "i5001", "苹果手机能连吗", KNOWN, "苹果、安卓"),
    (SPEC, "i5001", "有主动降噪没", KNOWN, "没有主动降噪"),
    (SPEC, "i5002", "多少瓦的 宿舍能用不", KNOWN, "1500W"),
    (SPEC, "i5002", "水开了会自动断电吗", KNOWN, "防干烧"),
    (SPEC, "i5002", "能保温吗", KNOWN, "不带保温功能"),
    (SPEC, "i5002", "有3c认证没", KNOWN, "CCC认证"),
    (SPEC, "i5003", "吸力有多大", KNOWN, "12000帕"),
    (SPEC, "i5003", "声音大不大 几档的", KNOWN, "两档"),
    (SPEC, "i5003", "滤芯多久换一次", KNOWN, "6个月"),
    (SPEC, "i5003", "能连手机控制不", UNKNOWN, "遥控"),
    (SPEC, "i5002", "电压多少 防水吗", PARTLY, "220V 50Hz"),
    (SPEC, "i5003", "介绍一下", ALL, "型号：YB-V8"),
    (SIZE, "i5002", "能装多少水", KNOWN, "1.5升"),
    (PARTS, "i5003", "带充电器吗", KNOWN, "充电器、备用滤网1个"),
    (USE, "i5001", "蓝牙怎么配对", "default", "说明书"),
    (USE, "i5003", "滤网多久换一次", KNOWN, "可水洗滤网"),
    (PARTS, "i5001", "有保护壳吗", "default", "充电仓1个"),
    # stock, colours, prices
    (STOCK, "i1001", "黑色M还有吗", "sku_in_stock", "黑色 M"),
    (STOCK, "i1001", "黑色S码有货没", "sku_out_of_stock", "白色 S"),
    (STOCK, "i1001", "紫色的有吗", "sku_unknown", "紫色"),
    (STOCK, "i1001", "白色XL要30件够不够", "quantity_enough", "30"),
    (STOCK, "i1001", "白色M我要50件有吗", "quantity_short", "50"),
    (STOCK, "i1001", "要40件 有货不", "quantity_some", "白色 XL"),
    (STOCK, "i5001", "还有吗", "some_in_stock", "浅绿色"),
    (COLOR, "i5001", "都有什么颜色", "default", "黑色（暂时没货）"),
    (COLOR, "i2002", "还有哪些可以选", "default", "正红色（暂时没货）"),
    (COLOR, "i1001", "有紫色吗", "sku_unknown", "浅蓝色"),
    (PRICE, "i1001", "多少钱", "promo_on", "59元"),
    (PRICE, "i4002", "这个锅怎么卖", "prices_differ", "109-159元"),
    (PRICE, "i4002", "为什么价格不一样", "prices_differ", "32cm：159元"),
    (PRICE, "i3001", "为啥两种价", "prices_differ", "1500克：178元"),
]  # fmt: skip


@cache
def rules() -> Rules:
    return read_rules(REPOSITORY / "rules").rules


@cache
def reply(topic: str) -> ReplyFile:
    return read_reply(read_files(REPOSITORY / "replies", None), f"replies/{topic}.md")


def answer(topic: str, item: Item | None, text: str, *others: Item) -> tuple[str, str]:
    """Which variant of a shipped topic speaks, and its words."""
    slots = of_item(read_slots(text, rules(), NOW), text, item, rules())
    scene = Scene(rules(), Facts(), Focus(item=item, item_rivals=others), slots, NOW)
    view = build_view(scene)
    chosen = pick(reply(topic).topic, establish(scene, "presale"), view, NOW, ZoneInfo("Asia/Shanghai"))
    assert chosen
    return chosen.variant.name, choose_wording(chosen, text).render(view)


def card_words(item: Item) -> str:
    """Everything that a card states."""
    measures = [word for row in item.size_chart for pair in row.measures.items() for word in (row.size, *pair)]
    return "\n".join((item.title, *item.attributes, *item.attributes.values(), *measures))


@pytest.mark.parametrize(("topic", "one", "text", "variant", "says"), ASKED)
def test_a_question_is_answered_from_the_card(topic: str, one: str, text: str, variant: str, says: str) -> None:
    name, said = answer(topic, ITEMS[one], text)
    assert (name, says in said) == (variant, True), said


def test_the_questions_cover_five_trades() -> None:
    trades = [one[:2] for _, one, *_ in ASKED]
    assert len(ASKED) >= 80
    assert all(trades.count(trade) >= 12 for trade in ("i1", "i2", "i3", "i4", "i5"))


def test_there_are_sixty_attributes_to_ask_for() -> None:
    named = rules().attributes.attributes.values()
    assert sum(bool(attribute.words) for attribute in named) >= 60


@pytest.mark.parametrize("topic", [SPEC, MATERIAL, SIZE, LIFE, USE])
def test_what_the_card_does_not_state_goes_to_people(topic: str) -> None:
    then = reply(topic).topic.then
    assert {then[PARTLY], then[UNKNOWN]} == {HAND_OFF}


@pytest.mark.parametrize("topic", [SPEC, MATERIAL, SIZE, COLOR, PARTS, LIFE, USE, STOCK, PRICE])
def test_without_an_item_the_buyer_is_asked_which(topic: str) -> None:
    assert answer(topic, None, "这个怎么样")[0] == "no_item"
    variant, said = answer(topic, None, "牛仔裤怎么样", ITEMS["i1004"], ITEMS["i1019"])
    assert variant == "many_items"
    assert ITEMS["i1004"].title in said
    assert ITEMS["i1019"].title in said


@pytest.mark.parametrize("one", ITEMS)
def test_no_card_of_the_demo_shop_crosses_a_red_line(one: str) -> None:
    assert hits(card_words(ITEMS[one]), rules().redlines) == ()


def _questions() -> st.SearchStrategy[str]:
    words = st.sampled_from(sorted(rules().attributes.index))
    return st.lists(words | st.text(max_size=6), min_size=1, max_size=4).map(" ".join)


@given(text=_questions(), one=st.sampled_from(sorted(ITEMS)), size=st.sampled_from([None, "M", "XL"]))
def test_no_value_is_said_that_the_card_does_not_state(text: str, one: str, size: str | None) -> None:
    item, attributes = ITEMS[one], rules().attributes
    for fact in asked_facts(asked_words(text, attributes, item), item, attributes, size):
        parts = re.split("；|：|cm", fact.value) if fact.value and fact.value not in item.attributes.values() else []
        assert all(part in card_words(item) for part in parts)
        assert fact.value is None or fact.name in card_words(item)


@given(text=_questions(), one=st.sampled_from(sorted(ITEMS)))
def test_what_the_card_is_silent_about_is_said_to_be_so(text: str, one: str) -> None:
    item = ITEMS[one]
    variant, said = answer(SPEC, item, text)
    facts = asked_facts(asked_words(text, rules().attributes, item), item, rules().attributes)
    silent = [fact.name for fact in facts if fact.value is None]
    assert (variant in {PARTLY, UNKNOWN}) == bool(silent)
    assert all(name in said for name in silent)
    assert say("join.list").join(silent) in said
