"""A small shop for tests: its rules and replies written in Python.

In: nothing. Out: a `Book`. Never: the shipped replies or rules, which operators change.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.content.templates import compiled, fields, needs
from bot.core.book import Ask, Book, Topic, Validity, Variant, Wording
from bot.core.facts import Facts
from bot.core.lexicon import lexicon_of
from bot.core.match import Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.rules import Rules
from bot.core.rules.buyers import Buyers
from bot.core.rules.catalogue import CatalogueRules
from bot.core.rules.flows import Flows
from bot.core.rules.goods import Attributes
from bot.core.rules.kpis import Kpis
from bot.core.rules.outreach import Care, Nudges
from bot.core.rules.shifts import Shifts
from bot.core.rules.shop import Carriers, Concepts, Invoices, Promotions, Shop, Sizes
from bot.core.rules.work import Reception, RedLines, Routing

CHINA = ZoneInfo("Asia/Shanghai")
GROUPS = ("presale", "aftersale", "supervisor")


def local(text: str) -> datetime:
    """A shop-local time as the core gets it: aware, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


DAY = local("2026-11-23 14:00")
NIGHT = local("2026-11-23 02:13")
MORNING = local("2026-11-23 09:00")

BY_DAY = Facts(live=frozenset(GROUPS), ahead=dict.fromkeys(GROUPS, 0))
BY_NIGHT = Facts(back_at=dict.fromkeys(GROUPS, MORNING))

RULES: Mapping[str, Mapping[str, object]] = {
    "shop": {
        "name": "小店", "platform": "tmall", "kind": "服饰", "brand": "小店", "ships_from": "杭州", "hours": "每天",
        "shipping": {"cutoff": "16:00", "lead": "48h"}, "free_shipping": {"above": "59", "why": "满额"},
        "postage": "8.00", "refund_days": "1-3天", "warranty": "三包", "pay_by": ["支付宝", "花呗"], "stores": "无",
        "returns": {
            "days": "7", "receiver": "售后", "phone": "0571", "address": "杭州", "freight": "按规则",
            "defect_window": "48h",
        },
        "unpaid_close": "24h",
    },
    "catalogue": {
        "stale": "180d", "one_size": ["均码"], "gaps": {"height": "1", "weight": "1"},
        "lead_words": {"次日": "48h"}, "lead_units": {"小时": "1h", "天": "1d"},
        "asked": {"within": "30d", "least": "2", "intents": ["product_spec"]},
        "needed": [{"attribute": "产地", "why": "买家问产地"}],
        "kinds": [
            {
                "name": "服装", "words": ["卫衣", "裙"], "chart": "true",
                "needed": [{"attribute": "面料", "why": "买家问面料"}],
            },
            {"name": "配饰", "words": ["帽"]},
        ],
        "clashes": [
            {"title": ["纯棉"], "attribute": "面料", "has": ["涤纶"], "why": "不是纯棉"},
            {"title": ["真丝"], "attribute": "面料", "lacks": ["蚕丝"], "why": "不是真丝"},
        ],
    },
    "shifts": {
        "shifts": [
            {"name": "早班", "from": "09:00", "to": "18:00", "agents": ["a01"], "group": "presale"},
            {"name": "售后班", "from": "09:00", "to": "18:00", "agents": ["a11"], "group": "aftersale"},
            {"name": "主管班", "from": "10:00", "to": "18:00", "agents": ["s01"], "group": "supervisor"},
        ]
    },
    "reception": {
        "mode": "bot_first", "reply_deadline": "10m", "coalesce": {"quiet": "1s", "longest": "3s"},
        "limits": {"repeats": 2, "misses": 2, "choices": 3, "intents": 3, "courtesies": 1, "round": "12h"},
        "confidence": {"sure": 85, "nearly": 30},
        "listening": {
            "joins": ["还有", "另外", "顺便问下"], "leads": ["那"], "requests": ["我要", "帮我"],
            "fillers": ["那", "呢", "的", "码", "要是", "寄到", "单", "个"], "idle": ["怎么回事"],
            "body": ["身高", "体重", "斤", "cm"],
            "back": ["这个", "这款"], "orders": ["那单"],
            "yes": ["是", "是的", "对", "嗯", "嗯嗯"], "no": ["不是", "不是的", "都不是"],
            "numbers": [["1", "一"], ["2", "二"], ["3", "三"]],
            "picks": ["{n}", "第{n}个", "第{n}单", "选{n}", "第{n}个吧", "选第{n}个"],
        },
        "missed": {"within": "30m", "words": ["不是问这个", "答非所问"], "alone": ["不对"]},
    },
    "routing": {
        "groups": {"presale": "售前", "aftersale": "售后", "supervisor": "主管"}, "default": "presale",
        "fallback": {"aftersale": ["presale"], "supervisor": ["aftersale", "presale"]},
        "human_words": ["转人工", "人工客服", "要人工"], "human_alone": ["人工", "真人"],
        "routes": [
            {"group": "aftersale", "intents": ["logistics_query", "exchange", "order_cancel"]},
            {"group": "presale", "intents": ["ship_time", "size_fit", "stock"]},
        ],
        "flags": [
            {"name": "legal", "words": ["12315", "律师"], "group": "supervisor", "urgency": 0, "why": "法律"},
            {"name": "abuse", "words": ["黑店"], "group": "aftersale", "urgency": 2, "why": "情绪"},
        ],
    },
    "nudges": {
        "steps": [{"name": "首次催付", "after": "10m", "reply": "system/nudge"}],
        "quiet": [{"from": "22:30", "to": "08:30"}], "expire_after": "24h", "stop_words": ["不要了"],
        "limits": {"after_talk": "0s"},
    },
    "care": {},
    "carriers": {
        "carriers": [
            {"name": "中通", "also": ["zto"], "default": True, "phone": "95311"},
            {"name": "顺丰", "also": ["顺风", "sf快递"], "extra": "12", "why": "付费升级"},
        ],
        "others": [{"name": "邮政", "also": ["ems"], "why": "未合作"}],
        "areas": [
            {"name": "浙江", "also": ["杭州"], "days": "1-2天"},
            {"name": "新疆", "also": ["乌鲁木齐"], "days": "6-10天", "extra": "15", "why": "偏远"},
            {"name": "香港", "reached": False, "why": "未开通"},
        ],
    },
    "invoices": {
        "types": [{"name": "电子普票", "needs": ["抬头"], "days": "3个工作日"}], "content": "商品明细", "how": "申请",
        "where": "订单详情",
    },
    "sizes": {
        "words": {"S": ["小码"], "M": [], "L": ["大码"], "XL": ["加大码"], "2XL": ["xxl"], "39": []},
        "colors": {"黑色": ["黑的"], "白色": ["白的"], "蓝色": [], "藏青": ["藏蓝", "深蓝色"]},
        "height_cm": [60, 220], "weight_kg": [8, 160], "jin_above": 75, "between": "larger",
    },
    "promotions": {
        "promotions": [
            {"name": "双11", "from": "2026-11-10 20:00", "until": "2026-11-12 00:00", "says": "满300减50"},
        ],
        "price_protect": "15d",
    },
    "redlines": {
        "lines": [
            {"name": "superlative", "words": ["最好"], "patterns": ["第一(?!次)"], "why": "极限词"},
            {"name": "off_platform", "words": ["微信"], "allow": ["微信支付"], "why": "站外"},
        ]
    },
    "attributes": {
        "attributes": {
            "面料": {"also": ["材质"], "words": ["料子", "纯棉"], "field": "material"},
            "版型": {"words": ["宽松"], "field": "fit"},
            "洗涤": {"words": ["怎么洗"], "field": "care"},
            "口味": {"words": ["味道"]},
            "气味": {"words": ["味道", "有味"]},
            "胸围": {},
        },
        "general": ["参数"],
        "not_words": ["料子钱"],
    },
    "buyers": {
        "tags": [
            {"name": "爱问尺码", "intents": ["size_fit"], "times": 3},
            {"name": "老客", "orders": 2},
            {"name": "易怒", "flags": ["abuse"]},
        ],
        "consent": {
            "grant": ["有活动通知我", "可以给我发优惠"], "withdraw": ["退订", "别再发"], "denials": ["不要", "别"],
            "questions": ["吗", "会不会"],
        },
    },
    "concepts": {
        "questions": {"问时间": ["什么时候", "几天"], "问什么": ["什么"], "问有无": ["有没有"]},
        "manner": {"否定": ["不", "没"], "请求": ["帮我"]},
        "topics": {"发货": ["发货", "发出"], "包裹": ["快递", "包裹"], "退款": ["退款"], "库存": ["有货", "现货"]},
    },
    "flows": {},
    "kpis": {
        "sessions": [{"from": "2026-01-01", "silence": "12h", "waits": "72h", "why": "隔夜"}],
        "conversion": [{"from": "2026-01-01", "within": "48h", "why": "次日"}],
    },
}  # fmt: skip


def rules(**changed: Mapping[str, object]) -> Rules:
    """The small shop's rules, each file's keys replaced by those given."""
    files = {name: {**file, **changed.get(name, {})} for name, file in RULES.items()}
    return Rules(
        shop=Shop.model_validate(files["shop"]),
        shifts=Shifts.model_validate(files["shifts"]),
        reception=Reception.model_validate(files["reception"]),
        routing=Routing.model_validate(files["routing"]),
        nudges=Nudges.model_validate(files["nudges"]),
        care=Care.model_validate(files["care"]),
        carriers=Carriers.model_validate(files["carriers"]),
        invoices=Invoices.model_validate(files["invoices"]),
        sizes=Sizes.model_validate(files["sizes"]),
        promotions=Promotions.model_validate(files["promotions"]),
        redlines=RedLines.model_validate(files["redlines"]),
        concepts=Concepts.model_validate(files["concepts"]),
        attributes=Attributes.model_validate(files["attributes"]),
        catalogue=CatalogueRules.model_validate(files["catalogue"]),
        buyers=Buyers.model_validate(files["buyers"]),
        flows=Flows.model_validate(files["flows"]),
        kpis=Kpis.model_validate(files["kpis"]),
    )


def variant(name: str, *texts: str, source: str = "replies/a.md") -> Variant:
    wordings = tuple(
        Wording(text, f"{source}:{line}", needs(text), compiled(text), fields(text)) for line, text in enumerate(texts)
    )
    return Variant(name, wordings)


def topic(
    name: str,
    says: Mapping[str, str],
    *asks: str,
    intent: str | None = None,
    then: Mapping[str, str] | None = None,
    valid: Validity | None = None,
) -> Topic:
    """A reply file; with asks, its intent is the last part of its name unless told otherwise."""
    source = f"replies/{name}.md"
    short = name.rpartition("/")[2]
    meant = intent or (short if asks else None)
    return Topic(
        name=name,
        title=f"〔{short}〕",
        source=source,
        variants={key: variant(key, text, source=source) for key, text in says.items()},
        intent=meant,
        asks=tuple(Ask(text, meant or "", f"{source}:{line}") for line, text in enumerate(asks, 5)),
        then=then or {},
        valid=valid,
    )


TOPICS = (
    topic("social/greeting", {"default": "亲，这里是{{ shop.name }}。"}, "在吗", "你好"),
    topic("social/thanks", {"default": "亲，不客气。"}, "谢谢"),
    topic(
        "shipping/ship_time",
        {
            "default": "亲，付款后{{ shop.lead }}内发出。",
            "not_shipped": "亲，预计{{ order.promise }}发出。",
            "overdue": "亲，没有按时发出，抱歉。",
        },
        "什么时候发货", "今天能发货吗",
        then={"overdue": "hand_off"},
    ),
    topic(
        "logistics/logistics_query",
        {
            "shipped": "亲，{{ order.carrier }}承运，单号 {{ order.tracking_no }}。",
            "no_order": "亲，请发一下订单号。",
            "many_orders": "亲，您有{{ order.count }}个订单，是哪一个？",
        },
        "我的快递到哪了", "快递到哪里了",
    ),
    topic(
        "product/size_fit",
        {
            "size_found": "亲，{{ size.body }}建议选 {{ size.best }}。",
            "size_between": "亲，{{ size.best }} 和 {{ size.other }} 都可以。",
            "size_beyond": "亲，超出了尺码表。",
            "no_chart": "亲，没有尺码表。",
            "no_body": "亲，请告诉我身高体重。",
            "no_item": "亲，您看的是哪一款？",
        },
        "穿多大码", "选什么尺码合适",
    ),
    topic(
        "stock/stock",
        {"default": "亲，「{{ item.title }}」有货。", "no_item": "亲，是哪一款？", "out_of_stock": "亲，没货了。"},
        "有货吗", "还有现货吗",
    ),
    topic("return/exchange", {"default": "亲，换货的事同事来处理。"}, "我要换货", then={"*": "hand_off"}),
    topic("order/order_cancel", {"default": "亲，取消的事同事来处理。"}, "取消订单", then={"*": "hand_off"}),
    topic("shipping/carrier", {"default": "亲，默认发{{ shop.carrier_default }}。"}, "发什么快递"),
    topic("human/ask_human", {"default": "亲，我是小助手。"}, "帮我接个活人", then={"*": "hand_off"}),
    topic(
        "system/not_understood",
        {"night": "亲，没太明白，{{ shift.group }}{{ shift.back_at }}上班。", "default": "亲，没太明白。"},
        "我在上海",
        intent="oos",
    ),
    topic(
        "system/handoff",
        {
            "live": "亲，为您转给{{ shift.group }}{% if shift.ahead %}，前面还有{{ shift.ahead }}位{% endif %}。",
            "unstaffed": "亲，{{ shift.group }}不在座位上。",
            "night": "亲，{{ shift.group }}{{ shift.back_at }}上班，请留言。",
            "default": "亲，已记录。",
        },
    ),
    topic("system/still_waiting", {"default": "亲，补充的内容记下了。"}),
    topic("system/rest", {"night": "亲，另一件事{{ shift.back_at }}回复您。", "default": "亲，另一件事记下了。"}),
    topic("system/declined", {"default": "亲，请换个说法。"}),
    topic("system/which_order", {"default": "回复数字也可以：{{ order.list }}"}),
    topic("system/choice", {"default": "亲，您是想问：{{ choice.list }}"}),
    topic("system/confirm", {"default": "亲，您是想问{{ choice.only }}吗？"}),
    topic("system/media_image", {"live": "亲，图片收到。", "default": "亲，我看不了图片。"}),
    topic("system/media_voice", {"default": "亲，我听不了语音。"}),
    topic("system/item_card", {"default": "亲，看到「{{ item.title }}」了。"}),
    topic("system/order_card", {"default": "亲，订单{{ order.status }}。", "no_order": "亲，没有查到。"}),
    topic(
        "system/wish_noted",
        {"not_shipped": "亲，「{{ wish.list }}」记在订单上了。", "no_order": "亲，「{{ wish.list }}」记下了。"},
    ),
    topic("system/nudge", {"unpaid": "亲，「{{ order.title }}」{{ order.amount }}元还没付款。"}),
)  # fmt: skip


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def book_of(topics: Sequence[Topic], by: Rules) -> Book:
    asks = tuple(ask for one in topics for ask in (*one.asks, *one.not_asks))
    return Book(
        topics={one.name: one for one in topics},
        by_intent={one.intent: one for one in topics if one.intent and one.intent != "oos"},
        rules=by,
        asks=asks,
        matcher=Matcher(asks, lexicon_of(by.concepts), SMALL_TALK),
        works=weekdays,
        commit="c0ffee",
    )


@cache
def small_book() -> Book:
    return book_of(TOPICS, rules())
