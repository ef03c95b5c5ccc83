"""Which rows a prune must keep, said once more in plain words.

In: rows as they are stored, a moment. Out: those that stay. Never: SQL.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.store.copies import Rows

Row = Mapping[str, Any]
_LETTERS = ("dead", "expired", "seen")


class Kept:
    """The world as it is, asked of each row whether it stays."""

    def __init__(self, rows: Rows, before: datetime) -> None:
        self.rows = rows
        self.before = before
        letters = [one for one in rows["outbox"] if one["state"] in _LETTERS and self.command(one)]
        live = [*letters, *(one for one in rows["outbox"] if one["due_at"])]
        queued = [one["id"] for one in rows["conversation"] if one["queued_since"]]
        owed = [one["conversation_id"] for one in rows["commitment"] if one["state"] == "open"]
        unread = [one for one in rows["handover_line"] if self.unread(one)]
        self.unread_logs = {one["handover_id"] for one in unread}
        people = [*queued, *owed, *(one["conversation_id"] for one in unread)]
        self.awaited = {*people, *(one["conversation_id"] for one in live)}
        self.orders_awaited = {one["order_id"] for one in live}
        self.undone = {one["lane"] for one in rows["inbox"] if one["done_at"] is None}

    def all(self) -> Rows:
        asked: Mapping[str, Callable[[Row], bool]] = {
            "inbox": lambda one: one["done_at"] is None or max(one["received_at"], one["done_at"]) >= self.before,
            "outbox": self.command,
            "message": lambda one: one["at"] >= self.before or self.busy(one["channel"], one["conversation_id"]),
            "picture": lambda one: one["made_at"] >= self.before or self.busy(one["channel"], one["conversation_id"]),
            "turn": self.turn,
            "issue": self.issue,
            "conversation": self.talk,
            "nudge": self.nudge,
            "orders": self.order,
            "lane": self.lane,
            "buyer": self.buyer,
            "journal": lambda one: one["at"] >= self.before or one["conversation_id"] in self.awaited,
            "commitment": self.commitment,
            "handover": self.handover,
            "handover_line": lambda one: any(
                log["id"] == one["handover_id"] and self.handover(log) for log in self.rows["handover"]
            ),
            "notice": self.notice,
            "session": lambda one: one["ends_at"] >= self.before,
            "audit": lambda one: one["at"] >= self.before - timedelta(days=180),
        }
        return {name: [one for one in some if asked.get(name, bool)(one)] for name, some in self.rows.items()}

    def unread(self, line: Row) -> bool:
        return line["acknowledged_at"] is None and line["handed_on"] is None

    def commitment(self, one: Row) -> bool:
        return bool(one["state"] == "open" or max(one["made_at"], one["settled_at"]) >= self.before)

    def handover(self, one: Row) -> bool:
        return bool(one["at"] >= self.before or one["id"] in self.unread_logs)

    def notice(self, one: Row) -> bool:
        late = {f"overdue:{owed['id']}" for owed in self.rows["commitment"] if owed["state"] == "open"}
        seen_at = one["seen_at"]
        return bool(seen_at is None or max(one["at"], seen_at) >= self.before or one["id"] in late)

    def busy(self, channel: str, talk: str) -> bool:
        return talk in self.awaited or f"c:{channel}:{talk}" in self.undone

    def command(self, one: Row) -> bool:
        ages = (one["created_at"], one["deadline"], one["sent_at"] or one["created_at"])
        answers = one["state"] in {"dead", "expired"} and one["purpose"] in {"reply", "handoff"}
        here = [(talk["channel"], talk["id"]) for talk in self.rows["conversation"]]
        unseen = answers and (one["channel"], one["conversation_id"]) in here
        lines = [line for line in self.rows["nudge"] if line["command_id"] == one["id"]]
        waits = any(line["state"] not in {"sent", "held_out", "cancelled"} for line in lines)
        return bool(one["due_at"]) or max(ages) >= self.before or unseen or waits

    def turn(self, one: Row) -> bool:
        talks = [talk for talk in self.rows["conversation"] if talk["id"] == one["conversation_id"]]
        undone = any(f"c:{talk['channel']}:{talk['id']}" in self.undone for talk in talks)
        return one["at"] >= self.before or one["conversation_id"] in self.awaited or undone

    def issue(self, one: Row) -> bool:
        if one["settled_at"] is not None:
            return bool(max(one["at"], one["settled_at"]) >= self.before)
        return bool(one["at"] >= self.before) or one["conversation_id"] in self.awaited

    def talk(self, one: Row) -> bool:
        place = (one["channel"], one["id"])
        said = [line["at"] for line in self.rows["message"] if (line["channel"], line["conversation_id"]) == place]
        planned = {line["order_id"] for line in self.rows["nudge"] if line["state"] == "planned"}
        to_nudge = any(o["buyer_id"] == one["buyer_id"] and o["id"] in planned for o in self.rows["orders"])
        held = one["holder"] in {"human", "queued"} or self.busy(*place)
        return held or to_nudge or max([one["updated_at"], *said]) >= self.before

    def nudge(self, one: Row) -> bool:
        lasts = any(o["id"] == one["order_id"] and not self.over(o) for o in self.rows["orders"])
        return lasts or one["state"] not in {"sent", "held_out", "cancelled"} or one["due_at"] >= self.before

    def over(self, order: Row) -> bool:
        return order["status"] in {"finished", "closed"} and order["updated_at"] < self.before

    def order(self, one: Row) -> bool:
        told = any(line["order_id"] == one["id"] and self.nudge(line) for line in self.rows["nudge"])
        judged = any(line["buyer_id"] == one["buyer_id"] and line["state"] == "planned" for line in self.rows["nudge"])
        return (
            not self.over(one) or told or judged or one["id"] in self.orders_awaited or f"o:{one['id']}" in self.undone
        )

    def buyer(self, one: Row) -> bool:
        talks = any(talk["buyer_id"] == one["id"] and self.talk(talk) for talk in self.rows["conversation"])
        bought = any(order["buyer_id"] == one["id"] and self.order(order) for order in self.rows["orders"])
        return talks or bought or f"b:{one['id']}" in self.undone or one["updated_at"] >= self.before

    def lane(self, one: Row) -> bool:
        """What it is for is still there, or it is not at rest."""
        owners = {
            *(f"c:{talk['channel']}:{talk['id']}" for talk in self.rows["conversation"] if self.talk(talk)),
            *(f"o:{order['id']}" for order in self.rows["orders"] if self.order(order)),
            *(f"i:{item['id']}" for item in self.rows["items"]),
            *(f"a:{agent['agent_id']}" for agent in self.rows["presence"]),
            *(f"b:{buyer['id']}" for buyer in self.rows["buyer"] if self.buyer(buyer)),
        }
        return one["ready_at"] is not None or one["token"] is not None or one["id"] in self.undone | owners
