"""After-sales matters as dialogs with a state: `rules/flows.yaml`.

In: validated YAML. Out: frozen values. Never: a word to a buyer; those stand in `replies/flow/<name>.md`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.core.model import OrderStatus, Refund
from bot.core.rules.kinds import Count, Group, Lasting, Money, Percent, Rule, Some, Spoken, Text, Words

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SlotKind = Literal[
    "choice", "yes_no", "photos", "text", "order", "sku", "money", "receiver", "invoice_type", "title", "tax_no",
    "email", "offer", "line",
]  # fmt: skip
#: What may be amiss with an answer of a kind; the slot's variant `<name>_<fault>` tells the buyer.
FAULTS: Mapping[str, tuple[str, ...]] = {
    "sku": ("out", "unknown", "same"),
    "receiver": ("part",),
    "tax_no": ("wrong",),
    "email": ("wrong",),
    "offer": ("more",),
}
YES, NO = "yes", "no"
ANY = "any"  # a value of `slots` that any answer is


class When(Rule):
    """All that is given must hold: one of the situations `facts`, none of `never`; each of `slots` answered with one of
    its values (`any`: answered at all), each of `others` with none of them."""

    facts: Words = ()
    never: Words = ()
    slots: dict[Text, Words] = Field(default_factory=dict)
    others: dict[Text, Words] = Field(default_factory=dict)


class Slot(Rule):
    """One thing to learn. `title` is for people; `if`: only then. `options` are a choice's answers with their words,
    `yes` and `no` those of a yes_no and of an offer; a first message with one of `words` has told a text already, and
    who answers an offer with one of them wants more. Who says one of `skip` can't tell, and is not asked on. `least`:
    so many photos; `asked_only`: what is said before it is asked for is no answer."""

    name: Name
    title: Text
    kind: SlotKind
    if_: When = When()
    options: dict[Text, Spoken] = Field(default_factory=dict)
    yes: Spoken = ()
    no: Spoken = ()
    words: Spoken = ()
    skip: Spoken = ()
    least: Some = 1
    asked_only: bool = False

    @model_validator(mode="after")
    def _a_choice_has_options(self) -> Self:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("options_of_choice")
        return self

    def values(self) -> tuple[str, ...]:
        """The answers that a condition may name; empty where they can't be told beforehand."""
        return (YES, NO) if self.kind == "yes_no" else tuple(self.options)

    def variants(self) -> tuple[str, ...]:
        """The variants that ask for it and that tell what is amiss with an answer."""
        return (self.name, *(f"{self.name}_{fault}" for fault in FAULTS.get(self.kind, ())))


class Say(Rule):
    """A variant of the flow's replies that is said if the condition holds."""

    if_: When = When()
    say: Text


class End(Rule):
    """How a flow ends: the first whose condition holds. `then`: people take over, or nothing more is to do; `go`:
    another flow goes on with what is known; `wait`: the buyer first does something and answers this slot anew. `group`
    and `urgency` are those of the hand-over."""

    if_: When = When()
    say: Text | None = None
    then: Literal["hand_off", "done"] | None = None
    go: Name | None = None
    wait: Name | None = None
    group: Group | None = None
    urgency: Count = 5

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if sum(way is not None for way in (self.then, self.go, self.wait)) != 1:
            raise ValueError("one_end")
        return self


class Flow(Rule):
    """A matter. `starts` are the intents that begin it where `when` holds, `covers` those that say no more than it
    while it is under way; `orders` and `refunds` the states of the orders it may be about; `group` whose it is, else
    its first intent's. A message that only asks begins it if `questions` is `always`, or is `named` and the message
    names an answer. `opens` are the first words, one of them; then the slots are asked for in their order. `why` is the
    slot that tells why goods come back: what such a matter came to is filed as a reason of return."""

    title: Text
    starts: Words = Field(min_length=1)
    covers: Words = ()
    when: When = When()
    group: Group | None = None
    orders: tuple[OrderStatus, ...] = ()
    refunds: tuple[Refund, ...] = ()
    questions: Literal["never", "named", "always"] = "never"
    reply: Text
    why: Name | None = None
    opens: tuple[Say, ...] = ()
    slots: tuple[Slot, ...] = ()
    ends: tuple[End, ...] = Field(min_length=1)

    @property
    def own(self) -> frozenset[str]:
        """The intents that are not answered beside it."""
        return frozenset((*self.starts, *self.covers))

    @property
    def conditions(self) -> tuple[When, ...]:
        """What its words, questions and ends depend on, once it has begun."""
        return (*(one.if_ for one in self.opens), *(one.if_ for one in self.slots), *(one.if_ for one in self.ends))

    @property
    def asks_order(self) -> bool:
        """Whether the buyer is asked which order is meant."""
        return any(slot.kind == "order" for slot in self.slots)

    def slot(self, name: str | None) -> Slot | None:
        """The slot of a name."""
        return next((slot for slot in self.slots if slot.name == name), None)


class FlowCheck(Rule):
    """Who `says` this when a flow asks for a slot is read as `reads` (the fault's name where the answer won't do,
    nothing where it is none); `drops`: whether it gives the matter up."""

    says: Text
    flow: Name | None = None
    slot: Name | None = None
    reads: Text | None = None
    fault: Text | None = None
    drops: bool | None = None


class Haggle(Rule):
    """How far the bot may go down with an unpaid order: by so many percent of the goods, at most so many yuan, in so
    many `rounds`; `postage`: whether it may be waived. What the platform allows is in `haggling.py`."""

    off_percent: Percent | None = None
    off_most: Money | None = None
    postage: bool = False
    rounds: Some = 2


class Flows(Rule):
    """`patience`: after so long a silence a flow is over, `keep`: so long people are told of it; `tries`: how often a
    question is put before people take over. `drop_words` give a matter up, `correct_words` take an answer back;
    `request_words` make a request of a question, unless they are part of `asking_words`."""

    patience: Lasting = timedelta(hours=24)
    keep: Lasting = timedelta(days=3)
    tries: Some = 2
    drop_words: Spoken = ()
    correct_words: Spoken = ()
    request_words: Spoken = ()
    asking_words: Spoken = ()
    haggle: Haggle = Haggle()
    flows: dict[Name, Flow] = Field(default_factory=dict)
    checks: tuple[FlowCheck, ...] = ()

    def begun_by(self, reply: str | None) -> str | None:
        """The intent of the flow that speaks from a reply file."""
        return next((flow.starts[0] for flow in self.flows.values() if flow.reply == reply), None)
