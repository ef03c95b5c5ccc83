"""What a turn leaves in the issue log: a question without an answer, an answer that missed, a complaint, a reason of
return.

In: a turn and its messages. Out: issues with ids that follow from the messages, so that a turn taken twice files
nothing twice. Never: an unmasked word; a word of somebody else filed as the buyer's.

Unanswered is what the shop has no words or facts for (`UNANSWERED`). No such thing: people who were called for, or
first by the shop's own rule (asked_for_human, needs_person, human_first, assist, paused, stranger), pictures and voice
(media), red flags (a complaint), and asking back for the first time (nearly_sure, needs_fact, flow_again).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.clauses import LEAST_OBJECT, asks_in_words, clauses, object_of
from bot.core.filing import Filing, about
from bot.core.masking import mask_text
from bot.core.missed import says_missed
from bot.core.model import Conversation, DecisionKind, Message, Replied
from bot.core.notebooks import Issue, IssueKind
from bot.core.replied import LONGEST, SURE, likeliest, question_of
from bot.core.return_reasons import return_reasons
from bot.core.routing import FLAG
from bot.core.text import bare, plain
from bot.core.turn import Turn

#: Reasons that end a turn without an answer for want of the shop's words or facts.
UNANSWERED = frozenset(
    {"not_understood", "unclear_twice", "declined", "fact_missing", "still_missing", "repeated", "red_line",
     "flow_unclear"}
)  # fmt: skip
COMPLAINT = "complaint"  # the intent
MISSED, AGAIN, CALLED = "missed", "asked_again", "asked_for_human"
_PARTLY, _NOTED, _FLOW = "partly", "noted", "flow_unclear"


def issues_of(turn: Turn, turn_id: str, messages: Sequence[Message]) -> tuple[Issue, ...]:
    """All that one turn leaves. Who only says that the answer missed asks and complains of nothing else."""
    if turn.case.scene.focus.stranger:
        return ()
    filing = Filing(turn, turn_id, messages[0].id)
    wrong = tuple(_wrong_answer(filing))
    if any(one.reason == MISSED for one in wrong) and not turn.meaning.flag and _says_no_more(turn):
        return wrong
    return (*wrong, *_unanswered(filing), *_complaint(filing), *return_reasons(filing))


def _says_no_more(turn: Turn) -> bool:
    """Whether nothing is left beside the words for a miss."""
    left, missed = plain(turn.meaning.text), turn.case.book.rules.reception.missed
    for word in sorted((*missed.words, *missed.alone), key=len, reverse=True):
        left = left.replace(plain(word), "")
    return len(bare(left)) <= LEAST_OBJECT


def _unanswered(filing: Filing) -> Iterator[Issue]:
    """The question that got no answer, and those that were left over for people."""
    turn, question = filing.turn, ""
    reason = turn.decision.reason
    if reason in UNANSWERED or (reason == _NOTED and not turn.meaning.claims and _asks(turn)):
        question = question_of(turn.case)
        if plain(question):
            yield _question(filing, question, reason, likeliest(turn.case), 0)
    for number, (text, guess) in enumerate(_left_over(filing), 1):
        if text != question:
            yield _question(filing, text, _PARTLY, guess, number)


def _left_over(filing: Filing) -> Iterator[tuple[str, str | None]]:
    """Questions of the turn that wait for people, and what they are likely about."""
    turn = filing.turn
    rests = turn.meaning.rest if turn.decision.reason == _PARTLY else ()
    told = {rest.text: rest.guess for rest in rests}
    before = _questions(filing.before)
    told |= {text: None for text in _questions(turn.conversation) if text not in before and text not in told}
    yield from ((mask_text(text)[:LONGEST], guess) for text, guess in told.items())


def _questions(talk: Conversation) -> tuple[str, ...]:
    """What was asked beside after-sales matters and is kept for people."""
    states = (*talk.past_flows, *((talk.flow,) if talk.flow else ()))
    return tuple(dict.fromkeys(text for state in states for text in state.questions))


def _question(filing: Filing, text: str, reason: str, intent: str | None, number: int) -> Issue:
    """With the nearest reply; an answer that a matter did not understand belongs to its own."""
    issue = filing.issue(IssueKind.UNANSWERED, text, reason, number)
    past = filing.turn.conversation.past_flows[-1:] if reason == _FLOW else ()
    work = filing.work(past[0]) if past else None
    if work:
        return replace(about(issue, work), intent=work.flow.starts[0], topic=work.flow.reply)
    topic = filing.turn.case.book.by_intent.get(intent or "")
    return replace(issue, intent=intent, topic=topic.name if topic else None)


def _asks(turn: Turn) -> bool:
    """Whether somebody who waits for people asks for something, and does not only add to what they are told."""
    rules = turn.case.book.rules
    parts = clauses(turn.meaning.text, rules.reception.listening)
    return any(asks_in_words(part, rules) and len(object_of(part.text, rules)) >= LEAST_OBJECT for part in parts)


def _wrong_answer(filing: Filing) -> Iterator[Issue]:
    """The answer before missed, as the buyer says or shows."""
    old, case = filing.before.replied, filing.turn.case
    if old is None or old.reason != SURE or case.now - old.at > case.book.rules.reception.missed.within:
        return
    if how := _how_missed(filing.turn, old):
        issue = filing.issue(IssueKind.WRONG_ANSWER, old.question, how)
        yield replace(issue, intent=old.intent, topic=old.topic, source=old.source)


def _how_missed(turn: Turn, old: Replied) -> str | None:
    meaning = turn.meaning
    if meaning.answers or meaning.declines:  # "不是" says no to the bot's own question
        return None
    if says_missed(meaning.text, turn.case.book.rules.reception.missed):
        return MISSED
    if turn.decision.reason == CALLED:
        return CALLED
    return AGAIN if _answers_again(turn, old) else None


def _answers_again(turn: Turn, old: Replied) -> bool:
    """Whether the very line that was said before is the answer once more."""
    new = turn.conversation.replied
    told = turn.decision.kind is DecisionKind.ANSWER and new is not None and new is not old
    return told and new is not None and bool(old.said) and (new.said, new.source) == (old.said, old.source)


def _complaint(filing: Filing) -> Iterator[Issue]:
    """A red flag, or what is surely a complaint."""
    meaning = filing.turn.meaning
    complains = any(claim.intent == COMPLAINT for claim in meaning.claims)
    if meaning.flag or complains:
        reason = f"{FLAG}{meaning.flag.name}" if meaning.flag else filing.turn.decision.reason
        issue = filing.issue(IssueKind.COMPLAINT, mask_text(meaning.text)[:LONGEST], reason)
        yield replace(issue, intent=COMPLAINT if complains else likeliest(filing.turn.case))
