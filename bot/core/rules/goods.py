"""What the cards of goods state and how buyers ask for it: `rules/attributes.yaml`.

In: validated YAML. Out: frozen values. Never: a value of one item; those stand on its card.
"""

from functools import cached_property

from pydantic import Field, field_validator

from bot.core.rules.kinds import Rule, Spoken, Text, Words
from bot.core.text import plain


class Attribute(Rule):
    """Something that a card may state. `also` are other names that cards print it under, `words` how buyers ask for
    it, `field` the reply field (`item.<field>`) that it fills; `within` are attributes beside which cards mention it;
    `how`: cards tell there how something is done.
    """

    also: Words = ()
    words: Spoken = ()
    within: Words = ()
    how: bool = False
    field: Text | None = None

    @field_validator("also", "words")
    @classmethod
    def _say_more_than_a_letter(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Runs of one letter are read as that letter: "CCC" as "c", which stands in every "cm"."""
        if any(len(read) == 1 and read.isascii() and read.isalpha() for read in map(plain, words)):
            raise ValueError("one_letter")
        return words

    def named(self, name: str) -> tuple[str, ...]:
        """All names that cards print it under, its own first."""
        return (name, *self.also)


class AttributeCheck(Rule):
    """A buyer who `says` this of an item with this `card` is told the values of `known`, and that the card is silent
    about `silent`."""

    says: Text
    card: dict[Text, Text] = Field(default_factory=dict)
    known: Words = ()
    silent: Words = ()


class Attributes(Rule):
    """`general` words ask for all of a card; `amounts` right behind another attribute's word only ask how much;
    `not_words` have an attribute's word in them and mean something else."""

    attributes: dict[Text, Attribute]
    general: Spoken = ()
    amounts: Spoken = ()
    not_words: Spoken = ()
    checks: tuple[AttributeCheck, ...] = ()

    @cached_property
    def index(self) -> dict[str, tuple[str, ...]]:
        """Each word in normal form, the longest first, with the attributes it asks for; the general words and those
        that mean something else ask for none."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(map(plain, (*self.general, *self.not_words)), ())
        for name, attribute in self.attributes.items():
            for word in dict.fromkeys(map(plain, (*attribute.named(name), *attribute.words))):
                found[word] = (*found.get(word, ()), name)
        return {word: found[word] for word in sorted(found, key=len, reverse=True)}

    @cached_property
    def general_words(self) -> frozenset[str]:
        """`general` in normal form."""
        return frozenset(map(plain, self.general))

    @cached_property
    def amount_words(self) -> frozenset[str]:
        """`amounts` in normal form."""
        return frozenset(map(plain, self.amounts))

    @field_validator("attributes")
    @classmethod
    def _lie_within_known_ones(cls, attributes: dict[str, Attribute]) -> dict[str, Attribute]:
        if any(other not in attributes for attribute in attributes.values() for other in attribute.within):
            raise ValueError("unknown_attribute")
        return attributes
