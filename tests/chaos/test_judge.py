"""The judge sees what is wrong: on made-up records, each spoilt in one way."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.chaos.evidence import Evidence
from tests.chaos.judge import judge, outcome_of
from tests.chaos.nodes import complaints_of
from tests.chaos.records import Arrival, CommandRow, EventRow, Kept, NudgeRow, Told, TurnRow
from tests.chaos.script import Step, script, spoken

Spoil = Callable[[Evidence], Evidence]


def asked(number: int) -> Told:
    return Told(f"e{number}", "message.created", "c1", spoken("c1", f"m{number}", "发什么快递", "buyer"), number)


def human(event: str = "e9") -> Told:
    return Told(event, "message.created", "c1", spoken("c1", event, "我来", "seller"))


def answer(one: str, *answers: str) -> CommandRow:
    return CommandRow(one, "c1", "message.send", "reply", "sent", answers=answers)


def arrival(one: str, *answers: str, at: float = 0, text: str = "亲") -> Arrival:
    return Arrival(at, one, "message.send", "c1", "nudge" if "卫衣" in text else "reply", answers, text, processed=True)


def turn(one: str, command: str, *messages: str) -> TurnRow:
    return TurnRow(one, "c1", "answer", (command,), messages)


PAID = Told("e3", "order.updated", "c1", {"id": "c1-order", "status": "paid"})
NUDGE = arrival("n1", at=50, text="「卫衣c1-order」还没付款")
GOOD = Evidence(
    told=[asked(1), asked(2), PAID],
    arrivals=[arrival("r1", "m1"), arrival("r1", "m1"), NUDGE, arrival("r2", "m2")],
    kept=Kept(
        events=[EventRow("e1", "c", 1, 10.0), EventRow("e2", "c", 2, 11.0), EventRow("e3", "o", 3, 60.0)],
        lines={
            ("c1", "m1"): "buyer",
            ("c1", "m2"): "buyer",
            ("c1", "r1"): "bot",
            ("c1", "r2"): "bot",
            ("c1", "n1"): "b",
        },
        turns=[turn("t1", "r1", "m1"), turn("t2", "r2", "m2")],
        commands=[
            answer("r1", "m1"),
            answer("r2", "m2"),
            CommandRow("n1", "c1", "message.send", "nudge", "sent", order="c1-order"),
        ],
        nudges=[NudgeRow("c1-order", "首次催付", "sent", command="n1")],
        holders={"c1": "bot"},
        left={"events": 0},
    ),
)


def told(*told: Told) -> Spoil:
    return lambda good: replace(good, told=told)


def heard(*arrivals: Arrival) -> Spoil:
    return lambda good: replace(good, arrivals=arrivals)


def kept(**changes: object) -> Spoil:
    """Some of what the database says, said otherwise."""

    def spoil(good: Evidence) -> Evidence:
        fields = {name: getattr(good.kept, name) for name in Kept.__dataclass_fields__}
        return replace(good, kept=Kept(**fields | changes))

    return spoil


def swapped(rows: Sequence[CommandRow], one: str, state: str, error: str = "") -> list[CommandRow]:
    return [replace(row, state=state, error=error) if row.id == one else row for row in rows]


K = GOOD.kept
SPOILT: dict[str, tuple[str, Spoil]] = {
    "an accepted event is gone": ("lost", kept(events=K.events[1:])),
    "an accepted event is not done": ("lost", kept(events=[replace(K.events[0], done_at=None), *K.events[1:]])),
    "a message is not in the transcript": ("lost", kept(lines={})),
    "a message is in no turn": ("lost", kept(turns=K.turns[:1])),
    "a turn's command was never kept": ("lost", kept(commands=K.commands[1:])),
    "a turn has no words and nobody was called": ("lost", kept(turns=[replace(K.turns[0], commands=()), K.turns[1]])),
    "a sent command never arrived": ("lost", heard(NUDGE, arrival("r2", "m2"))),
    "a command was given up": ("lost", kept(commands=swapped(K.commands, "r1", state="dead"))),
    "a reply was cancelled and no human spoke": (
        "lost", kept(commands=swapped(K.commands, "r1", state="cancelled", error="human")),
    ),
    "a reply came too late though it surely never arrived": (
        "lost", kept(commands=swapped(K.commands, "r1", state="expired")),
    ),
    "an unsaid reply was never decided anew": ("lost", kept(commands=swapped(K.commands, "r1", state="unsaid"))),
    "an event was new twice": ("doubled", told(replace(asked(1), fresh=2), asked(2), PAID)),
    "a message is in two turns": ("doubled", kept(turns=[*K.turns, turn("t3", "r2", "m1", "m2")])),
    "a message has two commands": ("doubled", kept(commands=[*K.commands, answer("r3", "m1")])),
    "the channel heard two commands for one message": (
        "doubled", heard(*GOOD.arrivals, arrival("r3", "m2")),
    ),
    "what was called unsaid had arrived": ("doubled", kept(commands=swapped(K.commands, "r1", state="unsaid"))),
    "two nudges were issued": ("doubled", kept(commands=[*K.commands, replace(K.commands[2], id="n2")])),
    "two nudges were heard": ("doubled", heard(*GOOD.arrivals, replace(NUDGE, command="n2"))),
    "people were called twice for one wait": (
        "doubled",
        kept(commands=[*K.commands, *(CommandRow(f"h{n}", "c1", "conversation.hand_off", "handoff", "sent",
                                                 wait=("presale", "9:00")) for n in (1, 2))]),
    ),
    "replies arrive in the wrong order": ("disordered", heard(arrival("r2", "m2"), NUDGE, arrival("r1", "m1"))),
    "a reply answers in the wrong order": (
        "disordered", heard(arrival("r1", "m2", "m1"), NUDGE, arrival("r2")),
    ),
    "a nudge long after the payment": ("late", heard(*GOOD.arrivals, replace(NUDGE, at=80))),
    "a nudge tried again after the payment": (
        "late", heard(*GOOD.arrivals, replace(NUDGE, at=63), replace(NUDGE, at=64)),
    ),
    "one id, other words": ("changed", heard(*GOOD.arrivals, arrival("r1", "m1", text="您好"))),
    "an event that nobody told": ("foreign", kept(events=[*K.events, EventRow("e8", "c", 8, 12.0)])),
    "a command that nobody issued": ("foreign", heard(*GOOD.arrivals, arrival("r8"))),
    "a human holds who never spoke": ("foreign", kept(holders={"c1": "human"})),
    "something still waits": ("left", kept(left={"events": 1})),
}  # fmt: skip


def test_good_records_have_no_fault() -> None:
    assert judge(GOOD) == []


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_record_is_noticed(how: str) -> None:
    kind, spoil = SPOILT[how]
    assert kind in {fault.kind for fault in judge(spoil(GOOD))}


def outcome(spoil: Spoil) -> str | None:
    return outcome_of(asked(1), spoil(GOOD))


def test_a_message_ends_in_a_reply_in_silence_or_with_people() -> None:
    silent = [TurnRow("t1", "c1", decision, (), ("m1",)) for decision in ("stay", "hand_off", "answer")]
    assert [outcome(kept(turns=[one])) for one in silent] == ["stay", "hand_off", None]
    assert outcome(kept()) == "replied"


def test_what_a_human_has_answered_needs_no_turn() -> None:
    with_human = replace(GOOD, told=[*GOOD.told, human()])
    spoil = kept(turns=(), events=[*K.events, EventRow("e9", "c", 9, 12.0)])
    assert outcome_of(asked(1), spoil(with_human)) == "answered by a human"
    assert outcome_of(asked(1), kept(turns=())(with_human)) is None


def test_what_was_unsaid_may_be_decided_anew_once() -> None:
    unsaid = swapped(K.commands, "r1", state="unsaid")
    again = kept(commands=[*unsaid, answer("r3", "m1")], turns=[*K.turns, turn("t3", "r3", "m1")],
                 lines={**K.lines, ("c1", "r3"): "bot"})  # fmt: skip
    arrivals = [arrival("r3", "m1"), NUDGE, arrival("r2", "m2")]
    assert judge(replace(again(GOOD), arrivals=arrivals)) == []


def test_a_script_is_the_same_for_the_same_seed_and_holds_so_many_messages() -> None:
    steps = [step for talk in script(7, 500) for step in talk.steps]
    assert [step for talk in script(7, 500) for step in talk.steps] == steps
    assert sum(step.data.get("sender") == "buyer" for step in steps) == 500
    assert {step.kind for step in steps} >= {"message.created", "order.updated", "agent.presence"}
    assert any(len(step.events) > 1 for step in steps)
    assert _positions(steps) == sorted(_positions(steps))


def _positions(steps: Sequence[Step]) -> list[int]:
    return [step.position for step in steps if step.talk == "c3" and step.position >= 0]


def test_a_log_complains_of_our_own_failures_only() -> None:
    fine = '{"tick": "front", "kind": "StoreDown", "event": "tick.failed"}\n{"intents": ["defective_item"]}'
    broken = 'ERROR asyncio\nTraceback (most recent call last):\n  File "a.py"\nKeyError: 1'
    defect = '{"lane": "c1", "event": "worker.defect"}'
    assert complaints_of(f"{fine}\n{broken}\n{fine}\n{defect}\n") == [broken, defect]
