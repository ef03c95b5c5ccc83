"""compose.yaml: secrets from the environment only, nothing starts before what it needs, and one door."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECRETS = ("POSTGRES_PASSWORD", "PGPASSWORD", "YEBAN_CHANNEL_SECRET", "YEBAN_CHANNEL_URL")


def _environment() -> Iterator[tuple[str, str]]:
    for service in SERVICES.values():
        yield from service.get("environment", {}).items()


def test_secrets_are_required_and_have_no_default() -> None:
    given = [(name, value) for name, value in _environment() if name in SECRETS]
    assert {name for name, _ in given} == set(SECRETS)
    assert [one for one in given if not re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", one[1])] == []
    assert not re.search(r"whsec_[A-Za-z0-9]", TEXT)


def test_no_address_carries_a_password() -> None:
    assert [value for _, value in _environment() if re.search(r"//[^/@]+:[^/@]+@", value)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_says_how_it_is_and_drains_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 30
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize(("later", "earlier"), [("yeban", "postgres"), ("door", "yeban")])
def test_nothing_starts_before_what_it_needs_is_well(later: str, earlier: str) -> None:
    assert SERVICES[later]["depends_on"] == {earlier: {"condition": "service_healthy"}}


def test_two_replicas_of_our_own_image_share_one_postgres() -> None:
    ours = SERVICES["yeban"]
    assert (ours["build"], ours["deploy"]["replicas"]) == (".", 2)
    assert ours["environment"]["YEBAN_DATABASE_URL"].startswith("postgresql://yeban@postgres/")
    assert SERVICES["postgres"]["image"] == "postgres:18"
    # From 18 on the image keeps its data in a folder a version below this one.
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert "postgres" in COMPOSE["volumes"]


def test_images_are_official_and_of_a_version() -> None:
    foreign = [one["image"] for one in SERVICES.values() if "build" not in one]
    assert [name for name in foreign if not re.fullmatch(r"[a-z]+:\d[\w.-]*", name)] == []


def test_only_the_door_is_open() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["door"]


def test_the_doors_own_variables_are_not_taken_for_the_environments() -> None:
    content = COMPOSE["configs"]["door"]["content"]
    assert re.findall(r"(?<!\$)\$(?!\$)\w*", content.replace("$$", "")) == []
    assert content.count("{") == content.count("}")
    for line in content.splitlines():
        assert line.strip() == "" or line.strip()[-1] in "{};", line


def test_the_door_keeps_metrics_in_and_tells_an_event_to_the_next_replica() -> None:
    content = COMPOSE["configs"]["door"]["content"]
    assert re.search(r"location = /metrics \{\s*return 404;", content)
    hook = content.partition("location = /hooks/webhook {")[2].partition("}")[0]
    assert "non_idempotent" in hook
    assert "non_idempotent" not in content.replace(hook, "")
    assert "server yeban:8000 resolve" in content
