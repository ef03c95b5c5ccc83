"""The folder `rules/` becomes one `Rules` value.

In: the folder. Out: rules with their documents (for line numbers), or all faults of all files. Never: a file skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from bot.content.files import RULES, File, FileSet, read_files
from bot.content.kept import of_a_file, of_a_set
from bot.content.strictyaml import Doc, parse_partly
from bot.content.typed import nearest, typed_partly
from bot.content.unknown import UNKNOWN, Unjudged
from bot.content.unreadable import Problem, fault_of
from bot.core.rules import Rules
from bot.core.rules.buyers import Buyers
from bot.core.rules.catalogue import CatalogueRules
from bot.core.rules.flows import Flows
from bot.core.rules.goods import Attributes
from bot.core.rules.kpis import Kpis
from bot.core.rules.outreach import Care, Nudges
from bot.core.rules.shifts import Shifts
from bot.core.rules.shop import Carriers, Concepts, Invoices, Promotions, Shop, Sizes
from bot.core.rules.work import Reception, RedLine, RedLines, Routing
from bot.errors import ContentError, Fault

MODELS: Mapping[str, type[BaseModel]] = {
    "shop": Shop,
    "shifts": Shifts,
    "reception": Reception,
    "routing": Routing,
    "nudges": Nudges,
    "care": Care,
    "carriers": Carriers,
    "invoices": Invoices,
    "sizes": Sizes,
    "promotions": Promotions,
    "redlines": RedLines,
    "concepts": Concepts,
    "attributes": Attributes,
    "catalogue": CatalogueRules,
    "buyers": Buyers,
    "flows": Flows,
    "kpis": Kpis,
}


@dataclass(frozen=True, eq=False)
class RulesFolder:
    """The same one while the files are the same. `readable`: of red lines with a fault those that can be read, for
    texts only."""

    rules: Rules
    docs: Mapping[str, Doc]
    readable: RedLines | None = None

    @property
    def redlines(self) -> RedLines:
        """What texts are held against."""
        return self.readable or self.rules.redlines


class _Docs(dict[str, Doc]):
    """The document of a file that could not be read is not known."""

    def __missing__(self, name: str) -> Doc:
        raise Unjudged


def read_rules(folder: Path) -> RulesFolder:
    """The rules of a folder as they are now. `ContentError` with all faults of all files."""
    rules, faults = rules_partly(read_files(None, folder))
    if faults:
        raise ContentError(faults)
    return rules


def rules_partly(files: FileSet) -> tuple[RulesFolder, tuple[Fault, ...]]:
    """What is sure of the rules, `UNKNOWN` in place of the rest, and all faults of all files; an unknown or missing
    file is a fault like any other."""
    folder, faults = _folder(tuple(files.file(f"{RULES}{name}.yaml") for name in MODELS))
    return folder, (*_stray_files(files), *faults)


@of_a_set
def _folder(files: tuple[File, ...]) -> tuple[RulesFolder, tuple[Fault, ...]]:
    read = {name: _read(name, file) for name, file in zip(MODELS, files, strict=True)}
    faults = tuple(fault for one in read.values() for fault in one.faults)
    docs = _Docs({name: one.doc for name, one in read.items() if one.doc})
    broken = "redlines" in docs and bool(read["redlines"].faults)
    rules = Rules(**{name: one.value for name, one in read.items()})
    return RulesFolder(rules, docs, _readable(docs["redlines"]) if broken else None), faults


class _Read(NamedTuple):
    """Of one file its document, if it is one at all, what is sure of its value, and its faults."""

    doc: Doc | None
    value: Any
    faults: tuple[Fault, ...]


@of_a_file
def _read(name: str, file: File) -> _Read:
    try:
        doc, faults = parse_partly(file.text(), file.path)
    except ContentError as error:
        return _Read(None, UNKNOWN, error.faults)
    if doc is None:
        return _Read(None, UNKNOWN, faults)
    value, found = typed_partly(doc, MODELS[name])
    return _Read(doc, UNKNOWN if value is None else value, (*faults, *_without_checks(doc), *found))


def _readable(doc: Doc) -> RedLines:
    """The red lines that can be read: whatever crosses one crosses it, whichever others there are."""
    written = doc.value.get("lines", ()) if isinstance(doc.value, dict) else ()
    return RedLines(lines=tuple(line for one in written if (line := _line(one))))


def _line(written: object) -> RedLine | None:
    try:
        return RedLine.model_validate(written)
    except ValidationError:
        return None


def _without_checks(doc: Doc) -> list[Fault]:
    """A rule that nothing proves is not obeyed."""
    return [] if ("checks", 0) in doc.lines else [Fault(doc.path, doc.line(("checks",)), "no_checks")]


def _stray_files(files: FileSet) -> list[Fault]:
    known = [f"{RULES}{name}.yaml" for name in MODELS]
    return [_stray(path, files.unreadable.get(path)) for path in files.below(RULES) if path not in known]


def _stray(path: str, problem: Problem | None) -> Fault:
    """A link may lead to a folder, and a name that is no text is near to none."""
    if problem in {Problem.LINK, Problem.NAME}:
        return fault_of(path, problem)
    return Fault(path, 1, "unknown_file", {"nearest": nearest(path.removeprefix(RULES), [f"{n}.yaml" for n in MODELS])})
