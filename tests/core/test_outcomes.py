"""How two outcomes of one turn differ, and whether the new one agrees with what people answered."""

from dataclasses import replace

import pytest

from bot.core.agreeing import Verdict, topic_of, verdict
from bot.core.compose import Part
from bot.core.model import Conversation, DecisionKind, Replied
from bot.core.outcomes import Came, Change, Kept, change_of
from bot.core.watched import Watch
from tests.core.book import NIGHT, small_book

TALK = Conversation("c1", "webhook", "b1")
KEPT = Kept(TALK, "", None, 5, False, ())


def came(
    decision: DecisionKind = DecisionKind.ANSWER, text: str = "发中通", topic: str = "carrier", line: int = 3
) -> Came:
    parts = (Part(topic, "default", f"replies/{topic}.md:{line}", text),) if text else ()
    return Came(decision, "sure", None, ("carrier",), parts, KEPT)


ANSWER, SILENCE = came(), came(DecisionKind.STAY, "")
HAND_OFF = came(DecisionKind.HAND_OFF, "转人工")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (ANSWER, ANSWER, None),
        (ANSWER, came(text="发圆通"), Change.WORDS),
        (ANSWER, HAND_OFF, Change.HANDED_OFF),
        (HAND_OFF, ANSWER, Change.ANSWERED),
        (ANSWER, came(DecisionKind.ASK, "问您"), Change.ASKED),
        (ANSWER, SILENCE, Change.SILENT),
        (HAND_OFF, came(DecisionKind.HAND_OFF, ""), Change.SILENT),
        (ANSWER, replace(ANSWER, reason="partly"), Change.DECISION),
        (HAND_OFF, replace(HAND_OFF, group="aftersale"), Change.DECISION),
        (ANSWER, came(line=4), Change.MOVED),
        (ANSWER, replace(ANSWER, kept=replace(KEPT, summary="说明")), Change.INNER),
        (ANSWER, replace(ANSWER, kept=replace(KEPT, conversation=replace(TALK, misses=1))), Change.INNER),
        (replace(ANSWER, kept=None), ANSWER, None),
    ],
)
def test_a_difference_has_one_name(before: Came, after: Came, change: Change | None) -> None:
    assert change_of(before, after) is change


def test_the_remembered_line_moves_with_its_file() -> None:
    def remembering(line: int) -> Came:
        stood = replace(TALK, replied=Replied(NIGHT, "问", "sure", source=f"replies/carrier.md:{line}"))
        return replace(came(line=line), kept=replace(KEPT, conversation=stood))

    assert change_of(remembering(3), remembering(9)) is Change.MOVED


def _words(topic: str) -> str:
    """What people would say who use a reply."""
    return next(iter(small_book().topics[topic].variants.values())).wordings[0].text


def test_peoples_words_are_known_by_a_long_stretch_of_a_reply() -> None:
    book = small_book()
    known = [
        name
        for name, topic in book.topics.items()
        if topic.intent and (found := topic_of(_words(name), book)) and found.name == name
    ]
    assert known
    assert topic_of("嗯嗯好的", book) is None


def test_an_answer_that_people_contradict_is_wrong_and_one_they_give_agrees() -> None:
    book = small_book()
    names = [name for name, topic in book.topics.items() if topic.intent and topic_of(_words(name), book) is topic]
    mine, theirs = names[:2]
    new, said = came(topic=mine), [_words(theirs)]
    assert verdict(HAND_OFF, new, said, (), book) is Verdict.WRONG
    assert verdict(HAND_OFF, came(topic=theirs), said, (), book) is Verdict.AGREES
    assert verdict(HAND_OFF, new, ["嗯嗯好的"], (), book) is Verdict.UNKNOWN
    assert verdict(new, came(topic=mine, text="别的"), said, (), book) is Verdict.UNKNOWN
    assert verdict(HAND_OFF, new, [], {mine}, book) is Verdict.WRONG
    assert verdict(new, HAND_OFF, said, (), book) is Verdict.UNKNOWN


def test_a_watch_notes_what_is_looked_at_and_all_of_it_where_all_is_gone_through() -> None:
    watch = Watch.over(small_book())
    name, topic = next((name, topic) for name, topic in watch.book.topics.items() if topic.intent)
    watch.seen.clear()
    assert name in watch.book.topics
    assert watch.book.topics.get("no/such") is None
    assert watch.seen == set()
    assert watch.book.by_intent[topic.intent or ""] is topic
    assert watch.seen == {topic.name}
    assert len(list(watch.book.topics.values())) == len(watch.seen) == len(watch.book.topics)
