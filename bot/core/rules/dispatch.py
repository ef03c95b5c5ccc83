"""How waiting buyers are given to people: the `dispatch` part of `rules/routing.yaml`.

In: validated YAML. Out: frozen values. Never: a decision; that is `core/dispatch.py`.
"""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from bot.core.rules.kinds import Lasting, Rule, Some, Text


class Dispatch(Rule):
    """`limit`: how many buyers one agent serves at once, `limits` of single agents; a thread in which the buyer has had
    an answer counts for `rest` more. `answer_within`: after so long without a word the next agent gets it. The bot
    holds the line `hold_after`, and apologises `late_after` the buyer began to wait while people are there. An agent
    who lets `vanished_after` threads in a row pass without a word is taken to be away. `unmanned_after`: when the
    supervisor hears that nobody came to a shift. `absent_after`: so long after the last sign of an open desk its agent
    is taken to be away. `gone_after`: so long after a human's last word, with nobody there, the bot answers in that
    human's place and keeps the thread for people. `tell_channel`: whether the shop's channel is told who has which
    conversation (`conversation.assigned`)."""

    limit: Some = 6
    limits: dict[Text, Some] = Field(default_factory=dict)
    rest: Lasting = timedelta(minutes=5)
    answer_within: Lasting = timedelta(seconds=90)
    hold_after: Lasting = timedelta(seconds=6)
    late_after: Lasting = timedelta(minutes=3)
    vanished_after: Some = 2
    unmanned_after: Lasting = timedelta(minutes=5)
    absent_after: Lasting = timedelta(seconds=90)
    gone_after: Lasting = timedelta(minutes=30)
    tell_channel: bool = False

    @model_validator(mode="after")
    def _apologises_after_holding(self) -> Self:
        if self.late_after <= self.hold_after:
            raise ValueError("late_before_hold")
        return self

    def limit_of(self, agent: str) -> int:
        """How many buyers an agent serves at once."""
        return self.limits.get(agent, self.limit)
