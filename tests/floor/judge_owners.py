"""What was wrong with whose a conversation was, and with who spoke in it.

In: evidence. Out: faults as texts. Never: a function of the code that is judged.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.floor.evidence import Evidence, owner
from tests.floor.shop import ANSWER_WITHIN, REST
from tests.floor.story import Look

_LATER = timedelta(minutes=2)  # what the channel's own desk says is heard so much later at most


def secret_changes(evidence: Evidence) -> Iterator[str]:
    """Each change of owner is told of by the journal or by a word; what rests is nobody's by itself."""
    for before, look in pairwise(evidence.story.looks):
        for one in before.talks.keys() | look.talks.keys():
            was, now = owner(before, one), owner(look, one)
            if was != now and not _is_told(evidence, one, before.at, look):
                yield f"{look.at}: {one} went from {was} to {now} and nobody tells of it"


def _is_told(evidence: Evidence, one: str, since: datetime, look: Look) -> bool:
    now, talk = owner(look, one), look.talks.get(one)
    mine = [each for each in evidence.changes[one] if each.at <= look.at]
    if any(each.owner == now for each in mine if each.at > since - _LATER):
        return True
    rested = not mine or look.at - mine[-1].at >= REST - _LATER
    return now is None and rested and not (talk and talk.waiting_since)


def taken_away(evidence: Evidence) -> Iterator[str]:
    """Nothing is taken from somebody who is there and in time."""
    looks = evidence.around([one.at for one in evidence.given])
    for line, (before, look) in zip(evidence.given, looks, strict=True):
        one, had = line.conversation_id or "", owner(before, line.conversation_id or "")
        if had in {None, line.agent} or not had or not _stays_there(evidence, had, before, look):
            continue
        due = max(datetime.fromisoformat(str(line.data["since"])), _owns_since(evidence, one, had, line.at))
        passed_on = evidence.touched(one, before, look, line.agent)
        if line.at < due + ANSWER_WITHIN and not passed_on:
            yield f"{line.at}: {one} was taken from {had}, who had until {due + ANSWER_WITHIN}"


def _stays_there(evidence: Evidence, agent: str, before: Look, look: Look) -> bool:
    return evidence.rota.is_there(before, agent) and evidence.rota.is_there(look, agent)


def _owns_since(evidence: Evidence, one: str, agent: str, at: datetime) -> datetime:
    since = at
    for each in reversed([each for each in evidence.changes[one] if each.at < at]):
        if each.owner != agent:
            break
        since = each.at
    return since


def two_speakers(evidence: Evidence) -> Iterator[str]:
    """Only one whose conversation it is speaks, while that one is there."""
    said = sorted((at, text, one, agent) for text, (at, one, agent) in evidence.story.said.items())
    looks = evidence.around([at for at, *_ in said])
    for (at, _, one, agent), (before, look) in zip(said, looks, strict=True):
        had = owner(before, one)
        took = [each for each in evidence.changes[one] if before.at < each.at < at and each.owner != had]
        if had and had != agent and _stays_there(evidence, had, before, look) and not took:
            yield f"{at}: {agent} spoke in {one}, which was {had}'s"


def lost_words(evidence: Evidence) -> Iterator[str]:
    """What an agent said arrived once, and nothing twice."""
    arrived = Counter(one.text for one in evidence.story.sent if not one.by_bot)
    for text, (at, _, agent) in evidence.story.said.items():
        if arrived[text] != 1:
            yield f"{at}: {text} of {agent} arrived {arrived[text]} times"
    for one, number in Counter(sent.id for sent in evidence.story.sent).items():
        if number > 1:
            yield f"{one} arrived {number} times"


def spoken_over(evidence: Evidence) -> Iterator[str]:
    """Where a human has it, the bot says nothing but a word to who waits."""
    for sent in evidence.story.sent:
        if sent.by_bot and sent.holder == "human" and not (sent.purpose == "notice" and sent.waits):
            yield f"the bot spoke in a human's conversation: {sent}"
