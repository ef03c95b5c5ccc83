"""What a product's card must hold before the bot speaks of it: `rules/catalogue.yaml`.

In: validated YAML. Out: frozen values. Never: a product; cards are the shop's.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from bot.core.rules.kinds import Lasting, Rule, Some, Spoken, Text, Words

Length = Annotated[Decimal, Field(ge=0, le=50)]


class Needed(Rule):
    """An attribute that buyers ask about; `why` is told to the operator."""

    attribute: Text
    why: Text


class Kind(Rule):
    """A kind of goods, known by `words` in the title. `chart`: its sizes want a size chart."""

    name: Text
    words: Spoken
    chart: bool = False
    needed: tuple[Needed, ...] = ()


class Clash(Rule):
    """A title with one of `title` in it contradicts an attribute that has a word of `has` and none of `unless`, or no
    word of `lacks`."""

    title: Spoken
    attribute: Text
    has: Spoken = ()
    lacks: Spoken = ()
    unless: Spoken = ()
    why: Text

    @model_validator(mode="after")
    def _says_what_contradicts(self) -> "Clash":
        if bool(self.has) == bool(self.lacks):
            raise ValueError("has_or_lacks")
        return self


class Gaps(Rule):
    """How far apart two rows of a chart may be, in cm and kg, before a body falls between them."""

    height: Length
    weight: Length


class Asked(Rule):
    """What buyers asked and the card is silent about: how far back, at least how many buyers, in which questions."""

    within: Lasting
    least: Some
    intents: Words


class CatalogueCheck(Rule):
    """A product on sale with this title, card, SKUs and lead time is of `kind`, lacks the attributes `misses`, and
    everything else that is found of it is `finds`."""

    title: Text
    card: dict[Text, Text] = Field(default_factory=dict)
    skus: Words = ()
    lead: Text | None = None
    kind: Text | None = None
    misses: Words = ()
    finds: Words = ()


class CatalogueRules(Rule):
    """`needed` is wanted of every product, besides what its kind wants. `stale`: a card that nobody has touched for so
    long is to be looked at."""

    stale: Lasting
    one_size: Words = ()
    gaps: Gaps
    lead_words: dict[Text, Lasting] = Field(default_factory=dict)
    lead_units: dict[Text, Lasting] = Field(default_factory=dict)
    asked: Asked
    needed: tuple[Needed, ...] = ()
    kinds: tuple[Kind, ...] = ()
    clashes: tuple[Clash, ...] = ()
    checks: tuple[CatalogueCheck, ...] = ()
