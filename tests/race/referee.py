"""The judge of a race: who spoke when, and whether the bot held its tongue.

In: what the players, the channel and the service's log tell. Out: a verdict, with every fault by name. Never: mercy for
a send that began after a human's word was accepted; what was on the wire at that moment is counted apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.race.rounds import DESK

#: One call's time: what was on the wire when a human spoke has arrived by then.
LONGEST_CROSSING = 10.0
CLOSE = 0.05


@dataclass(frozen=True, slots=True)
class Try:
    """A `message.send` as the channel saw it; `taken`: it was acted on, for the first time."""

    at: float
    command: str
    talk: str
    by_bot: bool
    text: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Played:
    """A round as it went, in seconds of one clock. `spoken`: when the human's word was posted, `accepted`: when it was
    answered with 200; `back`: when the conversation was given back to the bot, infinite if it never was."""

    talk: str
    by: str
    words: str
    asked: float
    spoken: float
    accepted: float
    back: float = float("inf")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`begun`: by command, the moments at which the service began to send it, as its log tells. `unsaid`: conversations
    in which an answer was made and taken back. `left`: what still waited at the end."""

    played: Sequence[Played]
    tries: Sequence[Try]
    begun: Mapping[str, Sequence[float]]
    holders: Mapping[str, str]
    unsaid: frozenset[str] = frozenset()
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults`: must be none. `close`: how many races were. `figures`: what they were like."""

    faults: Sequence[str]
    close: int
    figures: Mapping[str, object]


def judge(evidence: Evidence) -> Verdict:
    """Every law, on every round."""
    by_talk: dict[str, list[Try]] = {one.talk: [] for one in evidence.played}
    for one in evidence.tries:
        by_talk[one.talk].append(one)
    faults = [fault for one in evidence.played for fault in _faults(one, by_talk[one.talk], evidence)]
    left = {name: count for name, count in evidence.left.items() if count}
    faults += [f"left waiting: {left}"] if left else []
    close = sum(_gap(one, by_talk[one.talk], evidence) < CLOSE for one in evidence.played)
    return Verdict(faults, close + len(evidence.unsaid), _figures(evidence, by_talk))


def _faults(one: Played, tries: Sequence[Try], evidence: Evidence) -> Iterator[str]:
    bots, late = [each for each in tries if each.by_bot], LONGEST_CROSSING + one.accepted
    yield from (f"{one.talk}: arrived too late" for each in bots if late < each.at < one.back)
    yield from _after_our_desk(one, tries) if one.by == DESK else _begun_late(one, tries, evidence)
    taken = [each.command for each in bots if each.taken]
    yield from (f"{one.talk}: {command} taken twice" for command in {*taken} if taken.count(command) > 1)
    if one.back == float("inf") and evidence.holders.get(one.talk) != "human":
        yield f"{one.talk}: held by {evidence.holders.get(one.talk)}"
    if one.back < float("inf") and not any(each.at > one.back and each.taken for each in bots):
        yield f"{one.talk}: given back, and the bot is still silent"


def _begun_late(one: Played, tries: Sequence[Try], evidence: Evidence) -> Iterator[str]:
    """What the shop's own desk says does not come by us: all we can do is to begin nothing after we know of it."""
    for command in {each.command for each in tries if each.by_bot}:
        for moment in evidence.begun.get(command, ()):
            if one.accepted < moment < one.back:
                yield f"{one.talk}: a send began {moment - one.accepted:.4f} s after {one.by}'s word was accepted"


def _after_our_desk(one: Played, tries: Sequence[Try]) -> Iterator[str]:
    """Our own desk's words stand in the same line as the bot's: not even a crossing."""
    said = [each for each in tries if not each.by_bot]
    if [each.text for each in said if each.taken] != [one.words]:
        yield f"{one.talk}: the human's word arrived {sum(each.taken for each in said)} times"
        return
    heard = next(each.at for each in said if each.taken)
    late = [each for each in tries if each.by_bot and heard < each.at < one.back]
    yield from (f"{one.talk}: the bot spoke {each.at - heard:.4f} s after our desk" for each in late)


def crossings(one: Played, tries: Sequence[Try]) -> Sequence[float]:
    """How long after a human's word was accepted each of the bot's came, in seconds."""
    return [each.at - one.accepted for each in tries if each.by_bot and one.accepted < each.at < one.back]


def _figures(evidence: Evidence, by_talk: Mapping[str, Sequence[Try]]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for by in sorted({one.by for one in evidence.played}):
        mine = [one for one in evidence.played if one.by == by]
        gaps = [_gap(one, by_talk[one.talk], evidence) for one in mine]
        crossed = [span for one in mine for span in crossings(one, by_talk[one.talk])]
        found[by] = {
            "rounds": len(mine),
            "bot first": sum(_bot_was_first(one, by_talk[one.talk]) for one in mine),
            "crossed": len(crossed),
            "crossed, longest ms": round(1000 * max(crossed, default=0.0), 1),
            "taken back": sum(one.talk in evidence.unsaid for one in mine),
            "within 50 ms": sum(gap < CLOSE for gap in gaps),
        }
    waits = [one.accepted - one.asked for one in evidence.played]
    found["word after question, deciles s"] = [round(one, 2) for one in quantiles(waits, n=10)]
    return found


def _answers(one: Played, tries: Sequence[Try]) -> Sequence[Try]:
    """The bot's tries at the raced question."""
    return [each for each in tries if each.by_bot and one.asked < each.at < one.back]


def _bot_was_first(one: Played, tries: Sequence[Try]) -> bool:
    return any(each.at < one.accepted for each in _answers(one, tries))


def _gap(one: Played, tries: Sequence[Try], evidence: Evidence) -> float:
    """How close a send came to the human's word, which is on its way from the post to the 200."""
    moments = [moment for each in _answers(one, tries) for moment in evidence.begun.get(each.command, ())]
    spans = (max(one.spoken - moment, moment - one.accepted, 0.0) for moment in moments)
    return min(spans, default=float("inf"))
