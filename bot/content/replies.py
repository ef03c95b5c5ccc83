"""A reply file becomes a `Topic`: front matter, variants, wordings, each with its line.

In: the text of one Markdown file. Out: a topic and its samples, or all its faults. Never: a fault that hides another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import templates
from bot.content.head import FrontMatter
from bot.content.strictyaml import Doc, Loc, parse
from bot.content.typed import nearest, typed
from bot.core.book import DEFAULT, HAND_OFF, Ask, Topic, Validity, Variant, Wording
from bot.core.rules.lint import Allow
from bot.core.situations import PRECEDENCE
from bot.core.view import FIELDS
from bot.errors import ContentError, Fault

SYSTEM = "system/"
FLOW = "flow/"  # their variants are named by `rules/flows.yaml`
#: Folders whose topics answer no question: the bot's own moments, what it says of its own accord, steps of a flow.
UNASKED = (SYSTEM, "care/", FLOW)
ENDED = "ended"
_SEPARATOR = re.compile(r"^~[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"\s*[#＃]")


@dataclass(frozen=True, slots=True)
class Sample:
    variant: str
    given: dict[str, dict[str, str]]
    says: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """A topic with what only the checker needs; `allows` with their lines."""

    topic: Topic
    samples: tuple[Sample, ...]
    lines: dict[str, int]
    allows: tuple[tuple[int, Allow], ...] = ()


def read_reply(path: Path, root: Path, shown: str) -> ReplyFile:
    """Read one file. `shown` is how its path is told to people (`replies/shipping/carrier.md`)."""
    head, body, body_line = _split(_text(path, shown), shown)
    doc = parse(head, shown, first_line=2)
    front = typed(doc, FrontMatter)
    variants = dict(_variants(body, body_line, shown))
    found = [
        *_faults_of_headings(body, body_line, shown),
        *_faults_of_variants(variants, shown, free=_name(path, root).startswith(FLOW)),
        *_faults_of_names(doc, front, variants, shown),
        *_faults_of_asks(doc, front, shown),
    ]
    if found:
        raise ContentError(tuple(found))
    name = _name(path, root)
    samples = tuple(
        Sample(sample.variant, sample.given, sample.says, doc.line(("samples", number)))
        for number, sample in enumerate(front.samples)
    )
    lines = {key: doc.line((key,)) for key in ("intent", "under", "title", "asks", "short", "valid")}
    allows = tuple((doc.line(("allow", number)), allow) for number, allow in enumerate(front.allow))
    return ReplyFile(_topic(name, shown, doc, front, variants), samples, lines, allows)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


Written = dict[str, tuple[int, list[tuple[int, str]]]]


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError((Fault(shown, 1, "unreadable", {"problem": type(error).__name__}),)) from error


def _split(text: str, shown: str) -> tuple[str, str, int]:
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if ends[:1] != [0] or not ends[1:]:
        raise ContentError((Fault(shown, 1, "no_front_matter"),))
    return "\n".join(lines[1 : ends[1]]), "\n".join(lines[ends[1] + 1 :]), ends[1] + 2


def _variants(body: str, first_line: int, shown: str) -> Iterator[tuple[str, tuple[int, list[tuple[int, str]]]]]:
    """Each `## name` with the line it stands on and its wordings with theirs."""
    sections: list[tuple[str, int, list[str]]] = []
    for number, line in enumerate(body.split("\n"), first_line):
        if line.startswith("## "):
            sections.append((line[3:].strip(), number, []))
        elif sections:
            sections[-1][2].append(line)
        elif line.strip() and not _HEADING.match(line):
            raise ContentError((Fault(shown, number, "text_before_variant"),))
    names = [name for name, _, _ in sections]
    doubled = [
        Fault(shown, place, "doubled_variant", {"name": name})
        for count, (name, place, _) in enumerate(sections)
        if name in names[:count]
    ]
    if doubled:
        raise ContentError(tuple(doubled))
    for name, place, text in sections:
        yield name, (place, list(_wordings(text, place + 1)))


def _wordings(lines: list[str], first_line: int) -> Iterator[tuple[int, str]]:
    start, block = first_line, list[str]()
    for number, line in enumerate([*lines, "~"], first_line):
        if _SEPARATOR.match(line):
            skipped = next((i for i, kept in enumerate(block) if kept.strip()), 0)
            yield start + skipped, "\n".join(block).strip()
            start, block = number + 1, []
        else:
            block.append(line)


def _faults_of_headings(body: str, first_line: int, shown: str) -> Iterator[Fault]:
    """A heading that is none of ours would be read out to the buyer."""
    for number, line in enumerate(body.split("\n"), first_line):
        if _HEADING.match(line) and not line.startswith("## "):
            yield Fault(shown, number, "stray_heading", {"text": line.strip()[:40]})


def _faults_of_variants(variants: Written, shown: str, *, free: bool) -> Iterator[Fault]:
    known = (*PRECEDENCE, DEFAULT, ENDED)
    if not variants:
        yield Fault(shown, 1, "no_variant")
    for name, (line, wordings) in variants.items():
        if name not in known and not free:
            yield Fault(shown, line, "unknown_variant", {"name": name, "nearest": nearest(name, known)})
        for number, text in wordings:
            yield from templates.faults(text, shown, number) if text else [Fault(shown, number, "empty_wording")]


def _faults_of_names(doc: Doc, front: FrontMatter, variants: Written, shown: str) -> Iterator[Fault]:
    """`then`, `valid` and `samples` may only name what is there."""
    for name, what in front.then.items():
        if name not in (*variants, "*") or what != HAND_OFF:
            yield Fault(shown, doc.line(("then", name)), "unknown_then", {"name": name, "what": what})
    if front.valid and front.valid.then not in (*variants, HAND_OFF):
        yield Fault(shown, doc.line(("valid", "then")), "unknown_then", {"name": front.valid.then, "what": "valid"})
    for field in front.needs:
        group, _, name = field.partition(".")
        if name not in FIELDS.get(group, frozenset()):
            yield templates.unknown_field(field, shown, doc.line(("needs",)))
    for number, sample in enumerate(front.samples):
        if sample.variant not in variants:
            yield Fault(shown, doc.line(("samples", number)), "unknown_sample", {"name": sample.variant})


def _faults_of_asks(doc: Doc, front: FrontMatter, shown: str) -> Iterator[Fault]:
    """A line that was struck out within its quotes is still read, for signs are not."""
    places: list[tuple[str, Loc]] = [(text, ("asks", number)) for number, text in enumerate(front.asks)]
    for text, place in (*places, *((text, ("not_asks", text)) for text in front.not_asks)):
        if _HEADING.match(text):
            yield Fault(shown, doc.line(place), "comment_ask", {"text": text[:40]})


def _topic(name: str, shown: str, doc: Doc, front: FrontMatter, variants: Written) -> Topic:
    intent = front.under or front.intent
    return Topic(
        name=name,
        title=front.title,
        source=shown,
        intent=intent,
        part=front.intent if front.under else None,
        owner=front.owner,
        asks=tuple(Ask(text, intent or "", f"{shown}:{doc.line(('asks', n))}") for n, text in enumerate(front.asks)),
        not_asks=tuple(Ask(t, intent, f"{shown}:{doc.line(('not_asks', t))}") for t, intent in front.not_asks.items()),
        short=front.short,
        then=front.then,
        valid=Validity(front.valid.from_, front.valid.until, front.valid.then) if front.valid else None,
        variants={
            name: Variant(name, tuple(_wording(text, f"{shown}:{line}", front.needs) for line, text in wordings))
            for name, (_, wordings) in variants.items()
        },
    )


def _wording(text: str, source: str, more_needs: tuple[str, ...]) -> Wording:
    return Wording(text, source, templates.needs(text) | frozenset(more_needs), templates.compiled(text))
