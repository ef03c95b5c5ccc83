"""How people take over from people: the `handover` part of `rules/routing.yaml`.

In: validated YAML. Out: frozen values. Never: a decision; those are made in `handover.py`, `owing.py`.
"""

from datetime import timedelta

from bot.core.rules.kinds import Lasting, Rule


class HandoverRules(Rule):
    """`acknowledge_within`: so long after somebody of the receiving shift is there the supervisor is told of what is
    not acknowledged. `owner_away`: so long an agent on shift may be away and keeps what is owed."""

    acknowledge_within: Lasting = timedelta(minutes=15)
    owner_away: Lasting = timedelta(minutes=3)
