"""What is on the way of a message is found through an index, however much is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from bot.acts import Act, LineMark
from bot.core.buyer import News
from bot.core.model import Holder
from bot.core.notebooks import Commitment, CommitmentKind, Handover, HandoverLine, LineKind, Notice, NoticeKind
from bot.records import Claim, Event, Nudge, Outcome
from bot.sheets import Sought
from bot.store import (
    sql_acts,
    sql_buyers,
    sql_card,
    sql_commitments,
    sql_due,
    sql_floor,
    sql_handovers,
    sql_hush,
    sql_inbox,
    sql_keyed,
    sql_notices,
    sql_outbox,
    sql_people,
    sql_save,
    sql_search,
    sql_talks,
    sql_traced,
    sql_work,
)
from bot.store.engine import Engines, open_engines
from bot.store.rows import command_values
from bot.store.schema import outbox
from bot.store.sql_save import Saving
from tests.fakes import QUIET, WEBHOOK, at, buyer_event, buyer_message, instant_event, order, reply, talk
from tests.postgres import Postgres

#: Small tables of which all is wanted, and what a partial index holds whole.
WHOLE = (
    "presence",
    "USING INDEX outbox_undelivered",
    "USING INDEX conversation_queue",
    "conversation_team",
    "buyer_agreed",
    "conversation_waits",
    "conversation_agent",
    "conversation_heat",
    "commitment_open",
    "handover_line_open",
    "notice_unseen",
)
Told = list[tuple[str, Any]]


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    opened = open_engines(f"sqlite:///{tmp_path / 'plans.db'}")
    yield opened
    opened.dispose()


def listen(engines: Engines) -> Told:
    told: Told = []
    for engine in (engines.read, engines.write):
        event.listen(engine, "before_cursor_execute", lambda *seen: told.append((seen[2], seen[3])))
    return told


def events() -> list[Event]:
    paid = {"id": "o1", "buyer_id": "b1", "status": "paid"}
    return [buyer_event(1), buyer_event(2, "c2"), instant_event(3, "o:o1", "order.updated", paid)]


def outcome(claim: Claim) -> Outcome:
    name = claim.lane.rpartition(":")[2]
    if not claim.lane.startswith("c:"):
        return Outcome(done=(3,), orders=(order(),), plan=(Nudge("o1", "first", at(7)),), cancel_nudges={"o2": "paid"})
    message, command = buyer_message(1, name), reply(f"r-{name}", lane=claim.lane)
    news = (News("b1", at(6), counts={"size_fit": 1}),)
    return Outcome(done=(1,), conversation=talk(one=name), messages=(message,), commands=(command,), news=news)


def acts() -> list[Act]:
    """A log, then the next one, a line of it acknowledged and one escalated."""
    owed = Commitment("p1", "webhook", "c1", "b1", CommitmentKind.PROMISE, "补发", "a1", at(0), "presale", at(9), "a1")
    waits = replace(talk(holder=Holder.QUEUED, one="c9"), waiting_since=at(0))
    held = replace(talk(holder=Holder.HUMAN, one="c8"), agent_id="a1", look_at=at(9))
    queued = replace(talk(holder=Holder.QUEUED, one="c7", group="presale"), waiting_since=at(0))
    lines = (
        HandoverLine(1, LineKind.WAITING, "webhook", "c9", "b1", "在等"),
        HandoverLine(2, LineKind.WAITING, "webhook", "c8", "b1", "在等"),
        HandoverLine(3, LineKind.PROMISE, "webhook", "c1", "b1", "补发", commitment_id="p1"),
    )
    logs = [Handover(f"h{at_}", "presale", at(at_), (), (), at(at_), lines) for at_ in (1, 2)]
    notices = tuple(Notice(f"n{number}", at(9), NoticeKind.UNMANNED, "supervisor") for number in (1, 2))
    return [
        Act(conversation=waits),
        Act(conversation=held),
        Act(conversation=queued),
        Act(commitments=(owed,), notices=notices, handovers=(logs[0],)),
        Act(handovers=(logs[1],), lines=(LineMark("h1", 1, at(9), "a1"), LineMark("h1", 2, at(9)))),
    ]


def river(engines: Engines) -> None:
    """Accept, claim, load, save, send, mark; a nudge; what the ticks look for."""
    with engines.write.begin() as connection:
        sql_inbox.accept(connection, events(), QUIET)
        claims = sql_inbox.claim(connection, at(5), 10, "t1")
    with engines.read.begin() as connection:
        sql_work.load(connection, claims)
    with engines.write.begin() as connection:
        senders = {"c:webhook:c1": "me"}
        savings = [Saving(one, outcome(one), at(6), senders.get(one.lane), WEBHOOK) for one in claims]
        saved = sql_save.save(connection, savings)
        leased = [command for some in saved for command in some or ()]
        claimed = sql_outbox.claim(connection, at(7), 10, "t2", WEBHOOK)
        assert (len(leased), len(claimed)) == (1, 1)
        sql_outbox.mark_sent(connection, [(one, at(8)) for one in [*leased, *claimed]])
    with engines.write.begin() as connection:
        assert all(sql_acts.apply(connection, act, at(9)) for act in acts())
        sql_handovers.receive(connection, ["h1"], at(9))
        sql_notices.see(connection, "n1", "s01", at(9))
    with engines.read.begin() as connection:
        for told in (
            sql_people.with_people(connection), sql_commitments.owed(connection),
            sql_commitments.overdue(connection, at(99)), sql_commitments.commitments_of(connection, "webhook", "c1"),
            sql_handovers.unread(connection).logs, sql_handovers.handovers(connection, at(0), at(99)),
            sql_handovers.last_handovers(connection, at(0)), sql_notices.notices(connection, 9),
        ):  # fmt: skip
            assert told
        assert sql_due.due(connection, at(9), 10, timedelta(hours=1), at(0))
        assert sql_floor.staffing(connection).loads == {"a1": 1}
        assert [one.conversation.id for one in sql_floor.heads(connection, ["presale"], 9)] == ["c7"]
        assert sql_floor.restless(connection, at(99), ["a2"])
        assert sql_floor.ahead(connection, acts()[2].conversation or talk(), ["presale"]) == 0
        assert sql_floor.open_talks(connection)
        assert sql_floor.open_talks(connection, "presale", "a1") == []
        assert sql_keyed.words_of(connection, "r-c1")
        assert sql_keyed.issue_at(connection, "i9") is None
        sql_talks.lapsed(connection, at(9))
        sql_hush.is_speaking(connection, "c:webhook:c1", "m9", "在", at(9))
        sql_talks.waiting(connection, ["presale"])
        assert sql_card.sheet(connection, "b1").talks
        assert sql_keyed.noted(connection, "r-c1") is None
        for text in ("c1", "b1", "o1", "第"):
            assert sql_search.found(connection, Sought(text, 9, at(0), 99))
        assert sql_traced.traced(connection, "webhook", "c1", 9)
        sql_buyers.guests(connection, "", 10)


def plans(engines: Engines, told: Told) -> Iterator[tuple[str, str]]:
    with engines.read.connect() as connection:
        for statement, values in told:
            if statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
                first = values[0] if isinstance(values, list) else values
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", first):
                    yield statement, str(row[3])


def test_no_statement_of_the_river_reads_a_whole_table(engines: Engines) -> None:
    told = listen(engines)
    river(engines)
    tables = (
        "inbox", "lane", "conversation", "message", "outbox", "orders", "items", "nudge", "turn", "buyer", "journal",
        "commitment", "handover", "handover_line", "notice", "issue",
    )  # fmt: skip
    scans = [
        (plan, statement)
        for statement, plan in plans(engines, list(told))
        if plan.startswith(tuple(f"SCAN {table}" for table in tables)) and not any(one in plan for one in WHOLE)
    ]
    assert len(told) > 30
    assert scans == []


def test_the_queue_is_cut_where_its_index_has_it_in_order(engines: Engines) -> None:
    told = listen(engines)
    with engines.read.begin() as connection:
        sql_floor.open_talks(connection)
    hottest = [one for one in told if "ORDER BY conversation.urgency" in one[0]]
    found = [plan for _, plan in plans(engines, hottest)]
    assert found[0] == "SCAN conversation USING INDEX conversation_heat"
    assert "USE TEMP B-TREE FOR ORDER BY" not in found


def live(engines: Engines, prefix: str, count: int) -> None:
    """So many commands, each in a lane of its own."""
    with engines.write.begin() as connection:
        for number in range(count):
            row = command_values(reply(f"{prefix}{number}", lane=f"l{number}"), None)
            connection.execute(insert(outbox), row)


def pages_read(url: str, count: int) -> int:
    """What one claim reads with so many waiting, where the statistics are of an hour in which nothing did."""
    engines = open_engines(url)
    live(engines, "old", 1000)
    with engines.write.begin() as connection:
        connection.execute(update(outbox).values(state="sent", due_at=None))
        connection.exec_driver_sql("ANALYZE")
    live(engines, "new", count)
    told = listen(engines)
    with engines.write.begin() as connection:
        assert len(sql_outbox.claim(connection, at(2), 10, "t1", WEBHOOK)) == 10
        connection.rollback()
    pages = sum(_pages(engines, statement, values) for statement, values in told if "outbox.due_at" in statement)
    engines.dispose()
    return pages


def _pages(engines: Engines, statement: str, values: Mapping[str, object]) -> int:
    if not statement.startswith("SELECT"):
        return 0
    with engines.write.connect() as connection:
        told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values).scalar_one()
    return int(told[0]["Plan"]["Shared Hit Blocks"])


def test_a_claim_costs_no_more_than_its_share_where_the_statistics_are_of_a_quieter_hour(
    postgres_server: Postgres,
) -> None:
    """With the square of what waits it would be sixteen times as much."""
    few, many = (pages_read(postgres_server.fresh(), count) for count in (200, 800))
    assert many < 8 * few
