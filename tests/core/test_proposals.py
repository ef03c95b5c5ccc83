"""What the issue log suggests to write, and what it keeps out of a file that goes into git."""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.notebooks import Issue, IssueKind
from bot.core.private import tells_of_somebody
from bot.core.proposals import LONGEST, MOST_LINES, Kind, Left, Names, Proposal, proposals_of
from bot.core.text import bare
from tests.core.asking import issue, shop

NEAR = ("能不能水洗啊", "可不可以水洗", "能水洗不")
FAR = ("能带上飞机么", "可以带上飞机吗", "带得上飞机不")


def asked(*texts: str) -> list[Issue]:
    return [issue(number, text) for number, text in enumerate(texts)]


def found(issues: Sequence[Issue], least: int = 1, names: Names | None = None) -> tuple[Proposal, ...]:
    return proposals_of(issues, shop(), least, names or {}).found


def only(issues: Sequence[Issue], least: int = 1, names: Names | None = None) -> Proposal:
    (one,) = found(issues, least, names)
    return one


def test_questions_near_an_intent_are_offered_to_its_file_the_most_asked_first() -> None:
    one = only(asked(NEAR[1], NEAR[0], NEAR[1], NEAR[2]))
    assert (one.kind, one.intent, one.path) == (Kind.ASKS, "care_howto", "replies/g/care_howto.md")
    assert one.lines == (NEAR[1], NEAR[0], NEAR[2])
    assert one.group.count == 4


def test_questions_near_to_nothing_become_a_draft_of_their_own() -> None:
    one = only(asked(*FAR))
    assert one.kind is Kind.NEW
    assert one.path == f"replies/new/{one.intent}.md"
    assert set(one.lines) == set(FAR)


def test_what_todays_files_understand_is_counted_and_left_out() -> None:
    told = proposals_of(asked("发票怎么弄", NEAR[0]), shop(), 1, {})
    assert (told.issues, told.understood, len(told.found)) == (2, 1, 1)


def test_what_is_settled_or_no_question_is_none_of_its_business() -> None:
    issues = [
        issue(1, FAR[0], settled_by="s01"), issue(2, FAR[0], kind=IssueKind.COMPLAINT), issue(3, "？！"), issue(4, ""),
    ]  # fmt: skip
    told = proposals_of(issues, shop(), 1, {})
    assert (told.issues, told.found) == (0, ())


def test_groups_that_are_smaller_than_asked_for_are_not_worth_a_line() -> None:
    assert found(asked(*FAR), least=4) == ()
    assert len(found(asked(*FAR), least=3)) == 1


def test_where_a_fact_was_missing_no_way_of_asking_is_offered() -> None:
    one = only([issue(1, "开发票", reason="fact_missing", intent="invoice")])
    assert (one.kind, one.path, one.lines) == (Kind.FACTS, "replies/g/invoice.md", ())


def test_an_answer_that_still_misses_points_at_the_line_that_was_said() -> None:
    wrong = issue(
        1, "开发票", kind=IssueKind.WRONG_ANSWER, intent="invoice", topic="g/invoice", source="replies/g/invoice.md:9"
    )
    one = only([wrong])
    assert (one.kind, one.path, one.lines) == (Kind.WORDS, "replies/g/invoice.md:9", ())


def test_an_answer_of_another_intent_by_now_has_been_mended() -> None:
    told = proposals_of([issue(1, "开发票", kind=IssueKind.WRONG_ANSWER, intent="carrier")], shop(), 1, {})
    assert (told.understood, told.found) == (1, ())


def test_the_intent_that_answered_wrong_is_never_offered_again() -> None:
    one = only([issue(1, NEAR[0], kind=IssueKind.WRONG_ANSWER, intent="care_howto")])
    assert (one.kind, one.lines) == (Kind.NEW, (NEAR[0],))


def test_a_reading_that_the_buyer_declined_is_not_offered_for_it() -> None:
    assert only([issue(1, NEAR[0], reason="declined")]).kind is Kind.NEW


def test_what_an_agent_says_of_an_answer_is_no_buyers_question() -> None:
    told = [issue(number, text, kind=IssueKind.WRONG_ANSWER) for number, text in enumerate(("错了", f"{FAR[0]}\n错了"))]
    assert only([replace(one, agent_id="a01") for one in told]).lines == (FAR[0],)


def test_a_question_that_tells_of_somebody_is_counted_and_shown_nowhere() -> None:
    issues = asked(FAR[0], "能带上飞机么 我在***", "能带上飞机么138 0013 8000", "张三能带上飞机么")
    issues[3] = issue(3, "张三能带上飞机么", buyer_id="b3")
    private = [one for one in found(issues, names={"b3": {"张三"}}) if Left.PRIVATE in one.left]
    assert sum(one.left[Left.PRIVATE] for one in private) == 3
    shown = [question.text for one in found(issues, names={"b3": {"张三"}}) for question in one.shown]
    assert shown == [FAR[0]]


def test_somebody_elses_name_is_anybodys_word() -> None:
    assert only(asked(FAR[0]), names={"b9": {"飞机"}}).lines == (FAR[0],)


def test_lines_that_teach_nothing_are_left_out_with_the_reason() -> None:
    long = f"带上飞机{'真的很重要' * 9}"
    assert len(long) > LONGEST
    left = {why for one in found(asked(long, "飞", "我在上海", "律师能带上飞机么")) for why in one.left}
    assert left >= {Left.LONG, Left.SHORT, Left.WRITTEN, Left.HOT}


def test_a_line_that_reads_the_same_is_added_once() -> None:
    assert len(only(asked("能带上飞机么", "亲，能带上飞机么？", "能带上飞机么呀")).lines) == 1


def test_a_hash_before_a_question_is_no_comment() -> None:
    assert only(asked("#能带上飞机么")).lines == ("能带上飞机么",)


def test_enough_is_enough() -> None:
    one = max(found(asked(*(f"能带上飞机{end}" for end in "一二三四五六七八九十"))), key=lambda one: one.group.count)
    assert len(one.lines) == MOST_LINES
    assert one.left[Left.ENOUGH] == one.group.count - MOST_LINES


WORDS = (*NEAR, *FAR, "开发票", "开发票***", "今天天气", "我姓王 能水洗不", "票据抬头咋写", "", "#")


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(list(IssueKind)), st.sampled_from(["invoice", None]))),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_the_order_of_the_log_changes_nothing_and_no_line_is_doubled_or_personal(
    told: list[tuple[str, IssueKind, str | None]], chance: random.Random
) -> None:
    issues = [issue(number, text, kind=kind, intent=intent) for number, (text, kind, intent) in enumerate(told)]
    mixed = chance.sample(issues, len(issues))
    first, second = (proposals_of(some, shop(), 1, {}) for some in (issues, mixed))
    assert first == second
    lines = [line for one in first.found for line in one.lines]
    written = {bare(ask.text) for ask in shop().asks}
    assert len({bare(line) for line in lines}) == len(lines)
    assert not any(tells_of_somebody(line) or bare(line) in written for line in lines)
