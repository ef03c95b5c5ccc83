"""The rules' own words that buyers read: what a shop says of itself must keep to the red lines too.

In: parsed rules. Out: a fault for each text that crosses a line or shows a brace, with its line. Never: a buyer's word.
"""

from collections.abc import Iterator
from functools import partial

from bot.content.rules import RulesFolder
from bot.content.strictyaml import Doc, Loc
from bot.content.templates import braces
from bot.content.unknown import soundly
from bot.core.redlines import hits
from bot.errors import Fault

#: Files whose texts fill the fields of replies.
FILES = ("shop", "carriers", "invoices", "promotions")
#: What in them is never said: buyers' words, names of the software, and samples.
UNSAID = frozenset({"also", "attributes", "bundling", "checks", "packs", "platform", "timezone", "items", "words"})


def faults_of_texts(folder: RulesFolder) -> Iterator[Fault]:
    """Told here, for at night the same text would only turn every reply with it into a hand-off."""
    for doc in (folder.docs[name] for name in FILES if name in folder.docs):
        for loc, text in _texts(doc.value, ()):
            yield from soundly(partial(_crossed, folder, doc, loc, text))
            for below, brace in braces(text):
                yield Fault(doc.path, doc.line(loc) + below, "stray_brace", {"brace": brace})


def _crossed(folder: RulesFolder, doc: Doc, loc: Loc, text: str) -> Iterator[Fault]:
    for line in hits(text, folder.rules.redlines):
        yield Fault(doc.path, doc.line(loc), "red_line", {"name": line})


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, (*loc, number))
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in UNSAID:
                yield from _texts(part, (*loc, key))
