"""What can be wrong with flows beyond the shape of their file: names that nothing knows, ends that nobody reaches.

In: parsed rules and reply files. Out: a fault with line and remedy for each. Never: a repair.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations

from bot.content import templates
from bot.content.replies import FLOW, ReplyFile
from bot.content.rules import RulesFolder
from bot.content.strictyaml import Loc
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core.flow_facts import ALL_SITUATIONS, COMPUTED, SKIPPED
from bot.core.redlines import hits
from bot.core.rules.flows import ANY, Flow, Flows, Slot, When
from bot.core.rules.work import RedLines
from bot.errors import Fault

PATH = "rules/flows.yaml"
AGAIN = "_again"
Written = Iterator[tuple[Loc, str, dict[str, object]]]  # where, which fault, with what


def faults_of_flows(replies: Sequence[ReplyFile], folder: RulesFolder, intents: Set[str]) -> Iterator[Fault]:
    """All faults of `rules/flows.yaml` and of `replies/flow/`."""
    files = {reply.topic.name: reply for reply in replies}
    for check in (
        lambda: _in_rules(folder.rules.flows, files, intents),
        lambda: _shown(folder.rules.flows, folder.rules.redlines),
    ):
        for loc, code, params in soundly(check):
            yield Fault(PATH, folder.docs["flows"].line(loc), code, params)
    yield from soundly(lambda: _in_replies(folder.rules.flows, files))


def _in_rules(flows: Flows, files: Mapping[str, ReplyFile], intents: Set[str]) -> Written:
    for name, flow in flows.flows.items():
        at: Loc = ("flows", name)
        yield from _starts(flow, at, intents)
        yield from _slots(flow, at)
        yield from _conditions(flow, at)
        yield from _ends(flow, at, flows)
        yield from _variants(flow, at, files)
    yield from _shared(flows)
    yield from _checks(flows)


def _shown(flows: Flows, redlines: RedLines) -> Written:
    """Buyers are shown the answers among which they choose."""
    for name, flow in flows.flows.items():
        for number, slot in enumerate(flow.slots):
            for option in slot.options:
                at: Loc = ("flows", name, "slots", number, "options", option)
                for line in hits(option, redlines):
                    yield at, "red_line", {"name": line}
                for _, brace in templates.braces(option):
                    yield at, "stray_brace", {"brace": brace}


def _starts(flow: Flow, at: Loc, intents: Set[str]) -> Written:
    for number, intent in enumerate(flow.starts):
        if intent not in intents:
            yield (
                (*at, "starts", number),
                "unknown_intent",
                {"intent": intent, "nearest": nearest(intent, sorted(intents))},
            )


def _slots(flow: Flow, at: Loc) -> Written:
    names = [slot.name for slot in flow.slots]
    if flow.why and flow.why not in names:
        yield (*at, "why"), "unknown_slot", {"name": flow.why, "nearest": nearest(flow.why, names)}
    for number, name in enumerate(names):
        if name in names[:number] or name in COMPUTED:
            yield (*at, "slots", number, "name"), "flow_slot_taken", {"name": name}


def _conditions(flow: Flow, at: Loc) -> Written:
    yield from _condition(flow.when, (*at, "when"), {})
    known = {slot.name: slot for slot in flow.slots}
    for part, number, when in _ifs(flow):
        yield from _condition(when, (*at, part, number, "if"), known)


def _ifs(flow: Flow) -> Iterator[tuple[str, int, When]]:
    """Where a flow makes something depend on what."""
    yield from (("slots", number, slot.if_) for number, slot in enumerate(flow.slots))
    yield from (("opens", number, said.if_) for number, said in enumerate(flow.opens))
    yield from (("ends", number, end.if_) for number, end in enumerate(flow.ends))


def _condition(when: When, at: Loc, slots: Mapping[str, Slot]) -> Written:
    for key, names in (("facts", when.facts), ("never", when.never)):
        for number, name in enumerate(names):
            if name not in ALL_SITUATIONS:
                yield (
                    (*at, key, number),
                    "unknown_situation",
                    {"name": name, "nearest": nearest(name, sorted(ALL_SITUATIONS))},
                )
    for key, answers in (("slots", when.slots), ("others", when.others)):
        for name, values in answers.items():
            yield from _answers(slots, name, values, (*at, key, name))


def _answers(slots: Mapping[str, Slot], name: str, values: Sequence[str], at: Loc) -> Written:
    if name not in slots:
        yield at, "unknown_slot", {"name": name, "nearest": nearest(name, [*slots])}
        return
    known = slots[name].values()
    for number, value in enumerate(values):
        if known and value not in {*known, ANY, SKIPPED}:
            yield (*at, number), "unknown_option", {"value": value, "slot": name, "nearest": nearest(value, known)}


def _ends(flow: Flow, at: Loc, flows: Flows) -> Written:
    last = len(flow.ends) - 1
    for number, end in enumerate(flow.ends):
        here: Loc = (*at, "ends", number)
        if end.go and end.go not in flows.flows:
            yield (*here, "go"), "unknown_flow", {"name": end.go, "nearest": nearest(end.go, [*flows.flows])}
        if end.wait and flow.slot(end.wait) is None:
            yield (*here, "wait"), "unknown_slot", {"name": end.wait, "nearest": nearest(end.wait, _names(flow))}
        if end.if_ == When() and number < last:
            yield (*at, "ends", number + 1), "flow_dead_end", {}
    if flow.ends[-1].if_ != When():
        yield (*at, "ends", last), "flow_open_end", {}


def _names(flow: Flow) -> list[str]:
    return [slot.name for slot in flow.slots]


def _variants(flow: Flow, at: Loc, files: Mapping[str, ReplyFile]) -> Written:
    """The topic must have every variant that the flow says."""
    if flow.reply not in files:
        yield (*at, "reply"), "unknown_topic", {"name": flow.reply, "nearest": nearest(flow.reply, [*files])}
        return
    known = [*files[flow.reply].topic.variants]
    for part, number, variant in _said(flow):
        if variant not in known:
            params: dict[str, object] = {"name": variant, "topic": flow.reply, "nearest": nearest(variant, known)}
            yield (*at, part, number), "flow_no_variant", params


def _said(flow: Flow) -> Iterator[tuple[str, int, str]]:
    """Where a flow names which variant."""
    for number, slot in enumerate(flow.slots):
        yield from (("slots", number, variant) for variant in slot.variants())
    yield from (("opens", number, said.say) for number, said in enumerate(flow.opens))
    yield from (("ends", number, end.say) for number, end in enumerate(flow.ends) if end.say)


def _shared(flows: Flows) -> Written:
    """Two flows that the same intent begins under the same condition: the second never would."""
    for (one, first), (name, second) in combinations(flows.flows.items(), 2):
        for number, intent in enumerate(second.starts):
            if intent in first.starts and first.when == second.when:
                yield ("flows", name, "starts", number), "flow_shared_start", {"intent": intent, "other": one}


def _checks(flows: Flows) -> Written:
    for number, check in enumerate(flows.checks):
        flow = flows.flows.get(check.flow or "")
        at: Loc = ("checks", number)
        if check.flow and flow is None:
            yield (*at, "flow"), "unknown_flow", {"name": check.flow, "nearest": nearest(check.flow, [*flows.flows])}
        elif flow and flow.slot(check.slot) is None:
            wrong = check.slot or ""
            yield (*at, "slot"), "unknown_slot", {"name": wrong, "nearest": nearest(wrong, _names(flow))}


def _in_replies(flows: Flows, files: Mapping[str, ReplyFile]) -> Iterator[Fault]:
    """Every text in `replies/flow/` is said by some flow, with fields that the flow fills."""
    speaks = {flow.reply: flow for flow in flows.flows.values()}
    for name, reply in files.items():
        flow = speaks.get(name)
        if flow is None and name.startswith(FLOW):
            yield Fault(reply.topic.source, 1, "flow_unused", {"name": name})
        yield from _unsaid(reply, flow) if flow else _unnamed(reply, frozenset())
        yield from _unnamed(reply, frozenset(slot.name for slot in flow.slots)) if flow else ()


def _unsaid(reply: ReplyFile, flow: Flow) -> Iterator[Fault]:
    said = {variant for _, _, variant in _said(flow)} | {f"{slot.name}{AGAIN}" for slot in flow.slots}
    for name, variant in reply.topic.variants.items():
        if name not in said:
            path, _, line = variant.wordings[0].source.rpartition(":")
            yield Fault(path, int(line), "unknown_variant", {"name": name, "nearest": nearest(name, sorted(said))})


def _unnamed(reply: ReplyFile, slots: frozenset[str]) -> Iterator[Fault]:
    for variant in reply.topic.variants.values():
        for wording in variant.wordings:
            path, _, line = wording.source.rpartition(":")
            for name in sorted(templates.named(wording.text, "flow") - slots - COMPUTED):
                known = "、".join(sorted((*slots, *COMPUTED)))
                params: dict[str, object] = {"field": f"flow.{name}", "nearest": nearest(name, [*slots, *COMPUTED])}
                yield Fault(path, int(line), "unknown_field", {**params, "known": known})
