"""A shop around the real service: a server process, a receiving endpoint, the shop's side of the webhook.

In: rules for the minute under test. Out: a running `yeban serve` and everything it sent. Never: a part of the service
called in process; all goes over HTTP.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx
import yaml
from standardwebhooks import Webhook

from bot.channels.signing import parse_secret, sign
from bot.content.strictyaml import parse

ROOT = Path(__file__).parents[2]
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ZONE = ZoneInfo("Asia/Shanghai")
PATIENCE = 20.0
START_PATIENCE = 60.0  # a busy machine reads the operators' files slowly
#: To make a client reads the machine's certificates, which costs more than the call; it keeps no connection, so that a
#: restarted service is met anew.
WIRE = httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a state of the world; the bound only ends a test that has failed."""
    deadline, waiting = time.monotonic() + seconds, threading.Event()
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        waiting.wait(0.02)


@dataclass
class Receiver:
    """The shop's channel: verifies every command, with the reference library if not told otherwise, and keeps what it
    took."""

    port: int = field(default_factory=free_port)
    read: Callable[[bytes, dict[str, str]], dict[str, object]] = Webhook(SIGNING).verify
    taken: list[dict[str, object]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    refuse_with: int | None = None
    server: ThreadingHTTPServer | None = None
    open: set[socket.socket] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/commands"

    def start(self) -> Self:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        """As a machine that goes down: nobody is heard any more, on old connections neither."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def of_type(self, kind: str) -> list[dict[str, object]]:
        return [command for command in list(self.taken) if command["type"] == kind]

    def messages(self, conversation: str) -> list[Mapping[str, object]]:
        found = [data(command) for command in self.of_type("message.send")]
        return [message for message in found if message["conversation_id"] == conversation]

    def hand_offs(self, conversation: str) -> list[Mapping[str, object]]:
        found = [data(command) for command in self.of_type("conversation.hand_off")]
        return [call for call in found if call["conversation_id"] == conversation]


def data(command: Mapping[str, object]) -> Mapping[str, object]:
    found = command["data"]
    assert isinstance(found, dict)
    return found


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            receiver.open.add(self.connection)

        def finish(self) -> None:
            receiver.open.discard(self.connection)
            super().finish()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.tries.append(headers["webhook-id"])
            status = receiver.refuse_with or 204
            if status == 204:
                receiver.taken.append(receiver.read(body, headers))
            self.send_response(status)
            if status != 204:
                self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence."""

    return Handler


Change = Callable[[dict[str, Any]], None]
Rules = Mapping[str, Change]


def rules_folder(to: Path, changes: Rules) -> Path:
    """The shipped rules with changes; each change brings the check that proves it."""
    shutil.copytree(ROOT / "rules", to)
    change_rules(to, changes)
    return to


def change_rules(folder: Path, changes: Rules) -> None:
    """As an operator does, file by file."""
    for name, change in changes.items():
        path = folder / f"{name}.yaml"
        rules = parse(path.read_text(encoding="utf-8"), name).value
        assert isinstance(rules, dict)
        change(rules)
        path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


def by_day(rules: dict[str, Any]) -> None:
    """Two groups around the clock."""
    day = {"days": "daily", "from": "00:00", "to": "24:00"}
    rules["shifts"] = [
        {"name": "售前全天", "agents": ["p1"], "group": "presale", **day},
        {"name": "售后全天", "agents": ["s1"], "group": "aftersale", **day},
    ]
    for dated in ("rotations", "special", "swaps", "leave", "calendar", "covers", "stay"):
        rules.pop(dated, None)
    rules["checks"] = [{"at": this_minute(), "on": [shift["name"] for shift in rules["shifts"]]}]


def by_night(rules: dict[str, Any]) -> None:
    """Nobody now; everybody back in about five hours."""
    start = (datetime.now(ZONE) + timedelta(hours=5)).strftime("%H:00")
    end = (datetime.now(ZONE) + timedelta(hours=6)).strftime("%H:00")
    by_day(rules)
    for shift in rules["shifts"]:
        shift.update({"from": start, "to": end})
    rules["checks"] = [{"at": this_minute(), "on": []}]


def bot_first(*live: str) -> Change:
    def change(rules: dict[str, Any]) -> None:
        check = {"at": this_minute(), "live": list(live), "mode": "bot_first"}
        rules.update({"mode": "bot_first", "windows": [], "checks": [check]})

    return change


def this_minute() -> str:
    return datetime.now(ZONE).strftime("%Y-%m-%d %H:%M")


def nudge_after(seconds: int) -> Change:
    def change(rules: dict[str, Any]) -> None:
        """One step, to everybody, however soon after they wrote."""
        rules.update({"quiet": [], "checks": [], "wordings": [], "hold_out": {"percent": "0"}})
        rules.update({"steps": rules["steps"][:1], "limits": {"most": "99", "apart": "0s", "after_talk": "0s"}})
        created = datetime.now(ZONE).replace(microsecond=0, tzinfo=None)
        due = created + timedelta(seconds=seconds)
        for step in rules["steps"]:
            step["after"] = f"{seconds}s"
            rules["checks"].append({"created": str(created), "step": step["name"], "due": str(due)})

    return change


NIGHT: Rules = {"shifts": by_night, "reception": bot_first(), "nudges": nudge_after(1)}
DAY: Rules = {"shifts": by_day, "reception": bot_first("presale", "aftersale"), "nudges": nudge_after(1)}


class Shop:
    """One service over its whole life; `start`, `stop`, `kill` as often as a test likes.

    `options` are further words after `serve`; `program` is what Python runs, `now` what time it is."""

    options: Sequence[str] = ()
    program: Sequence[str] = ("-m", "bot")

    def __init__(self, folder: Path, rules: Rules, receiver: Receiver) -> None:
        self.folder, self.receiver, self.port = folder, receiver, free_port()
        self.rules = rules_folder(folder / "rules", rules)
        self.replies = ROOT / "replies"
        self.options: tuple[str, ...] = ()
        self.process: subprocess.Popen[bytes] | None = None
        self._ids = count(1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(ROOT),
            "YEBAN_DATABASE_URL": f"sqlite:///{self.folder / 'yeban.db'}",
            "YEBAN_REPLIES_DIR": str(self.replies),
            "YEBAN_RULES_DIR": str(self.rules),
            "YEBAN_CHANNEL_SECRET": SIGNING,
            "YEBAN_CHANNEL_URL": self.receiver.url,
        }

    def start(self) -> Self:
        command = [sys.executable, *self.program, "serve", "--port", str(self.port), *self.options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        until(self.is_ready, "the service is ready", START_PATIENCE)
        return self

    def is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log
        with suppress(httpx.TransportError):
            return WIRE.get(f"{self.url}/readyz").status_code == 200
        return False

    def stop(self) -> int:
        """SIGTERM; the exit code after draining."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing running."""
        if self.process and self.process.poll() is None:
            self.kill()
        self.receiver.stop()

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(PATIENCE)

    def yeban(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment() | environment, capture_output=True, text=True, check=False,
            timeout=60,
        )  # fmt: skip

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, kind: str, body: Mapping[str, object], event_id: str | None = None) -> httpx.Response:
        """An event, signed by the reference library."""
        now = self.now()
        text = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": body}, ensure_ascii=False)
        event_id = event_id or f"evt_{next(self._ids)}"
        return self._send(text.encode(), event_id, now, Webhook(SIGNING).sign(event_id, now, text))

    def post_raw(self, body: bytes, event_id: str, at: datetime) -> httpx.Response:
        """Any bytes, properly signed (by ours: the reference library signs text only)."""
        return self._send(body, event_id, at, sign(parse_secret(SIGNING), event_id, int(at.timestamp()), body))

    def _send(self, body: bytes, event_id: str, at: datetime, signature: str) -> httpx.Response:
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        return WIRE.post(f"{self.url}/hooks/webhook", content=body, headers=headers, timeout=10)

    def says(self, conversation: str, text: str, sender: str = "buyer", **more: object) -> str:
        """A message in a conversation; its id."""
        number = next(self._ids)
        body = {
            "id": f"msg_{number}", "conversation_id": conversation, "buyer": {"id": f"buyer-{conversation}"},
            "sender": sender, "kind": "text", "text": text, "sent_at": self.now().isoformat(), **more,
        }  # fmt: skip
        answer = self.post("message.created", body)
        assert answer.json() == {"accepted": True, "duplicate": False}, answer.text
        return str(body["id"])

    def clocks_in(self, *agents: str) -> None:
        for agent in agents:
            assert self.post("agent.presence", {"agent_id": agent, "state": "online"}).status_code == 200

    def orders(self, order_id: str, conversation: str, status: str = "unpaid", **more: object) -> None:
        now = self.now().isoformat()
        body = {
            "id": order_id, "buyer_id": f"buyer-{conversation}", "conversation_id": conversation, "status": status,
            "amount": "129.00", "postage": "0.00", "created_at": now, "updated_at": now,
            "lines": [{"item_id": "i1", "title": "加绒卫衣", "quantity": 1, "price": "129.00"}], **more,
        }  # fmt: skip
        answer = self.post("order.updated", body)
        assert answer.status_code == 200, answer.text
