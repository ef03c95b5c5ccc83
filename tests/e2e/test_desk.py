"""What people do, over HTTP: a real server process, three agents, one receiver."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.shop import DAY, WIRE, Receiver, Shop, by_day, until
from tests.e2e.small import SmallShop

TOKEN = "t" * 32
ODD = "我昨天跟你们另外一个人说好的那件事情到底怎么说"
Json = Mapping[str, Any]


class Staffed(SmallShop):
    """A shop whose interface for people is open."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"YEBAN_API_TOKEN": TOKEN}

    def asks(self, path: str, agent: str | None = None, told: Json | None = None, token: str = TOKEN) -> httpx.Response:
        """A look, or with something told an act."""
        headers = {"authorization": f"Bearer {token}".strip()} | ({"x-agent": agent} if agent else {})
        url = f"{self.url}/api{path}"
        if told is None:
            return WIRE.get(url, headers=headers, timeout=10)
        return WIRE.post(url, headers=headers, json=told, timeout=10)

    def sees(self, path: str) -> Json:
        return _object(self.asks(path))

    def lists(self, path: str) -> list[Json]:
        answer = self.asks(path)
        found = answer.json()
        assert isinstance(found, list), answer.text
        return found

    def does(self, agent: str, path: str, **told: object) -> Json:
        return _object(self.asks(path, agent, told))

    def waiting(self, talk: str) -> Json:
        return next((one for one in self.lists("/queue") if one["id"] == talk), {})

    def owned(self, talk: str) -> str:
        """Whose it is, once it is somebody's."""
        until(lambda: self.waiting(talk).get("agent_id"), f"{talk} is somebody's")
        return str(self.waiting(talk)["agent_id"])


def _object(answer: httpx.Response) -> Json:
    found = answer.json()
    assert answer.status_code == 200, answer.text
    assert isinstance(found, dict)
    return found


def three_agents(rules: dict[str, Any]) -> None:
    by_day(rules)
    rules["shifts"][0]["agents"] = ["p1", "p2"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    folder: Path = tmp_path_factory.mktemp("desk")
    opened = Staffed(folder, {**DAY, "shifts": three_agents}, Receiver().start())
    try:
        opened.start()
        for agent in ("p1", "p2", "s1"):
            opened.does(agent, "/presence", state="online")
        yield opened
    finally:
        opened.end()


def texts(shop: Shop, talk: str) -> list[str]:
    return [str(message["text"]) for message in shop.receiver.messages(talk)]


def test_a_conversation_from_the_queue_through_two_hands_and_back_to_the_bot(shop: Staffed) -> None:
    shop.says("c1", ODD)
    first = shop.owned("c1")
    other = {"p1": "p2", "p2": "p1"}[first]
    shop.does(first, "/conversations/webhook/c1/reply", text="您好，我来看一下", key="k1")
    until(lambda: "您好，我来看一下" in texts(shop, "c1"), "the agent's words arrive")
    said = next(one for one in shop.receiver.messages("c1") if one["text"] == "您好，我来看一下")
    assert said["author"] == {"kind": "agent", "id": first}
    shop.does(first, "/conversations/webhook/c1/transfer", to=other, note="问的是昨天的改价，请接着看")
    assert shop.owned("c1") == other
    shop.does(other, "/conversations/webhook/c1/reply", text="已经看到了", key="k1")
    until(lambda: "已经看到了" in texts(shop, "c1"), "the second agent's words arrive")
    thread = shop.sees("/conversations/webhook/c1")
    assert [line["author"] for line in thread["lines"] if line["author"] in {first, other}] == [first, other]
    count = len(texts(shop, "c1"))
    shop.does(other, "/conversations/webhook/c1/hand_back")
    shop.says("c1", "发什么快递")
    until(lambda: len(texts(shop, "c1")) > count, "the bot answers again")
    assert "中通" in texts(shop, "c1")[-1]


def test_the_same_key_says_a_thing_once(shop: Staffed) -> None:
    shop.says("c2", ODD)
    agent = shop.owned("c2")
    for _ in range(3):
        shop.does(agent, "/conversations/webhook/c2/reply", text="只说一遍", key="k")
    shop.does(agent, "/conversations/webhook/c2/reply", text="再说一句", key="k2")
    until(lambda: "再说一句" in texts(shop, "c2"), "the last words arrive")
    assert texts(shop, "c2").count("只说一遍") == 1


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(shop: Staffed) -> None:
    shop.says("c3", "发什么快递")
    until(lambda: texts(shop, "c3"), "the bot has it")
    answers: dict[str, httpx.Response] = {}
    claims = [
        threading.Thread(
            target=lambda who=who: answers.setdefault(who, shop.asks("/conversations/webhook/c3/claim", who, {}))
        )
        for who in ("p1", "p2")
    ]
    for claim in claims:
        claim.start()
    for claim in claims:
        claim.join()
    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    winner = next(who for who, answer in answers.items() if answer.status_code == 200)
    refused = next(answer for answer in answers.values() if answer.status_code == 409)
    assert winner in refused.json()["detail"][0]["msg"]
    assert shop.owned("c3") == winner


def test_an_agent_who_steps_away_loses_whoever_waits(shop: Staffed) -> None:
    shop.says("c4", ODD)
    agent = shop.owned("c4")
    other = {"p1": "p2", "p2": "p1"}[agent]
    shop.does(agent, "/presence", state="away")
    try:
        until(lambda: shop.waiting("c4").get("agent_id") == other, "the thread moves on")
        assert agent not in shop.sees("/floor")["there"]["presale"]
    finally:
        shop.does(agent, "/presence", state="online")


def test_what_waits_when_it_is_handed_back_is_the_bots_to_answer(shop: Staffed) -> None:
    shop.says("c8", ODD)
    agent = shop.owned("c8")
    shop.does(agent, "/conversations/webhook/c8/reply", text="您说", key="k")
    until(lambda: "您说" in texts(shop, "c8"), "the agent's words arrive")
    shop.says("c8", "发什么快递")
    until(lambda: shop.waiting("c8").get("waiting_since"), "the buyer waits for a human")
    shop.does(agent, "/conversations/webhook/c8/hand_back")
    until(lambda: "中通" in texts(shop, "c8")[-1], "the bot answers what waited")


def test_nothing_is_passed_on_to_nobody(shop: Staffed) -> None:
    shop.says("c9", ODD)
    agent = shop.owned("c9")
    path = "/conversations/webhook/c9/transfer"
    assert shop.asks(path, agent, {"to": "supervisor"}).status_code == 422
    shop.does("s1", "/presence", state="away")
    try:
        assert shop.asks(path, agent, {"to": "s1"}).status_code == 422
        assert shop.asks(path, agent, {"to": "aftersale"}).status_code == 422
    finally:
        shop.does("s1", "/presence", state="online")
    shop.does(agent, path, to="aftersale", note="请售后看")
    assert shop.owned("c9") == "s1"
    shop.does("s1", "/conversations/webhook/c9/close")
    assert shop.asks(path, "s1", {"to": agent}).status_code == 422


def test_what_is_owed_is_kept_until_it_is_done(shop: Staffed) -> None:
    shop.says("c5", ODD)
    agent = shop.owned("c5")
    due = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    path = "/conversations/webhook/c5/commitments"
    made = shop.does(agent, path, kind="promise", text="两小时内给买家回话", due_at=due)
    assert made["id"] in [one["commitment"]["id"] for one in shop.lists("/commitments")]
    assert shop.asks(path, agent, {"kind": "promise", "text": "没写时间"}).status_code == 422
    past = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    assert shop.asks(path, agent, {"kind": "promise", "text": "过了", "due_at": past}).status_code == 422
    assert shop.does(agent, f"/commitments/{made['id']}/done") == {"done": True}
    assert shop.does(agent, f"/commitments/{made['id']}/done") == {"done": False}
    assert shop.asks("/commitments/none/done", agent, {}).status_code == 404


def test_a_red_line_is_refused_until_the_agent_is_sure(shop: Staffed) -> None:
    shop.says("c6", ODD)
    agent = shop.owned("c6")
    told = {"text": "您加我微信吧", "key": "w"}
    refused = shop.asks("/conversations/webhook/c6/reply", agent, told)
    assert refused.status_code == 422
    assert "站外" in refused.json()["detail"][0]["msg"]
    assert shop.asks("/conversations/webhook/c6/reply", agent, {**told, "sure": True}).status_code == 200


def test_issues_figures_and_the_roster_are_there(shop: Staffed) -> None:
    filed = shop.does("p1", "/issues", kind="wrong_fact", text="详情页的洗涤说明写错了", item_id="i-1")
    groups = shop.sees("/issues")["groups"]
    assert filed["id"] in [one for group in groups for one in group["ids"]]
    settled = shop.does("p1", "/issues/settle", ids=[filed["id"]], remedy="已改详情页")
    assert settled == {"ids": [filed["id"]]}
    shop.says("c7", "发什么快递")
    until(lambda: texts(shop, "c7"), "an answer")
    figures = shop.sees("/stats?by=agent")
    assert figures["day"]
    roster = shop.sees("/roster?days=2")
    assert {agent for one in roster["shifts"] for agent in one["agents"]} == {"p1", "p2", "s1"}
    assert roster["proof"]["gaps"] == []


@pytest.mark.parametrize(
    ("path", "agent", "token", "status"),
    [
        ("/queue", None, "wrong" * 8, 401),
        ("/queue", None, "", 401),
        ("/stats", None, "wrong" * 8, 401),
        ("/handovers", None, "wrong" * 8, 401),
    ],
)
def test_without_the_token_nothing_is_told(
    shop: Staffed, path: str, agent: str | None, token: str, status: int
) -> None:
    answer = shop.asks(path, agent, token=token)
    assert answer.status_code == status
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_body_beyond_all_measure_is_not_read(shop: Staffed) -> None:
    answer = shop.asks("/issues", "p1", {"kind": "remark", "text": "长" * 70_000})
    assert answer.status_code == 413


def test_a_conversation_whose_id_has_a_slash_is_reached(shop: Staffed) -> None:
    shop.says("c8/claim", ODD)
    agent = shop.owned("c8/claim")
    place = "/conversations/webhook/c8%2Fclaim"
    assert shop.sees(place)["conversation"]["id"] == "c8/claim"
    shop.does(agent, f"{place}/reply", text="在的", key="k")
    until(lambda: "在的" in texts(shop, "c8/claim"), "the agent's words arrive")
    assert shop.asks(f"{place}/reply", agent, {"text": "不在", "key": "k"}).status_code == 409


def test_what_no_store_can_keep_is_refused(shop: Staffed) -> None:
    for path in ("/handovers?since=2026-11-01T00:00:00", "/notices?since=9999-12-31T23:59:59-14:00"):
        assert "带时区" in shop.asks(path).json()["detail"][0]["msg"]
    assert shop.asks("/conversations/webhook/%00").status_code == 422
    assert shop.asks("/conversations/webhook/c1?after=99999999999999999999").status_code == 422
    assert shop.asks("/issues", "p1", {"kind": "remark", "text": "坏\0字"}).status_code == 422


def test_who_acts_must_be_said_and_known(shop: Staffed) -> None:
    assert shop.asks("/presence", None, {"state": "online"}).status_code == 422
    assert shop.asks("/presence", "a99", {"state": "online"}).status_code == 404
    assert shop.asks("/conversations/webhook/none/claim", "p1", {}).status_code == 404
    assert shop.asks("/issues?week=2026-W99").status_code == 422


def test_where_no_token_is_set_the_interface_is_closed(night: Shop) -> None:
    answer = WIRE.get(f"{night.url}/api/queue", headers={"authorization": "Bearer x"})
    assert answer.status_code == 403
    assert "YEBAN_API_TOKEN" in answer.text
