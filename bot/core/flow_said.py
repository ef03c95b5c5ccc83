"""What a turn says to an open flow, and what it says beside it.

In: a case seen from the flow, the flow and its state. Out: `Said`. Never: what to do about it.

A clause that asks is no answer while another part of the turn is one; what answers nothing is left for the ordinary
rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.case import Case
from bot.core.clauses import Clause, asks, asks_in_words, clauses, requests
from bot.core.flow_case import bought, lines_of
from bot.core.flow_slots import Ground, Read, read_slot, speaks_of, without_drops
from bot.core.meaning import SMALL_TALK
from bot.core.model import FlowState
from bot.core.questions import reading
from bot.core.rules.flows import NO, Flow, Slot
from bot.core.text import plain

_APART = frozenset({"choice", "yes_no"})  # kinds whose answers are told from one another clause by clause
NOT_TOLD = frozenset({"photos", "order", "line"})  # kinds that are shown rather than said
#: Kinds that nobody tells by the way: what is told anew replaces what was told before.
_PLAIN_TO_SEE = frozenset({"receiver", "invoice_type", "tax_no", "email", "photos", "order", "line"})


@dataclass(frozen=True, slots=True)
class Said:
    """`answers` are new or other values by slot, `fault` what is amiss with the one asked for, `rest` the words that
    answer nothing (all of them where nothing is answered); `dropped`: the buyer gives the matter up."""

    answers: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None
    rest: str = ""
    dropped: bool = False


def ground_of(case: Case, state: FlowState, *, first: bool = False) -> Ground:
    """What the answers of a turn are read against."""
    order = case.scene.focus.order
    proofs = {*state.proofs, *case.meaning.proofs}
    order_id, item = order.id if order else None, case.scene.focus.item
    known = {**state.denied, **state.filled}
    return Ground(case.book.rules, item, bought(case), order_id, len(proofs), lines_of(order), first, known)


def opening(case: Case, flow: Flow, state: FlowState) -> Mapping[str, str]:
    """What the first message already tells."""
    ground, text = ground_of(case, state, first=True), case.meaning.text
    read = {slot.name: read_slot(slot, text, ground, asked=False) for slot in flow.slots}
    return {name: found.value for name, found in read.items() if found and found.value}


def listen(case: Case, flow: Flow, state: FlowState) -> Said:
    """Read one turn against a flow."""
    text = without_drops(case.meaning.text, case.book.rules)
    said = _answers(text, case, flow, state)
    dropped = text != case.meaning.text and not _tells(said, flow)
    return Said(said.answers, said.fault, said.rest if said.answers else text, dropped)


def _tells(said: Said, flow: Flow) -> bool:
    """Whether anything is answered that not every text would answer."""
    return any(slot.kind != "text" for slot in flow.slots if slot.name in said.answers)


def _answers(text: str, case: Case, flow: Flow, state: FlowState) -> Said:
    rules, ground = case.book.rules, ground_of(case, state)
    parts = clauses(text, rules.reception.listening)
    asking = [part for part in parts if asks(part, rules) and not _only_sounds(part, ground, flow, state)]
    stated = [part for part in parts if part not in asking and not _is_other(part, case, flow, state)]
    told = text if len(stated) == len(parts) else "\n".join(part.text for part in stated)
    read = _read_all(told, stated, ground, flow, state)
    asked = read.get(state.asking or "")
    if asked is None and asking and not _foreign(case, flow):
        late = _read_asked(text, ground, flow, state)
        return late or Said(_values(read), None, text)
    left = [part for part in parts if part not in stated or not _helps(part, ground, flow, state)]
    return Said(_values(read), asked.fault if asked else None, "" if _is_whole(stated, left, parts) else _joined(left))


def _only_sounds(part: Clause, ground: Ground, flow: Flow, state: FlowState) -> bool:
    """An answer that ends like a question ("还没问呢")."""
    slot = flow.slot(state.asking)
    if slot is None or slot.kind not in _APART or asks_in_words(part, ground.rules):
        return False
    return read_slot(slot, part.text, ground, asked=True) is not None


def _values(read: Mapping[str, Read]) -> dict[str, str]:
    return {name: found.value for name, found in read.items() if found.value}


def _joined(parts: Sequence[Clause]) -> str:
    return "\n".join(f"{part.text}?" if part.marked else part.text for part in parts)


def _is_whole(stated: Sequence[Clause], left: Sequence[Clause], parts: Sequence[Clause]) -> bool:
    """An answer that no clause gives alone is given by all of them."""
    return len(stated) == len(parts) == len(left)


def _read_asked(text: str, ground: Ground, flow: Flow, state: FlowState) -> Said | None:
    """An answer in the form of a question ("L码行吗")."""
    slot = flow.slot(state.asking)
    found = read_slot(slot, text, ground, asked=True) if slot else None
    if slot is None or found is None:
        return None
    return Said({slot.name: found.value} if found.value else {}, found.fault)


def _foreign(case: Case, flow: Flow) -> bool:
    """Whether the turn is surely about something that is not this flow's."""
    return any(claim.intent not in flow.own | SMALL_TALK for claim in case.meaning.claims)


def _is_other(part: Clause, case: Case, flow: Flow, state: FlowState) -> bool:
    """A clause that requests or says something of its own, where a free text is asked for."""
    slot = flow.slot(state.asking)
    if slot is None or slot.kind not in {"text", "title"}:
        return False
    best = reading(part.text, case.book)[:1]
    if not best or best[0].score < case.book.rules.reception.confidence.sure:
        return False
    courtesy = best[0].intent in SMALL_TALK
    starts = {name for other in case.book.rules.flows.flows.values() if other is not flow for name in other.starts}
    return courtesy or (best[0].intent in starts and requests(part, case.book.rules))


def _read_all(told: str, stated: Sequence[Clause], ground: Ground, flow: Flow, state: FlowState) -> dict[str, Read]:
    """What the statements say to the slot that is asked for, to those still open, and to those that are corrected."""
    found: dict[str, Read] = {}
    for slot in flow.slots:
        asked = slot.name == state.asking
        if not asked and slot.name in state.filled and not _corrects(slot, told, ground):
            continue
        anew = slot.name in state.filled and slot.kind == "receiver" and _takes_back(told, ground)
        read = _read_one(slot, told, stated, ground, asked=asked or anew)
        if read and (asked or (read.value and read.value != state.filled.get(slot.name))):
            found[slot.name] = read
    return _put_right(found, state)


def _put_right(found: dict[str, Read], state: FlowState) -> dict[str, Read]:
    """In "不对，是L码" the no belongs to what is corrected, which is then asked about once more."""
    asked, others = found.get(state.asking or ""), {*found} & {*state.filled} - {state.asking}
    denied = asked and asked.value == NO and others
    return {name: read for name, read in found.items() if name != state.asking} if denied else found


def _read_one(slot: Slot, told: str, stated: Sequence[Clause], ground: Ground, *, asked: bool) -> Read | None:
    """Of the whole; where that is not clear, of its clauses, the last of which stands."""
    if not plain(told) and slot.kind not in NOT_TOLD:
        return None
    read = read_slot(slot, told, ground, asked=asked)
    if read is None and slot.kind in _APART:
        takes_back = {plain(word) for word in ground.rules.flows.correct_words}
        parts = (part.text for part in stated if plain(part.text) not in takes_back)
        single = [one for part in parts if (one := read_slot(slot, part, ground, asked=asked))]
        return single[-1] if single else None
    return read


def _corrects(slot: Slot, told: str, ground: Ground) -> bool:
    """Whether what was answered before may be answered anew: plainly said, or with a word of correcting."""
    return slot.kind in _PLAIN_TO_SEE or _takes_back(told, ground)


def _takes_back(told: str, ground: Ground) -> bool:
    said = plain(told)
    return any(plain(word) in said for word in ground.rules.flows.correct_words)


def _helps(part: Clause, ground: Ground, flow: Flow, state: FlowState) -> bool:
    """Whether a clause alone tells something that the flow wants to know."""
    told = [slot for slot in flow.slots if slot.kind not in NOT_TOLD]
    if any(slot.name == state.asking and speaks_of(slot, part.text) for slot in told):
        return True
    return any(read_slot(slot, part.text, ground, asked=slot.name == state.asking) for slot in told)
