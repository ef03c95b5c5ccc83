"""A shop's busy day for the office's pages, told through the service's own calls.

In: an office. Out: waiting buyers, people, notices, logs, issues, letters, a day that was served. Never: a row written
past the store.
"""

from dataclasses import replace
from datetime import timedelta

from bot.acts import Act
from bot.core.model import AgentState, Holder
from bot.core.notebooks import (
    Commitment,
    CommitmentKind,
    Entry,
    Handover,
    HandoverLine,
    Happening,
    Issue,
    IssueKind,
    LineKind,
    Notice,
    NoticeKind,
)
from bot.records import Outcome
from bot.store import SqlStore
from tests.fakes import WEBHOOK, buyer_event, reply, talk
from tests.store.days import lived
from tests.web.office_room import NOW, OfficeRoom

EVIL = "<script>alert(1)</script>{{7*7}}"
PHONE = "13800001111"


async def busy(room: OfficeRoom) -> None:
    """All of it, at three in the afternoon."""
    await lived(room.store)
    await people(room)
    await waiting(room)
    await told(room)
    await handed_over(room)
    await filed(room)
    await undelivered(room.store)


async def people(room: OfficeRoom) -> None:
    await room.is_here("a01")
    await room.is_here("a11", AgentState.AWAY)
    await room.is_here("x9")
    held = replace(talk(holder=Holder.HUMAN, one="held"), agent_id="a01", group="presale")
    assert await room.store.act(Act(held), room.clock())


async def waiting(room: OfficeRoom) -> None:
    await room.waits("w1", ago=90, name="小鱼", says=f"买家问尺码，电话 {PHONE}")
    await room.waits("w2", "aftersale", 3700, name=EVIL, says=EVIL)
    await room.waits("w/3", "supervisor", 20, says="要投诉")


async def told(room: OfficeRoom) -> None:
    late = Commitment(
        "p1", "webhook", "w1", "b-w1", CommitmentKind.PROMISE, f"给 {PHONE} 回电", "a01", NOW - timedelta(hours=2),
        "presale", NOW - timedelta(minutes=5), "a01",
    )  # fmt: skip
    kinds: tuple[tuple[NoticeKind, dict[str, object]], ...] = (
        (NoticeKind.UNMANNED, {"shift": "早班", "start": NOW.isoformat(), "agents": ["a01", "a02"]}),
        (NoticeKind.VANISHED, {"agent_id": "a07"}),
        (NoticeKind.UNACKNOWLEDGED, {"handover_id": "h1", "lines": 2}),
        (NoticeKind.OVERDUE, {"commitment_id": "p1"}),
        (NoticeKind.UNSERVED, {"channel": "webhook", "conversation_id": "w2"}),
        (NoticeKind.STOOD_IN, {"channel": "webhook", "conversation_id": "w/3", "agent_id": "a11"}),
    )
    notices = tuple(
        Notice(f"n{number}", NOW - timedelta(minutes=9 - number), kind, "supervisor", data)
        for number, (kind, data) in enumerate(kinds)
    )
    assert await room.store.act(Act(commitments=(late,), notices=notices), NOW)


async def handed_over(room: OfficeRoom) -> None:
    lines = (
        HandoverLine(1, LineKind.WAITING, "webhook", "w1", "b-w1", f"买家{EVIL}从 14:00 等到现在", urgency=0),
        HandoverLine(2, LineKind.PROMISE, "webhook", "w1", "b-w1", "答应补发", commitment_id="p1", agent_id="a01"),
        HandoverLine(3, LineKind.NOTE, "webhook", "w1", "b-w1", "爱问尺码", acknowledged_by="a11", acknowledged_at=NOW),
    )
    early = NOW - timedelta(hours=6)
    logs = (
        Handover("h1", "presale", early, ("夜班",), ("早班",), early, lines, early),
        Handover("h2", "aftersale", early, (), ("售后班",), early),
    )
    assert await room.store.act(Act(handovers=logs), NOW)


async def filed(room: OfficeRoom) -> None:
    def issue(one: str, kind: IssueKind, text: str, item: str | None = None, reason: str | None = None) -> Issue:
        return Issue(
            one, NOW - timedelta(hours=1), kind, text, buyer_id=f"b-{one}", item_id=item, reason=reason
        )  # fmt: skip

    issues = (
        issue("i1", IssueKind.UNANSWERED, "发什么快递呀"),
        issue("i2", IssueKind.UNANSWERED, "发什么快递呀"),
        issue("i3", IssueKind.UNANSWERED, EVIL),
        issue("i4", IssueKind.RETURN_REASON, "尺码不合适", item="i1", reason="尺码不合适"),
        issue("i5", IssueKind.COMPLAINT, "太差了", item="i1"),
    )
    calls = tuple(
        Entry(f"q{number}", NOW - timedelta(minutes=number), Happening.QUEUED, data={"reason": reason})
        for number, reason in enumerate(("media", "media", "asked_for_human"))
    )
    assert await room.store.act(Act(issues=issues, journal=calls), NOW)


async def undelivered(store: SqlStore, count: int = 3) -> None:
    """The channel refuses answers."""
    plain = reply("l0", lane="l0")
    texts = (f"亲，打这个 {PHONE}", EVIL)
    commands = tuple(
        replace(
            plain, id=f"l{number}", lane=f"l{number}", created_at=NOW, deadline=NOW + timedelta(minutes=9),
            data={**plain.data, "id": f"l{number}", "text": texts[number % 2]},
        )
        for number in range(count)
    )  # fmt: skip
    await store.accept(replace(buyer_event(900, "letters"), received_at=NOW, ready_at=NOW))
    [claim] = await store.claim(NOW, 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, Outcome(done=seqs, commands=commands), NOW)
    for number, one in enumerate(await store.claim_commands(NOW, 99, WEBHOOK)):
        assert await store.mark_dead(one, "http 410" if number % 2 == 0 else "ConnectError")
