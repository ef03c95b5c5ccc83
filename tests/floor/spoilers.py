"""Stories spoilt on purpose, each in one way that the judge must see.

In: a story without faults. Out: the same with one. Never: a story that was rightly left alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tests.core.book import CHINA
from tests.floor import judge, judge_debts, judge_owners, judge_waits
from tests.floor.judge import Rule
from tests.floor.rota import MINUTE
from tests.floor.story import Line, Look, Sent, Story, Talk, Word

Spoilt = Callable[[Story], None]


def _afternoon(story: Story) -> datetime:
    """Three shifts are on, and nobody's break is near."""
    day = story.looks[0].at.astimezone(CHINA)
    return day.replace(hour=14, minute=30)


def _change(story: Story, change: Callable[[Look], Look], length: timedelta = 20 * MINUTE) -> None:
    start = _afternoon(story)
    story.looks = [change(one) if start <= one.at < start + length else one for one in story.looks]


def _with(*talks: Talk) -> Callable[[Look], Look]:
    return lambda look: replace(look, talks={**look.talks, **{one.id: one for one in talks}})


def _waits(story: Story, agent: str | None, holder: str = "queued", number: int = 0) -> Talk:
    return Talk(f"x{number}", 1, holder, "presale", agent, _afternoon(story) - MINUTE, 5)


def _forgotten(story: Story) -> None:
    _change(story, _with(_waits(story, None)))


def _forgotten_in_the_middle_of_a_talk(story: Story) -> None:
    _change(story, _with(_waits(story, None, "human")))


def _with_somebody_who_is_gone(story: Story) -> None:
    _change(story, _with(_waits(story, "a99")))


def _for_hours_with_the_same_agent(story: Story) -> None:
    """Online, rostered, and not a word."""
    waits = _with(_waits(story, "a04"))
    _change(story, lambda look: replace(waits(look), presence={**look.presence, "a04": "online"}), 75 * MINUTE)


def _misplaced(story: Story) -> None:
    one, two = _waits(story, None), replace(_waits(story, None), id="x2", urgency=0)
    _change(story, lambda look: replace(_with(one, two)(look), place=("x0", 0)))


def _given(story: Story) -> tuple[int, Line, Talk]:
    """The place of a look, what was given out of the queue before it, and how that stood then."""
    for line in (one for one in story.journal if one.kind == "assigned" and one.data["by"] == "routing"):
        place = next(number for number, look in enumerate(story.looks) if look.at >= line.at)
        talk = story.looks[place - 1].talks.get(line.conversation_id or "")
        now = story.looks[place].talks.get(line.conversation_id or "")
        if talk and talk.holder == "queued" and not talk.agent and now and now.agent == line.agent:
            return place, line, talk
    raise AssertionError("nothing was ever given out of the queue")


def _out_of_turn(story: Story) -> None:
    place, _, talk = _given(story)
    hotter = replace(talk, id="x", urgency=talk.urgency - 1)
    for number in (place - 1, place):
        story.looks[number] = _with(hotter)(story.looks[number])


def _crowded(story: Story) -> None:
    place, line, talk = _given(story)
    others = [replace(talk, id=f"x{number}", agent=line.agent, waiting_since=None) for number in range(4)]
    for number in (place - 1, place):
        story.looks[number] = _with(*others)(story.looks[number])


def _owned(story: Story, waits: bool = False) -> tuple[int, Talk]:
    """A conversation that stays the same agent's from one look to the next."""
    for place, look in enumerate(story.looks[1:], 1):
        for one in look.talks.values():
            before = story.looks[place - 1].talks.get(one.id)
            same = before is not None and before.agent == one.agent is not None
            if same and look.presence.get(one.agent or "") == "online" and (one.waiting_since or not waits):
                return place, one
    raise AssertionError("nothing was ever anybody's")


def _secretly_passed_on(story: Story) -> None:
    place, talk = _owned(story)
    story.looks[place] = _with(replace(talk, agent="a99"))(story.looks[place])


def _let_go_while_the_buyer_waits(story: Story) -> None:
    place, talk = _owned(story, waits=True)
    story.looks[place] = _with(replace(talk, agent=None))(story.looks[place])


def _taken_away_in_time(story: Story) -> None:
    place, talk = _owned(story, waits=True)
    at = story.looks[place].at - timedelta(microseconds=1)
    data = {"by": "routing", "since": at.isoformat()}
    story.journal = [*story.journal, Line(at, "assigned", talk.id, "a99", data)]


def _two_speak(story: Story) -> None:
    place, talk = _owned(story)
    at = story.looks[place].at - timedelta(microseconds=1)
    story.said = {**story.said, "还有我": (at, talk.id, "a99")}
    story.sent = [*story.sent, Sent("x", at, talk.id, "a99", False, "reply", "还有我", "human", False)]


def _a_word_is_lost(story: Story) -> None:
    lost = next(one for one in story.sent if one.text in story.said)
    story.sent = [one for one in story.sent if one is not lost]


def _said_twice(story: Story) -> None:
    story.sent = [*story.sent, story.sent[-1]]


def _the_bot_speaks(story: Story) -> None:
    [*before, last] = story.sent
    story.sent = [*before, replace(last, id="x", by_bot=True, purpose="reply", holder="human")]


def _a_promise_is_lost(story: Story) -> None:
    lost = next(iter(story.promised))
    story.owing = [one for one in story.owing if one.id != lost]


def _a_promise_ends_by_itself(story: Story) -> None:
    one = next(iter(story.promised))
    at = story.looks[-1].at
    story.owing = [
        replace(row, state="dropped", settled_by="yeban", settled_at=at) if row.id == one else row
        for row in story.owing
    ]


def _a_promise_is_nobodys(story: Story) -> None:
    one = next(iter(story.promised))
    story.owing = [
        replace(row, state="open", agent=None, settled_at=None) if row.id == one else row for row in story.owing
    ]
    story.logs = [line for line in story.logs if line.commitment_id != one]


def _nobody_hears_that_it_is_late(story: Story) -> None:
    one = next(iter(story.promised))
    due = story.looks[0].at
    story.promised = {**story.promised, one: due}
    story.owing = [replace(row, due_at=due) if row.id == one else row for row in story.owing]


def _owed_by_somebody_who_is_gone(story: Story) -> None:
    one = next(iter(story.promised))
    story.logs = [line for line in story.logs if line.commitment_id != one]
    debt = next(debt for look in story.looks for debt in look.owed if debt.id == one)
    _change(story, lambda look: replace(look, owed=(replace(debt, agent="a99", team="presale"),)), 60 * MINUTE)


def _the_morning_has_no_log(story: Story) -> None:
    story.heads = []


def _who_waits_is_not_in_it(story: Story) -> None:
    made = next(made for team, at, made in story.heads if team == "presale" and at.astimezone(CHINA).hour == 8)
    waits = Talk("x", 1, "queued", "presale", None, made - 60 * MINUTE, 5)
    story.looks = [_with(waits)(one) if abs(one.at - made) < 5 * MINUTE else one for one in story.looks]


def _nobody_hears_what_nobody_reads(story: Story) -> None:
    line = story.logs[0]
    story.logs = [replace(line, live_at=line.at, acknowledged_at=None, handed_on=None, escalated_at=None)]


def _a_question_is_not_answered(story: Story) -> None:
    story.words = [*story.words, Word("x", story.looks[-1].at, "c0", "buyer", "发什么快递")]


def _no_human_comes(story: Story) -> None:
    story.journal = [*story.journal, Line(story.looks[-1].at, "queued", "c0", None, {})]


#: What is done to a story, and which rule must see it.
SPOILERS: Sequence[tuple[Spoilt, Rule]] = (
    (_forgotten, judge_waits.forgotten),
    (_forgotten_in_the_middle_of_a_talk, judge_waits.forgotten),
    (_with_somebody_who_is_gone, judge_waits.forgotten),
    (_for_hours_with_the_same_agent, judge_waits.left_waiting),
    (_misplaced, judge_waits.misplaced),
    (_out_of_turn, judge_waits.out_of_turn),
    (_crowded, judge_waits.crowded),
    (_secretly_passed_on, judge_owners.secret_changes),
    (_let_go_while_the_buyer_waits, judge_owners.secret_changes),
    (_taken_away_in_time, judge_owners.taken_away),
    (_two_speak, judge_owners.two_speakers),
    (_a_word_is_lost, judge_owners.lost_words),
    (_said_twice, judge_owners.lost_words),
    (_the_bot_speaks, judge_owners.spoken_over),
    (_a_promise_is_lost, judge_debts.lost_promises),
    (_a_promise_ends_by_itself, judge_debts.lost_promises),
    (_a_promise_is_nobodys, judge_debts.lost_promises),
    (_nobody_hears_that_it_is_late, judge_debts.late_promises),
    (_owed_by_somebody_who_is_gone, judge_debts.ownerless_debts),
    (_the_morning_has_no_log, judge_debts.mornings),
    (_who_waits_is_not_in_it, judge_debts.mornings),
    (_nobody_hears_what_nobody_reads, judge_debts.unread),
    (_a_question_is_not_answered, judge.unanswered),
    (_no_human_comes, judge.no_human),
)
