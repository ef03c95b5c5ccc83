"""What a dialog file may say.

In: a YAML file of dialogs. Out: frozen `Dialog` values. Never: a key that nobody knows.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.content.strictyaml import parse
from bot.core.rules.kinds import Duration, Group, Local, Rule, Some, Text, Words

_FOLDER = Path(__file__).parent
Strings = Annotated[tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Step(Rule):
    """One turn of the buyer, or a thing that people do (`people`), and what must come of it.

    `says` are the bubbles; `item` and `order` are cards, `sends` a medium without text. `after` is how long the buyer
    let pass. `topics` are the texts said in order, each with its variant where that matters ("stock/stock
    sku_in_stock"); `has` and `lacks` are words of the reply, `note` words of the summary for people. `tags` and
    `consent` are what the buyer's file then has.
    """

    says: Strings = ()
    item: Text | None = None
    order: Text | None = None
    sends: Literal["image", "voice", "video", "sticker"] | None = None
    people: Literal["human_spoke", "handed_back", "closed"] | None = None
    after: Duration = timedelta(minutes=1)
    does: Literal["answer", "ask", "hand_off", "stay"] | None = None
    why: Words = ()
    topics: Strings | None = None
    has: Words = ()
    lacks: Words = ()
    note: Words = ()
    group: Group | None = None
    holder: Literal["bot", "queued", "human"] = "bot"
    tags: Words | None = None
    consent: Literal["granted", "withdrawn"] | None = None


class Known(Rule):
    """What stands in the buyer's file before the dialog, all since so long `ago`; `open` are matters that people have
    not settled, by intent."""

    ago: Duration = timedelta(days=30)
    told: dict[str, Text] = Field(default_factory=dict)
    wishes: dict[Literal["carrier", "area"], Text] = Field(default_factory=dict)
    counts: dict[str, Some] = Field(default_factory=dict)
    tags: Words = ()
    open: dict[str, Text] = Field(default_factory=dict)


class Dialog(Rule):
    """`at` is shop-local. The demo shop is loaded as of that minute; `buyer` owns its orders, `file` is what is known
    already, `item` is the page the buyer comes from. All who are on the roster are there, but for the groups that are
    `away`. `platform` is where the shop stands, if not where the rules say."""

    name: Text
    at: Local
    buyer: Text = "new-buyer"
    file: Known = Known()
    item: Text | None = None
    away: tuple[Group, ...] = ()
    ahead: dict[Group, int] = Field(default_factory=dict)
    paused: bool = False
    platform: Literal["taobao", "tmall", "jd", "own"] | None = None
    turns: tuple[Step, ...] = Field(min_length=1)


class _File(Rule):
    dialogs: tuple[Dialog, ...] = Field(min_length=1)


def dialogs() -> list[tuple[str, Dialog]]:
    """All dialogs with the names of their files."""
    read = ((path.stem, parse(path.read_text("utf-8"), path.name).value) for path in sorted(_FOLDER.glob("*.yaml")))
    return [(name, dialog) for name, value in read for dialog in _File.model_validate(value).dialogs]
