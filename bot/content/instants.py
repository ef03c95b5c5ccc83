"""What replies say at the moments at which words go wrong: as a promotion begins and ends, on 双11, at Spring Festival.

In: reply files, rules, the calendar. Out: a fault for each text that then crosses a red line, tells of what is over or
not yet, or is due and has nothing to say. Never: a way to a text that the service would not take itself.

Where texts differ in their figures only, the first moment stands for all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.content.calendar import works_of
from bot.content.kept import of_a_file, of_a_set
from bot.content.moments import World, all_worlds, edges, shape, value_of, worlds
from bot.content.replies import ReplyFile, Sample
from bot.content.rules import RulesFolder
from bot.content.samples import place, render
from bot.content.whole import whole
from bot.core.book import Topic, Variant, View, Wording, Workdays
from bot.core.facts import Facts, Focus
from bot.core.once import once
from bot.core.pick import pick, speaks
from bot.core.redlines import hits
from bot.core.rules import Rules
from bot.core.rules.kinds import parse_clock
from bot.core.situations import establish
from bot.core.slots import Slots
from bot.core.view import Scene, build_view
from bot.core.walltime import instant
from bot.errors import Fault

#: The words of a promotion; while it does not run, only the variants that say so may use them.
_PROMO = tuple(f"promo.{name}" for name in ("name", "says", "from", "until", "coupon", "gift"))
_ORDER = tuple(f"order.{name}" for name in ("promise", "closes_at", "paid_on", "shipped_on", "signed_on"))
TIMED = frozenset((*_PROMO, "promo.now", *_ORDER, "shift.back_at"))
#: Field -> the situations in which it is true of now, and the variants that know that it is not.
_TRUE: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(_PROMO, (frozenset({"promo_on"}), frozenset({"promo_over", "promo_ahead"}))),
    "order.promise": (frozenset({"not_shipped"}), frozenset({"overdue"})),
    "order.closes_at": (frozenset({"unpaid", "deposit_paid"}), frozenset()),
}
_TELLING = frozenset[str]().union(*(true for true, _ in _TRUE.values()))


def faults_at_instants(replies: Sequence[ReplyFile], folder: RulesFolder, works: Workdays) -> Iterator[Fault]:
    """Each fault once, with the first moment at which it shows."""
    for reply in replies:
        yield from _in_file(reply, folder, works)


@of_a_file
def _in_file(reply: ReplyFile, folder: RulesFolder, works: Workdays) -> tuple[Fault, ...]:
    found = dict[tuple[str, int, str], Fault]()
    for fault in _faults(reply, *_known(folder, works)):
        found.setdefault((fault.path, fault.line, fault.code), fault)
    return tuple(found.values())


@of_a_set
def _known(folder: RulesFolder, works: Workdays) -> tuple[Sequence[World], Rules, Workdays]:
    rules = replace(whole(folder.rules), redlines=folder.redlines)
    works = works_of(rules) if rules.shifts is not folder.rules.shifts else works
    return all_worlds(rules, works), rules, works


def unsaid_greetings(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Fault]:
    """Greetings that have nothing to say on their day, as where the promotion that they tell of does not run."""
    rules = whole(folder.rules)
    zone = ZoneInfo(rules.shop.timezone)
    topics = {reply.topic.name: reply.topic for reply in replies if not reply.doubts}
    for number, one in enumerate(folder.rules.care.greetings):
        scene = Scene(rules, Facts(), Focus(), Slots(), instant(one.day, parse_clock(one.at), zone))
        topic, holding = topics.get(one.reply), establish(scene, rules.routing.default)
        if topic and pick(topic, holding, build_view(scene), scene.now, zone) is None:
            params: dict[str, object] = {"name": one.name, "day": one.day, "reply": one.reply}
            yield Fault("rules/care.yaml", folder.docs["care"].line(("greetings", number)), "greeting_unsaid", params)


def _distinct(known: Iterable[World], topic: Topic) -> Iterator[World]:
    """Of worlds in which a topic says the same, figures apart, the first."""
    fields, seen = sorted(_timed(topic)), set[object]()
    telling = _TELLING | topic.variants.keys()
    for world in known:
        shapes = _shapes(world)
        key = (*(name for name in world.situations if name in telling), *(shapes[field] for field in fields))
        if key not in seen:
            seen.add(key)
            yield world


@once
def _shapes(world: World) -> Mapping[str, str]:
    """The words of a moment, figures apart."""
    return {field: shape(value_of(world.view, field)) for field in TIMED}


def _faults(reply: ReplyFile, known: Sequence[World], rules: Rules, works: Workdays) -> Iterator[Fault]:
    topic = reply.topic
    if not topic.valid and not _timed(topic):
        return
    given = [(sample, _own(sample)) for sample in reply.samples]
    for world in (*_distinct(known, topic), *_around(topic, rules, works)):
        for sample, own in given:
            view = _merged(own, world)
            chosen = _chosen(topic, sample, view, world, rules)
            for wording in _speaking_of_now(chosen) if chosen else ():
                yield from _crossed(wording, view, world, rules)
                yield from _untrue(chosen, wording, view, world, rules) if chosen and topic.intent else ()


def _timed(topic: Topic) -> frozenset[str]:
    """The words of the moment that a topic's texts name."""
    named = (wording.fields for variant in topic.variants.values() for wording in variant.wordings)
    return frozenset[str]().union(*named) & TIMED


@once
def _speaking_of_now(variant: Variant) -> Sequence[Wording]:
    """The wordings that name a word of the moment; what the others say never changes."""
    return [wording for wording in variant.wordings if wording.fields & TIMED]


def _around(topic: Topic, rules: Rules, works: Workdays) -> Iterator[World]:
    """What holds as a dated answer begins and ends."""
    for moment in edges((topic.valid.from_, topic.valid.until)) if topic.valid else ():
        yield from worlds(moment.replace(tzinfo=ZoneInfo(rules.shop.timezone)), rules, works)


def _own(sample: Sample) -> View:
    """A sample's facts but for the words of the moment."""
    return {
        group: {name: text for name, text in fields.items() if f"{group}.{name}" not in TIMED}
        for group, fields in sample.given.items()
    }


def _merged(own: View, world: World) -> View:
    """A sample's facts with what is known of the moment in place of its own."""
    return {**world.view, **{group: {**fields, **world.view.get(group, {})} for group, fields in own.items()}}


def _chosen(topic: Topic, sample: Sample, view: View, world: World, rules: Rules) -> Variant | None:
    """The variant that the service would pick; what answers no question is said at moments of its own."""
    if topic.intent is None:
        return topic.variants[sample.variant] if speaks(topic, sample.variant, view) else None
    picked = pick(topic, world.situations, view, world.now, ZoneInfo(rules.shop.timezone))
    return picked.variant if picked else None


def _crossed(wording: Wording, view: View, world: World, rules: Rules) -> Iterator[Fault]:
    """What only the moment's words bring about; a word that crosses a line by itself is told where it is written."""
    text = render(wording, view)
    found = hits(text, rules.redlines) if text else ()
    if not found:
        return
    alone = (wording.text, *(value_of(view, field) for field in wording.fields & TIMED))
    for name in set(found).difference(*(hits(word, rules.redlines) for word in alone)):
        yield Fault(*place(wording), "red_line_at", {"name": name, "at": _shown(world, rules), "text": text})


def _untrue(variant: Variant, wording: Wording, view: View, world: World, rules: Rules) -> Iterator[Fault]:
    for field in sorted(wording.fields & _TRUE.keys()):
        true, knowing = _TRUE[field]
        value = value_of(view, field)
        if not value or variant.name in knowing or true & {*world.situations}:
            continue
        if value in (render(wording, view) or ""):
            told = {"at": _shown(world, rules), "field": field, "value": value, "variant": variant.name}
            yield Fault(*place(wording), "untrue_then", {**told, "holding": _lacking(world, field)})


def _shown(world: World, rules: Rules) -> str:
    return f"{world.now.astimezone(ZoneInfo(rules.shop.timezone)):%Y-%m-%d %H:%M:%S}"


def _lacking(world: World, field: str) -> str:
    """The situation for which words are missing: the promotion's, or the order's."""
    return next(name for name in world.situations if name.startswith("promo_") == field.startswith("promo."))
