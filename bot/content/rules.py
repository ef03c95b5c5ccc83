"""The folder `rules/` becomes one `Rules` value.

In: the folder. Out: rules with their documents (for line numbers), or all faults of all files. Never: a file skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.content.files import RULES, FileSet, read_files
from bot.content.strictyaml import Doc, parse_partly
from bot.content.typed import nearest, typed_partly
from bot.content.unknown import UNKNOWN, Unjudged
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


@dataclass(frozen=True, slots=True)
class RulesFolder:
    """`readable`: of red lines with a fault those that can be read, for texts only."""

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
    faults: list[Fault] = list(_stray_files(files))
    values: dict[str, Any] = dict.fromkeys(MODELS, UNKNOWN)
    docs = _Docs()
    for name, model in MODELS.items():
        try:
            doc, found = parse_partly(files.text(f"{RULES}{name}.yaml"), f"{RULES}{name}.yaml")
        except ContentError as error:
            doc, found = None, error.faults
        faults += found
        if doc:
            docs[name] = doc
            value, found = typed_partly(doc, model)
            faults += (*_without_checks(doc), *found)
            values[name] = UNKNOWN if value is None else value
    broken = "redlines" in docs and any(fault.path == docs["redlines"].path for fault in faults)
    return RulesFolder(Rules(**values), docs, _readable(docs["redlines"]) if broken else None), tuple(faults)


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
    known = [f"{name}.yaml" for name in MODELS]
    strays = [name for path in files.below(RULES) if (name := path.removeprefix(RULES)) not in known]
    return [Fault(f"{RULES}{name}", 1, "unknown_file", {"nearest": nearest(name, known)}) for name in strays]
