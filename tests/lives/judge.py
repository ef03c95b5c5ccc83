"""What was wrong with a story: written apart from the rules' code, minute by minute and line by line, and naive.

In: a story that has come to its end. Out: faults as texts. Never: a function of the code that is judged.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.uplift import Arm, arm_of
from bot.records import Nudge
from tests.core.book import CHINA
from tests.lives.shop import (
    AGAIN,
    APART_MINUTES,
    ASK,
    CHECK,
    FIRST,
    HELD_OUT_PERCENT,
    LAST,
    MOST,
    NAMED,
    NUDGES,
    TALK_MINUTES,
)
from tests.lives.world import Life, Moment, Sent, Story

DAY = timedelta(hours=24)
AFTER = {FIRST: timedelta(minutes=10), AGAIN: timedelta(hours=2), LAST: timedelta(hours=23)}
STATES = {FIRST: "unpaid", AGAIN: "unpaid", LAST: "unpaid", CHECK: "paid", ASK: "signed"}


def faults(story: Story) -> list[str]:
    story.queued = _on_their_way(story)
    return [*_doubled(story), *_forbidden(story), *_too_often(story), *_not_sent(story), *_held_out(story)]


def is_quiet(at: datetime) -> bool:
    wall = at.astimezone(CHINA).strftime("%H:%M")
    return wall >= "22:30" or wall < "08:30"


def _doubled(story: Story) -> Iterator[str]:
    """No message twice, none about other orders than the ledger says, no order more often than it has steps."""
    lines = story.moments[-1].lines.values()
    for one, number in Counter(sent.id for sent in story.sent).items():
        if number > 1:
            yield f"{one} was sent {number} times"
    for sent in story.sent:
        carried = {line.order_id for line in lines if line.command_id == sent.id and line.state == "sent"}
        few = len(carried) > NAMED and len(sent.orders) == NAMED and set(sent.orders) < carried
        if not few and (carried != set(sent.orders) or len(sent.orders) > len(carried)):
            yield f"{sent} is about {carried} in the ledger"
    for one, number in Counter(one for sent in story.sent if sent.step in NUDGES for one in sent.orders).items():
        if number > len([line for line in lines if line.order_id == one and line.step in NUDGES and line.at]):
            yield f"{one} was brought up {number} times"


def _forbidden(story: Story) -> Iterator[str]:
    """Each message against what was true when it went out."""
    for sent in story.sent:
        moment = story.moments[sent.moment]
        if not sent.orders:
            yield f"{sent} is about nothing"
        for life in (moment.lives[one] for one in sent.orders):
            for what in _against(sent, life, moment):
                yield f"{sent.step} {life.order_id} at {sent.at}: {what}"


def _against(sent: Sent, life: Life, moment: Moment) -> Iterator[str]:
    if life.status != STATES[sent.step]:
        yield life.status
    if life.refund != "none":
        yield "refund"
    if sent.buyer != life.buyer:
        yield "another buyer's"
    if sent.buyer in moment.held:
        yield "held"
    if moment.paused:
        yield "paused"
    if sent.step != CHECK and is_quiet(sent.at):
        yield "quiet"
    if life.stopped_at and life.created_at < life.stopped_at and sent.step in NUDGES:
        yield "refused"


def _too_often(story: Story) -> Iterator[str]:
    for buyer in story.buyers:
        told = sorted(sent.queued_at for sent in story.sent if sent.buyer == buyer and sent.step in NUDGES)
        for number, at in enumerate(told):
            if number >= MOST and at - told[number - MOST] < DAY:
                yield f"{buyer} was nudged too often, at {at}"
            if number and at - told[number - 1] < timedelta(minutes=APART_MINUTES):
                yield f"{buyer} was nudged twice at {at}"


def _held_out(story: Story) -> Iterator[str]:
    for sent in (sent for sent in story.sent if sent.step in NUDGES):
        for one in sent.orders:
            if arm_of(one, HELD_OUT_PERCENT, "yeban") is Arm.HELD_OUT:
                yield f"{one} is held out and was nudged"


def _not_sent(story: Story) -> Iterator[str]:
    """Every line that was due and not sent must have been blocked at each moment at which it might have been."""
    for key in story.moments[-1].lines:
        yield from _line(story, key)


def _line(story: Story, key: tuple[str, str]) -> Iterator[str]:
    for moment in story.moments:
        line = moment.lines.get(key)
        if line is None or moment.at < _due(line, moment):
            continue
        if line.state == "planned" and (free := _is_free(story, line, moment)):
            yield f"{key} was due and not sent at {moment.at}: {free}"
        if line.state == "sending":
            continue  # under way; it may yet be taken back, and is planned anew then
        if line.state != "planned":
            if not _is_justified(line, moment, story):
                yield f"{key} ended as {line.state} {line.reason} at {moment.at}"
            return
    if story.moments[-1].lines[key].state == "planned" and story.moments[-1].at > _due_last(story, key) + 2 * DAY:
        yield f"{key} is planned for ever"


def _due(line: Nudge, moment: Moment) -> datetime:
    """Quiet hours aside."""
    life = moment.lives[line.order_id]
    if line.step in NUDGES:
        return life.created_at + AFTER[line.step]
    anchor = life.paid_at if line.step == CHECK else life.signed_at
    return (anchor or moment.at) + (timedelta(0) if line.step == CHECK else timedelta(hours=4))


def _due_last(story: Story, key: tuple[str, str]) -> datetime:
    return _due(story.moments[-1].lines[key], story.moments[-1])


def _is_free(story: Story, line: Nudge, moment: Moment) -> str:
    """Whether nothing spoke against sending; a word for what was missed."""
    life, at = moment.lives[line.order_id], moment.at
    talk = moment.last_at.get(life.buyer)
    rest = timedelta(minutes=TALK_MINUTES if line.step in NUDGES else 1)
    lately = talk is not None and talk - timedelta(seconds=6) <= at < talk + rest
    quiet = line.step != CHECK and (is_quiet(at) or is_quiet(at + timedelta(seconds=31)))
    blocked = moment.paused or quiet or lately or life.buyer in moment.held or _limited(story, line, life, at)
    # A line that a pause or a conversation has put off is looked at again within minutes.
    return "" if blocked or at < line.due_at <= at + timedelta(minutes=10) else "nothing spoke against it"


def _limited(story: Story, line: Nudge, life: Life, at: datetime) -> bool:
    """Told too much of late; and of several things at one moment the second waits for the next."""
    if any(one.buyer == life.buyer and one.queued_at == at for one in story.sent):
        return True
    kinds = NUDGES if line.step in NUDGES else (CHECK, ASK)
    told = sorted(one for one in _queued(story, life.buyer, kinds) if one <= at + timedelta(minutes=15))
    apart = timedelta(minutes=APART_MINUTES if line.step in NUDGES else 1)
    often = line.step in NUDGES and len([one for one in told if at - one < DAY]) >= MOST
    return often or any(abs(at - one) < apart + timedelta(minutes=11) for one in told)


def _queued(story: Story, buyer: str, kinds: tuple[str, ...]) -> set[datetime]:
    """When something was on its way to a buyer, whether or not it was sent in the end."""
    return {at for step in kinds for at in story.queued.get((buyer, step), ())}


def _on_their_way(story: Story) -> dict[tuple[str, str], set[datetime]]:
    found: dict[tuple[str, str], set[datetime]] = {}
    for moment in story.moments:
        for (order_id, step), line in moment.lines.items():
            if line.at and line.command_id:
                found.setdefault((moment.lives[order_id].buyer, step), set()).add(line.at)
    return found


def _is_justified(line: Nudge, moment: Moment, story: Story) -> bool:
    """Whether how a line ended agrees with what was true."""
    life, at = moment.lives[line.order_id], moment.at
    begins = life.created_at + DAY if line.step in NUDGES else _due(line, moment)
    later = NUDGES[NUDGES.index(line.step) + 1 :] if line.step in NUDGES else ()
    by_reason = {
        "expired": at > begins or _limited(story, line, life, at) or _is_free_only_after(begins, line, at),
        "superseded": any((one := moment.lines.get((line.order_id, step))) and one.at for step in later),
        "answered": life.buyer in moment.last_at and _was_told(moment, line.order_id),
        "refused": life.stopped_at is not None or life.buyer in moment.last_at,
        "handed_over": True,  # who held it is judged where a message is sent
    }
    moved_on = life.status != STATES[line.step] or life.refund != "none"
    by_state = {"held_out": arm_of(line.order_id, HELD_OUT_PERCENT, "yeban") is Arm.HELD_OUT, "sent": True}
    return bool(by_state.get(line.state, by_reason.get(line.reason or "", moved_on)))


def _is_free_only_after(end: datetime, line: Nudge, at: datetime) -> bool:
    """Whether it is quiet until then."""
    minutes = max(0, int((end - at) / timedelta(minutes=1)))
    return line.step != CHECK and all(is_quiet(at + timedelta(minutes=number)) for number in range(minutes))


def _was_told(moment: Moment, order_id: str) -> bool:
    return any(one == order_id and line.at for (one, _), line in moment.lines.items())
