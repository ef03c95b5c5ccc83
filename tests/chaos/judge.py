"""Holds what was told, what arrived and what was kept against each other.

In: the evidence. Out: faults: lost, doubled, disordered, late, changed, foreign, left. Never: a guess; whatever is not
accounted for is a fault.

Every message of a buyer has exactly one outcome (`outcome_of`): its turn decided to stay silent; or its turn called
people without a word; or one command answers it, which the channel has acted on, or which was cancelled because a human
has spoken, or which may have arrived, could not be delivered in time and was put before people; or a human has spoken
after it before the bot had thought.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.chaos.evidence import Evidence
from tests.chaos.records import CommandRow, Told, TurnRow

IN_FLIGHT_SECONDS = 15.0  # a sending lease: whoever sends has claimed before
SOON_SECONDS = 2.0  # between a turn's time and its commit
REPLY = "message.send"


class Fault(NamedTuple):
    kind: str
    what: str


def judge(evidence: Evidence) -> list[Fault]:
    """Everything that is wrong."""
    return [fault for check in CHECKS for fault in check(evidence)]


def outcomes(evidence: Evidence) -> Counter[str]:
    """How many messages ended in what."""
    return Counter(outcome_of(one, evidence) or "lost" for one in evidence.messages.values())


def outcome_of(told: Told, evidence: Evidence) -> str | None:
    """The one outcome of a message; None if it has none."""
    turns = evidence.turns.get(told.message, [])
    if not turns:
        return "answered by a human" if evidence.human_after(told) else None
    last = turns[-1]
    replies = [one for one in map(evidence.commands.get, last.commands) if one and one.kind == REPLY]
    if len(replies) > 1 or any(told.message not in one.answers for one in replies):
        return None
    if replies:
        return _delivered(replies[0], told, evidence)
    return last.decision if last.decision in {"stay", "hand_off"} else None


def _delivered(command: CommandRow, told: Told, evidence: Evidence) -> str | None:
    match command.state:
        case "sent" if command.id in evidence.first:
            return "replied"
        case "cancelled" if command.error == "human" and evidence.human_after(told):
            return "human took over"
        case "expired" | "seen" if command.unsure:
            return "undelivered"
        case "unsaid" if evidence.human_after(told):
            return "answered by a human"
    return None


def _lost_events(evidence: Evidence) -> Iterator[Fault]:
    for one in evidence.told:
        row = evidence.events.get(one.event)
        if row is None or row.done_at is None:
            yield Fault("lost", f"event {one.event} was accepted and is {'not done' if row else 'gone'}")


def _lost_messages(evidence: Evidence) -> Iterator[Fault]:
    for name, one in evidence.messages.items():
        if evidence.kept.lines.get((one.talk, name)) != "buyer":
            yield Fault("lost", f"message {name} is not in the transcript")
        if outcome_of(one, evidence) is None:
            turns = [(turn.decision, turn.commands) for turn in evidence.turns.get(name, [])]
            yield Fault("lost", f"message {name} has no outcome; turns: {turns}")


def _lost_words(evidence: Evidence) -> Iterator[Fault]:
    """Whatever was sent stands in the transcript."""
    for row in evidence.kept.commands:
        if row.kind == REPLY and row.state == "sent" and (row.talk, row.id) not in evidence.kept.lines:
            yield Fault("lost", f"command {row.id} was sent and is not in the transcript")
        if row.state == "dead":
            yield Fault("lost", f"command {row.id} was given up: {row.error}")


def _doubled_events(evidence: Evidence) -> Iterator[Fault]:
    for one in evidence.told:
        if one.fresh > 1:
            yield Fault("doubled", f"event {one.event} was new {one.fresh} times")


def _doubled_turns(evidence: Evidence) -> Iterator[Fault]:
    """Decided once; again only where what was decided before was surely never said."""
    for name, turns in evidence.turns.items():
        if any(not _is_unsaid(turn, evidence) for turn in turns[:-1]):
            yield Fault("doubled", f"message {name} is in turns {[turn.id for turn in turns]}")


def _is_unsaid(turn: TurnRow, evidence: Evidence) -> bool:
    replies = [one for one in map(evidence.commands.get, turn.commands) if one and one.kind == REPLY]
    return bool(replies) and all(one.state == "unsaid" for one in replies)


def _doubled_replies(evidence: Evidence) -> Iterator[Fault]:
    for name, commands in evidence.answering.items():
        live = [one.id for one in commands if one.state != "unsaid"]
        if len(live) > 1:
            yield Fault("doubled", f"message {name} is answered by {live}")
    heard: defaultdict[str, list[str]] = defaultdict(list)
    for arrival in evidence.first.values():
        for name in arrival.answers:
            heard[name].append(arrival.command)
    for name, found in heard.items():
        if len(found) > 1:
            yield Fault("doubled", f"message {name} was heard to be answered by {found}")


def _heard_unsaid(evidence: Evidence) -> Iterator[Fault]:
    for command in evidence.first:
        row = evidence.commands.get(command)
        if row is None:
            yield Fault("foreign", f"command {command} arrived and nobody knows of it")
        elif row.state == "unsaid":
            yield Fault("doubled", f"command {command} was called unsaid and had arrived")


def _doubled_nudges(evidence: Evidence) -> Iterator[Fault]:
    """By order, as the outbox and as the nudges' words have it."""
    nudges = Counter((row.order, "issued") for row in evidence.kept.commands if row.purpose == "nudge")
    nudges += Counter((_order_in(one.text), "heard") for one in evidence.first.values() if one.purpose == "nudge")
    for what, number in nudges.items():
        if number > 1:
            yield Fault("doubled", f"nudge {what} {number} times")


def _doubled_calls(evidence: Evidence) -> Iterator[Fault]:
    """People are told the same once; of what was not delivered, once each time."""
    failed = Counter(row.talk for row in evidence.kept.commands if row.state in {"seen", "expired"})
    waits = Counter((row.talk, *row.wait) for row in evidence.kept.commands if row.wait)
    for what, number in waits.items():
        if number > max(1, failed[what[0]] if "undelivered" in what else 1):
            yield Fault("doubled", f"call {what[:-1]} {number} times")


def _order_in(text: str) -> str:
    """The script's orders carry their name in their line's title."""
    return text.partition("卫衣")[2].partition("-order")[0] + "-order"


def _disordered(evidence: Evidence) -> Iterator[Fault]:
    """Within a conversation, replies arrive in the order of what they answer."""
    reached: dict[str, int] = {}
    for arrival in evidence.first.values():
        known = [evidence.messages[one].position for one in arrival.answers if one in evidence.messages]
        if known and (known != sorted(known) or known[0] <= reached.get(arrival.talk, -1)):
            yield Fault("disordered", f"{arrival.talk}: {arrival.answers} after message {reached.get(arrival.talk)}")
        if known:
            reached[arrival.talk] = max(known)


def _late_nudges(evidence: Evidence) -> Iterator[Fault]:
    """Once the bot knows of the payment, only what was on its way already may arrive."""
    paid = {str(one.data["id"]): one.event for one in evidence.told if one.data.get("status") == "paid"}
    for order, event in paid.items():
        known = evidence.events[event].done_at if event in evidence.events else None
        tries = [one for one in evidence.arrivals if one.purpose == "nudge" and _order_in(one.text) == order]
        after = [one.at - known for one in tries if known and one.at > known]
        if any(one > IN_FLIGHT_SECONDS for one in after) or sum(one > SOON_SECONDS for one in after) > 1:
            yield Fault("late", f"order {order} was paid, nudged {after} s later")


def _changed(evidence: Evidence) -> Iterator[Fault]:
    """One id, one content."""
    said: dict[str, str] = {}
    for arrival in evidence.arrivals:
        if said.setdefault(arrival.command, arrival.text) != arrival.text:
            yield Fault("changed", f"command {arrival.command} came with other words")


def _foreign(evidence: Evidence) -> Iterator[Fault]:
    """Nothing that nobody told; no human where none has spoken."""
    known = {one.event for one in evidence.told}
    for row in evidence.kept.events:
        if row.event not in known and not row.event.startswith("unsaid:"):
            yield Fault("foreign", f"event {row.event} was never told")
    for talk, holder in evidence.kept.holders.items():
        if holder == "human" and not evidence.humans.get(talk):
            yield Fault("foreign", f"{talk} is held by a human who never spoke")


def _left(evidence: Evidence) -> Iterator[Fault]:
    for name, number in evidence.kept.left.items():
        if number:
            yield Fault("left", f"{number} {name} still wait")


CHECKS: tuple[Callable[[Evidence], Iterator[Fault]], ...] = (
    _lost_events, _lost_messages, _lost_words, _doubled_events, _doubled_turns, _doubled_replies, _heard_unsaid,
    _doubled_nudges, _doubled_calls, _disordered, _late_nudges, _changed, _foreign, _left,
)  # fmt: skip
