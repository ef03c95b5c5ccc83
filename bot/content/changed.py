"""What a change of the operators' files can change, where it is only words.

In: two sets of files and the books made of them. Out: the books, how far they are apart. Never: a difference
outside of the topics that are named; where there may be one, none are.
"""

from dataclasses import replace

from bot.content.files import REPLIES, RULES, FileSet
from bot.core.book import Book
from bot.core.match import Remembering
from bot.core.watched import ANYTHING, SAME, Difference

Known = tuple[FileSet, Book]


def joined(before: Known, after: Known) -> tuple[Book, Book]:
    """Both books; what is the same in them is one and the same value, so that what follows from it is worked out
    once."""
    (old_files, old), (new_files, new) = before, after
    one = remembering(old)
    old, new = one, replace(new, matcher=one.matcher) if old.matcher is new.matcher else remembering(new)
    same = _rules(old_files) == _rules(new_files)
    return old, replace(new, rules=old.rules, works=old.works) if same else new


def remembering(book: Book) -> Book:
    """The same book, which ranks a text once."""
    return replace(book, matcher=Remembering(book.matcher))


def difference(before: Known, after: Known) -> Difference:
    """A topic is made of its own file and nothing else. Where rules, asks, names or parts of intents differ, too,
    anything may."""
    (old_files, old), (new_files, new) = before, after
    if old_files.version == new_files.version:
        return SAME
    known = (_rules(old_files), set(old.topics), _intents(old), old.asks)
    if old.matcher is not new.matcher or known != (_rules(new_files), set(new.topics), _intents(new), new.asks):
        return ANYTHING
    names = frozenset(name for name in old.topics if _text(old_files, name) != _text(new_files, name))
    parts = any(book.topics[name].part for name in names for book in (old, new))
    return ANYTHING if parts else Difference.by(names)


def _rules(files: FileSet) -> dict[str, bytes]:
    return {path: files.texts[path] for path in files.below(RULES)}


def _intents(book: Book) -> dict[str, str]:
    return {intent: topic.name for intent, topic in book.by_intent.items()}


def _text(files: FileSet, name: str) -> bytes:
    return files.texts[f"{REPLIES}{name}.md"]
