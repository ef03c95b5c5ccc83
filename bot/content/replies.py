"""A reply file becomes a `Topic`: front matter, variants, wordings, each with its line.

In: the text of one Markdown file. Out: a topic and its samples, and all its faults. Never: a fault that hides another.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import partial

from bot.content import templates
from bot.content.body import Body, Written, is_heading, read_body
from bot.content.files import REPLIES, File, FileSet
from bot.content.head import FrontMatter
from bot.content.kept import of_a_file
from bot.content.strictyaml import Doc, parse_partly
from bot.content.typed import intended, nearest, typed_partly
from bot.content.unknown import UNKNOWN, soundly
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
VARIANTS = "variants"
_VARIANTS = (*PRECEDENCE, DEFAULT, ENDED)
_FIELDS = FrontMatter.model_fields
_ALL = frozenset((*_FIELDS, VARIANTS))
_NAMED = re.compile(r"""^["']?(intent|under)["']?\s*:[^\w\n]*([\w.-]+)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sample:
    variant: str
    given: dict[str, dict[str, str]]
    says: tuple[str, ...]
    line: int


@dataclass(frozen=True, eq=False)
class ReplyFile:
    """A topic with what only the checker needs; the same one while its file is the same. `doubts`: keys of the head
    that hold a fault, and `VARIANTS` where the body does; `spoilt`: the wordings, with their lines, of variants that
    are left out for a fault; `allows` with their lines."""

    topic: Topic
    samples: tuple[Sample, ...]
    lines: dict[str, int]
    doubts: frozenset[str] = frozenset()
    spoilt: tuple[Written, ...] = ()
    allows: tuple[tuple[int, Allow], ...] = ()


def read_reply(files: FileSet, shown: str) -> ReplyFile:
    """Read one file. `shown` is how its path is told to people (`replies/shipping/carrier.md`)."""
    reply, faults = read_reply_partly(files, shown)
    if faults:
        raise ContentError(faults)
    return reply


def read_reply_partly(files: FileSet, shown: str) -> tuple[ReplyFile, tuple[Fault, ...]]:
    """What is sure of a file, and all its faults."""
    return _read(files.file(shown))


@of_a_file
def _read(file: File) -> tuple[ReplyFile, tuple[Fault, ...]]:
    shown, name = file.path, file.path.removeprefix(REPLIES).removesuffix(".md")
    try:
        head, text, line = _split(file.text(), shown)
    except ContentError as error:
        return _named_only(name, shown, file.raw or b""), error.faults
    body = read_body(text, line, shown, None if name.startswith(FLOW) else _VARIANTS)
    doc, syntax = parse_partly(head, shown, first_line=2)
    front, wrong = typed_partly(doc, FrontMatter) if doc else (None, ())
    faults = [*syntax, *wrong, *body.faults]
    if doc is None or front is None:
        doc, front, doubts = Doc(shown, _guessed(head), {}), FrontMatter.model_construct(title=""), _ALL
    else:
        doubts = frozenset(key for key in FrontMatter.model_fields if getattr(front, key) is UNKNOWN)
        names = body.names if body.sections else None
        faults += (*_faults_of_names(doc, front, names, shown), *_faults_of_asks(doc, front, shown))
    if body.faults:
        doubts |= {VARIANTS}
    return _reply(name, doc, _sure(doc, front, doubts), body, doubts), tuple(faults)


def _split(text: str, shown: str) -> tuple[str, str, int]:
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if ends[:1] != [0] or not ends[1:]:
        raise ContentError((Fault(shown, 1, "no_front_matter"),))
    return "\n".join(lines[1 : ends[1]]), "\n".join(lines[ends[1] + 1 :]), ends[1] + 2


def _guessed(head: str) -> dict[str, str]:
    """What a head that YAML can't read names itself; others name it so, and are not wrong."""
    return dict(_NAMED.findall(head))


def _named_only(name: str, shown: str, text: bytes) -> ReplyFile:
    """Of a file that can't be read at all, what it names itself."""
    named = _guessed(text.decode("utf-8", "replace"))
    intent = named.get("under") or named.get("intent")
    return ReplyFile(
        Topic(name, "", shown, {}, intent, part=named.get("intent") if "under" in named else None), (), {}, _ALL
    )


def _sure(doc: Doc, front: FrontMatter, doubts: frozenset[str]) -> FrontMatter:
    """The head with nothing in place of what is not known, but for what it names itself."""
    if not doubts:
        return front
    plain: dict[str, object] = {key: field.get_default(call_default_factory=True) for key, field in _FIELDS.items()}
    plain["title"] = ""
    written = doc.value if isinstance(doc.value, dict) else {}
    meant = {intended(key, FrontMatter): value for key, value in written.items() if isinstance(value, str)}
    named = {key: meant[key] for key in ("intent", "under") if key in doubts and meant.get(key)}
    return front.model_copy(update={key: plain[key] for key in doubts & plain.keys()} | named)


def _faults_of_names(doc: Doc, front: FrontMatter, names: Set[str] | None, shown: str) -> Iterator[Fault]:
    """`then`, `valid` and `samples` may only name what is there; `names` are the variants, None where none is known."""
    for check in (_unknown_then, _unknown_valid, _unknown_needs, _unknown_samples):
        yield from soundly(partial(check, doc, front, UNKNOWN if names is None else names, shown))


def _unknown_then(doc: Doc, front: FrontMatter, names: Set[str], shown: str) -> Iterator[Fault]:
    for variant, what in front.then.items():
        if what != HAND_OFF or variant not in {*names, "*"}:
            yield Fault(shown, doc.line(("then", variant)), "unknown_then", {"name": variant, "what": what})


def _unknown_valid(doc: Doc, front: FrontMatter, names: Set[str], shown: str) -> Iterator[Fault]:
    if front.valid and front.valid.then not in {*names, HAND_OFF}:
        yield Fault(shown, doc.line(("valid", "then")), "unknown_then", {"name": front.valid.then, "what": "valid"})


def _unknown_needs(doc: Doc, front: FrontMatter, _: Set[str], shown: str) -> Iterator[Fault]:
    for number, field in enumerate(front.needs):
        group, _dot, name = field.partition(".")
        if name not in FIELDS.get(group, frozenset()):
            yield templates.unknown_field(field, shown, doc.line(("needs", number)))


def _unknown_samples(doc: Doc, front: FrontMatter, names: Set[str], shown: str) -> Iterator[Fault]:
    for number, sample in enumerate(front.samples):
        if sample.variant not in names:
            params: dict[str, object] = {"name": sample.variant, "nearest": nearest(sample.variant, sorted(names))}
            yield Fault(shown, doc.line(("samples", number)), "unknown_sample", params)


def _faults_of_asks(doc: Doc, front: FrontMatter, shown: str) -> Iterator[Fault]:
    """A line that was struck out within its quotes is still read, for signs are not."""
    asks = soundly(lambda: [(text, doc.line(("asks", number))) for number, text in enumerate(front.asks)])
    near = soundly(lambda: [(text, doc.line(("not_asks", text))) for text in front.not_asks])
    for text, line in (*asks, *near):
        if is_heading(text):
            yield Fault(shown, line, "comment_ask", {"text": text[:40]})


def _reply(name: str, doc: Doc, front: FrontMatter, body: Body, doubts: frozenset[str]) -> ReplyFile:
    samples = tuple(
        Sample(sample.variant, sample.given, sample.says, doc.line(("samples", number)))
        for number, sample in enumerate(front.samples)
    )
    lines = {key: doc.line((key,)) for key in ("intent", "under", "title", "asks", "short", "valid")}
    allows = tuple((doc.line(("allow", number)), allow) for number, allow in enumerate(front.allow))
    spoilt = tuple(text for section in body.sections if section.name in body.spoilt for text in section.wordings)
    return ReplyFile(_topic(name, doc, front, body), samples, lines, doubts, spoilt, allows)


def _topic(name: str, doc: Doc, front: FrontMatter, body: Body) -> Topic:
    intent, shown = front.under or front.intent, doc.path
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
            one.name: Variant(one.name, tuple(_wording(t, f"{shown}:{line}", front.needs) for line, t in one.wordings))
            for one in body.sections
            if one.name not in body.spoilt
        },
    )


def _wording(text: str, source: str, more_needs: tuple[str, ...]) -> Wording:
    needs = templates.needs(text) | frozenset(more_needs)
    return Wording(text, source, needs, templates.compiled(text), templates.fields(text))
