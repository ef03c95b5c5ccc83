"""When the shop speaks first: `rules/nudges.yaml` before the payment, `rules/care.yaml` after it.

In: validated YAML. Out: frozen values. Never: a decision; those are made in `nudges.py`, `care.py`, `outreach.py`.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from bot.core.rules.kinds import Day, Duration, Lasting, Money, Rule, Some, Spoken, Text, Words
from bot.core.rules.kinds import Local as LocalTime
from bot.core.rules.shifts import Window

#: Why a buyer has not paid yet, as far as what was asked shows it; the variants `hesitates_…` speak to it.
Hesitation = Literal["price", "coupon", "size", "carrier"]
Platform = Literal["taobao", "tmall", "jd", "own"]
#: How far back it is known when buyers were told something (`records.REMEMBERED`).
LONGEST_LIMIT = timedelta(days=30)


def _is_remembered(value: timedelta) -> timedelta:
    if value > LONGEST_LIMIT:
        raise ValueError("not_remembered")
    return value


def _is_of_one_day(value: str) -> str:
    """A clock's time before the day ends."""
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII) is None:
        raise ValueError("time_of_day")
    return value


Remembered = AfterValidator(_is_remembered)
TimeOfDay = Annotated[
    str,
    AfterValidator(_is_of_one_day),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}),
]


class Limits(Rule):
    """`most` messages to one buyer `within` a while, `apart` from each other, and not while they still write
    (`after_talk`); `day`: to all buyers together on one local day."""

    most: Some = 2
    within: Annotated[Lasting, Remembered] = timedelta(hours=24)
    apart: Annotated[Duration, Remembered] = timedelta(hours=1)
    after_talk: Duration = timedelta(minutes=10)
    day: Some | None = None


class HoldOut(Rule):
    """`percent` of the orders, by the hash of `salt` and their id, are not nudged, so that one sees what nudging
    does; an order counts as recovered if it is paid `within` a while."""

    percent: Annotated[int, Field(ge=0, le=50)] = 0
    salt: Text = "yeban"
    within: Lasting = timedelta(days=1)


class NudgeStep(Rule):
    """Due `after` the order was placed, or `before_close`: before an unpaid order closes (`shop.unpaid_close`)."""

    name: Text
    after: Lasting | None = None
    before_close: Lasting | None = None
    reply: Text

    @model_validator(mode="after")
    def _is_due_at_one_time(self) -> Self:
        if (self.after is None) == (self.before_close is None):
            raise ValueError("one_time")
        return self


class Wording(Rule):
    """Another reply for orders of these `items` (ids, or words of a title) or of at least `amount`, for the named
    `steps` or all of them; the first that fits speaks."""

    reply: Text
    steps: Words = ()
    items: Words = ()
    amount: Money | None = None

    @model_validator(mode="after")
    def _is_for_some(self) -> Self:
        if not self.items and self.amount is None:
            raise ValueError("for_what")
        return self


class Hesitating(Rule):
    """A buyer who was last answered about one of these `intents` hesitates for this reason."""

    why: Hesitation
    intents: Words


class NudgeCheck(Rule):
    """An order created at `created` (local) gets `step` at `due`; without `due`, never."""

    created: datetime
    step: str
    due: datetime | None = None


class Nudges(Rule):
    """Steps of reminding an unpaid order. `together`: what would be due so soon for another order of the buyer is said
    at once, unless that order is `fresh`. `countdown`: a promotion that ends so soon is told of."""

    enabled: bool = True
    steps: tuple[NudgeStep, ...]
    wordings: tuple[Wording, ...] = ()
    hesitations: tuple[Hesitating, ...] = ()
    countdown: Duration = timedelta(hours=24)
    quiet: tuple[Window, ...] = ()
    limits: Limits = Limits()
    together: Duration = timedelta(minutes=30)
    fresh: Duration = timedelta(minutes=5)
    hold_out: HoldOut = HoldOut()
    stop_words: Spoken = ()
    expire_after: Lasting
    checks: tuple[NudgeCheck, ...] = ()


#: The moment in an order's life that a care step is counted from. `still`: since the parcel last moved.
Trigger = Literal["placed", "paid", "shipped", "still", "signed"]


class CareStep(Rule):
    """Something done `after` a moment of an order's life, `within` a while of then or not at all.

    `does`: `say` tells the buyer `reply`; `note` writes what the buyer wished before there was an order; `mark` writes
    whose sale it is. `orders`: only if the buyer has so many open orders for one address. `agreed`: only to buyers who
    agreed to hear from the shop. `platforms`: only there, all where empty. `urgent` is told in quiet hours, too, and to
    buyers who took their agreement back.
    """

    name: Text
    on: Trigger
    after: Duration = timedelta(0)
    within: Lasting
    does: Literal["say", "note", "mark"] = "say"
    reply: Text | None = None
    orders: Some = 1
    agreed: bool = False
    platforms: tuple[Platform, ...] = ()
    urgent: bool = False
    enabled: bool = True

    @model_validator(mode="after")
    def _speaks_if_it_says(self) -> Self:
        if (self.does == "say") != (self.reply is not None):
            raise ValueError("reply_to_say")
        return self


class Wish(Rule):
    """What buyers wish for their parcel; one who says one of `words` has it noted under this name. `carrier`: a wished
    carrier, whose name is written."""

    name: Text
    words: Spoken = ()
    carrier: bool = False


class Notes(Rule):
    """Notes on orders. `flag` is set where nobody has set one. `keep`: a wish told before there is an order holds so
    long.

    A clause is read without the phrases of `not_words`. It wishes for nothing behind a word of `denials`, with one of
    `doubts` anywhere beside the wish or one of `behind` after it, or if the next clause begins with one of `contrary`.
    """

    enabled: bool = True
    flag: Text = "yellow"
    keep: Lasting = timedelta(days=3)
    wishes: tuple[Wish, ...] = ()
    not_words: Spoken = ()
    denials: Spoken = ()
    doubts: Spoken = ()
    behind: Spoken = ()
    contrary: Spoken = ()


class SaleMark(Rule):
    """Whose sale an order is: an agent's who spoke `within` so long before it was paid, else the bot's `number` if it
    answered. Without a number the bot marks nothing of its own."""

    agent_flag: Text = "red"
    bot_flag: Text = "blue"
    number: Text | None = None
    within: Lasting = timedelta(days=3)


class Greeting(Rule):
    """Told once to each buyer who agreed, on `day` (local) from `at` on, until the day ends."""

    name: Text
    day: Day
    at: TimeOfDay = "10:00"
    reply: Text
    enabled: bool = True


class CareCheck(Rule):
    """An order of which this is known gets `step` at `due` (local times); without `due`, never. Or a buyer who `says`
    this wishes for `wishes`."""

    step: str | None = None
    placed: LocalTime | None = None
    paid: LocalTime | None = None
    shipped: LocalTime | None = None
    moved: LocalTime | None = None
    signed: LocalTime | None = None
    due: LocalTime | None = None
    says: Text | None = None
    wishes: Words = ()

    @model_validator(mode="after")
    def _proves_something(self) -> Self:
        if self.step is None and self.says is None:
            raise ValueError("step_or_says")
        if self.wishes and self.says is None:
            raise ValueError("says_of_wishes")
        return self


class Care(Rule):
    """What else the shop does about an order of its own accord, and its greetings."""

    enabled: bool = True
    steps: tuple[CareStep, ...] = ()
    quiet: tuple[Window, ...] = ()
    limits: Limits = Limits()
    notes: Notes = Notes()
    sale: SaleMark = SaleMark()
    greetings: tuple[Greeting, ...] = ()
    checks: tuple[CareCheck, ...] = ()
