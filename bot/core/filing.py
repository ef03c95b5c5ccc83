"""One turn as it is filed in the issue log: ids, whose it is, what it is about.

In: a turn, its id and its first message's. Out: issues. Never: an id that is another when the turn is taken again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.flow_work import Work
from bot.core.model import Conversation, FlowState, Order
from bot.core.notebooks import Issue, IssueKind
from bot.core.turn import Turn
from bot.ids import derived


@dataclass(frozen=True, slots=True)
class Filing:
    """`first` is the id of the turn's first message: a turn that is decided anew, with more messages or at another
    time, begins with the same one."""

    turn: Turn
    turn_id: str
    first: str

    @property
    def before(self) -> Conversation:
        """The conversation as the buyer found it."""
        return self.turn.case.conversation

    def issue(self, kind: IssueKind, text: str, reason: str, number: int = 0) -> Issue:
        """About the item and order in focus; `number` tells those of one kind apart."""
        talk, focus = self.before, self.turn.case.scene.focus
        spoken = focus.item.id if focus.item else talk.item_id
        return Issue(
            id=self.id_of(kind, (self.first, str(number))),
            at=self.turn.case.now,
            kind=kind,
            text=text,
            channel=talk.channel,
            conversation_id=talk.id,
            buyer_id=talk.buyer_id,
            turn_id=self.turn_id,
            item_id=spoken or _only_item(focus.order),
            order_id=focus.order.id if focus.order else None,
            reason=reason,
        )

    def of_matter(self, issue: Issue, name: str, state: FlowState, work: Work) -> Issue:
        """The same of an after-sales matter that began as `state` by the name: once a matter. The cause of one that
        began just now is the message, for its moment is another when the turn is taken again."""
        since = self.first if state.since == self.turn.case.now else state.since.isoformat()
        return replace(about(issue, work), id=self.id_of(issue.kind, (name, since)))

    def id_of(self, kind: IssueKind, cause: Sequence[str]) -> str:
        return derived("issue", kind.value, self.before.channel, self.before.id, *cause)

    def work(self, state: FlowState) -> Work | None:
        """An after-sales matter, if the shop's rules know it."""
        flow = self.turn.case.book.rules.flows.flows.get(state.name)
        return Work(self.turn.case, flow, state) if flow else None


def about(issue: Issue, work: Work) -> Issue:
    """With the order and item of an after-sales matter."""
    focus = work.placed.scene.focus
    item_id = focus.item.id if focus.item else _only_item(focus.order) or issue.item_id
    return replace(issue, item_id=item_id, order_id=work.state.order_id or (focus.order.id if focus.order else None))


def _only_item(order: Order | None) -> str | None:
    """The item that an order is about, if it is one."""
    ids = {line.item_id for line in order.lines} if order else set()
    return ids.pop() if len(ids) == 1 else None
