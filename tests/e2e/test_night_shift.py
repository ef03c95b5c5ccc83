"""The night shift end to end: a real server process, real HTTP in and out."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenShop
from tests.e2e.shop import DAY, NIGHT, Receiver, Rules, Shop, change_rules, data, nudge_after, until
from tests.e2e.small import SmallShop


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    opened: list[Shop] = []

    def opening(rules: Rules) -> Shop:
        opened.append(SmallShop(tmp_path, rules, Receiver().start()))
        return opened[-1].start()

    yield opening
    for shop in opened:
        shop.end()


def texts(receiver: Receiver, conversation: str) -> list[str]:
    return [str(message["text"]) for message in receiver.messages(conversation)]


def has_answered(receiver: Receiver, conversation: str, count: int = 1) -> None:
    until(lambda: len(texts(receiver, conversation)) >= count, f"{count} answers in {conversation}")


def turns(shop: Shop, conversation: str) -> list[str]:
    """The canonical log lines of a conversation's turns."""
    return [line for line in shop.log.splitlines() if '"event": "turn"' in line and f'"{conversation}"' in line]


def handled(shop: Shop, conversation: str, count: int = 1) -> None:
    """So many turns were taken, whatever came of them."""
    until(lambda: len(turns(shop, conversation)) >= count, f"{count} turns in {conversation}")


def test_off_hours_the_carrier_question_is_answered_from_the_template(night: Shop) -> None:
    shop, receiver = night, night.receiver
    asked = shop.says("carrier", "亲 发什么快递呀")
    has_answered(receiver, "carrier")
    [message] = receiver.messages("carrier")
    assert "中通" in str(message["text"])
    assert "圆通" in str(message["text"])
    assert str(message["source"]).startswith("replies/shipping/carrier.md:")
    assert message["in_reply_to"] == [asked]
    assert message["purpose"] == "reply"
    assert message["author"] == {"kind": "bot", "id": "yeban"}
    assert receiver.hand_offs("carrier") == []


def test_by_day_routine_is_answered_and_the_rest_goes_to_the_right_group(open_shop: OpenShop) -> None:
    shop = open_shop(DAY)
    receiver = shop.receiver
    shop.clocks_in("p1", "s1")
    shop.says("routine", "发什么快递")
    shop.says("broken", "收到的衣服破了个洞")
    shop.says("odd", "我昨天跟你们另外一个人说好的那件事情到底怎么说")
    has_answered(receiver, "routine")
    until(lambda: receiver.hand_offs("broken") and receiver.hand_offs("odd"), "both are handed off")
    assert receiver.hand_offs("routine") == []
    [broken], [odd] = receiver.hand_offs("broken"), receiver.hand_offs("odd")
    assert broken["group"] == "aftersale"
    assert odd["group"] == "presale"
    assert "破了个洞" in str(broken["summary"])
    assert broken["waiting_since"]
    assert "售后" in texts(receiver, "broken")[-1]


def test_at_night_a_message_is_taken_and_the_morning_hears_of_it_first(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    shop.says("c1", "转人工")
    has_answered(receiver, "c1")
    assert ":00上班" in texts(receiver, "c1")[0]
    assert receiver.hand_offs("c1") == []
    change_rules(shop.rules, DAY)
    shop.clocks_in("p1")
    until(lambda: receiver.hand_offs("c1"), "the morning shift is told")
    assert receiver.hand_offs("c1")[0]["reason"] == "asked_for_human"


def test_an_unpaid_order_is_nudged_exactly_once(night: Shop) -> None:
    shop, receiver = night, night.receiver
    shop.says("unpaid", "在吗")
    has_answered(receiver, "unpaid")
    shop.orders("o-unpaid", "unpaid")
    has_answered(receiver, "unpaid", 2)
    nudge = receiver.messages("unpaid")[1]
    assert nudge["purpose"] == "nudge"
    assert "加绒卫衣" in str(nudge["text"])
    assert str(nudge["source"]).startswith("replies/system/nudge.md:")
    shop.orders("o-unpaid", "unpaid")  # the same order told again
    shop.orders("o-unpaid-2", "unpaid-2", postage="5.00")
    has_answered(receiver, "unpaid-2")  # a later order's nudge is out: the first would have been too
    assert len(receiver.messages("unpaid")) == 2


def test_an_order_paid_in_time_is_not_nudged_at_all(open_shop: OpenShop) -> None:
    shop = open_shop({**NIGHT, "nudges": nudge_after(3)})
    receiver = shop.receiver
    shop.orders("paid", "c1")
    shop.orders("paid", "c1", status="paid")
    shop.orders("unpaid", "c2")
    has_answered(receiver, "c2")
    assert texts(receiver, "c1") == []


def test_after_a_humans_message_the_bot_is_silent_also_after_a_restart(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    shop.says("c1", "发什么快递")
    has_answered(receiver, "c1")
    shop.says("c1", "您好，我是店长，我来跟您说", sender="seller")
    shop.says("c1", "好的 发什么快递")
    handled(shop, "c1", 2)
    assert shop.stop() == 0
    shop.start()
    shop.says("c1", "有发票吗")
    handled(shop, "c1", 3)
    shop.says("c2", "发什么快递")
    has_answered(receiver, "c2")
    assert len(texts(receiver, "c1")) == 1
    shop.post("conversation.handed_back", {"conversation_id": "c1"})
    shop.says("c1", "有发票吗")
    has_answered(receiver, "c1", 2)


def test_our_own_message_coming_back_is_no_human(night: Shop) -> None:
    shop, receiver = night, night.receiver
    shop.says("echo", "发什么快递")
    has_answered(receiver, "echo")
    [ours] = receiver.messages("echo")
    shop.says("echo", str(ours["text"]), sender="seller", id=ours["id"])
    shop.says("echo", "有发票吗")
    has_answered(receiver, "echo", 2)


def test_the_same_webhook_three_times_gives_one_reply(night: Shop) -> None:
    shop, receiver = night, night.receiver
    body = {
        "id": "m-thrice", "conversation_id": "thrice", "buyer": {"id": "b1"}, "sender": "buyer", "kind": "text",
        "text": "发什么快递", "sent_at": "2026-11-22T02:13:00+08:00",
    }  # fmt: skip
    answers = [shop.post("message.created", body, "evt_same").json()["duplicate"] for _ in range(3)]
    assert answers == [False, True, True]
    shop.post("message.created", body, "evt_other")  # a channel that forgot it had sent this message
    has_answered(receiver, "thrice")
    shop.says("thrice-2", "发什么快递")
    has_answered(receiver, "thrice-2")
    handled(shop, "thrice")
    assert len(texts(receiver, "thrice")) == 1


@pytest.mark.parametrize("seconds", [5, pytest.param(30, marks=pytest.mark.slow)])
def test_with_the_receiver_down_every_reply_arrives_once_and_in_order(open_shop: OpenShop, seconds: int) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    receiver.stop()
    questions = ["发什么快递", "有发票吗", "几天能到", "包邮吗"]
    for number, question in enumerate(questions, 1):
        for conversation in ("c1", "c2"):
            shop.says(conversation, question)
        for conversation in ("c1", "c2"):
            handled(shop, conversation, number)
    threading.Event().wait(seconds)
    receiver.start()
    for conversation in ("c1", "c2"):
        has_answered(receiver, conversation, len(questions))
    topics = ["shipping/carrier", "invoice/invoice_request", "logistics/delivery_time", "shipping/shipping_fee"]
    for conversation in ("c1", "c2"):
        assert _topics(receiver.messages(conversation)) == topics
    ids = [str(data(command)["id"]) for command in receiver.of_type("message.send")]
    assert len(ids) == len(set(ids)) == 8


def _topics(messages: Sequence[object]) -> list[str]:
    sources = [str(message["source"]) for message in messages if isinstance(message, dict)]
    return [source.removeprefix("replies/").split(".md:")[0] for source in sources]


def test_a_refused_command_is_final_and_the_next_goes_on(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    receiver.refuse_with = 422
    shop.says("c1", "发什么快递")
    until(lambda: '"event": "command.dead"' in shop.log, "the refusal is told")
    receiver.refuse_with = None
    shop.says("c1", "有发票吗")
    has_answered(receiver, "c1")
    assert len(receiver.tries) == 2


def test_several_short_messages_are_answered_together(night: Shop) -> None:
    shop, receiver = night, night.receiver
    asked = [shop.says("short", text) for text in ("亲", "在吗", "发什么快递呀")]
    has_answered(receiver, "short")
    [message] = receiver.messages("short")
    assert message["in_reply_to"] == asked
    assert "中通" in str(message["text"])


def test_the_kill_switch_stops_everything_automatic_over_restarts(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    assert shop.yeban("pause").returncode == 0
    shop.stop()
    shop.start()
    shop.says("c1", "发什么快递")
    shop.orders("o1", "c1")
    handled(shop, "c1")
    assert texts(receiver, "c1") == []
    assert shop.yeban("resume").returncode == 0
    shop.says("c2", "发什么快递")
    has_answered(receiver, "c2")


def test_sigterm_drains_and_kill_nine_loses_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    for number in range(20):
        shop.says(f"c{number}", "发什么快递")
    shop.kill()
    shop.start()
    for number in range(20):
        has_answered(receiver, f"c{number}")
    for number in range(20, 40):
        shop.says(f"c{number}", "发什么快递")
    assert shop.stop() == 0
    shop.start()
    for number in range(40):
        has_answered(receiver, f"c{number}")
    ids = [str(data(command)["id"]) for command in receiver.of_type("message.send")]
    assert len(set(ids)) == 40


def test_a_sent_message_can_be_explained(night: Shop) -> None:
    shop, receiver = night, night.receiver
    shop.says("explained", "发什么快递")
    has_answered(receiver, "explained")
    told = shop.yeban("explain", str(receiver.messages("explained")[0]["id"]))
    assert told.returncode == 0
    for word in ("发什么快递", "replies/shipping/carrier.md:", "carrier", "sure"):
        assert word in told.stdout
    assert shop.yeban("explain", "yb_unknown").returncode == 1


def test_a_broken_change_never_replaces_the_good_set(open_shop: OpenShop) -> None:
    shop = open_shop(NIGHT)
    receiver = shop.receiver
    carriers = shop.rules / "carriers.yaml"
    good = carriers.read_text(encoding="utf-8")
    carriers.write_text(good + "\ncarriers: []\n", encoding="utf-8")
    until(lambda: "book.refused" in shop.log, "the fault is told")
    assert "rules/carriers.yaml:" in shop.log
    shop.says("c1", "发什么快递")
    has_answered(receiver, "c1")
    assert "中通" in texts(receiver, "c1")[0]
    carriers.write_text(good.replace("中通", "丰网"), encoding="utf-8")
    until(lambda: "book.loaded" in shop.log, "the mended file is taken up")
    shop.says("c2", "发什么快递")
    has_answered(receiver, "c2")
    assert "丰网" in texts(receiver, "c2")[0]


def test_logs_hold_one_line_a_turn_and_no_personal_data(night: Shop) -> None:
    shop, receiver = night, night.receiver
    shop.says("logged", "我电话13812345678 发什么快递")
    handled(shop, "logged")
    has_answered(receiver, "logged")
    until(lambda: '"event": "command.sent"' in shop.log, "the send is told")
    assert "13812345678" not in shop.log
    assert len(turns(shop, "logged")) == 1
