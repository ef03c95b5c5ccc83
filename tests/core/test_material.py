"""What people answered: the first words after the question, where the buyer was content."""

from dataclasses import dataclass

from bot.core.material import Answer, answers_of
from tests.core.asking import shop

ASKED = "能带上飞机么"


@dataclass(frozen=True)
class Said:
    author: str
    text: str
    kind: str = "text"


HELLO, YES, MORE = Said("bot", "亲，没太明白。"), Said("a01", "可以带的"), Said("a01", "过安检拿出来")


def told(*some: list[Said], names: tuple[str, ...] = ()) -> tuple[Answer, ...]:
    return answers_of([(ASKED, lines) for lines in some], shop(), names)


def test_all_that_people_say_before_the_buyers_next_line_is_the_answer() -> None:
    later = Said("a01", "别的事")
    assert told([HELLO, YES, MORE, Said("buyer", "好"), later]) == (Answer("可以带的 过安检拿出来", 1),)


def test_the_same_answer_is_counted_and_the_most_frequent_comes_first() -> None:
    no = [Said("seller", "不可以哦")]
    assert told([YES], no, [Said("a02", "可以带的呢")], [YES]) == (Answer("可以带的", 3), Answer("不可以哦", 1))


def test_an_answer_that_did_not_do_is_no_material() -> None:
    for word in (ASKED, "答非所问", "你们是黑店", "转人工"):
        assert told([YES, Said("buyer", "嗯"), Said("buyer", word)]) == ()


def test_where_nobody_answered_there_is_nothing() -> None:
    assert told([], [HELLO], [Said("buyer", "在吗"), Said("system", "会话结束")], [Said("a01", "", "image")]) == ()


def test_an_answer_is_masked() -> None:
    (one,) = told([Said("a01", "张三您好，打13800138000找我")], names=("张三",))
    assert one.text == "张*您好,打***找我"
