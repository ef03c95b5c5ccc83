"""An order enrols once, with its first line that was queued or withheld."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, create_engine, insert

from bot.core.model import OrderStatus
from bot.core.uplift import Arm, Enrolment
from bot.store import schema
from bot.store.rows import order_values
from bot.store.sql_enrolments import enrolments
from tests.fakes import at, order


@pytest.fixture
def connection() -> Iterator[Connection]:
    """The ledger and its orders."""
    engine = create_engine("sqlite://")
    schema.nudge.create(engine)
    schema.orders.create(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def _line(
    connection: Connection,
    one: str,
    state: str,
    moment: datetime | None,
    *,
    step: str = "一",
    queued: bool = True,
    due: float = 0,
) -> None:
    command = f"yb_{one}{step}" if queued else None
    told = {"order_id": one, "step": step, "state": state, "command_id": command, "buyer_id": f"b-{one}", "at": moment}
    told["due_at"] = at(due)
    connection.execute(insert(schema.nudge).values(told))


def _order(connection: Connection, one: str, paid: datetime | None = None) -> None:
    status = OrderStatus.PAID if paid else OrderStatus.UNPAID
    told = replace(order(status, one, buyer=f"b-{one}"), paid_at=paid)
    connection.execute(insert(schema.orders).values(order_values(told)))


def _enrolment(one: str, moment: datetime, arm: Arm, paid: datetime | None = None) -> Enrolment:
    return Enrolment(one, f"b-{one}", moment, at(0), arm, paid, order().amount)


def test_whatever_became_of_a_queued_nudge_its_order_counts_as_nudged(connection: Connection) -> None:
    for number, state in enumerate(("sending", "sent", "cancelled", "needs_review")):
        _order(connection, f"o{number}", paid=at(99))
        _line(connection, f"o{number}", state, at(number))
    expected = [_enrolment(f"o{number}", at(number), Arm.NUDGED, at(99)) for number in range(4)]
    assert enrolments(connection, at(0), at(9)) == expected


def test_a_line_that_was_neither_queued_nor_withheld_enrols_nobody(connection: Connection) -> None:
    _order(connection, "o1")
    _line(connection, "o1", "planned", None, queued=False)
    _line(connection, "o1", "cancelled", at(3), step="二", queued=False)
    assert enrolments(connection, at(0), at(9)) == []


def test_the_first_line_that_enrols_decides_the_arm(connection: Connection) -> None:
    for one in ("o1", "o2"):
        _order(connection, one)
    _line(connection, "o1", "cancelled", at(1), queued=False)
    _line(connection, "o1", "held_out", at(2), step="二", queued=False)
    _line(connection, "o1", "sent", at(4), step="三")
    _line(connection, "o2", "sent", at(3))
    _line(connection, "o2", "held_out", at(5), step="二", queued=False)
    expected = [_enrolment("o1", at(2), Arm.HELD_OUT), _enrolment("o2", at(3), Arm.NUDGED)]
    assert enrolments(connection, at(0), at(9)) == expected


def test_two_lines_of_one_moment_are_one_enrolment(connection: Connection) -> None:
    _order(connection, "o1")
    _line(connection, "o1", "sent", at(2), step="一")
    _line(connection, "o1", "sent", at(2), step="二")
    assert enrolments(connection, at(0), at(9)) == [_enrolment("o1", at(2), Arm.NUDGED)]


def test_the_span_is_half_open_and_an_order_enrols_in_one_span_only(connection: Connection) -> None:
    _order(connection, "o1")
    _line(connection, "o1", "sent", at(2))
    _line(connection, "o1", "sent", at(4), step="二")
    spans = [(at(0), at(2)), (at(2), at(3)), (at(3), at(9))]
    assert [len(enrolments(connection, *span)) for span in spans] == [0, 1, 0]


def test_of_one_moment_the_line_that_was_due_first_enrols(connection: Connection) -> None:
    for one, due in (("o1", 8), ("o2", 4)):
        _order(connection, one)
        _line(connection, one, "sent", at(9), step="一", due=due + 1)
        _line(connection, one, "held_out", at(9), step="二", queued=False, due=due)
    found = enrolments(connection, at(0), at(99))
    expected = [("o2", at(4), Arm.HELD_OUT), ("o1", at(8), Arm.HELD_OUT)]
    assert [(one.order_id, one.due_at, one.arm) for one in found] == expected


@pytest.mark.parametrize(
    ("status", "paid"),
    [
        (OrderStatus.UNPAID, None),
        (OrderStatus.DEPOSIT_PAID, None),
        (OrderStatus.CLOSED, None),
        (OrderStatus.PAID, at(70)),
        (OrderStatus.SHIPPED, at(70)),
        (OrderStatus.SIGNED, at(70)),
        (OrderStatus.FINISHED, at(70)),
    ],
)
def test_an_order_whose_payment_has_no_time_was_paid_by_its_state(
    connection: Connection, status: OrderStatus, paid: datetime | None
) -> None:
    told = order(status, "o1", updated=70, buyer="b-o1")
    connection.execute(insert(schema.orders).values(order_values(told)))
    _line(connection, "o1", "held_out", at(2), queued=False)
    assert [one.paid_at for one in enrolments(connection, at(0), at(9))] == [paid]


def test_a_payment_without_a_time_came_before_the_parcel_left(connection: Connection) -> None:
    told = replace(order(OrderStatus.SIGNED, "o1", updated=70), shipped_at=at(40), signed_at=at(60))
    connection.execute(insert(schema.orders).values(order_values(told)))
    _line(connection, "o1", "sent", at(2))
    assert [one.paid_at for one in enrolments(connection, at(0), at(9))] == [at(40)]
