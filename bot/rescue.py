"""When the bot itself fails: nothing is lost, nothing is guessed, people get the conversation.

In: the work that could not be decided. Out: an outcome that keeps it and queues it. Never: a word to the buyer.
"""

from dataclasses import replace
from datetime import datetime

from bot.commands import queued
from bot.core.book import Book
from bot.ids import derived
from bot.records import Outcome, TurnRecord, Work
from bot.turns import cause_of, hear
from bot.words import say

REASON = "defect"


def rescued(work: Work, book: Book, now: datetime) -> Outcome:
    """The messages kept and the conversation queued, unless a human has it already. Nothing is `given`: what the
    files did not decide they cannot be asked to decide again."""
    heard = hear(work)
    base = Outcome(messages=heard.kept, recalled=heard.recalled, conversation=heard.conversation)
    if heard.conversation is None or not heard.asked:
        return base
    said = say("summary.said", text="\n".join(message.text for message in heard.asked)[:200])
    conversation = queued(replace(heard.conversation, summary=said), REASON, book, now)
    record = TurnRecord(
        id=derived("turn", conversation.channel, conversation.id, cause_of(work, heard.asked)),
        conversation_id=conversation.id,
        at=now,
        decision="hand_off",
        reason=REASON,
        command_ids=(),
        story={"messages": [{"id": message.id, "text": message.text} for message in heard.asked]},
    )
    return replace(base, conversation=conversation, turn=record)
