"""One lane's new events become one outcome: gather, take the turn, say what must be saved.

In: `Work` as read from the store, the book, the time. Out: an `Outcome`. Never: IO; the worker saves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.approach import planned
from bot.channels.payloads import message_of, tagging_of
from bot.commands import hand_off, note_order, send_message
from bot.core import nudges
from bot.core.book import Book
from bot.core.buyer import Agreed, Buyer, News, Tag
from bot.core.buyerfile import closing, consent_of, learned
from bot.core.compose import Reply
from bot.core.facts import Facts
from bot.core.issues import issues_of
from bot.core.made import Made, made_of
from bot.core.model import Conversation, DecisionKind, Holder, Message, Order, OrderStatus, Sender
from bot.core.notes import note_of, takes_notes
from bot.core.routing import queue_of
from bot.core.shifts import live_groups, next_lives, on_shift
from bot.core.states import Happened
from bot.core.taking import moved, spoken_by
from bot.core.turn import Turn, reads_back, take_turn
from bot.ids import derived
from bot.journal import clocked, heard_from, moves
from bot.recorded import Given, as_text, given_of
from bot.records import UNSAID, Command, Event, Outcome, Purpose, TurnRecord, Work
from bot.shop.snapshots import item_from, order_from
from bot.stories import story_of

_SETTLING = frozenset({Happened.HUMAN_SPOKE, Happened.CLOSED})
_STATES = {"conversation.handed_back": Happened.HANDED_BACK, "conversation.closed": Happened.CLOSED}


def outcome_of(work: Work, book: Book, now: datetime) -> tuple[Outcome, Turn | None]:
    """All effects of a lane's events, and the turn if a buyer wrote."""
    if work.claim.lane.startswith("c:") and work.events:
        outcome, turn = _conversation(work, book, now)
        return _with_people(outcome, turn, work, book), turn
    return _snapshots(work, book), None


def _with_people(outcome: Outcome, turn: Turn | None, work: Work, book: Book) -> Outcome:
    """What the journal is told; and a human's conversation counts as theirs for a while after their word."""
    talk, rest = outcome.conversation, book.rules.routing.dispatch.rest
    quiet = turn is not None and turn.decision.quiet
    told = replace(outcome, journal=tuple(moves(work, talk, quiet)), presence=heard_from(work, talk, book))
    if talk and talk.holder is Holder.HUMAN and talk.agent_id and talk.look_at is None and talk.served_at:
        return replace(told, conversation=replace(talk, look_at=talk.served_at + rest))
    return told


def _done(events: Sequence[Event]) -> tuple[int, ...]:
    return tuple(event.seq for event in events)


def _snapshots(work: Work, book: Book) -> Outcome:
    """Orders, items and agents: the newest snapshot counts, and an order's payment state moves its nudges."""
    events, (presence, journal) = work.events, clocked(work.events, work.presence, book)
    orders = tuple(order_from(event.body) for event in events if event.type == "order.updated")
    return Outcome(
        done=_done(events),
        orders=orders,
        items=tuple(item_from(event.body) for event in events if event.type == "item.updated"),
        presence=presence,
        journal=journal,
        plan=tuple(line for order in _newest(orders) for line in planned(order, book.rules)),
        news=tuple(_tagged(events, book)),
    )


def _newest(orders: Sequence[Order]) -> Sequence[Order]:
    """One snapshot an order."""
    return list({order.id: order for order in sorted(orders, key=lambda one: one.updated_at)}.values())


def _tagged(events: Sequence[Event], book: Book) -> Iterator[News]:
    """Tags that agents of the shop's own desk set or took off; where only listed ones may be set, no other is."""
    for event in events:
        if event.type == "buyer.tagged":
            told = tagging_of(event.body)
            tag = Tag(told.tag, told.agent_id, event.received_at, told.on)
            if book.rules.buyers.allows(tag.name):
                yield News(told.buyer_id, event.received_at, tags=(tag,))


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation's new events as the bot may use them: without our own echoes, cards of the platform, repeats.

    `asked` is what the buyer wrote and did not take back; `conversation` stands where people's words have moved it.
    """

    kept: tuple[Message, ...]
    asked: tuple[Message, ...]
    recalled: tuple[str, ...]
    conversation: Conversation | None


def hear(work: Work) -> Heard:
    """Read a conversation's events in their order. What people answered or closed meanwhile is not answered again."""
    messages = [message_of(event.body) for event in work.events if event.type == "message.created"]
    recalled = tuple(str(event.body["id"]) for event in work.events if event.type == "message.recalled")
    not_new = work.ours | work.known
    kept = {m.id: m for m in messages if m.id not in not_new and m.sender is not Sender.SYSTEM}
    settled = _settled(work.events, set(kept))
    told = (*_unsaid(work), *kept.values())
    asked = tuple(m for m in told if m.sender is Sender.BUYER and m.id not in {*recalled, *settled})
    return Heard(tuple(kept.values()), asked, recalled, _after_events(_opened(work, messages), work.events, set(kept)))


def _unsaid(work: Work) -> tuple[Message, ...]:
    """What the buyer asked before and never had an answer to."""
    return tuple(message for unsaid in work.unsaid for message in unsaid.messages)


def _settled(events: Sequence[Event], kept: set[str]) -> set[str]:
    """Messages before the last word of a human or the last close."""
    ends = [number for number, event in enumerate(events) if _happened(event, kept) in _SETTLING]
    return {one for event in events[: ends[-1]] for one in _named(event)} if ends else set()


def _named(event: Event) -> Iterator[str]:
    """The messages that an event is about."""
    named = event.body.get("messages")
    yield from (str(one) for one in (named if isinstance(named, list) else [event.body.get("id")]))


def _conversation(work: Work, book: Book, now: datetime) -> tuple[Outcome, Turn | None]:
    heard = hear(work)
    news = (*_over(work, heard.conversation, now), *_unheard(heard, book, now))
    base = Outcome(_done(work.events), heard.conversation, messages=heard.kept, recalled=heard.recalled, news=news)
    base = _answered(base, heard, work.orders, book, now)
    if heard.conversation is None or not heard.asked:
        return base, None
    given = given_of(work, heard.asked)
    turn = take_turn(
        heard.asked, heard.conversation, facts_of(given, heard.conversation.buyer_id, book, now), book, now
    )
    turn = replace(turn, conversation=_in_its_place(turn.conversation, work))
    outcome = _with_turn(base, turn, heard.conversation, given, cause_of(work, heard.asked))
    refuses = bool(base.conversation and base.conversation.refused_at == now) or _cancels(turn)
    return _refusing(outcome, turn.conversation, work.orders, now) if refuses else outcome, turn


def _unheard(heard: Heard, book: Book, now: datetime) -> tuple[News, ...]:
    """Who wants to hear of no offers any more is heeded, although people have answered the rest."""
    mine = heard.conversation.buyer_id if heard.conversation else None
    texts = [
        one.text for one in heard.kept if one.buyer_id == mine and one not in heard.asked and one.sender is Sender.BUYER
    ]
    withdrawn = any(consent_of(text, book.rules.buyers.consent) is Agreed.WITHDRAWN for text in texts)
    return (News(mine, now, consent=Agreed.WITHDRAWN),) if mine and withdrawn else ()


def _over(work: Work, conversation: Conversation | None, now: datetime) -> tuple[News, ...]:
    """People closed the conversation or gave it back: what they were called for is done."""
    if conversation is None or not any(event.type in _STATES for event in work.events):
        return ()
    news = closing(conversation, work.buyer, now)
    return (news,) if news else ()


def _in_its_place(one: Conversation, work: Work) -> Conversation:
    """Whoever waited for people before the answer was decided anew, and still does, has waited since then."""
    stood = work.conversation.waiting_since if work.unsaid and work.conversation else None
    return replace(one, waiting_since=stood) if stood and one.holder is Holder.QUEUED else one


def cause_of(work: Work, asked: Sequence[Message]) -> str:
    """What a turn's ids follow from: the last message, and where it is answered anew, the event that asked for it."""
    anew = [event.id for event in work.events if event.type == UNSAID]
    return " ".join((asked[-1].id, *anew))


def _opened(work: Work, messages: Sequence[Message]) -> Conversation | None:
    """The conversation, or a new one for the first message; an event about an unknown one has nothing to change. Where
    a reply was never said, it stands as before that reply's turn, unless people have been told of it since."""
    stood, now = next((unsaid.before for unsaid in work.unsaid if unsaid.before), None), work.conversation
    if stood and now and (stood.holder is now.holder or (now.holder is Holder.QUEUED and not now.announced)):
        return replace(stood, version=now.version)
    if work.conversation or not messages:
        return work.conversation
    first = messages[0]
    name = next((message.buyer_name for message in messages if message.buyer_name), None)
    return Conversation(first.conversation_id, work.events[0].channel, first.buyer_id, buyer_name=name)


def _after_events(conversation: Conversation | None, events: Sequence[Event], kept: set[str]) -> Conversation | None:
    """People's words and wishes move the holder, in their order, before the bot thinks."""
    for event in events if conversation else ():
        happened = _happened(event, kept)
        if conversation and happened:
            conversation = moved(conversation, happened)
        if conversation and happened is Happened.HUMAN_SPOKE:
            conversation = spoken_by(conversation, event.body.get("agent_id"), event.received_at)
    return conversation


def _happened(event: Event, kept: set[str]) -> Happened | None:
    by_seller = event.type == "message.created" and event.body.get("sender") == Sender.SELLER
    return Happened.HUMAN_SPOKE if by_seller and event.body["id"] in kept else _STATES.get(event.type)


def facts_of(work: Work | Given, buyer_id: str, book: Book, now: datetime) -> Facts:
    """What is known at this minute; of a buyer without a file, nothing."""
    routing = book.rules.routing
    live = live_groups(book.rules.shifts, work.presence, now, book.works)
    return replace(
        people_at(book, live, now),
        orders=work.orders,
        items=work.items,
        ahead={
            str(group): sum(work.queue_ahead.get(one, 0) for one in queue_of(group, live, routing))
            for group in routing.groups
        },
        paused=work.paused,
        offers=work.offers,
        buyer=work.buyer or Buyer(buyer_id),
    )


def people_at(book: Book, live: frozenset[str], now: datetime) -> Facts:
    """What is known of people at a moment, and nothing else."""
    shifts = book.rules.shifts
    return Facts(
        live=live,
        rostered=frozenset(span.group for span in on_shift(shifts, now, book.works)),
        back_at=next_lives(shifts, now, book.rules.routing.groups, book.works),
    )


def _with_turn(base: Outcome, turn: Turn, before: Conversation, given: Given, cause: str) -> Outcome:
    now, book, asked = turn.case.now, turn.case.book, given.asked
    commands = tuple(_commands(turn, before, asked, cause))
    record = TurnRecord(
        id=derived("turn", before.channel, before.id, cause),
        conversation_id=before.id,
        at=now,
        decision=turn.decision.kind.value,
        reason=turn.decision.reason,
        command_ids=tuple(command.id for command in commands),
        story=story_of(turn, asked),
        before=before,
        version=book.version,
        given=as_text(given),
    )
    news = learned(turn, record.id)
    known = (*base.news, news) if news else base.news
    issues = issues_of(turn, record.id, asked)
    return replace(base, conversation=turn.conversation, commands=commands, turn=record, news=known, issues=issues)


def _commands(turn: Turn, before: Conversation, asked: tuple[Message, ...], cause: str) -> list[Command]:
    book, now, found = turn.case.book, turn.case.now, list[Command]()
    if turn.reply:
        by = Purpose.HANDOFF if turn.decision.kind is DecisionKind.HAND_OFF else Purpose.REPLY
        deadline = now + book.rules.reception.reply_deadline
        ids = [message.id for message in asked]
        found.append(
            send_message(
                before, turn.reply, by, cause, now, deadline=deadline, made=_made(turn, turn.reply), in_reply_to=ids
            )
        )
    found += _notes(turn, before, cause)
    told = before.announced and before.group == turn.conversation.group
    if turn.decision.kind is DecisionKind.HAND_OFF and turn.conversation.announced and not told:
        found.append(hand_off(replace(turn.conversation, group=turn.decision.group), cause, now))
    return found


def _made(turn: Turn, reply: Reply) -> Made:
    case, decision = turn.case, turn.decision
    because, group = (decision.kind.value, decision.reason), decision.group or case.staffed_group
    return made_of(reply, case.book, case.now, because, people=case.facts, group=group)


def _notes(turn: Turn, before: Conversation, cause: str) -> list[Command]:
    """What the buyer wished for, on the order that is spoken of; only what was also read back."""
    order, wishes = turn.case.scene.focus.order, turn.case.wishes
    if not (order and wishes and reads_back(turn.decision, turn.reply) and takes_notes(order)):
        return []
    line, rules = note_of(tuple(one.says for one in wishes)), turn.case.book.rules.care.notes
    return [note_order(before.channel, before.id, order, line, rules.flag, turn.case.now, cause=cause)]


def _answered(base: Outcome, heard: Heard, orders: Sequence[Order], book: Book, now: datetime) -> Outcome:
    """What the buyer wrote ends what they were reminded of, and a refusal counts, also where people answer it."""
    talk = heard.conversation
    if talk is None:
        return base
    mine = [one for one in heard.kept if one.sender is Sender.BUYER and one.buyer_id == talk.buyer_id]
    told = replace(base, answered_by=talk.buyer_id) if mine or heard.asked else base
    refuses = any(nudges.refuses(one.text, book.rules.nudges) for one in (*mine, *heard.asked))
    return _refusing(told, talk, orders, now) if refuses else told


def _cancels(turn: Turn) -> bool:
    return "order_cancel" in {claim.intent for claim in turn.meaning.claims}


def _refusing(outcome: Outcome, talk: Conversation, orders: Sequence[Order], now: datetime) -> Outcome:
    """A buyer who says that he does not want it is not reminded of paying; nor of an order placed before, of which the
    shop's system has yet to tell."""
    unpaid = [order.id for order in orders if order.status is OrderStatus.UNPAID]
    cancelled = dict.fromkeys(unpaid, "refused")
    return replace(outcome, conversation=replace(talk, refused_at=now), cancel_nudges=cancelled)
