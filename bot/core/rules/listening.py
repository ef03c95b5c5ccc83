"""How buyers hang one remark on another: the `listening` part of `rules/reception.yaml`.

In: validated YAML. Out: frozen values. Never: a meaning; that is found in `context.py` and `questions.py`.
"""

from pydantic import field_validator

from bot.core.rules.kinds import Rule, Spoken, Text


class Listening(Rule):
    """`joins` begin another question, `leads` tie one to the last answer; `requests` ask without a question mark;
    `fillers` stand around the words for slots and say nothing themselves, `body` around the figures of a body; `idle`
    words make no object of a question; `back` points at the item that is shown, `orders` are words for an order; `yes`
    and `no` answer a reading that was offered. `numbers` are the first, the second ... of a list, and `picks` how one
    is named, with {n} for it. `an_order` and `a_parcel` are read where a message has only their number."""

    joins: Spoken = ()
    leads: Spoken = ()
    requests: Spoken = ()
    fillers: Spoken = ()
    body: Spoken = ()
    idle: Spoken = ()
    back: Spoken = ()
    orders: Spoken = ()
    yes: Spoken = ()
    no: Spoken = ()
    numbers: tuple[Spoken, ...] = ()
    picks: Spoken = ()
    an_order: Text = "订单"
    a_parcel: Text = "快递"

    @field_validator("picks")
    @classmethod
    def _have_a_place_for_the_number(cls, picks: tuple[str, ...]) -> tuple[str, ...]:
        if any("{n}" not in pick for pick in picks):
            raise ValueError("no_number")
        return picks
