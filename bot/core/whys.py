"""Why the bot said a line, in a few plain values from its turn's story.

In: a turn's stored story. Out: a `Why`. Never: a guess where the story is silent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.book import Book
from bot.core.summary import reason_text


@dataclass(frozen=True, slots=True)
class Meant:
    """An intent that was claimed, its title in the shop's words, and how sure that was (0 to 1; None: not told)."""

    intent: str
    title: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Written:
    """A text that was said: its reply, variant and line (`replies/…md:line`)."""

    topic: str
    variant: str
    source: str


@dataclass(frozen=True, slots=True)
class Why:
    """`decision` and `reason` are codes, `words` the reason in the agent's language."""

    at: datetime
    decision: str
    reason: str
    words: str
    meant: tuple[Meant, ...] = ()
    written: tuple[Written, ...] = ()
    commit: str | None = None

    @property
    def source(self) -> str | None:
        return self.written[0].source if self.written else None


def why_of(story: Mapping[str, Any], decision: str, reason: str, at: datetime, book: Book) -> Why:
    """The story as `stories.story_of` told it, also by an older version that told less."""
    scores = {str(one.get("intent")): one.get("score") for one in _listed(story, "candidates")}
    meant = tuple(Meant(one, _title(one, book), scores.get(one)) for one in story.get("intents") or ())
    written = tuple(
        Written(str(one.get("topic", "")), str(one.get("variant", "")), str(one.get("source", "")))
        for one in _listed(story, "parts")
    )
    return Why(at, decision, reason, _words(reason), meant, written, story.get("commit"))


def _listed(story: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return (one for one in story.get(name) or () if isinstance(one, Mapping))


def _title(intent: str, book: Book) -> str:
    topic = book.by_intent.get(intent)
    return topic.title if topic else intent


def _words(reason: str) -> str:
    """A code that this version does not know any more is its own word."""
    try:
        return reason_text(reason)
    except KeyError:
        return reason
