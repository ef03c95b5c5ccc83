"""One matter under way, with everything that its next step is decided from.

In: a case, a flow and its state. Out: `Work`: what is still to be asked, which end is reached, which variant may be
said. Never: a decision; those are made in `flows.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.case import Case, Decision, Going
from bot.core.flow_facts import group_for, holding, meets, place, see
from bot.core.handing import hand_off
from bot.core.model import FlowState, Order
from bot.core.once import once
from bot.core.pick import Pick, speaks
from bot.core.routing import staffed
from bot.core.rules.flows import YES, End, Flow, Say, Slot

_AT_ONCE = frozenset({"choice", "yes_no", "text", "offer"})  # kinds that can be answered on the spot


@dataclass(frozen=True)
class Work:
    """`case` is the turn's own, `seen` the same from the flow's order. Without slots: what follows is found once."""

    case: Case
    flow: Flow
    state: FlowState

    @property
    @once
    def placed(self) -> Case:
        """The case from the flow's order, without words: enough for conditions and readers."""
        return place(self.case, self.flow, self.state)

    @property
    @once
    def seen(self) -> Case:
        """The same with its words."""
        return see(self.placed, self.flow, self.state)

    @property
    @once
    def held(self) -> frozenset[str]:
        """The situations that hold."""
        return holding(self.placed, self.flow, self.state)

    @property
    def group(self) -> str:
        """Whose matter it is."""
        return group_for(self.flow, self.case)

    @property
    def is_live(self) -> bool:
        live = self.case.facts.live
        return staffed(self.group, live, self.case.book.rules.routing) in live

    @property
    def asked(self) -> Slot | None:
        return self.flow.slot(self.state.asking)

    @property
    def takes_time(self) -> bool:
        """Whether the buyer must first fetch what is asked for: "好的" is then no answer, but a promise of one."""
        return self.asked is not None and self.asked.kind not in _AT_ONCE

    @property
    def missing(self) -> tuple[Slot, ...]:
        """What is still to be learned, in the order of asking."""
        filled = self.state.filled
        return tuple(slot for slot in self.flow.slots if slot.name not in filled and meets(slot.if_, self.held, filled))

    @property
    def end(self) -> End | None:
        return next((end for end in self.flow.ends if meets(end.if_, self.held, self.state.filled)), None)

    @property
    def opening(self) -> Say | None:
        return next((said for said in self.flow.opens if meets(said.if_, self.held, self.state.filled)), None)

    def knowing(self, answers: Mapping[str, str]) -> "Work":
        """With further answers, pictures and the order that the turn shows."""
        order, state = self.placed.scene.focus.order, self.state
        proofs = tuple(dict.fromkeys((*state.proofs, *self.case.meaning.proofs)))
        filled = {**self._still_true(order), **answers, **self._taken(answers)}
        order_id = order.id if order else state.order_id
        tries = 0 if answers and not self._haggles else state.tries
        return replace(self, state=replace(state, filled=filled, proofs=proofs, order_id=order_id, tries=tries))

    def _still_true(self, order: Order | None) -> dict[str, str]:
        """Of another order other pieces and variants are meant."""
        filled, before = dict(self.state.filled), self.state.order_id
        if order is None or before in {None, order.id}:
            return filled
        return {slot.name: filled[slot.name] for slot in self._beyond_order if slot.name in filled}

    @property
    def _beyond_order(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.flow.slots if slot.kind not in {"line", "sku"})

    @property
    def _haggles(self) -> bool:
        """Then `tries` counts the rounds."""
        return self.asked is not None and self.asked.kind == "offer"

    def _taken(self, answers: Mapping[str, str]) -> dict[str, str]:
        """An offer that is taken is remembered by its price."""
        offers = (slot.name for slot in self.flow.slots if slot.kind == "offer")
        taken = [name for name in offers if answers.get(name) == YES]
        return {name: self.seen.view.get("flow", {}).get("offer", "") for name in taken}

    def asking(self, slot: Slot) -> "Work":
        """With a slot as the one that is asked for; a new one has not been answered badly yet."""
        tries = self.state.tries if self.state.asking == slot.name else 0
        return replace(self, state=replace(self.state, asking=slot.name, tries=tries))

    def say(self, variant: str, *, nth: int = 0) -> tuple[Pick, ...]:
        """A variant of the flow's replies, if there is one whose fields are all known."""
        topic, view = self.case.book.topics[self.flow.reply], self.seen.view
        return (Pick(topic, topic.variants[variant], nth, view),) if speaks(topic, variant, view) else ()

    def going(self) -> Going:
        """The matter goes on."""
        return Going(self.state, self.case.conversation.past_flows)

    def ended(self, how: str) -> Going:
        """The matter is over; people may still hear of it."""
        return Going(None, (*self.case.conversation.past_flows, replace(self.state, asking=None, ended=how)))

    def hand_off(self, reason: str, picks: tuple[Pick, ...], end: End | None = None) -> Decision:
        """People take over, with all that is known."""
        group = (end.group if end else None) or self.group
        urgency = end.urgency if end else 5
        return hand_off(self.case, reason, picks=picks, group=group, urgency=urgency, flows=self.ended("handed"))
