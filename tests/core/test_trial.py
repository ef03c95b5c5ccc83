"""What would change if the proposals were merged."""

from bot.core.proposals import Proposal, proposals_of
from bot.core.trial import Trial, tried
from tests.core.asking import issue, shop
from tests.core.test_proposals import FAR, NEAR


def trial_of(*texts: str, least: int = 1) -> tuple[Proposal, Trial]:
    found = proposals_of([issue(number, text) for number, text in enumerate(texts)], shop(), least, {}).found
    return found[0], tried(found, shop())[found[0].id]


def test_all_questions_are_counted_as_often_as_they_were_asked() -> None:
    _, trial = trial_of(*NEAR, NEAR[0])
    assert (trial.asked, trial.understood, trial.word_for_word) == (4, 4, 4)


def test_a_question_that_is_left_out_may_be_understood_by_the_others() -> None:
    one, trial = trial_of(NEAR[0], f"{NEAR[0]} ***急")
    assert one.lines == (NEAR[0],)
    assert (trial.asked, trial.understood, trial.word_for_word) == (2, 2, 1)


def test_of_lines_that_are_alike_other_words_are_understood_too() -> None:
    _, alike = trial_of(*NEAR)
    _, alone = trial_of("怪怪的一问")
    assert alike.reworded > alone.reworded == 0


def test_a_line_in_the_way_of_another_intent_is_told_of() -> None:
    """The invoice's lines, offered to the laundry: nearer to each other than to anything there."""
    one, _ = trial_of(*FAR)
    taking = Proposal(
        one.id, one.kind, one.group, one.questions, one.shown, "care_howto", "replies/g/care_howto.md",
        ("发票类型怎么样呢好吗", "发票类型说说看", "发票类型是啥样", "发票类型介绍下", "发票类型有几种"),
    )  # fmt: skip
    flips = tried([taking], shop())[one.id].flips
    assert flips
    assert {flip.ask.intent for flip in flips} == {"invoice"}
    assert [flip.score for flip in flips] == sorted((flip.score for flip in flips), reverse=True)


def test_what_adds_no_line_is_not_tried() -> None:
    found = proposals_of([issue(1, "开发票", reason="fact_missing")], shop(), 1, {}).found
    assert tried(found, shop()) == {}
