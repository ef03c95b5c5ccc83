"""Every rules file proves itself: its `checks:` are run against the code that will obey it.

In: parsed rules. Out: a fault for each check that does not hold, and for names that nothing knows. Never: a repair.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bot.content import catalogue_checks, kpi_checks, outreach_checks, shift_checks
from bot.content.kept import of_a_set
from bot.content.rules import RulesFolder
from bot.content.templates import unknown_field
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core import shifts
from bot.core.book import Workdays
from bot.core.bundles import going_with
from bot.core.buyer import Buyer
from bot.core.buyerfile import consent_of, earned
from bot.core.card import asked_facts, asked_words
from bot.core.facts import Facts
from bot.core.flow_slots import Ground, drops, read_slot
from bot.core.lexicon import lexicon_of
from bot.core.lint import lint
from bot.core.missed import says_missed
from bot.core.model import AgentState, Item, Order, OrderStatus, Presence, Refund
from bot.core.promotions import running_promotions, standing
from bot.core.reception import mode_at
from bot.core.redlines import hits
from bot.core.routing import group_of
from bot.core.rules import Rules
from bot.core.rules.shop import PromotionCheck
from bot.core.slots import read_slots
from bot.core.understand import flag_of
from bot.core.view import FIELDS
from bot.errors import Fault

Found = Iterator[tuple[str, int, object, object]]
_EPOCH = datetime.fromtimestamp(0, UTC)


def faults_of_rules(folder: RulesFolder, works: Workdays, intents: Set[str], topics: Set[str]) -> Iterator[Fault]:
    """All faults beyond the shape of a single file. The checks of a file that names what nobody knows would only tell
    the same once more."""
    names = [fault for check in _naming(folder, works, intents, topics) for fault in soundly(check)]
    yield from names
    hurt = {fault.path for fault in names}
    hurt |= {path for path, of in _RESTING.items() if of in hurt}
    yield from (fault for fault in _unproved(folder, works) if fault.path not in hurt)


@of_a_set
def _unproved(folder: RulesFolder, works: Workdays) -> tuple[Fault, ...]:
    return tuple(fault for check in _CHECKS for fault in soundly(partial(_failing, check, folder, works)))


def _naming(
    folder: RulesFolder, works: Workdays, intents: Set[str], topics: Set[str]
) -> Iterator[Callable[[], Iterable[Fault]]]:
    """The checks of names."""
    yield lambda: _unknown_to_routes(folder, intents)
    yield lambda: _unknown_to_bundling(folder, intents)
    yield lambda: _unknown_fields(folder)
    yield lambda: _unknown_to_tags(folder, intents)
    yield lambda: outreach_checks.unknown_names(folder, intents, topics)
    yield lambda: catalogue_checks.unknown_attributes(folder)
    yield lambda: catalogue_checks.unknown_intents(folder, intents)
    yield lambda: shift_checks.faults_of_lines(folder, works)
    yield lambda: kpi_checks.faults_of_names(folder)


def _failing(check: Callable[[Rules, Workdays], Found], folder: RulesFolder, works: Workdays) -> Iterator[Fault]:
    for name, number, expected, found in check(folder.rules, works):
        line = folder.docs[name].line(("checks", number))
        yield Fault(f"rules/{name}.yaml", line, "check_fails", {"expected": _show(expected), "found": _show(found)})


def _show(value: object) -> str:
    if isinstance(value, (tuple, frozenset, set)):
        return "[" + ", ".join(sorted(str(part) for part in value)) + "]"
    return str(value)


def _unknown_to_routes(folder: RulesFolder, intents: Set[str]) -> Iterator[Fault]:
    routed = [(number, intent) for number, route in enumerate(folder.rules.routing.routes) for intent in route.intents]
    for number, intent in routed:
        if intent not in intents:
            line = folder.docs["routing"].line(("routes", number, "intents"))
            yield Fault("rules/routing.yaml", line, "unknown_intent", _unknown(intent, intents))


def _unknown_to_bundling(folder: RulesFolder, intents: Set[str]) -> Iterator[Fault]:
    for number, intent in enumerate(folder.rules.promotions.bundling.intents):
        if intent not in intents:
            line = folder.docs["promotions"].line(("bundling", "intents", number))
            yield Fault("rules/promotions.yaml", line, "unknown_intent", _unknown(intent, intents))


def _unknown_fields(folder: RulesFolder) -> Iterator[Fault]:
    for name, attribute in folder.rules.attributes.attributes.items():
        if attribute.field and attribute.field not in FIELDS["item"]:
            line = folder.docs["attributes"].line(("attributes", name))
            yield unknown_field(f"item.{attribute.field}", "rules/attributes.yaml", line)


def _unknown_to_tags(folder: RulesFolder, intents: Set[str]) -> Iterator[Fault]:
    """A tag that goes by what never happens would never be set."""
    for number, tag in enumerate(folder.rules.buyers.tags):
        yield from _not_in(folder, number, "intents", tag.intents, intents)
        yield from soundly(partial(_unknown_flags, folder, number, tag.flags))


def _unknown_flags(folder: RulesFolder, number: int, flags: Sequence[str]) -> Iterator[Fault]:
    known = {flag.name for flag in folder.rules.routing.flags}
    yield from _not_in(folder, number, "flags", flags, known)


def _not_in(folder: RulesFolder, number: int, key: str, names: Sequence[str], known: Set[str]) -> Iterator[Fault]:
    code = {"intents": "unknown_intent", "flags": "unknown_flag"}[key]
    for place, name in enumerate(names):
        if name not in known:
            line = folder.docs["buyers"].line(("tags", number, key, place))
            yield Fault("rules/buyers.yaml", line, code, _unknown(name, known))


def _unknown(intent: str, intents: Set[str]) -> dict[str, object]:
    return {"intent": intent, "nearest": nearest(intent, sorted(intents))}


def _shop(rules: Rules, _: Workdays) -> Found:
    for number, check in enumerate(rules.shop.checks):
        found = rules.shop.shipping.latest(check.paid)
        if found != check.ships_by:
            yield "shop", number, check.ships_by, found


def _shifts(rules: Rules, works: Workdays) -> Found:
    for failed in shifts.failing_checks(rules.shifts, works):
        yield "shifts", failed.index, failed.expected, failed.found


def _reception(rules: Rules, works: Workdays) -> Found:
    """`live` is what the roster gives with everybody clocked in."""
    zone = ZoneInfo(rules.shop.timezone)
    for number, check in enumerate(rules.reception.checks):
        if check.at is None:
            missed = says_missed(check.says or "", rules.reception.missed)
            if missed != check.missed:
                yield "reception", number, check.missed, missed
            continue
        at = check.at.replace(tzinfo=zone)
        agents = {agent for span in shifts.on_shift(rules.shifts, at, works) for agent in span.agents}
        present = [Presence(agent, AgentState.ONLINE, at) for agent in agents]
        expected = (frozenset(check.live), check.mode)
        found = (shifts.live_groups(rules.shifts, present, at, works), mode_at(rules.reception, at, zone, works))
        if found != expected:
            yield "reception", number, f"{_show(expected[0])} {expected[1]}", f"{_show(found[0])} {found[1]}"


def _routing(rules: Rules, _: Workdays) -> Found:
    for number, check in enumerate(rules.routing.checks):
        flag = flag_of(check.says or "", rules.routing)
        group = flag.group if flag else group_of([check.intent or ""], rules.routing, check.order)
        expected, found = (check.group, check.flag), (group, flag.name if flag else None)
        if found != expected:
            yield "routing", number, expected, found


def _carriers(rules: Rules, _: Workdays) -> Found:
    reached = {area.name: area.reached for area in rules.carriers.areas}
    for number, check in enumerate(rules.carriers.checks):
        slots = read_slots(check.says, rules)
        expected = (check.carrier, check.area, check.reached)
        found = (slots.carrier, slots.area, reached.get(slots.area or "") if check.reached is not None else None)
        if found != expected:
            yield "carriers", number, expected, found


def _invoices(rules: Rules, _: Workdays) -> Found:
    names = {kind.name: kind.also for kind in rules.invoices.types}
    for number, check in enumerate(rules.invoices.checks):
        said = [name for name, also in names.items() if any(word in check.says for word in (name, *also))]
        found = said[0] if said else None
        if found != check.type:
            yield "invoices", number, check.type, found


def _sizes(rules: Rules, _: Workdays) -> Found:
    for number, check in enumerate(rules.sizes.checks):
        slots = read_slots(check.says, rules)
        expected = (_figure(check.height), _figure(check.weight), check.size)
        found = (slots.height, slots.weight, slots.size)
        if found != expected:
            yield "sizes", number, expected, found


def _figure(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _promotions(rules: Rules, _: Workdays) -> Found:
    zone = ZoneInfo(rules.shop.timezone)
    for number, check in enumerate(rules.promotions.checks):
        found = tuple(promo.name for promo in running_promotions(rules, check.at.replace(tzinfo=zone)))
        if set(found) != set(check.on):
            yield "promotions", number, check.on, found
        named = read_slots(check.says or "", rules).promotion
        stands = standing(rules, named, check.at.replace(tzinfo=zone)).situation
        if check.stands and stands != check.stands:
            yield "promotions", number, check.stands, stands
        yield from _bundles(rules, number, check)


def _bundles(rules: Rules, number: int, check: PromotionCheck) -> Found:
    if check.viewed is None:
        return
    now = check.at.replace(tzinfo=ZoneInfo(rules.shop.timezone))
    found = [bundle.name for bundle in going_with(check.viewed, check.viewed, check.says or "", rules, now)]
    if found[:1] != ([check.bundle] if check.bundle else []):
        yield "promotions", number, check.bundle, ", ".join(found)


def _redlines(rules: Rules, _: Workdays) -> Found:
    for number, check in enumerate(rules.redlines.checks):
        found = hits(check.says, rules.redlines)
        if set(found) != set(check.hits):
            yield "redlines", number, check.hits, found
        kinds = [kind.name for kind in rules.redlines.lint if lint(check.says, kind, rules)]
        if check.lints is not None and set(kinds) != set(check.lints):
            yield "redlines", number, check.lints, kinds


def _concepts(rules: Rules, _: Workdays) -> Found:
    words = lexicon_of(rules.concepts)
    for number, check in enumerate(rules.concepts.checks):
        named, asked = words.read(check.says)
        if missing := set(check.has) - named:
            yield "concepts", number, missing, named
        if (set(check.asks) - asked) | (set(check.not_asks) & asked):
            yield "concepts", number, check.asks, asked


def _attributes(rules: Rules, _: Workdays) -> Found:
    for number, check in enumerate(rules.attributes.checks):
        item = Item("", "", Decimal(0), _EPOCH, attributes=check.card)
        facts = asked_facts(asked_words(check.says, rules.attributes, item), item, rules.attributes)
        expected = (*check.known, *(f"-{name}" for name in check.silent))
        found = (*filter(None, (fact.value for fact in facts)), *(f"-{fact.name}" for fact in facts if not fact.value))
        if found != expected:
            yield "attributes", number, expected, found


def _buyers(rules: Rules, _: Workdays) -> Found:
    """Orders and refunds are made up for the purpose."""
    for number, check in enumerate(rules.buyers.checks):
        states = [(Refund.NONE,) * check.orders, (Refund.REFUNDED,) * check.refunds]
        orders = tuple(_order(one, at) for at, one in enumerate(refund for some in states for refund in some))
        tags = earned(Buyer("", counts=check.counts), Facts(orders=orders), rules.buyers, _EPOCH)
        if {tag.name for tag in tags} != set(check.tags):
            yield "buyers", number, check.tags, tuple(tag.name for tag in tags)
        said = consent_of(check.says or "", rules.buyers.consent)
        if said != check.consent:
            yield "buyers", number, check.consent, said


def _order(refund: Refund, number: int) -> Order:
    none = Decimal(0)
    return Order(str(number), "", OrderStatus.FINISHED, none, none, (), _EPOCH, _EPOCH, refund=refund)


def _flows(rules: Rules, _: Workdays) -> Found:
    """How answers are read; names that nothing knows are told elsewhere."""
    for number, check in enumerate(rules.flows.checks):
        flow = rules.flows.flows.get(check.flow or "")
        slot = flow.slot(check.slot) if flow else None
        read = read_slot(slot, check.says, Ground(rules), asked=True) if slot else None
        expected, found = (check.reads, check.fault), (read.value, read.fault) if read else (None, None)
        if slot and found != expected:
            yield "flows", number, check.reads or check.fault, found[0] or found[1]
        if check.drops is not None and drops(check.says, rules) != check.drops:
            yield "flows", number, check.drops, not check.drops


_CHECKS: tuple[Callable[[Rules, Workdays], Found], ...] = (
    _shop, _shifts, _reception, _routing, _carriers, _invoices, _sizes, _promotions, _redlines, _concepts, _attributes,
    _buyers, _flows, outreach_checks.failing_nudges, outreach_checks.failing_care, outreach_checks.failing_wishes,
    catalogue_checks.failing, kpi_checks.failing,
)  # fmt: skip
#: Whose checks are about another file's names.
_RESTING = {"rules/reception.yaml": "rules/shifts.yaml"}
