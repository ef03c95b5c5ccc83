"""What a buyer hears who waits for people: the line held, an apology, that the person has gone home.

In: a conversation, which word, who is there, how many wait before. Out: a `Reply`, None where no file has it. Never: a
promise of an answer, a time that the roster does not tell.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.book import Book
from bot.core.compose import Reply
from bot.core.facts import Facts, Focus
from bot.core.first_word import worded
from bot.core.model import Conversation
from bot.core.situations import staffing
from bot.core.slots import Slots
from bot.core.view import Scene, build_view, shift_view
from bot.core.waits import Word

TOPICS: Mapping[Word, str] = {
    Word.HOLD: "system/hold_line",
    Word.LATE: "system/late",
    Word.GONE: "system/human_gone",
    Word.NIGHT: "system/handoff",
}


def soothing(word: Word, talk: Conversation, facts: Facts, book: Book, now: datetime) -> Reply | None:
    """The text, in the variant for whoever is there; `facts` tell of people and the queue alone."""
    group = talk.group or book.rules.routing.default
    scene = Scene(book.rules, facts, Focus(), Slots(), now)
    view = {**build_view(scene), "shift": shift_view(scene, group)}
    return worded(TOPICS[word], (staffing(group, facts),), view, talk.id, scene, book)


def people_only(facts: Facts, ahead: int) -> Facts:
    """The same, with so many before this buyer."""
    return replace(facts, ahead=dict.fromkeys(facts.back_at, ahead))
