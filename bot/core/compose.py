"""The words of a decision: the picked texts, joined, and the sentence that goes with a hand-over.

In: a decided case. Out: a `Reply` whose every part names its line. Never: a word that no reply file holds,
a text with a field missing, a text that crosses a red line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.book import Topic, Variant, View, Wording
from bot.core.case import Case, Decision
from bot.core.groups import Groups
from bot.core.model import DecisionKind, Holder
from bot.core.pick import Pick, choose_wording, pick
from bot.core.redlines import hits
from bot.core.situations import staffing
from bot.core.view import shift_view

_OPENING = re.compile(r"^(?:亲亲?|您好|你好)[,，~～!！ ]*")


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a reply and where it is written (`replies/…md:line`); `key` names the wording, `given` are the fields
    that it names, as `order.carrier`."""

    topic: str
    variant: str
    source: str
    text: str
    key: str = field(default="", compare=False)
    given: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent. The first part keeps its opening; later ones lose theirs, so that 亲 is said once."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        rest = (_OPENING.sub("", part.text) for part in self.parts[1:])
        return "\n".join([self.parts[0].text, *rest])

    @property
    def source(self) -> str:
        return "; ".join(part.source for part in self.parts)


def compose(case: Case, decision: Decision) -> Reply | None:
    """The reply of a decision, None for silence. `RedLineError` when what facts put into it may not be said."""
    view = spoken_view(case, decision)
    notice = _notice(case, decision, view)
    spoken = (*decision.picks, notice) if notice else decision.picks
    parts = [render(chosen, case.conversation.id, view) for chosen in spoken]
    reply = Reply(tuple(parts)) if parts else None
    if reply and (crossed := hits(reply.text, case.book.rules.redlines)):
        raise RedLineError(crossed[0])
    return reply


class RedLineError(Exception):
    """A reply with its facts filled in holds what may never be said; `str()` is the red line's name."""


def render(chosen: Pick, conversation_id: str, view: View) -> Part:
    """One pick's text. Its needs were checked when it was picked."""
    return part_of(chosen.topic, chosen.variant, choose_wording(chosen, conversation_id), chosen.words or view)


def part_of(topic: Topic, variant: Variant, wording: Wording, view: View) -> Part:
    """A wording filled in."""
    return Part(topic.name, variant.name, wording.source, wording.said(view), wording.key, wording.given(view))


def spoken_view(case: Case, decision: Decision) -> View:
    """The case's view, with the shift of the group that the decision is about."""
    if decision.group is None or decision.group == case.staffed_group:
        return case.view
    group = decision.group
    return Groups({"shift": lambda: shift_view(case.scene, group)}, beneath=case.view)


def _notice(case: Case, decision: Decision, view: View) -> Pick | None:
    """By day: to whom and how many are before; at night: when a person is back. Who already waits for the
    same people is told once more."""
    if decision.kind is not DecisionKind.HAND_OFF or decision.quiet:
        return None
    if case.conversation.holder is Holder.QUEUED and case.conversation.group == decision.group:
        topic = "system/still_waiting"
        if case.conversation.said.get(topic):
            return None
    else:
        topic = "system/rest" if decision.reason == "partly" and decision.picks else "system/handoff"
    situation = staffing(decision.group or case.staffed_group, case.facts)
    return pick(case.book.topics[topic], [situation], view, case.now, case.zone)
