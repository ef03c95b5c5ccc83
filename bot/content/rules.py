"""The folder `rules/` becomes one `Rules` value.

In: the folder. Out: rules with their documents (for line numbers), or all faults of all files. Never: a file skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from bot.content.files import RULES, FileSet, read_files
from bot.content.strictyaml import Doc, parse
from bot.content.typed import nearest, typed
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


def read_rules(folder: Path) -> RulesFolder:
    """The rules of a folder as they are now."""
    return rules_of(read_files(None, folder))


def rules_of(files: FileSet) -> RulesFolder:
    """All files of `rules/`; an unknown or missing file is a fault like any other."""
    faults: list[Fault] = list(_stray_files(files))
    values: dict[str, BaseModel] = {}
    docs: dict[str, Doc] = {}
    for name, model in MODELS.items():
        try:
            docs[name] = parse(files.text(f"{RULES}{name}.yaml"), f"{RULES}{name}.yaml")
            faults += _without_checks(docs[name])
            values[name] = typed(docs[name], model)
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(tuple(faults))
    return RulesFolder(Rules(**cast(dict[str, Any], values)), docs)


def _without_checks(doc: Doc) -> list[Fault]:
    """A rule that nothing proves is not obeyed."""
    return [] if ("checks", 0) in doc.lines else [Fault(doc.path, doc.line(("checks",)), "no_checks")]


def _stray_files(files: FileSet) -> list[Fault]:
    known = [f"{name}.yaml" for name in MODELS]
    strays = [name for path in files.below(RULES) if (name := path.removeprefix(RULES)) not in known]
    return [Fault(f"{RULES}{name}", 1, "unknown_file", {"nearest": nearest(name, known)}) for name in strays]
