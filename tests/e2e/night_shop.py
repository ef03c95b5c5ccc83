"""A shop through one night and the day after: the real service under a clock that the story turns, people over HTTP.

In: moments, what buyers say, what people do. Out: what came of it, by the story's clock. Never: a part of the service
called in process.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.channels.signing import parse_secret, verify
from tests.e2e.clocked import Ahead, turn
from tests.e2e.night_cast import Buyer, on
from tests.e2e.shop import SIGNING, WIRE, Receiver, Rules, Shop, data, until

TICK_SECONDS = 1.5  # the service looks after waiting buyers each second
_SECRET = parse_secret(SIGNING)
Row = dict[str, Any]


class NightShop(Shop):
    """`rules` are changed as everywhere in these tests; it opens at five to ten in the evening."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self.clock = folder / "clock"
        turn(self.clock, on("21:55"))
        super().__init__(folder, rules, Receiver(read=self._read).start())
        self.program = ("-m", "tests.e2e.clocked", str(self.clock))

    def now(self) -> datetime:
        return Ahead(self.clock)()

    def turn(self, to: datetime) -> None:
        """Never back."""
        if to > self.now():
            turn(self.clock, to)

    def passes(self, seconds: float) -> None:
        turn(self.clock, self.now() + timedelta(seconds=seconds))

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("YEBAN_")}
        return clean | super().environment() | {"YEBAN_API_TOKEN": SIGNING}

    def _read(self, body: bytes, headers: dict[str, str]) -> dict[str, object]:
        """By the story's clock."""
        verify([_SECRET], headers, body, self.now())
        found = json.loads(body)
        return {**found, "arrived": self.now()}

    def writes(self, buyer: Buyer, text: str | None = None) -> None:
        if buyer.order and not text:
            self.orders(f"o-{buyer.talk}", buyer.talk, buyer.order)
        self.says(buyer.talk, text or buyer.text)

    def by_bot(self, talk: str) -> list[Mapping[str, Any]]:
        return [one for one in self.receiver.messages(talk) if _author(one)["kind"] == "bot"]

    def by_people(self, talk: str) -> list[Mapping[str, Any]]:
        return [one for one in self.receiver.messages(talk) if _author(one)["kind"] == "agent"]

    def words_of_people(self) -> int:
        """How many have reached buyers."""
        return sum(_author(data(one))["kind"] == "agent" for one in self.receiver.of_type("message.send"))

    def said(self, talk: str) -> Sequence[tuple[datetime, Mapping[str, Any]]]:
        """What reached a buyer, and when, in its order."""
        sent = [(one["arrived"], data(one)) for one in self.receiver.of_type("message.send")]
        return [(at, one) for at, one in sent if one["conversation_id"] == talk and isinstance(at, datetime)]

    def asks(self, method: str, path: str, agent: str = "", **body: object) -> list[Row]:
        """What the interface for people answers, as a list."""
        headers = {"authorization": f"Bearer {SIGNING}", **({"x-agent": agent} if agent else {})}
        answer = WIRE.request(method, f"{self.url}/api{path}", headers=headers, timeout=20, json=body or None)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        found = answer.json()
        return found if isinstance(found, list) else [found]

    def queue(self) -> list[Row]:
        return self.asks("GET", "/queue")

    def waiting(self) -> list[Row]:
        """Those in the queue whose buyers wait."""
        return [one for one in self.queue() if one["waiting_since"]]

    def is_at(self, agent: str, state: str) -> None:
        self.asks("POST", "/presence", agent, state=state)

    def answers(self, agent: str, talk: str, text: str) -> None:
        key = f"{agent}-{self.now().isoformat()}"
        self.asks("POST", f"/conversations/webhook/{talk}/reply", agent, text=text, key=key)

    def ticks(self, seen: Callable[[], object]) -> bool:
        """Whether something came of the next look of the service's."""
        with suppress(AssertionError):
            until(seen, "a tick", TICK_SECONDS)
            return True
        return False


def _author(message: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = message["author"]
    return found
