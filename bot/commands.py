"""What the bot wants done outside, as commands of the contract.

In: a reply, a hand-off, a nudge. Out: `Command` values with ids that follow from their cause. Never: a send.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.book import Book
from bot.core.compose import Reply
from bot.core.facts import Facts
from bot.core.made import Made, made_of, sources_of
from bot.core.model import Conversation, Holder, Order
from bot.core.states import Happened, after
from bot.core.summary import reason_text
from bot.ids import derived
from bot.records import CALL_SPAN, SOOTHING_SPAN, UNSAID, Command, Event, Purpose

BOT_ID = "yeban"


def lane_of(conversation: Conversation) -> str:
    """All that is sent in one conversation goes in one lane."""
    return f"c:{conversation.channel}:{conversation.id}"


def send_message(
    conversation: Conversation,
    reply: Reply,
    purpose: Purpose,
    cause: str,
    now: datetime,
    *,
    deadline: datetime,
    made: Made,
    in_reply_to: Sequence[str] = (),
    order: Order | None = None,
    key: str | None = None,
) -> Command:
    """`message.send` from the bot. `cause` is what it answers: the last message's id, or the ledger's key; by a `key`
    it is the same message in whichever conversation. `made`: of what the reply was made. One about an `order` is sent
    only while that is as it is now."""
    command_id = key or derived("message", conversation.channel, conversation.id, cause)
    data = {
        "id": command_id,
        "conversation_id": conversation.id,
        "buyer_id": conversation.buyer_id,
        "kind": "text",
        "text": reply.text,
        "in_reply_to": list(in_reply_to),
        "author": {"kind": "bot", "id": BOT_ID},
        "purpose": purpose.value,
        "source": reply.source,
        "commit": made["commit"],
    }
    return Command(
        command_id, conversation.channel, "message.send", lane_of(conversation), conversation.id, data, purpose,
        by_bot=True, created_at=now, deadline=deadline, order_id=order.id if order else None,
        while_status=order.status.value if order else None, made=made,
    )  # fmt: skip


def note_order(
    channel: str,
    conversation_id: str,
    order: Order,
    line: str,
    flag: str,
    now: datetime,
    *,
    cause: str = "",
    over: Sequence[str] = (),
) -> Command:
    """`order.note`: a line to be appended to an order's note, and a flag if it has none, or one of ours that this one
    stands `over`. The store puts in the rest of the note as it is when the command goes out. `cause` is what it follows
    from: the last message's id, or a step of care. The same line on the same order from the same cause is the same
    command; what is said again later is another."""
    data = {"order_id": order.id, "append": line, "flag": flag, "memo": line, "over": list(over)}
    command_id = derived("note", order.id, line, cause)
    return Command(
        command_id, channel, "order.note", f"n:{order.id}", conversation_id, data, Purpose.NOTICE,
        by_bot=False, created_at=now, deadline=now + CALL_SPAN, order_id=order.id,
    )  # fmt: skip


def soothe(conversation: Conversation, reply: Reply, word: str, book: Book, people: Facts, now: datetime) -> Command:
    """A word to a buyer who waits for people; it is sent only while that wait is still on."""
    since = conversation.waiting_since or now
    cause = f"{word}:{since.isoformat()}"
    group = conversation.group or book.rules.routing.default
    made = made_of(reply, book, now, ("soothe", word), people=people, group=group)
    told = send_message(conversation, reply, Purpose.NOTICE, cause, now, deadline=now + SOOTHING_SPAN, made=made)
    return replace(told, asked_at=since)


def said_id(channel: str, conversation_id: str, agent: str, key: str) -> str:
    """The id of what an agent says under a `key` of their own."""
    return derived("said", channel, conversation_id, agent, key)


def say_as(
    conversation: Conversation,
    agent: str,
    text: str,
    key: str,
    now: datetime,
    deadline: datetime,
    made: Made | None = None,
) -> Command:
    """`message.send` of one of the shop's people; the same `key` of the same agent is the same message. `made`: of what
    the words were made, where they are those of the reply files."""
    command_id = said_id(conversation.channel, conversation.id, agent, key)
    data: dict[str, object] = {
        "id": command_id,
        "conversation_id": conversation.id,
        "buyer_id": conversation.buyer_id,
        "kind": "text",
        "text": text,
        "in_reply_to": [],
        "author": {"kind": "agent", "id": agent},
        "purpose": Purpose.REPLY.value,
        "source": sources_of(made) if made else None,
        "commit": made["commit"] if made else None,
    }
    return Command(
        command_id, conversation.channel, "message.send", lane_of(conversation), conversation.id, data, Purpose.REPLY,
        by_bot=False, created_at=now, deadline=deadline, made=made,
    )  # fmt: skip


def hand_back(conversation: Conversation, now: datetime) -> Command:
    """`conversation.hand_back`: the bot has it again."""
    command_id = derived("hand_back", conversation.channel, conversation.id, str(conversation.version))
    return Command(
        command_id, conversation.channel, "conversation.hand_back", lane_of(conversation), conversation.id,
        {"conversation_id": conversation.id}, Purpose.HANDOFF, by_bot=False, created_at=now, deadline=now + CALL_SPAN,
    )  # fmt: skip


def unsaid_again(conversation: Conversation, messages: Sequence[str], now: datetime) -> Event:
    """Messages that nobody has answered, for the bot to decide on, as an event of its own lane."""
    event_id = f"unsaid:back:{conversation.id}:{conversation.version}"
    since = (conversation.waiting_since or now).isoformat()
    body = {"conversation_id": conversation.id, "messages": list(messages), "turns": [], "asked_at": since}
    return Event(conversation.channel, event_id, UNSAID, lane_of(conversation), body, now, now)


def assigned(conversation: Conversation, now: datetime) -> Command:
    """`conversation.assigned`: who of the shop's people has a conversation from now on."""
    data = {
        "conversation_id": conversation.id,
        "buyer_id": conversation.buyer_id,
        "agent_id": conversation.agent_id,
        "group": conversation.group,
    }
    command_id = derived("assigned", conversation.channel, conversation.id, str(conversation.version))
    return Command(
        command_id, conversation.channel, "conversation.assigned", lane_of(conversation),
        conversation.id, data, Purpose.HANDOFF, by_bot=False, created_at=now, deadline=now + CALL_SPAN,
    )  # fmt: skip


def hand_off(conversation: Conversation, cause: str, now: datetime) -> Command:
    """`conversation.hand_off` of a queued conversation. `cause` is the message, or the wait, that it follows from."""
    since = conversation.waiting_since or now
    data = {
        "conversation_id": conversation.id,
        "buyer_id": conversation.buyer_id,
        "group": conversation.group,
        "reason": conversation.reason,
        "summary": conversation.summary,
        "waiting_since": since.isoformat(),
    }
    command_id = derived("hand_off", conversation.channel, conversation.id, cause)
    return Command(
        command_id, conversation.channel, "conversation.hand_off", lane_of(conversation),
        conversation.id, data, Purpose.HANDOFF, by_bot=False, created_at=now, deadline=now + CALL_SPAN,
    )  # fmt: skip


def queued(conversation: Conversation, reason: str, book: Book, now: datetime) -> Conversation:
    """The conversation as people shall find it when the machine, not the decision, calls them; theirs stays theirs, and
    its buyer waits for them."""
    if conversation.holder is Holder.HUMAN:
        return replace(conversation, waiting_since=conversation.waiting_since or now, look_at=now)
    opened = after(conversation.holder, Happened.BUYER_WROTE)
    return replace(
        conversation,
        holder=after(opened, Happened.HANDED_OFF),
        group=conversation.group or book.rules.routing.default,
        waiting_since=conversation.waiting_since or now,
        announced=False,
        urgency=min(conversation.urgency, 1),
        reason=reason,
        summary=conversation.summary or reason_text(reason),
        look_at=now,
    )
