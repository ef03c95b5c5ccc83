"""What is kept of buyers, and how they come to their tags: `rules/buyers.yaml`.

In: validated YAML. Out: frozen values. Never: a tag set or a consent read; that is done in `buyerfile.py`.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.core.rules.kinds import Count, Lasting, Rule, Some, Spoken, Text, Words

TagName = Annotated[Text, Field(max_length=32)]


class TagRule(Rule):
    """Sets a tag by one of these: the named intents were asked, or the named flags raised, so many `times`; so many
    `orders` were received and kept; so many `refunds` were made."""

    name: TagName
    intents: Words = ()
    flags: Words = ()
    times: Some = 1
    orders: Count = 0
    refunds: Count = 0

    @model_validator(mode="after")
    def _goes_by_one_thing(self) -> Self:
        if sum(map(bool, (self.intents, self.flags, self.orders, self.refunds))) != 1:
            raise ValueError("tag_rule")
        return self

    @property
    def counted(self) -> tuple[str, ...]:
        """What a buyer's `counts` must hold for it."""
        return (*self.intents, *(f"flag:{name}" for name in self.flags))


class ConsentWords(Rule):
    """How buyers agree to be told of offers, and how they take it back. A message with a word of `withdraw` is never
    consent, but for the phrases `allow`, which only sound like it; nor is one with a word of `grant` behind a word of
    `denials` in the same clause, or in a question."""

    grant: Spoken
    withdraw: Spoken = Field(min_length=1)
    allow: Spoken = ()
    denials: Spoken = ()
    questions: Spoken = ()


class BuyerCheck(Rule):
    """What a message says of consent, or which tags come of counts, orders and refunds."""

    says: str | None = None
    consent: Literal["granted", "withdrawn"] | None = None
    counts: dict[str, Count] = Field(default_factory=dict)
    orders: Count = 0
    refunds: Count = 0
    tags: Words = ()


class Buyers(Rule):
    """`agent_tags` are offered to agents; with `free_tags` they may also set others. What a buyer told of size and
    body is used in replies while it is younger than `told_holds`."""

    tags: tuple[TagRule, ...] = ()
    agent_tags: tuple[TagName, ...] = ()
    free_tags: bool = True
    consent: ConsentWords
    told_holds: Lasting = timedelta(days=365)
    checks: tuple[BuyerCheck, ...] = ()

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [tag.name for tag in self.tags]
        if len(set(names)) < len(names) or len(set(self.agent_tags)) < len(self.agent_tags):
            raise ValueError("tag_twice")
        return self

    @property
    def listed(self) -> tuple[str, ...]:
        """Every tag that is written here."""
        return tuple(dict.fromkeys((*self.agent_tags, *(rule.name for rule in self.tags))))

    def allows(self, tag: str) -> bool:
        """Whether an agent may set or take off a tag."""
        return self.free_tags or tag in self.listed
