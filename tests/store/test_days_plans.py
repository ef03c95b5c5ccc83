"""A day is read through indexes, however many other days are stored."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import insert

from bot.core.kpis import span_of
from bot.core.rounds import Talk
from bot.store import sql_days
from bot.store.engine import open_engines
from bot.store.rows import conversation_values, message_values, order_values
from bot.store.schema import conversation, message, orders
from tests.core.book import rules
from tests.core.transcripts import moment
from tests.fakes import buyer_message, order, talk
from tests.store.test_plans import listen, plans

TABLES = ("message", "conversation", "turn", "orders", "journal")


def test_no_statement_of_a_day_reads_a_whole_table(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'plans.db'}")
    said = replace(buyer_message(1), sent_at=moment("10:00:00"))
    with engines.write.begin() as connection:
        connection.execute(insert(conversation), conversation_values(talk(), 1, said.sent_at))
        connection.execute(insert(message), message_values("webhook", said, None) | {"turn_id": "t1"})
        connection.execute(insert(orders), order_values(order()))
    told, talks = listen(engines), list[Talk]()
    with engines.read.begin() as connection:
        sql_days.day(connection, span_of(date(2026, 11, 20), rules()), talks.append)
    scans = [
        (plan, statement)
        for statement, plan in plans(engines, list(told))
        if plan.startswith(tuple(f"SCAN {table}" for table in TABLES))
    ]
    engines.dispose()
    assert (len(talks), len(told) >= 7, scans) == (1, True, [])
