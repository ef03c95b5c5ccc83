"""The folder `rules/` becomes one `Rules` value.

In: the folder. Out: rules with their documents (for line numbers), or all faults of all files. Never: a file skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

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
    """All files of `rules/`; an unknown or missing file is a fault like any other."""
    faults: list[Fault] = list(_stray_files(folder))
    values: dict[str, BaseModel] = {}
    docs: dict[str, Doc] = {}
    for name, model in MODELS.items():
        try:
            docs[name] = parse(_text(folder / f"{name}.yaml"), f"rules/{name}.yaml")
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
    found = sorted(path.name for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    strays = [name for name in found if name not in known]
    return [Fault(f"rules/{name}", 1, "unknown_file", {"nearest": nearest(name, known)}) for name in strays]
