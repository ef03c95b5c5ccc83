"""The body of a reply file: its variants and their wordings, each with its line.

In: the text below the head. Out: the sections as they are written, and all faults. Never: a fault that hides another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.content import templates
from bot.content.typed import nearest
from bot.errors import Fault

_SEPARATOR = re.compile(r"^~[ \t]*$", re.MULTILINE)
LONGEST = 1_000  # characters of a wording: several screens of a phone
_HEADING = re.compile(r"\s*[#＃]")

Written = tuple[int, str]  # a line and the text that begins there


@dataclass(frozen=True, slots=True)
class Section:
    """One `## name` with the line it stands on and its wordings with theirs."""

    name: str
    line: int
    wordings: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """`spoilt` names the sections of which something is wrong."""

    sections: tuple[Section, ...]
    faults: tuple[Fault, ...] = ()
    spoilt: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What the variants are called, and what those under a wrong name were most likely meant to be."""
        meant = (str(fault.params["nearest"]) for fault in self.faults if fault.code == "unknown_variant")
        return frozenset((*(section.name for section in self.sections), *meant))


def read_body(text: str, first_line: int, shown: str, known: Sequence[str] | None) -> Body:
    """All variants. `known` are the names that they may have, None where any will do."""
    lines = list(enumerate(text.split("\n"), first_line))
    sections = tuple(_sections(lines))
    found = [(section.name, fault) for section in sections for fault in _faults(section, shown, known)]
    found += list(_doubled(sections, shown))
    beside = [*_before(lines, shown), *_headings(lines, shown)]
    if not sections and not beside:
        beside.append(Fault(shown, 1, "no_variant"))
    faults = (*beside, *(fault for _, fault in found))
    return Body(sections, faults, frozenset(name for name, _ in found))


def is_heading(text: str) -> bool:
    """Whether a line begins like a heading or a comment."""
    return _HEADING.match(text) is not None


def _sections(lines: Sequence[Written]) -> Iterator[Section]:
    heads = [place for place, (_, line) in enumerate(lines) if line.startswith("## ")]
    for start, end in zip(heads, [*heads, len(lines)][1:], strict=True):
        number, head = lines[start]
        yield Section(head[3:].strip(), number, tuple(_wordings(lines[start + 1 : end], number + 1)))


def _wordings(lines: Sequence[Written], first_line: int) -> Iterator[Written]:
    start, block = first_line, list[str]()
    for number, line in [*lines, (0, "~")]:
        if _SEPARATOR.match(line):
            skipped = next((i for i, kept in enumerate(block) if kept.strip()), 0)
            yield start + skipped, "\n".join(block).strip()
            start, block = number + 1, []
        else:
            block.append(line)


def _faults(section: Section, shown: str, known: Sequence[str] | None) -> Iterator[Fault]:
    if known is not None and section.name not in known:
        params: dict[str, object] = {"name": section.name, "nearest": nearest(section.name, known)}
        yield Fault(shown, section.line, "unknown_variant", params)
    for number, text in section.wordings:
        found = templates.faults(text, shown, number) if text else [Fault(shown, number, "empty_wording")]
        yield from found
        if not found and len(text) > LONGEST:
            yield Fault(shown, number, "long_wording", {"found": len(text), "most": LONGEST})


def _doubled(sections: Sequence[Section], shown: str) -> Iterator[tuple[str, Fault]]:
    names = [section.name for section in sections]
    for count, section in enumerate(sections):
        if section.name in names[:count]:
            yield section.name, Fault(shown, section.line, "doubled_variant", {"name": section.name})


def _before(lines: Sequence[Written], shown: str) -> Iterator[Fault]:
    """The first line of text that belongs to no variant."""
    for number, line in lines:
        if line.startswith("## "):
            return
        if line.strip() and not is_heading(line):
            yield Fault(shown, number, "text_before_variant")
            return


def _headings(lines: Sequence[Written], shown: str) -> Iterator[Fault]:
    """A heading that is none of ours would be read out to the buyer."""
    for number, line in lines:
        if is_heading(line) and not line.startswith("## "):
            yield Fault(shown, number, "stray_heading", {"text": line.strip()[:40]})
