"""Which lines of a hand-over log have settled themselves.

In: a line and what it is about, as that is now. Out: who settled it. Never: a line of a buyer who still waits.
"""

from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentState, Handover

NOBODY = "bot"
SOMEBODY = "seller"


def settled_by(log: Handover, about: Conversation | Commitment | None) -> str | None:
    """The agent who kept or dropped what was owed, or answered the buyer after the log was made; None while it is open,
    or cannot be read."""
    if isinstance(about, Commitment):
        return (about.settled_by or NOBODY) if about.state is not CommitmentState.OPEN else None
    return _answered_by(log, about) if about else None


def _answered_by(log: Handover, talk: Conversation) -> str | None:
    """A conversation that is the bot's again, or closed, waits for nobody."""
    answered = talk.served_at is not None and talk.served_at > log.made_at
    agent = talk.served_by or talk.agent_id or SOMEBODY
    if talk.holder in {Holder.BOT, Holder.CLOSED}:
        return agent if answered else NOBODY
    is_over = talk.holder is Holder.HUMAN and talk.waiting_since is None
    return agent if is_over and answered else None
