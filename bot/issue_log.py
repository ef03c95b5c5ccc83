"""The issue log as a service: what is in it week by week, what people file, what they settle, what it tells others.

In: a store, the shop's zone, what somebody wants, the time. Out: groups, issues, feedback. Never: IO but the store's;
an unmasked word filed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.acts import Act
from bot.core.feedback import Feedback, feedback_of
from bot.core.issue_groups import Group, groups_of
from bot.core.masking import mask_text
from bot.core.notebooks import Issue, IssueKind
from bot.core.replied import LONGEST
from bot.core.text import plain
from bot.core.weeks import Week, read_week
from bot.errors import YebanError
from bot.ids import derived
from bot.ports import Store
from bot.refusals import KeyTakenError
from bot.words import say

#: What people file; the rest comes by itself.
BY_PEOPLE = (IssueKind.WRONG_FACT, IssueKind.REMARK, IssueKind.WRONG_ANSWER, IssueKind.COMPLAINT)
AGENT_SAYS = "agent_says"
_GROUP = re.compile(r"([0-9]{4}-W[0-9]{2})-[0-9a-f]+")
Story = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Filing:
    """What an agent files. `text` is masked here. `message_id`: the sent message that was wrong, from which the rest is
    looked up. `key` tells two filings apart; without one, the same words about the same thing on one day (UTC) are
    one filing."""

    kind: IssueKind
    text: str
    agent_id: str
    message_id: str | None = None
    channel: str | None = None
    conversation_id: str | None = None
    buyer_id: str | None = None
    item_id: str | None = None
    order_id: str | None = None
    key: str | None = None


async def groups_in(store: Store, week: Week, zone: ZoneInfo, kinds: Collection[IssueKind] = ()) -> tuple[Group, ...]:
    """The week's issues, what is alike together, beside the week before."""
    now, past = await store.issues(*week.span(zone), kinds), await store.issues(*week.before.span(zone), kinds)
    return groups_of(now, past, week.label)


async def feedback(store: Store, since: datetime, until: datetime) -> Feedback:
    """What operations and product learn from [since, until)."""
    return feedback_of(await store.issues(since, until))


async def feedback_with_titles(store: Store, since: datetime, until: datetime) -> tuple[Feedback, Mapping[str, str]]:
    """The same, and the titles of the items that it names, as far as they are known."""
    told = await feedback(store, since, until)
    ids = {row.key[0] for row in (*told.returns, *told.complaints, *told.wrong_facts) if row.key[0]}
    found = [(await store.find(one, None))[0] for one in sorted(ids)]
    return told, {item.id: item.title for item in found if item}


async def file_issue(store: Store, filing: Filing, now: datetime) -> Issue:
    """Add what an agent files, once; what was filed first under a key. Raises `YebanError` for a kind that comes by
    itself, for no words and for a message that nobody knows, `KeyTakenError` for other words under a key."""
    if filing.kind not in BY_PEOPLE:
        raise YebanError("errors.issue_kind", kind=filing.kind, known=say("join.list").join(BY_PEOPLE))
    if not plain(filing.text):
        raise YebanError("errors.issue_text")
    story = await store.explain(filing.message_id) if filing.message_id else {}
    if story is None:
        raise YebanError("errors.unknown_id", id=filing.message_id)
    issue = _said(_filed(filing, now), story)
    await store.act(Act(issues=(issue,)), now)
    kept = await store.issue(issue.id) or issue
    if filing.key and kept.text and _own_words(kept) != _own_words(issue):
        raise KeyTakenError(filing.key)
    return kept


def _own_words(issue: Issue) -> str:
    """The agent's, without the question that stands before them."""
    return issue.text.rpartition("\n")[2]


async def settle(
    store: Store, ids: Sequence[str], remedy: str, by: str, zone: ZoneInfo, now: datetime
) -> Sequence[str]:
    """Settle issues, or whole groups by their ids; the ids of those issues that were open. Raises `YebanError` where an
    id is of neither, and then nothing is settled."""
    if not plain(remedy):
        raise YebanError("errors.issue_remedy")
    meant = [issue for one in ids for issue in await _meant(store, one, zone)]
    return await store.settle_issues(meant, by, remedy.strip(), now)


async def _meant(store: Store, one: str, zone: ZoneInfo) -> Sequence[str]:
    if hit := _GROUP.fullmatch(one):
        found = next((group for group in await _groups(store, hit[1], zone) if group.id == one), None)
        ids: Sequence[str] = found.ids if found else ()
    else:
        ids = await store.known_issues([one])
    if not ids:
        raise YebanError("errors.no_issue", id=one)
    return ids


async def _groups(store: Store, label: str, zone: ZoneInfo) -> Sequence[Group]:
    try:
        week = read_week(label)
    except ValueError:
        return ()
    return await groups_in(store, week, zone)


def _filed(filing: Filing, now: datetime) -> Issue:
    about = (filing.message_id, filing.conversation_id, filing.item_id, filing.order_id)
    cause = (filing.key,) if filing.key else (*(one or "" for one in about), filing.text, now.date().isoformat())
    return Issue(
        derived("issue", "by", filing.agent_id, filing.kind, *cause), now, filing.kind,
        mask_text(filing.text)[:LONGEST], filing.channel, filing.conversation_id, filing.buyer_id, filing.agent_id,
        item_id=filing.item_id, order_id=filing.order_id,
    )  # fmt: skip


def _said(issue: Issue, story: Story) -> Issue:
    """With what the message's story tells: whose it was, what was asked, which line was said. The question comes first,
    the agent's words on a line of their own."""
    if not story:
        return issue
    message, command, turn = (_part(story, name) for name in ("message", "command", "turn"))
    told, data = _part(turn, "story"), _part(command, "data")
    facts, part, intents = _part(told, "facts"), _first(told.get("parts")), told.get("intents")
    asked = mask_text(" ".join(_words(one) for one in _listed(told.get("messages"))))[:LONGEST]
    return replace(
        issue,
        text=f"{asked}\n{issue.text}" if plain(asked) else issue.text,
        channel=issue.channel or _text(command, "channel"),
        conversation_id=issue.conversation_id or _text(message, "conversation_id") or _text(command, "conversation_id"),
        buyer_id=issue.buyer_id or _text(data, "buyer_id"),
        turn_id=_text(turn, "id"),
        intent=next((str(one) for one in _listed(intents)), None),
        topic=_text(part, "topic"),
        source=_text(part, "source") or _text(data, "source"),
        item_id=issue.item_id or _text(facts, "item"),
        order_id=issue.order_id or _text(facts, "order") or _text(command, "order_id"),
        reason=AGENT_SAYS if issue.kind is IssueKind.WRONG_ANSWER else None,
    )


def _part(story: Story, name: str) -> Story:
    found = story.get(name)
    return found if isinstance(found, Mapping) else {}


def _listed(found: object) -> Sequence[object]:
    return found if isinstance(found, list) else ()


def _first(found: object) -> Story:
    return next((one for one in _listed(found) if isinstance(one, Mapping)), {})


def _words(message: object) -> str:
    return str(message.get("text") or "") if isinstance(message, Mapping) else ""


def _text(story: Story, name: str) -> str | None:
    found = story.get(name)
    return str(found) if found else None
