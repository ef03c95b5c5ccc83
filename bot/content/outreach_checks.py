"""`rules/nudges.yaml` and `rules/care.yaml` against the replies, against each other and against themselves.

In: parsed rules and reply files. Out: a fault for each name that nothing knows, for each step that would have nothing
to say when it is due, and what each failing check expected. Never: a repair.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from zoneinfo import ZoneInfo

from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
from bot.content.strictyaml import Loc
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core import care, nudges
from bot.core.book import DEFAULT, Topic, Workdays
from bot.core.care import Caring
from bot.core.notes import wishes_in
from bot.core.nudges import Nudging
from bot.core.outreach import in_peace
from bot.core.rules import Rules
from bot.core.rules.kinds import parse_clock
from bot.core.rules.outreach import CareStep, NudgeStep, Trigger
from bot.core.slots import read_slots
from bot.core.walltime import instant
from bot.errors import Fault
from bot.words import say

NUDGES, CARE = "nudges", "care"
#: In which situations an order may be when a step that is counted from this moment is due.
_STATES: Mapping[Trigger, tuple[str, ...]] = {
    "placed": ("unpaid",),
    "paid": ("not_shipped", "overdue"),
    "shipped": ("shipped",),
    "still": ("shipped",),
    "signed": ("signed",),
}
_UNPAID, _MANY = ("unpaid",), "many_orders"
#: Fields that several orders at once have; those of one order and of its item they have not.
_OF_SEVERAL = ("order.count", "order.list", "order.total")
_OF_ONE = ("order.", "item.", "postage.")
Told = Iterator[tuple[str, Loc, str, dict[str, object]]]  # which file, where, which fault, with what
Failing = Iterator[tuple[str, int, object, object]]  # which file, which check, what it expects, what is found
Wanting = Iterator[tuple[str, Loc, str | None, Sequence[str]]]  # the same, and in which situations it must speak
Named = Iterator[tuple[str, Loc, str | None]]  # which file, where, which name


def unknown_names(folder: RulesFolder, intents: Set[str], topics: Set[str]) -> Iterator[Fault]:
    """Intents, replies and steps must exist, and a step's name must mean one step."""
    rules = folder.rules
    for check in (
        lambda: _unknown_intents(rules, intents),
        lambda: _unknown_topics(_nudging_replies, rules, topics),
        lambda: _unknown_topics(_care_replies, rules, topics),
        lambda: _unknown_steps(_nudging_steps, rules.nudges.steps, rules),
        lambda: _unknown_steps(_care_steps, rules.care.steps, rules),
        lambda: _steps_twice(folder, NUDGES, rules.nudges.steps),
        lambda: _steps_twice(folder, CARE, rules.care.steps),
        lambda: _greetings_twice(folder),
        lambda: _in_both(rules),
    ):
        yield from _at(folder, soundly(check))


def faults_of_outreach(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Fault]:
    """What would be due and never be sent. A reply that is not there is told elsewhere."""
    topics = {reply.topic.name: reply.topic for reply in replies}
    for check in (
        lambda: _speechless(_of_unpaid, folder.rules, topics),
        lambda: _speechless(_of_moments, folder.rules, topics),
        lambda: _alone(folder.rules, topics),
        lambda: _greetings_in_quiet(folder.rules),
    ):
        yield from _at(folder, soundly(check))


def failing_nudges(rules: Rules, _: Workdays) -> Failing:
    """When each step is due."""
    for failed in nudges.failing_checks(Nudging(rules.nudges, ZoneInfo(rules.shop.timezone), rules.shop.unpaid_close)):
        yield NUDGES, failed.index, failed.expected, failed.found


def failing_care(rules: Rules, _: Workdays) -> Failing:
    """When each step is due."""
    for failed in care.failing_checks(Caring(rules.care, ZoneInfo(rules.shop.timezone), rules.shop.platform)):
        yield CARE, failed.index, failed.expected, failed.found


def failing_wishes(rules: Rules, _: Workdays) -> Failing:
    """What buyers are heard to wish."""
    for number, check in enumerate(rules.care.checks):
        found = tuple(one.says for one in wishes_in(check.says or "", read_slots(check.says or "", rules), rules))
        if check.says and set(found) != set(check.wishes):
            yield CARE, number, check.wishes, found


def _at(folder: RulesFolder, told: Told) -> Iterator[Fault]:
    for name, loc, code, params in told:
        yield Fault(f"rules/{name}.yaml", folder.docs[name].line(loc), code, params)


def _unknown_intents(rules: Rules, intents: Set[str]) -> Told:
    for number, one in enumerate(rules.nudges.hesitations):
        for place, intent in enumerate(one.intents):
            if intent not in intents:
                near: dict[str, object] = {"intent": intent, "nearest": nearest(intent, sorted(intents))}
                yield NUDGES, ("hesitations", number, "intents", place), "unknown_intent", near


def _unknown_topics(said: Callable[[Rules], Named], rules: Rules, topics: Set[str]) -> Told:
    """A step without words would be planned and never be sent."""
    for name, loc, reply in said(rules):
        if reply is not None and reply not in topics:
            yield name, loc, "unknown_topic", {"name": reply, "nearest": nearest(reply, sorted(topics))}


def _nudging_replies(rules: Rules) -> Named:
    yield from ((NUDGES, ("steps", number, "reply"), step.reply) for number, step in enumerate(rules.nudges.steps))
    yield from ((NUDGES, ("wordings", number, "reply"), x.reply) for number, x in enumerate(rules.nudges.wordings))


def _care_replies(rules: Rules) -> Named:
    yield from ((CARE, ("steps", number, "reply"), step.reply) for number, step in enumerate(rules.care.steps))
    yield from ((CARE, ("greetings", number, "reply"), one.reply) for number, one in enumerate(rules.care.greetings))


def _unknown_steps(named: Callable[[Rules], Named], steps: Sequence[NudgeStep | CareStep], rules: Rules) -> Told:
    known = [step.name for step in steps]
    for name, loc, step in named(rules):
        if step is not None and step not in known:
            yield name, loc, "unknown_step", {"name": step, "nearest": nearest(step, known)}


def _nudging_steps(rules: Rules) -> Named:
    yield from ((NUDGES, ("checks", number, "step"), check.step) for number, check in enumerate(rules.nudges.checks))
    for number, one in enumerate(rules.nudges.wordings):
        yield from ((NUDGES, ("wordings", number, "steps", place), step) for place, step in enumerate(one.steps))


def _care_steps(rules: Rules) -> Named:
    yield from ((CARE, ("checks", number, "step"), check.step) for number, check in enumerate(rules.care.checks))


def _steps_twice(folder: RulesFolder, name: str, steps: Sequence[NudgeStep | CareStep]) -> Told:
    names = [step.name for step in steps]
    for number, first in _again(names):
        line = folder.docs[name].line(("steps", first, "name"))
        yield name, ("steps", number, "name"), "step_twice", {"name": names[number], "first": line}


def _greetings_twice(folder: RulesFolder) -> Told:
    greeted = [(one.name, one.day) for one in folder.rules.care.greetings]
    for number, first in _again(greeted):
        line = folder.docs[CARE].line(("greetings", first, "name"))
        yield CARE, ("greetings", number, "name"), "greeting_twice", {"name": greeted[number][0], "first": line}


def _in_both(rules: Rules) -> Told:
    """One ledger holds the lines of both files, under the names of their steps."""
    ours = {step.name for step in rules.nudges.steps}
    for number, step in enumerate(rules.care.steps):
        if step.name in ours:
            yield CARE, ("steps", number, "name"), "step_in_both", {}


def _again(names: Sequence[object]) -> Iterator[tuple[int, int]]:
    """The place of each name that stood before, with that of its first."""
    return ((at, names.index(name)) for at, name in enumerate(names) if names.index(name) < at)


def _speechless(said: Callable[[Rules], Wanting], rules: Rules, topics: Mapping[str, Topic]) -> Told:
    """Replies without words for the state in which the order is then; other situations may hold or not."""
    for name, loc, reply, wanted in said(rules):
        topic = topics.get(reply or "")
        if topic and not topic.variants.keys() & {*wanted, DEFAULT}:
            told = say("join.list").join(wanted)
            yield name, loc, "nothing_to_tell", {"name": reply, "wanted": told, "first": wanted[0]}


def _of_unpaid(rules: Rules) -> Wanting:
    yield from ((name, loc, reply, _UNPAID) for name, loc, reply in _nudging_replies(rules))


def _of_moments(rules: Rules) -> Wanting:
    for number, step in enumerate(rules.care.steps):
        yield CARE, ("steps", number, "reply"), step.reply, _STATES[step.on]


def _alone(rules: Rules, topics: Mapping[str, Topic]) -> Told:
    """Replies of steps that can speak of one order only; several at once are told of in the step's own words."""
    for number, step in enumerate(rules.nudges.steps):
        topic = topics.get(step.reply)
        if topic and not any(_speaks_of_several(topic, name) for name in (_MANY, DEFAULT)):
            known = say("join.list").join(_OF_SEVERAL)
            yield NUDGES, ("steps", number, "reply"), "nothing_of_several", {"name": step.reply, "known": known}


def _speaks_of_several(topic: Topic, name: str) -> bool:
    variant = topic.variants.get(name)
    return variant is not None and not any(_is_of_one(need) for need in variant.needs)


def _is_of_one(need: str) -> bool:
    return need.startswith(_OF_ONE) and need not in _OF_SEVERAL


def _greetings_in_quiet(rules: Rules) -> Told:
    """At such a time nobody is greeted: later, or never where the quiet hours last until the day ends."""
    zone = ZoneInfo(rules.shop.timezone)
    for number, one in enumerate(rules.care.greetings):
        if not in_peace(instant(one.day, parse_clock(one.at), zone), rules.care.quiet, zone):
            yield CARE, ("greetings", number, "at"), "greeting_in_quiet", {"at": one.at}
