"""What to do with a turn: one frozen decision with a reason, made by a chain of rules read from top to bottom.

In: a case (meaning, conversation, facts, book, now). Out: a `Decision`. Never: a text, a send, a state change.
"""

from collections.abc import Callable

from bot.core.bundles import after_answer
from bot.core.case import Case, Decision
from bot.core.context import OFFERED, said_as
from bot.core.flows import follow
from bot.core.handing import hand_off as _hand_off
from bot.core.handing import stay as _stay
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import DecisionKind, Holder, Kind
from bot.core.notes import NOTED
from bot.core.pick import Pick
from bot.core.reception import mode_at
from bot.core.routing import FLAG

_CARDS = {Kind.ITEM_CARD: "system/item_card", Kind.ORDER_CARD: "system/order_card"}
_REMARK = "order_remark"
_UNSEEN = (Kind.IMAGE, Kind.VIDEO, Kind.VOICE)


Rule = Callable[[Case], Decision | None]


def decide(case: Case) -> Decision:
    """The first rule that has something to say; the last one always has."""
    return next(decision for rule in RULES if (decision := rule(case)))


def _paused(case: Case) -> Decision | None:
    """Nothing automatic reaches the buyer, but people see the message."""
    if not case.facts.paused or case.conversation.holder is Holder.HUMAN:
        return None
    return _hand_off(case, "paused", quiet=True)


def _human_holds(case: Case) -> Decision | None:
    return _stay("human_holds") if case.conversation.holder is Holder.HUMAN else None


def _stranger(case: Case) -> Decision | None:
    """Somebody else writes in a buyer's conversation: people sort that out, and no order is told."""
    return _hand_off(case, "stranger") if case.scene.focus.stranger else None


def _red_flag(case: Case) -> Decision | None:
    flag = case.meaning.flag
    return _hand_off(case, f"{FLAG}{flag.name}", group=flag.group, urgency=flag.urgency) if flag else None


def _wants_human(case: Case) -> Decision | None:
    claimed = bool(case.meaning.claims) and case.meaning.claims[0].intent == "ask_human"
    if not claimed and not case.meaning.wants_human:
        return None
    topic = case.book.by_intent.get("ask_human")
    said = case.pick(topic.name) if topic else None
    return _hand_off(case, "asked_for_human", picks=(said,) if said else (), urgency=3)


def _reception(case: Case) -> Decision | None:
    """While people are there they come first where the shop says so; in assist mode the bot only drafts for them."""
    if not case.is_live:
        return None
    mode = mode_at(case.book.rules.reception, case.now, case.zone, case.book.works)
    if mode == "bot_first":
        return None
    return _hand_off(case, mode, quiet=mode == "assist")


def _nothing_said(case: Case) -> Decision | None:
    return _stay("nothing_to_say") if case.meaning.silent else None


def _flow(case: Case) -> Decision | None:
    """An after-sales matter goes on or begins; what is asked beside it is answered as ever."""
    return follow(case, ordinary)


def ordinary(case: Case) -> Decision:
    """What the turn would be answered with if no after-sales matter were under way."""
    return next(decision for rule in ORDINARY if (decision := rule(case)))


def _unseen_media(case: Case) -> Decision | None:
    """What the bot can't see or hear is said so once, and a person looks: by day at once, after a night first thing."""
    kinds = [kind for kind in _UNSEEN if kind in case.meaning.media]
    if not kinds or case.meaning.claims:
        return None
    said = case.pick("system/media_voice" if kinds[0] is Kind.VOICE else "system/media_image")
    if said and case.conversation.said.get(said.topic.name):
        return _stay("media_noted")
    return _hand_off(case, "media", picks=(said,) if said else ())


def _small_talk(case: Case) -> Decision | None:
    """A short courtesy, a few times; then silence is the courtesy."""
    intents = [claim.intent for claim in case.meaning.claims]
    if not intents or not set(intents) <= SMALL_TALK:
        return None
    if case.conversation.holder is Holder.QUEUED and "greeting" in intents:
        return None
    said = sum(case.conversation.said.get(case.book.by_intent[name].name, 0) for name in intents)
    if said >= case.book.rules.reception.limits.courtesies or case.conversation.holder is Holder.QUEUED:
        return _stay("courtesy_spent")
    chosen = case.pick(case.book.by_intent[intents[0]].name)
    return Decision(DecisionKind.ANSWER, "small_talk", (chosen,)) if chosen else _stay("courtesy_spent")


def _wished(case: Case) -> Decision | None:
    """Nothing but wishes for the parcel: they are noted and read back."""
    claimed = {claim.intent for claim in case.meaning.claims}
    chosen = case.pick(NOTED) if case.wishes and claimed <= SMALL_TALK | {_REMARK} else None
    return Decision(DecisionKind.ANSWER, "wish_noted", (chosen,)) if chosen else None


def _understood(case: Case) -> Decision | None:
    """Sure of the question: answer it, ask for the one thing missing, or hand it over with what can be said."""
    intents = _in_order(case.meaning)
    if not intents:
        return None
    found = [(name, case.pick(_topic_of(name, case))) for name in intents]
    picks = tuple(chosen for _, chosen in found if chosen)
    said = tuple(chosen for chosen in picks if not chosen.asks_for)
    if len(picks) < len(found):
        return _hand_off(case, "fact_missing", picks=said)
    if not _fresh(case, said):
        return _hand_off(case, "repeated")
    if any(chosen.then_hand_off for chosen in picks):
        return _hand_off(case, "needs_person", picks=picks)
    if case.meaning.rest:
        return _hand_off(case, "partly", picks=said, group=_group_of_rest(case))
    return _answer(case, found, picks)


def _topic_of(intent: str, case: Case) -> str:
    """The reply for an intent; a remark whose wish is noted needs no other."""
    return NOTED if intent == _REMARK and case.wishes else case.book.by_intent[intent].name


def _in_order(meaning: Meaning) -> list[str]:
    """What is asked, in the buyer's own order; an answer to the bot's question comes first."""
    asked = [claim.intent for claim in meaning.claims if claim.intent not in SMALL_TALK]
    return sorted(asked, key=lambda intent: meaning.order.index(intent) if intent in meaning.order else -1)


def _group_of_rest(case: Case) -> str:
    """The people for what is left over, where it is known what that is about."""
    guesses = [rest.guess for rest in case.meaning.rest if rest.guess]
    return case.group_for(guesses) if guesses else case.group


def _answer(case: Case, found: list[tuple[str, Pick | None]], picks: tuple[Pick, ...]) -> Decision:
    wanted = tuple(f"{chosen.asks_for}:{name}" for name, chosen in found if chosen and chosen.asks_for)
    if any(entry in case.conversation.asked for entry in wanted):
        return _hand_off(case, "still_missing", picks=tuple(chosen for chosen in picks if not chosen.asks_for))
    asks_only = all(chosen.asks_for for chosen in picks)
    kind, reason = (DecisionKind.ASK, "needs_fact") if asks_only else (DecisionKind.ANSWER, "sure")
    listed, offered = _listed_orders(case, picks)
    noted = _noted(case, picks)
    beside = () if asks_only or noted else after_answer(case, picks)
    left = (f"{chosen.leaves_open}:{name}" for name, chosen in found if chosen and chosen.leaves_open)
    return Decision(kind, reason, (*picks, *listed, *noted, *beside), ask=(*wanted, *left, *offered))


def _noted(case: Case, picks: tuple[Pick, ...]) -> tuple[Pick, ...]:
    """What was wished beside a question is read back after the answer."""
    told = any(chosen.topic.name == NOTED for chosen in picks)
    chosen = case.pick(NOTED) if case.wishes and not told else None
    return (chosen,) if chosen else ()


def _listed_orders(case: Case, picks: tuple[Pick, ...]) -> tuple[tuple[Pick, ...], tuple[str, ...]]:
    """Who is asked which order is shown them, numbered; the list is remembered as it was shown."""
    rivals = case.scene.focus.rivals
    asked = rivals and any(chosen.asks_for == "order" for chosen in picks)
    chosen = case.pick("system/which_order") if asked else None
    return ((chosen,), tuple(f"{OFFERED}{order.id}" for order in rivals)) if chosen else ((), ())


def _card_only(case: Case) -> Decision | None:
    """A bare item or order card: say that it was seen and ask what about it."""
    shown = next((topic for kind, topic in _CARDS.items() if kind in case.meaning.media), None)
    if shown is None or case.meaning.choices:
        return None
    chosen = case.pick(shown)
    return Decision(DecisionKind.ANSWER, "card", (chosen,)) if chosen else _hand_off(case, "fact_missing")


def _already_queued(case: Case) -> Decision | None:
    """Waiting for a person: what the bot does not know for sure is kept for that person; the buyer is told once."""
    if case.conversation.holder is not Holder.QUEUED:
        return None
    chosen = case.pick("system/still_waiting", case.group)
    if chosen and not case.conversation.said.get(chosen.topic.name):
        return Decision(DecisionKind.ANSWER, "noted", (chosen,))
    return _stay("noted")


def _declined(case: Case) -> Decision | None:
    """None of the readings was meant: people who are there ask on; at night the buyer may put it differently."""
    if not case.meaning.declines:
        return None
    chosen = case.pick("system/declined", case.group)
    if case.is_live or chosen is None:
        return _hand_off(case, "unclear_twice")
    return Decision(DecisionKind.ASK, "declined", (chosen,))


def _nearly_sure(case: Case) -> Decision | None:
    """Offer up to three readings, once; who does not choose gets a person."""
    choices = [claim for claim in case.meaning.choices if claim.intent in case.book.by_intent]
    if not choices:
        return None
    limit = case.book.rules.reception.limits.misses
    if case.conversation.misses >= limit or any(entry.startswith("choice:") for entry in case.conversation.asked):
        return _hand_off(case, "unclear_twice")
    chosen = case.pick("system/choice" if len(choices) > 1 else "system/confirm")
    wanted = tuple(f"choice:{claim.intent}" for claim in choices)
    return (
        Decision(DecisionKind.ASK, "nearly_sure", (chosen,), ask=wanted) if chosen else _hand_off(case, "unclear_twice")
    )


def _not_understood(case: Case) -> Decision:
    """People who are there take it at once; at night the bot asks once to put it differently, then takes a message."""
    chosen = case.pick("system/not_understood", case.group)
    if case.is_live or chosen is None or case.conversation.misses + 1 >= case.book.rules.reception.limits.misses:
        return _hand_off(case, "not_understood")
    return Decision(DecisionKind.ASK, "not_understood", (chosen,))


#: What the shop answers to a turn by itself, whatever else is under way.
ORDINARY: tuple[Rule, ...] = (
    _unseen_media,
    _wished,
    _small_talk,
    _understood,
    _card_only,
    _already_queued,
    _declined,
    _nearly_sure,
    _not_understood,
)
RULES: tuple[Rule, ...] = (
    _paused,
    _human_holds,
    _red_flag,
    _stranger,
    _wants_human,
    _reception,
    _nothing_said,
    _flow,
    *ORDINARY,
)


def _fresh(case: Case, picks: tuple[Pick, ...]) -> bool:
    limit = case.book.rules.reception.limits.repeats
    return all(case.conversation.said.get(said_as(chosen, case.scene), 0) < limit for chosen in picks)
