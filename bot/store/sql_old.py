"""What is settled, older than a moment, and referred to by nothing that lives.

In: a moment. Out: for each table the condition on its rows. Never: a condition that depends on the order in which
tables are cleared: what still refers is asked of rows as they will be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    Text,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from bot.core.model import Holder, OrderStatus
from bot.core.notebooks import CommitmentState, NoticeKind
from bot.records import ANSWERS, NudgeState
from bot.store.schema import (
    audit,
    buyer,
    commitment,
    conversation,
    handover,
    handover_line,
    inbox,
    issue,
    items,
    journal,
    lane,
    message,
    notice,
    nudge,
    orders,
    outbox,
    picture,
    presence,
    session,
    turn,
)
from bot.store.sql_letters import LETTERS

Condition = ColumnElement[bool]
#: So much longer than the rest the audit log is kept: half a year at least, however young the rest is cleared.
_AUDIT_LONGER = timedelta(days=180)
_FREE = (Holder.BOT.value, Holder.CLOSED.value)
_OVER = (OrderStatus.FINISHED.value, OrderStatus.CLOSED.value)
_OPEN: ColumnElement[str] = literal_column(f"'{CommitmentState.OPEN.value}'", Text)
_SETTLED = (NudgeState.SENT.value, NudgeState.HELD_OUT.value, NudgeState.CANCELLED.value)
# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
_PLANNED: ColumnElement[str] = literal_column("'planned'", Text)


@dataclass(frozen=True, slots=True)
class Rule:
    """`old` is a cheap look, `goes` the whole condition. `walk`: the columns in whose order the table is gone through;
    where they grow with time, `grows`, nothing is looked for beyond the first rows that are too young."""

    table: Table
    walk: tuple[ColumnElement[Any], ...]
    old: Condition
    goes: Condition
    grows: bool = False


class Old:
    """The conditions for all that is older than `before`, each on a table or on an alias of it."""

    def __init__(self, before: datetime, channels: Sequence[str]) -> None:
        self._before = before
        self._channels = channels

    def rules(self) -> Sequence[Rule]:
        """Table by table."""
        talk = (conversation.c.channel, conversation.c.id)
        line = (handover_line.c.handover_id, handover_line.c.number)
        return [
            Rule(inbox, (inbox.c.seq,), inbox.c.received_at < self._before, self.event(inbox), grows=True),
            Rule(outbox, (outbox.c.seq,), outbox.c.created_at < self._before, self.command(outbox), grows=True),
            Rule(message, (message.c.seq,), message.c.at < self._before, self.line(message), grows=True),
            Rule(
                picture,
                (picture.c.made_at, picture.c.id),
                picture.c.made_at < self._before,
                self.shown(picture),
                grows=True,
            ),
            Rule(turn, (turn.c.at, turn.c.id), turn.c.at < self._before, self.turn(turn), grows=True),
            Rule(issue, (issue.c.at, issue.c.id), issue.c.at < self._before, self.issue(issue), grows=True),
            Rule(conversation, talk, conversation.c.updated_at < self._before, self.talk(conversation)),
            Rule(nudge, (nudge.c.order_id, nudge.c.step), nudge.c.due_at < self._before, self.nudge(nudge)),
            Rule(orders, (orders.c.id,), orders.c.updated_at < self._before, self.order(orders)),
            Rule(buyer, (buyer.c.id,), buyer.c.updated_at < self._before, self.file(buyer)),
            Rule(journal, (journal.c.seq,), journal.c.at < self._before, self.told(journal), grows=True),
            Rule(commitment, (commitment.c.id,), commitment.c.made_at < self._before, self.promise(commitment)),
            Rule(handover_line, line, true(), self.handed(handover_line)),
            Rule(handover, (handover.c.id,), handover.c.at < self._before, self.log(handover)),
            Rule(notice, (notice.c.id,), notice.c.at < self._before, self.notice(notice)),
            Rule(session, (session.c.digest,), session.c.ends_at < self._before, session.c.ends_at < self._before),
            Rule(audit, (audit.c.seq,), self.act(audit), self.act(audit), grows=True),
            Rule(lane, (lane.c.id,), true(), self.lane(lane)),
        ]

    def event(self, one: FromClause) -> Condition:
        return and_(one.c.received_at < self._before, one.c.done_at < self._before)

    def command(self, one: FromClause) -> Condition:
        """Settled and no line of the ledger waits for it. An answer that did not arrive stays until it has been seen
        to; what may be retried has its age from its last deadline."""
        talk, line = conversation.alias(), nudge.alias()
        here = and_(talk.c.channel == one.c.channel, talk.c.id == one.c.conversation_id)
        unseen = and_(one.c.state.in_(LETTERS[:2]), one.c.purpose.in_(sorted(ANSWERS)), exists().where(here))
        waits = and_(line.c.command_id == one.c.id, line.c.state.not_in(_SETTLED))
        ages = (one.c.created_at, one.c.deadline, func.coalesce(one.c.sent_at, one.c.created_at))
        return and_(one.c.due_at.is_(None), *(age < self._before for age in ages), ~unseen, ~exists().where(waits))

    def line(self, one: FromClause) -> Condition:
        waits = or_(self._awaited(one.c.conversation_id), _undone(_lane(one.c.channel, one.c.conversation_id)))
        return and_(one.c.at < self._before, ~waits)

    def shown(self, one: FromClause) -> Condition:
        """A picture goes with the messages of its time."""
        waits = or_(self._awaited(one.c.conversation_id), _undone(_lane(one.c.channel, one.c.conversation_id)))
        return and_(one.c.made_at < self._before, ~waits)

    def turn(self, one: FromClause) -> Condition:
        talk = conversation.alias()
        waits = and_(talk.c.id == one.c.conversation_id, _undone(_lane(talk.c.channel, talk.c.id)))
        return and_(one.c.at < self._before, ~self._awaited(one.c.conversation_id), ~exists().where(waits))

    def issue(self, one: FromClause) -> Condition:
        """Settled long ago, or never and nobody waits for people in its conversation any more."""
        settled = one.c.settled_at < self._before
        given_up = and_(one.c.settled_at.is_(None), ~func.coalesce(self._awaited(one.c.conversation_id), false()))
        return and_(one.c.at < self._before, or_(settled, given_up))

    def talk(self, one: FromClause) -> Condition:
        """Nobody holds it, nothing waits in it, nothing younger was said in it, and its buyer is not to be nudged."""
        said, bought, line = message.alias(), orders.alias(), nudge.alias()
        here = and_(said.c.channel == one.c.channel, said.c.conversation_id == one.c.id, said.c.at >= self._before)
        planned = and_(bought.c.buyer_id == one.c.buyer_id, line.c.order_id == bought.c.id, line.c.state == _PLANNED)
        waits = or_(self._awaited(one.c.id), _undone(_lane(one.c.channel, one.c.id)))
        rest = and_(one.c.updated_at < self._before, one.c.holder.in_(_FREE), ~waits)
        return and_(rest, ~exists().where(here), ~exists().where(planned))

    def nudge(self, one: FromClause) -> Condition:
        """Its order is over, too, or gone; before that the ledger must know what was sent."""
        order = orders.alias()
        lasts = and_(order.c.id == one.c.order_id, ~self._over(order))
        return and_(one.c.state.in_(_SETTLED), one.c.due_at < self._before, ~exists().where(lasts))

    def order(self, one: FromClause) -> Condition:
        """What a buyer's waiting lines are judged by stays, too."""
        line, waiting, letter, plans = nudge.alias(), outbox.alias(), outbox.alias(), nudge.alias()
        judged = and_(plans.c.buyer_id == one.c.buyer_id, plans.c.state == _PLANNED)
        told = and_(line.c.order_id == one.c.id, ~self.nudge(line))
        sending = and_(waiting.c.order_id == one.c.id, waiting.c.due_at.is_not(None))
        letters = select(letter.c.order_id).where(self._kept(letter), letter.c.order_id.is_not(None))
        needed = or_(exists().where(told), exists().where(judged), exists().where(sending), one.c.id.in_(letters))
        return and_(self._over(one), ~or_(needed, _undone("o:" + one.c.id)))

    def file(self, one: FromClause) -> Condition:
        """Nothing of its buyer is left but what was learned long ago."""
        talk, order = conversation.alias(), orders.alias()
        talks = and_(talk.c.buyer_id == one.c.id, ~self.talk(talk))
        bought = and_(order.c.buyer_id == one.c.id, ~self.order(order))
        waits = or_(exists().where(talks), exists().where(bought), _undone("b:" + one.c.id))
        return and_(one.c.updated_at < self._before, ~waits)

    def told(self, one: FromClause) -> Condition:
        """The journal goes with the messages of its time: either tells a day only with the other."""
        talk = func.coalesce(one.c.conversation_id, "")
        return and_(one.c.at < self._before, ~self._awaited(talk))

    def promise(self, one: FromClause) -> Condition:
        return and_(one.c.state != _OPEN, one.c.made_at < self._before, one.c.settled_at < self._before)

    def log(self, one: FromClause) -> Condition:
        """A hand-over log that everybody has read."""
        line = handover_line.alias()
        unread = and_(line.c.handover_id == one.c.id, _unread(line))
        return and_(one.c.at < self._before, ~exists().where(unread))

    def handed(self, one: FromClause) -> Condition:
        """Its log goes."""
        log = handover.alias()
        return ~exists().where(log.c.id == one.c.handover_id, ~self.log(log))

    def notice(self, one: FromClause) -> Condition:
        """Seen; and of an open promise it stays told that its time is past."""
        owed = commitment.alias()
        overdue = f"{NoticeKind.OVERDUE.value}:" + owed.c.id == one.c.id
        late = exists().where(owed.c.state == _OPEN, overdue)
        return and_(one.c.at < self._before, one.c.seen_at < self._before, ~late)

    def act(self, one: FromClause) -> Condition:
        return one.c.at < self._before - _AUDIT_LONGER

    def lane(self, one: FromClause) -> Condition:
        """At rest, and what it was for is gone."""
        rests = and_(one.c.ready_at.is_(None), one.c.token.is_(None), ~_undone(one.c.id))
        return and_(rests, ~or_(*self._owners(one)))

    def _owners(self, one: FromClause) -> Sequence[Condition]:
        talk, order, item, agent = conversation.alias(), orders.alias(), items.alias(), presence.alias()
        file = buyer.alias()
        threads = (
            _owned(one, f"c:{name}:", talk.c.id, talk.c.channel == name, ~self.talk(talk)) for name in self._channels
        )
        return [
            *threads,
            _owned(one, "o:", order.c.id, ~self.order(order)),
            _owned(one, "i:", item.c.id),
            _owned(one, "a:", agent.c.agent_id),
            _owned(one, "b:", file.c.id, ~self.file(file)),
        ]

    def _awaited(self, talk: ColumnElement[str]) -> Condition:
        """People are called to it, owe something there or have not read of it, something is yet to be sent in it, or
        did not arrive and is still kept."""
        queued, waiting, letter = conversation.alias(), outbox.alias(), outbox.alias()
        owed, line = commitment.alias(), handover_line.alias()
        sending = and_(waiting.c.conversation_id == talk, waiting.c.due_at.is_not(None))
        letters = select(letter.c.conversation_id).where(self._kept(letter))
        called = select(queued.c.id).where(queued.c.queued_since.is_not(None))
        promised = select(owed.c.conversation_id).where(owed.c.state == _OPEN)
        unread = select(line.c.conversation_id).where(_unread(line))
        return or_(exists().where(sending), talk.in_(letters), talk.in_(called), talk.in_(promised), talk.in_(unread))

    def _kept(self, letter: FromClause) -> Condition:
        """It did not arrive, and people may still want to send it again."""
        return and_(letter.c.state.in_(LETTERS), ~self.command(letter))

    def _over(self, order: FromClause) -> Condition:
        return and_(order.c.status.in_(_OVER), order.c.updated_at < self._before)


def _lane(channel: ColumnElement[str], talk: ColumnElement[str]) -> ColumnElement[str]:
    return "c:" + channel + ":" + talk


def _unread(line: FromClause) -> Condition:
    return and_(line.c.acknowledged_at.is_(None), line.c.handed_on.is_(None))


def _undone(lane_id: ColumnElement[str]) -> Condition:
    """An event waits there."""
    event = inbox.alias()
    return exists().where(event.c.lane == lane_id, event.c.done_at.is_(None))


def _owned(one: FromClause, prefix: str, owner: ColumnElement[str], *lasts: Condition) -> Condition:
    named = func.substr(one.c.id, 1, len(prefix)) == prefix
    return and_(named, exists().where(owner == func.substr(one.c.id, len(prefix) + 1), *lasts))
