"""Whatever the interface's own description allows, and what it does not, is answered as described; nothing breaks."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.channels.signing import parse_secret, sign
from tests.chaos.premises import furnish
from tests.e2e.shop import NIGHT, SIGNING, WIRE, Receiver, Shop, until

CHECKS = [
    status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
]  # fmt: skip
HOOK = "/hooks/webhook"
NUMBERS, CASES = count(1), count(1)  # of what is signed, and of all
TOKEN = "t" * 32
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Operation]


class Signing(AuthBase):
    """Signs what is about to leave, so that it is read at all; every tenth keeps the id that was made up for it."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        number, at = next(NUMBERS), int(datetime.now(UTC).timestamp())
        made_up = request.headers.get("webhook-id")
        one = made_up if number % 10 == 0 and isinstance(made_up, str) and made_up else f"fuzz-{number}"
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes), "a body in pieces cannot be signed"
        request.headers["webhook-id"], request.headers["webhook-timestamp"] = one, str(at)
        request.headers["webhook-signature"] = sign(parse_secret(SIGNING), one, at, body)
        request.headers["authorization"], request.headers["x-agent"] = f"Bearer {TOKEN}", "p1"
        return request


class WidgetShop(Shop):
    def environment(self) -> dict[str, str]:
        return super().environment() | {"YEBAN_WIDGET": "on", "YEBAN_API_TOKEN": TOKEN}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One for all cases; the buyer page is described too."""
    folder = tmp_path_factory.mktemp("fuzz")
    found = WidgetShop(folder, NIGHT, Receiver().start())
    premises = furnish(folder / "small")
    found.replies, found.rules = premises.replies, premises.rules
    try:
        yield found.start()
    finally:
        found.end()


def operations(shop: Shop) -> list[Operation]:
    """All that the service describes."""
    schema = schemathesis.openapi.from_url(f"{shop.url}/openapi.json")
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert {one.path for one in found} >= {HOOK, "/healthz", "/readyz", "/api/queue", "/api/stats"}
    return found


def fuzz(shop: Shop, cases: int) -> set[int]:
    """So many cases of the webhook, half of them against its description; fewer of all else. What it answered."""
    statuses: set[int] = set()
    for operation in operations(shop):
        many = cases // 2 if operation.path == HOOK else max(1, cases // 100)
        statuses |= _fuzz_one(operation, schemathesis.GenerationMode.POSITIVE, many)
        with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
            statuses |= _fuzz_one(operation, schemathesis.GenerationMode.NEGATIVE, many)
    return statuses


def _fuzz_one(operation: Operation, mode: schemathesis.GenerationMode, cases: int) -> set[int]:
    statuses: set[int] = set()

    @settings(
        max_examples=cases, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Case) -> None:
        response = case.call(auth=None if next(CASES) % 6 == 0 else Signing())
        case.validate_response(response, checks=_checks(response))
        statuses.add(response.status_code)

    answers()
    return statuses


def _checks(response: schemathesis.Response) -> list[schemathesis.CheckFunction]:
    """A service that is too busy may say so, and when to come again; nothing else from 500 on."""
    busy = response.status_code == 503 and "retry-after" in response.headers
    return CHECKS if busy else [not_a_server_error, *CHECKS]


def still_well(shop: Shop) -> None:
    """What was accepted is worked off without a failure of our own, and the next buyer is answered."""
    shop.says("after-the-fuzz", "发什么快递")
    until(lambda: shop.receiver.messages("after-the-fuzz"), "an answer", 60)
    until(lambda: WIRE.get(f"{shop.url}/readyz").json()["oldest_unanswered_seconds"] == 0, "all is done", 120)
    assert [line for line in shop.log.splitlines() if "defect" in line or "Traceback" in line] == []


@pytest.mark.timeout(300)
def test_a_hundred_requests_are_answered_as_described(shop: Shop) -> None:
    statuses = fuzz(shop, 100)
    assert {200, 401, 422} <= statuses
    still_well(shop)


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_requests_are_answered_as_described(shop: Shop) -> None:
    fuzz(shop, 10_000)
    still_well(shop)
