"""A run as figures.

In: what a run left. Out: a mapping that prints as JSON; and whether all was well. Never: a text of a message.
"""

from collections import Counter
from dataclasses import dataclass

from tests.chaos.judge import Fault, judge, outcomes
from tests.chaos.storm import Options, Ran

KINDS = ("lost", "doubled", "disordered", "late", "changed", "foreign", "left")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Report:
    figures: dict[str, object]
    faults: list[Fault]
    complaints: list[str]

    @property
    def is_good(self) -> bool:
        return not self.faults and not self.complaints and not self.figures["ended_badly"]


def report(store: str, options: Options, ran: Ran) -> Report:
    """Figures first, then each kind of fault, then the first faults in words."""
    faults = judge(ran.evidence)
    counted = Counter(fault.kind for fault in faults)
    figures: dict[str, object] = {
        "store": store, "seed": options.seed, "messages": options.messages, "machines": options.machines,
        "deadline": options.deadline, "kills": ran.kills, "crashes": ran.crashes, "seconds": round(ran.seconds, 1),
        **_counts(ran), **{kind: counted[kind] for kind in KINDS}, "complaints": len(ran.complaints),
        "given_up": ran.given_up,
        "ended_badly": sum(1 for code in ran.codes if code),
        "faults": [f"{fault.kind}: {fault.what}" for fault in faults[:_SHOWN]],
        "first_complaints": ran.complaints[:_SHOWN],
    }  # fmt: skip
    return Report(figures, faults, ran.complaints)


def _counts(ran: Ran) -> dict[str, object]:
    kept, evidence = ran.evidence.kept, ran.evidence
    processed = [one for one in evidence.arrivals if one.processed]
    return {
        "accepted": len(evidence.told),
        "told_again": sum(1 for one in evidence.told if not one.fresh),
        "refused_or_cut": dict(ran.refusals),
        "turns": len(kept.turns),
        "decisions": dict(Counter(turn.decision for turn in kept.turns)),
        "outcomes": dict(outcomes(evidence)),
        "commands": dict(Counter(f"{row.purpose or row.kind} {row.state}" for row in kept.commands)),
        "nudges": dict(Counter(f"{row.state} {row.reason or ''}".strip() for row in kept.nudges)),
        "tries": len(evidence.arrivals),
        "acted_on": len(evidence.first),
        "raw_repeats": len(processed) - len(evidence.first),
    }
