"""What was wrong with a story: written apart from the code, look by look and line by line, and naive.

In: a story that has come to its end. Out: faults as texts. Never: a function of the code that is judged.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from tests.floor import judge_debts, judge_owners, judge_waits
from tests.floor.crowd import CALM
from tests.floor.evidence import Evidence
from tests.floor.rota import MINUTE
from tests.floor.story import Story

_BOT = frozenset({"bot", "yeban"})
Moments = Mapping[str, Sequence[datetime]]
Rule = Callable[[Evidence], Iterator[str]]


def faults(story: Story) -> list[str]:
    """Troubles of the service's own among them."""
    evidence = Evidence(story)
    return [*(one for rule in RULES for one in rule(evidence)), *story.troubles]


def unanswered(evidence: Evidence) -> Iterator[str]:
    """In the end every question has an answer."""
    answers = _words(evidence, by_bot=True)
    for word in evidence.story.words:
        asks = word.author == "buyer" and word.text not in CALM
        if asks and not any(at > word.at for at in answers[word.conversation_id]):
            yield f"{word} was never answered"


def no_human(evidence: Evidence) -> Iterator[str]:
    """Whoever was promised people had a word from one, or people saw that it was done. What is said in the channel's
    own desk is heard a little later."""
    came = _words(evidence, by_bot=False)
    ends = defaultdict[str | None, list[datetime]](list)
    for line in (one for one in evidence.story.journal if one.kind in {"handed_back", "closed"}):
        ends[line.conversation_id].append(line.at)
    for line in (one for one in evidence.story.journal if one.kind in {"queued", "left"}):
        one = str(line.conversation_id)
        if not any(at > line.at - MINUTE for at in (*came[one], *ends[one])):
            yield f"{line}: no human ever came"


def _words(evidence: Evidence, *, by_bot: bool) -> Moments:
    """When something but a comfort reached each buyer; from people, or from anybody."""
    found = defaultdict[str, list[datetime]](list)
    for sent in evidence.story.sent:
        if sent.purpose != "notice" and (by_bot or not sent.by_bot):
            found[sent.conversation_id].append(sent.at)
    for word in evidence.story.words:
        if word.author != "buyer" and word.author not in _BOT:
            found[word.conversation_id].append(word.at)
    return found


RULES: Sequence[Rule] = (
    judge_waits.forgotten, judge_waits.left_waiting, judge_waits.misplaced, judge_waits.out_of_turn,
    judge_waits.crowded, judge_owners.secret_changes, judge_owners.taken_away, judge_owners.two_speakers,
    judge_owners.lost_words, judge_owners.spoken_over, judge_debts.lost_promises, judge_debts.late_promises,
    judge_debts.ownerless_debts, judge_debts.mornings, judge_debts.unread, unanswered, no_human,
)  # fmt: skip
