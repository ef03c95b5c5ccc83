"""A small shop that opens fast: few replies with few lines, people who come and go, nudges after two seconds.

In: an empty folder. Out: folders of replies and rules. Never: a reply that the shipped shop does not have.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.strictyaml import parse
from tests.e2e.shop import ROOT, Change, bot_first, by_day, nudge_after, rules_folder

TOPICS = (
    "social/*", "system/*", "shipping/carrier", "shipping/shipping_fee", "invoice/invoice_request",
    "logistics/delivery_time", "human/ask_human", "received_problem/defective_item",
)  # fmt: skip
ASKS = 40
PEOPLE = ("p1", "s1")  # of `by_day`


@dataclass(frozen=True, slots=True)
class Premises:
    replies: Path
    rules: Path


def furnish(folder: Path, deadline: str = "10m") -> Premises:
    """`deadline`: how long a reply may wait to be delivered."""
    replies = folder / "replies"
    for source in sorted(path for topic in TOPICS for path in (ROOT / "replies").glob(f"{topic}.md")):
        to = replies / source.relative_to(ROOT / "replies")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(_shortened(source.read_text(encoding="utf-8")), encoding="utf-8")
    kept = {path.stem for path in replies.rglob("*.md")}
    return Premises(replies, rules_folder(folder / "rules", _changes(kept, deadline)))


def _shortened(text: str) -> str:
    """The same topic with fewer lines to learn and no near misses of topics that are not here."""
    _, head, body = text.split("---\n", 2)
    front = parse(head, "head").value
    assert isinstance(front, dict)
    front.pop("not_asks", None)
    if "asks" in front:
        front["asks"] = front["asks"][:ASKS]
    return f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False)}---\n{body}"


def _changes(kept: set[str], deadline: str) -> dict[str, Change]:
    def few(rules: dict[str, Any]) -> None:
        for route in (one for one in rules["routes"] if "intents" in one):
            route["intents"] = [intent for intent in route["intents"] if intent in kept]
        rules["checks"] = rules["checks"][-1:]

    def reception(rules: dict[str, Any]) -> None:
        bot_first("presale", "aftersale")(rules)
        rules["reply_deadline"] = deadline

    def shop(rules: dict[str, Any]) -> None:
        rules["packs"] = []

    def buyers(rules: dict[str, Any]) -> None:
        rules["tags"] = []
        rules["checks"] = rules["checks"][:1]

    def nudges(rules: dict[str, Any]) -> None:
        nudge_after(2)(rules)
        rules["hesitations"] = []

    return {
        "shifts": by_day, "reception": reception, "nudges": nudges, "routing": few, "shop": shop, "buyers": buyers,
        "care": _silent, "flows": _plain, "promotions": _without_bundles, "catalogue": _unasked,
    }  # fmt: skip


def _silent(rules: dict[str, Any]) -> None:
    """Sales are marked, nothing is said."""
    rules.update({"steps": [step for step in rules["steps"] if step.get("does") == "mark"], "greetings": []})
    rules["checks"] = [check for check in rules["checks"] if "says" in check]


def _plain(rules: dict[str, Any]) -> None:
    """Every matter is answered as a question."""
    rules.update({"flows": {}, "checks": [check for check in rules["checks"] if set(check) == {"says", "drops"}]})


def _without_bundles(rules: dict[str, Any]) -> None:
    rules.update({"bundling": {}, "bundles": []})
    rules["checks"] = [check for check in rules["checks"] if not any("bundle" in name for name in check)]


def _unasked(rules: dict[str, Any]) -> None:
    rules["asked"]["intents"] = []
