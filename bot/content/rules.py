"""The folder `rules/` becomes one `Rules` value.

In: the folder. Out: rules with their documents (for line numbers), or all faults of all files. Never: a file skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.content.folder import rules_names
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
from bot.core.rules.work import Reception, RedLines, Routing
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
    rules: Rules
    docs: Mapping[str, Doc]


class _Docs(dict[str, Doc]):
    """The document of a file that could not be read is not known."""

    def __missing__(self, name: str) -> Doc:
        raise Unjudged


def read_rules(folder: Path) -> RulesFolder:
    """All files of `rules/`; an unknown or missing file is a fault like any other."""
    rules, faults = read_rules_partly(folder)
    if faults:
        raise ContentError(faults)
    return rules


def read_rules_partly(folder: Path) -> tuple[RulesFolder, tuple[Fault, ...]]:
    """What is sure of the rules, `UNKNOWN` in place of the rest, and all faults of all files."""
    faults: list[Fault] = list(_stray_files(folder))
    values: dict[str, Any] = dict.fromkeys(MODELS, UNKNOWN)
    docs = _Docs()
    for name, model in MODELS.items():
        try:
            doc, found = parse_partly(_text(folder / f"{name}.yaml"), f"rules/{name}.yaml")
        except ContentError as error:
            doc, found = None, error.faults
        faults += found
        if doc:
            docs[name] = doc
            value, found = typed_partly(doc, model)
            faults += (*_without_checks(doc), *found)
            values[name] = UNKNOWN if value is None else value
    return RulesFolder(Rules(**values), docs), tuple(faults)


def _without_checks(doc: Doc) -> list[Fault]:
    """A rule that nothing proves is not obeyed."""
    return [] if ("checks", 0) in doc.lines else [Fault(doc.path, doc.line(("checks",)), "no_checks")]


def _text(path: Path) -> str:
    shown = f"rules/{path.name}"
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError((Fault(shown, 1, "missing_file"),)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError((Fault(shown, 1, "unreadable", {"problem": type(error).__name__}),)) from error


def _stray_files(folder: Path) -> list[Fault]:
    known = [f"{name}.yaml" for name in MODELS]
    strays = [name for name in rules_names(folder) if name not in known]
    return [Fault(f"rules/{name}", 1, "unknown_file", {"nearest": nearest(name, known)}) for name in strays]
