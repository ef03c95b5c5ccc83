"""Lines and intents that are worth a look, each with its place."""

from collections.abc import Mapping, Sequence
from itertools import product

from bot.content.check_asks import MANY, warnings_of
from bot.core.book import Ask, Book, Topic
from bot.errors import Fault
from tests.core.book import book_of, rules, topic

WAYS = ("请问{}", "我想知道{}", "{}能说说吗", "{}怎么样", "讲讲{}", "{}在哪看", "{}有吗", "告诉我{}")
SAID = {
    "carrier": ("发什么快递", "走哪家物流", "用的哪个快递公司", "寄什么快递"),
    "invoice": ("开发票", "发票抬头", "电子发票", "发票类型"),
    "size": ("穿多大码", "尺码", "选什么码数", "码数大小"),
}
SAYS = {"default": "亲，好的。"}
#: Of a hundred lines nobody can be as sure as of the twenty thousand of a real shop.
UNSURE = {"sure": "50", "nearly": "20"}


def _asks(intent: str) -> list[str]:
    return [way.format(said) for said, way in product(SAID[intent], WAYS)]


def _shop(more: Mapping[str, Sequence[str]] | None = None, *others: Topic) -> Book:
    """Three intents of enough lines that have nothing to do with each other, and what is planted among them."""
    planted = more or {}
    topics = [topic(f"g/{intent}", SAYS, *_asks(intent), *planted.get(intent, ())) for intent in SAID]
    return book_of([*topics, *others], rules(reception={"confidence": UNSURE}))


def _told(faults: Sequence[Fault]) -> list[tuple[str, int, str]]:
    assert all(fault.what and fault.remedy and fault.severity == "warning" for fault in faults)
    return [(fault.path, fault.line, fault.code) for fault in faults]


#: Where the first planted line of a file stands: asks begin in line 5.
PLANTED = 5 + len(WAYS) * 4


def test_lines_that_keep_together_are_worth_no_look() -> None:
    assert warnings_of(_shop()) == []


def test_a_line_in_the_wrong_file_is_shadowed_by_the_right_one() -> None:
    (fault,) = warnings_of(_shop({"size": ["发票抬头怎么样呀请问"]}))
    assert _told([fault]) == [("replies/g/size.md", PLANTED, "shadowed_ask")]
    assert (fault.params["intent"], fault.params["rival"]) == ("size", "invoice")
    assert "replies/g/invoice.md:" in fault.what


def test_a_line_between_two_intents_is_a_near_tie_or_shadowed_never_both() -> None:
    faults = warnings_of(_shop({"size": ["快递码数", "物流尺码"], "carrier": ["尺码物流", "码数快递"]}))
    places = [(path, line) for path, line, _ in _told(faults)]
    assert len(places) == len(set(places))
    assert {code for _, _, code in _told(faults)} <= {"shadowed_ask", "near_tie"}


def test_a_line_that_was_written_to_be_left_alone_may_be_near_to_anything() -> None:
    left = topic("system/not_understood", SAYS, "发票抬头怎么样呀请问", intent="oos")
    assert warnings_of(_shop(None, left)) == []


def test_a_courtesy_is_no_rival_of_a_courtesy() -> None:
    said = [
        f"{word}{tail}"
        for word in ("谢谢", "多谢", "感谢", "辛苦")
        for tail in ("亲", "你", "您", "老板", "客服", "掌柜", "小妹", "各位", "大家", "店家")
    ]
    courtesies = [topic("social/thanks", SAYS, *said), topic("social/closing", SAYS, *[f"好的{text}" for text in said])]
    assert _told(warnings_of(_shop(None, *courtesies))) == []


def test_a_line_that_reads_like_an_earlier_one_is_told_once_with_that_one() -> None:
    (fault,) = warnings_of(_shop({"size": ["亲，请问穿多大码呢？"]}))
    assert _told([fault]) == [("replies/g/size.md", PLANTED, "duplicate_ask")]
    assert fault.params["other"] == "replies/g/size.md:5"


def test_a_line_that_raises_a_red_flag_never_decides() -> None:
    (fault,) = warnings_of(_shop({"invoice": ["不开发票我打12315"]}))
    assert _told([fault]) == [("replies/g/invoice.md", PLANTED, "flagged_ask")]
    assert fault.params["flag"] == "legal"


def test_a_line_that_calls_for_a_person_never_decides_but_for_that() -> None:
    asked = topic("human/ask_human", SAYS, *[f"转人工{way.format('')}" for way in WAYS])
    faults = [
        fault for fault in warnings_of(_shop({"invoice": ["开发票转人工客服"]}, asked)) if fault.code == "human_ask"
    ]
    assert _told(faults) == [("replies/g/invoice.md", PLANTED, "human_ask")]


def test_an_order_number_is_no_red_flag() -> None:
    assert [
        fault for fault in warnings_of(_shop({"invoice": ["开发票 单号9912315001"]})) if fault.code == "flagged_ask"
    ] == []


def test_an_intent_of_few_lines_is_told_where_its_lines_begin() -> None:
    few = topic("g/gift", SAYS, *[f"赠品{way.format('礼物')}" for way in WAYS])
    (fault,) = [fault for fault in warnings_of(_shop(None, few)) if fault.code == "few_asks"]
    assert _told([fault]) == [("replies/g/gift.md", 5, "few_asks")]
    assert fault.params == {"intent": "gift", "found": len(WAYS), "wanted": MANY}


def test_lines_that_read_the_same_count_once() -> None:
    said = [f"赠品{way.format('礼物')}" for way in WAYS]
    few = topic("g/gift", SAYS, *said, *[f"亲，{text}？" for text in said * 4])
    (fault,) = [fault for fault in warnings_of(_shop(None, few)) if fault.code == "few_asks"]
    assert fault.params["found"] == len(WAYS)


def test_an_intent_whose_lines_are_each_of_another_kind_is_weak() -> None:
    """Nothing in one line helps to read the next; what they share they share with others."""
    strays = [
        way.format(said) + tail
        for said, way in product(("开发票", "尺码", "走哪家物流"), WAYS)
        for tail in ("呗", "咯")
    ]
    faults = [
        fault for fault in warnings_of(_shop(None, topic("g/misc", SAYS, *strays))) if fault.code == "weak_intent"
    ]
    told = [fault for fault in faults if fault.params["intent"] == "misc"]
    assert not told or "misc" not in str(told[0].params["others"])


def test_kinds_come_in_one_order_and_the_clearest_first() -> None:
    few = topic("g/gift", SAYS, *[f"赠品{way.format('礼物')}" for way in WAYS])
    planted = {"size": ["我想知道电子发票怎么样", "请问穿多大码？", "律师函"]}
    codes = [fault.code for fault in warnings_of(_shop(planted, few))]
    assert codes == ["few_asks", "shadowed_ask", "flagged_ask", "duplicate_ask"]


def test_without_asks_nothing_is_worth_a_look() -> None:
    assert warnings_of(book_of([topic("system/rest", SAYS)], rules())) == []


def test_asks_know_their_places() -> None:
    book = _shop()
    assert book.asks[0] == Ask(_asks("carrier")[0], "carrier", "replies/g/carrier.md:5")
