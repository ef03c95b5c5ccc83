"""When work changes hands, and what the next shift is told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.core.handover import Hands, Open
from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentKind, Handover, HandoverLine, LineKind
from bot.core.rules.shifts import Shifts

from .book import local

GROUPS = ("presale", "aftersale", "supervisor")
EARLY = {"name": "早班", "from": "09:00", "to": "18:00", "agents": ["a01", "a02"], "group": "presale"}
LATE = {"name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a03"], "group": "presale"}
AFTER = {"name": "售后班", "from": "09:00", "to": "17:00", "agents": ["a11"], "group": "aftersale"}
_CHINA = timedelta(hours=8)
LUNCH = {"break": {"from": "12:00", "to": "13:00"}}


def never(_: date) -> bool:
    return False


def roster(*shifts: Mapping[str, object], **more: object) -> Hands:
    return Hands(Shifts.model_validate({"shifts": list(shifts), **more}), never)


def due(hands: Hands, now: str, **last: str) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], bool]]:
    found = hands.due(GROUPS, {group: local(at) for group, at in last.items()}, local(now))
    return [(one.group, f"{one.at + _CHINA:%d %H:%M}", one.ended, one.receiving, one.everything) for one in found]


def talk(one: str, since: str | None = None, agent: str | None = None, urgency: int = 5) -> Conversation:
    """A buyer who waits, or whom somebody serves."""
    holder = Holder.HUMAN if agent else Holder.QUEUED
    waiting = local(since) if since else None
    return Conversation(
        one, "webhook", f"b-{one}", holder, group="presale", waiting_since=waiting, urgency=urgency, summary="催发货",
        agent_id=agent,
    )  # fmt: skip


def owes(one: str, kind: CommitmentKind, agent: str | None = None, due_at: str | None = None) -> Commitment:
    made = local("2026-11-22 15:00")
    until = local(due_at) if due_at else None
    return Commitment(one, "webhook", "c1", "b1", kind, "补发赠品", "a01", made, "presale", until, agent)


def log(
    hands: Hands,
    now: str,
    last: Mapping[str, str],
    talks: Iterable[Conversation] = (),
    owed: Iterable[Commitment] = (),
    earlier: Iterable[Handover] = (),
) -> dict[str, list[str]]:
    """Group -> what its log has, in its order."""
    found = Open(tuple(talks), tuple(owed), "presale")
    known = {group: local(at) for group, at in last.items()}
    logs = [hands.log(one, found, earlier, local(now)) for one in hands.due(GROUPS, known, local(now))]
    return {each.group: [line.commitment_id or line.conversation_id for line in each.lines] for each in logs}


def test_a_shift_that_ends_while_others_are_on_hands_over() -> None:
    hands = roster(EARLY, LATE)
    assert due(hands, "2026-11-23 18:00", presale="2026-11-23 09:00") == [
        ("presale", "23 18:00", ("早班",), ("晚班",), False)
    ]


def test_nothing_is_due_before_the_shift_ends_nor_again_after_its_log() -> None:
    hands = roster(EARLY, LATE)
    assert due(hands, "2026-11-23 17:59", presale="2026-11-23 09:00") == []
    assert due(hands, "2026-11-23 20:00", presale="2026-11-23 18:00") == []


def test_a_shift_that_begins_beside_another_takes_nothing_over() -> None:
    assert due(roster(EARLY, LATE), "2026-11-23 16:30", presale="2026-11-23 09:00") == []


def test_a_shift_that_ends_with_nobody_on_waits_for_the_morning() -> None:
    hands = roster(EARLY, LATE)
    assert due(hands, "2026-11-24 00:10", presale="2026-11-23 18:00") == []
    assert due(hands, "2026-11-24 09:00", presale="2026-11-23 18:00") == [
        ("presale", "24 09:00", ("晚班",), ("早班",), True)
    ]


def test_where_one_shift_follows_the_other_it_takes_over() -> None:
    night = {"name": "夜班", "from": "18:00", "to": "+03:00", "agents": ["a05"], "group": "presale"}
    assert due(roster(EARLY, night), "2026-11-23 18:00", presale="2026-11-23 09:00") == [
        ("presale", "23 18:00", ("早班",), ("夜班",), False)
    ]


def test_a_break_is_no_change_of_hands() -> None:
    hands = roster({**EARLY, **LUNCH})
    assert due(hands, "2026-11-23 13:30", presale="2026-11-23 09:00") == []


def test_who_is_at_lunch_has_not_gone() -> None:
    short = {"name": "短班", "from": "10:00", "to": "12:30", "agents": ["a05"], "group": "presale"}
    hands = roster({**EARLY, **LUNCH}, short)
    talks = [talk("his", "2026-11-23 12:10", "a01"), talk("left", "2026-11-23 12:00", "a05")]
    assert due(hands, "2026-11-23 12:30", presale="2026-11-23 09:00") == [
        ("presale", "23 12:30", ("短班",), ("早班",), False)
    ]
    assert log(hands, "2026-11-23 12:30", {"presale": "2026-11-23 09:00"}, talks) == {"presale": ["left"]}


def test_a_split_shift_takes_everything_over_from_itself() -> None:
    first = {"name": "上半班", "from": "08:30", "to": "15:00", "agents": ["a13"], "group": "presale"}
    second = {"name": "下半班", "from": "20:00", "to": "23:00", "agents": ["a13"], "group": "presale"}
    hands = roster(first, second)
    last = {"presale": "2026-11-23 08:30"}
    assert due(hands, "2026-11-23 19:59", **last) == []
    assert due(hands, "2026-11-23 20:00", **last) == [("presale", "23 20:00", ("上半班",), ("下半班",), True)]
    assert log(hands, "2026-11-23 20:00", last, [talk("c1", "2026-11-23 14:00", "a13")]) == {"presale": ["c1"]}


def test_after_two_days_down_there_is_one_log_that_names_all_who_ended() -> None:
    hands = roster(EARLY, LATE, AFTER)
    found = due(hands, "2026-11-25 18:30", presale="2026-11-23 09:00", aftersale="2026-11-23 09:00")
    assert found == [("presale", "25 18:00", ("早班", "晚班"), ("晚班",), True)]
    assert due(hands, "2026-11-25 10:00", aftersale="2026-11-23 09:00", presale="2026-11-25 09:00") == [
        ("aftersale", "25 09:00", ("售后班",), ("售后班",), True)
    ]


def test_a_shop_that_has_no_log_yet_begins_with_everything() -> None:
    [(group, at, _, receiving, everything)] = due(roster(EARLY), "2026-11-23 14:00")
    assert (group, at, receiving, everything) == ("presale", "23 09:00", ("早班",), True)


def test_special_days_move_the_change() -> None:
    more = {"special": [{"dates": ["2026-11-11"], "name": "双11", "extend": {"早班": {"to": "21:00"}}}]}
    hands = roster(EARLY, LATE, **more)
    assert due(hands, "2026-11-11 18:30", presale="2026-11-11 09:00") == []
    assert due(hands, "2026-11-11 21:00", presale="2026-11-11 09:00") == [
        ("presale", "11 21:00", ("早班",), ("晚班",), False)
    ]


def test_a_shift_whose_people_are_all_on_leave_takes_nothing_over() -> None:
    hands = roster(EARLY, LATE, leave=[{"agent": "a03", "dates": ["2026-11-23"]}])
    assert due(hands, "2026-11-23 18:00", presale="2026-11-23 09:00") == []
    assert due(hands, "2026-11-24 09:00", presale="2026-11-23 09:00") == [
        ("presale", "24 09:00", ("早班",), ("早班",), True)
    ]


def test_the_next_shift_gets_what_the_last_one_had_and_what_is_nobodys() -> None:
    talks = [
        talk("left", "2026-11-23 17:50", "a01"), talk("kept", "2026-11-23 17:40", "a03"),
        talk("nobodys", "2026-11-23 17:55"), talk("served", None, "a02"), talk("hot", "2026-11-23 17:59", None, 0),
    ]  # fmt: skip
    owed = [owes("p1", CommitmentKind.PROMISE, "a01"), owes("p2", CommitmentKind.PROMISE, "a03"),
            owes("p3", CommitmentKind.NOTE)]  # fmt: skip
    told = log(roster(EARLY, LATE), "2026-11-23 18:00", {"presale": "2026-11-23 09:00"}, talks, owed)
    assert told == {"presale": ["hot", "left", "nobodys", "served", "p1", "p3"]}


def test_the_morning_gets_everything_hottest_and_oldest_first_then_what_is_owed() -> None:
    talks = [
        talk("late", "2026-11-23 03:00"), talk("old", "2026-11-22 23:00"), talk("hot", "2026-11-23 04:00", None, 0),
        talk("mine", "2026-11-22 22:00", "a01"), talk("quiet", None, "a03"),
    ]  # fmt: skip
    owed = [
        owes("n1", CommitmentKind.NOTE, "a01"), owes("b1", CommitmentKind.CALL_BACK),
        owes("p2", CommitmentKind.PROMISE, "a01", "2026-11-23 18:00"), owes("p0", CommitmentKind.PROMISE),
        owes("p1", CommitmentKind.PROMISE, "a03", "2026-11-23 12:00"),
    ]  # fmt: skip
    told = log(roster(EARLY, LATE), "2026-11-23 09:00", {"presale": "2026-11-22 18:00"}, talks, owed)
    assert told == {"presale": ["hot", "mine", "old", "late", "quiet", "p1", "p2", "p0", "b1", "n1"]}


def test_whose_it_is_shall_acknowledge_it_if_that_one_is_on() -> None:
    hands = roster(EARLY)
    [one] = hands.due(GROUPS, {"presale": local("2026-11-22 09:00")}, local("2026-11-23 09:00"))
    talks = (talk("c1", "2026-11-22 17:00", "a01"), talk("c2", "2026-11-22 17:01", "a09"), talk("c3"))
    made = hands.log(one, Open(talks, (), "presale"), (), local("2026-11-23 09:00"))
    assert [line.agent_id for line in made.lines] == ["a01", None, None]
    assert [line.number for line in made.lines] == [1, 2, 3]


def test_each_groups_things_are_handed_to_the_group_itself_even_where_another_stood_in() -> None:
    """The pre-sales agent who answered an after-sales buyer goes home while after-sales is on."""
    hands = roster(EARLY, LATE, {**AFTER, "to": "20:00"})
    stood_in = replace(talk("exchange", "2026-11-23 17:30", "a01"), group="aftersale")
    theirs = replace(talk("theirs", "2026-11-23 17:30", "a11"), group="aftersale")
    nobodys = replace(talk("nobodys", "2026-11-23 17:30"), group="aftersale")
    last = {"presale": "2026-11-23 09:00", "aftersale": "2026-11-23 09:00"}
    told = log(hands, "2026-11-23 18:00", last, [stood_in, theirs, nobodys, talk("mine", None, "a02")])
    assert told == {"presale": ["mine"], "aftersale": ["exchange"]}


def test_what_another_group_stood_in_for_comes_in_the_groups_own_morning() -> None:
    hands = roster(EARLY, LATE, AFTER)
    stood_in = replace(talk("exchange", "2026-11-23 19:00", "a03"), group="aftersale")
    last = {"presale": "2026-11-23 18:00", "aftersale": "2026-11-23 09:00"}
    told = log(hands, "2026-11-24 09:00", last, [stood_in])
    assert told == {"presale": [], "aftersale": ["exchange"]}


def test_a_conversation_without_a_group_is_the_default_groups() -> None:
    told = log(roster(EARLY, AFTER), "2026-11-23 09:00", {}, [replace(talk("c1"), group=None)])
    assert told == {"presale": ["c1"], "aftersale": []}


def test_what_somebody_who_is_still_on_has_acknowledged_does_not_come_up_again() -> None:
    hands = roster(EARLY, LATE, {**LATE, "name": "中班", "from": "10:00", "to": "20:00", "agents": ["a05"]})
    line = HandoverLine(1, LineKind.WAITING, "webhook", "c1", "b1", "…", acknowledged_at=local("2026-11-23 18:03"))
    earlier = Handover(
        "h1", "presale", local("2026-11-23 18:00"), ("早班",), ("晚班", "中班"), local("2026-11-23 18:00")
    )
    by = {who: [replace(earlier, lines=(replace(line, acknowledged_by=who),))] for who in ("a03", "a05")}
    told = {
        who: log(hands, "2026-11-23 20:00", {"presale": "2026-11-23 18:00"}, [talk("c1")], (), logs)
        for who, logs in by.items()
    }
    assert told == {"a03": {"presale": []}, "a05": {"presale": ["c1"]}}


def test_what_the_routing_has_moved_since_the_change_was_handed_over_all_the_same() -> None:
    at = local("2026-11-23 18:00")
    moved = replace(talk("moved", "2026-11-23 17:30", "a03"), agent_since=at, served_by="a01")
    new = replace(talk("new", "2026-11-23 18:00", "a03"), agent_since=at)
    before = replace(talk("before", "2026-11-23 17:30", "a03"), agent_since=local("2026-11-23 17:40"))
    exchange = replace(moved, id="exchange", group="aftersale", agent_id="a11")
    other = replace(exchange, id="other", served_by="a11")
    hands = roster(EARLY, LATE, {**AFTER, "to": "20:00"})
    last = {"presale": "2026-11-23 09:00", "aftersale": "2026-11-23 09:00"}
    told = log(hands, "2026-11-23 18:00", last, [moved, new, before, exchange, other])
    assert told == {"presale": ["moved"], "aftersale": ["exchange"]}


def test_one_log_has_one_id_whoever_makes_it_and_whenever() -> None:
    hands, last = roster(EARLY, LATE), {"presale": local("2026-11-23 09:00")}
    ids = set()
    for now in ("2026-11-23 18:00", "2026-11-23 19:30"):
        [one] = hands.due(GROUPS, last, local(now))
        ids.add(hands.log(one, Open((), (), "presale"), (), local(now)).id)
    assert len(ids) == 1


def test_lines_say_who_waits_since_when_for_what_and_what_was_promised() -> None:
    hands = roster(EARLY)
    [one] = hands.due(GROUPS, {}, local("2026-11-23 09:00"))
    waits = replace(talk("c1", "2026-11-23 02:13"), buyer_name="小王", summary="买家说：我要换货\n商品：卫衣")
    quiet = replace(talk("c2", None, "a02"), summary="")
    owed = [
        owes("p1", CommitmentKind.PROMISE, "a01", "2026-11-23 18:00"),
        owes("p0", CommitmentKind.PROMISE, "a01", "2026-11-22 20:00"),
        owes("n1", CommitmentKind.NOTE),
    ]
    made = hands.log(one, Open((waits, quiet), owed, "presale"), (), local("2026-11-23 09:00"))
    assert [line.text for line in made.lines] == [
        "买家小王从11月23日 02:13等到现在：买家说：我要换货；商品：卫衣",
        "买家b-c2由a02接待，眼下没有在等：（没有摘要，请看聊天记录）",
        "已超时！答应买家b1：补发赠品（a01答应的，应在11月22日 20:00前兑现）",
        "答应买家b1：补发赠品（a01答应的，11月23日 18:00前兑现）",
        "买家b1：补发赠品（a01留言）",
    ]


def test_the_next_look_is_at_the_next_change_of_any_group() -> None:
    hands = roster(EARLY, LATE, AFTER)
    day = timedelta(days=1)
    looks = {at: hands.next_change(local(f"2026-11-23 {at}"), day) for at in ("09:00", "16:30", "18:00")}
    assert looks == {
        "09:00": local("2026-11-23 16:00"), "16:30": local("2026-11-23 17:00"), "18:00": local("2026-11-24 00:00"),
    }  # fmt: skip
    assert roster({**EARLY, "days": ["sun"]}).next_change(local("2026-11-23 09:00"), day) == local("2026-11-24 09:00")
