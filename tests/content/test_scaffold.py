"""The draft of a reply file: it reads, and lacks only what an operator knows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.files import read_files
from bot.content.lint import lint_of
from bot.content.replies import read_reply
from bot.content.rules import read_rules
from bot.content.scaffold import Wish, draft, heads
from bot.errors import UsageError

from .desk import REPOSITORY, page, read

SHIPPED = REPOSITORY / "replies"


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Path:
    """A shop with two topics, one of them broken further down, and a moment of the bot's own."""
    read(tmp_path, page("## default\n好的\n"), "shipping/carrier")
    (tmp_path / "shipping/broken.md").write_text("---\nintent: ship_time\ntitle: [\n---\n", "utf-8")
    read(tmp_path, page("## default\n好的\n", "title: 招呼\n"), "system/hello")
    return tmp_path


def _refused(wish: Wish, shop: Path) -> str:
    with pytest.raises(UsageError) as refused:
        draft(wish, shop, SHIPPED)
    return str(refused.value)


def test_a_draft_reads_and_promises_nothing(shop: Path) -> None:
    made = draft(Wish("gift_box", "礼盒包装", "shipping"), shop, SHIPPED)
    (shop / made.path).write_text(made.text, "utf-8")
    reply = read_reply(read_files(shop, None), f"replies/{made.path}")
    assert (made.path, reply.topic.intent, reply.topic.title) == ("shipping/gift_box.md", "gift_box", "礼盒包装")
    assert [ask.text for ask in reply.topic.asks] == ["礼盒包装"]
    assert (reply.topic.then, [sample.variant for sample in reply.samples]) == ({"*": "hand_off"}, ["default"])
    assert all(word in reply.topic.variants["default"].wordings[0].text for word in reply.samples[0].says)
    assert list(lint_of([reply], read_rules(REPOSITORY / "rules"))) == []


def test_a_standard_intent_has_its_title_and_its_place(shop: Path) -> None:
    made = draft(Wish("stock"), shop, SHIPPED)
    assert made.path == "stock/stock.md"
    assert f"title: {next(head.title for head in heads(SHIPPED) if head.intent == 'stock')}\n" in made.text


def test_what_was_asked_for_comes_before_what_is_known(shop: Path) -> None:
    made = draft(Wish("stock", "还有吗", "shipping"), shop, SHIPPED)
    assert (made.path, "title: 还有吗\n" in made.text) == ("shipping/stock.md", True)


def test_a_part_names_what_it_is_a_part_of(shop: Path) -> None:
    made = draft(Wish("gift_box", "礼盒包装", "shipping", "carrier"), shop, SHIPPED)
    (shop / made.path).write_text(made.text, "utf-8")
    topic = read_reply(read_files(shop, None), f"replies/{made.path}").topic
    assert (topic.part, topic.intent) == ("gift_box", "carrier")


@pytest.mark.parametrize(
    ("intent", "place"), [("carrier", "shipping/carrier.md:2"), ("ship_time", "shipping/broken.md:2")]
)
def test_an_intent_that_is_there_is_told_with_its_place(shop: Path, intent: str, place: str) -> None:
    assert f"replies/{place}" in _refused(Wish(intent), shop)


@pytest.mark.parametrize(
    "intent", ["Gift", "1x", "礼盒", "a-b", "a", "../x", "a" * 41, "", "shipping/gift", "Carrier", "CARRIER", "gift.md"]
)
def test_a_name_that_is_none_is_refused(shop: Path, intent: str) -> None:
    assert "gift_box" in _refused(Wish(intent, "题", "shipping"), shop)


def test_what_no_reply_may_answer_is_refused_with_where_such_lines_belong(shop: Path) -> None:
    for folder in (shop, SHIPPED):
        assert "replies/system/not_understood.md" in _refused(Wish("oos", "题", "shipping"), folder)


@pytest.mark.parametrize("intent", ["readme", "con", "com1"])
def test_a_name_that_is_no_files_is_refused(shop: Path, intent: str) -> None:
    assert "换一个名字" in _refused(Wish(intent, "题", "shipping"), shop)


def test_a_file_that_is_there_is_left_alone(shop: Path) -> None:
    (shop / "shipping/gift_box.md").write_text("我的", "utf-8")
    assert "replies/shipping/gift_box.md" in _refused(Wish("gift_box", "礼盒", "shipping"), shop)


def test_what_is_not_known_names_the_nearest(shop: Path) -> None:
    assert "shipping" in _refused(Wish("gift_box", "礼盒", "shiping"), shop)
    assert "carrier" in _refused(Wish("gift_box", "礼盒", "shipping", "carier"), shop)
    assert "--group" in _refused(Wish("gift_box", "礼盒"), shop)
    assert "--title" in _refused(Wish("gift_box"), shop)


@pytest.mark.parametrize("group", ["system", "care", "flow", "..", ".", "", "Shipping", "shipping/", "packs"])
def test_a_draft_is_never_a_moment_of_the_bots_own(shop: Path, group: str) -> None:
    _refused(Wish("gift_box", "礼盒", group), shop)


@given(title=st.text(min_size=1, max_size=12))
def test_any_title_is_refused_or_reads_as_written(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "titles"
    (folder / "g").mkdir(parents=True, exist_ok=True)
    (folder / "g/a.md").write_text("---\nintent: other\ntitle: 题\n---\n", "utf-8")
    try:
        made = draft(Wish("gift_box", title, "g"), folder, folder)
    except UsageError:
        return
    path = folder / "draft.md"
    path.write_text(made.text, "utf-8")
    assert read_reply(read_files(folder, None), "replies/draft.md").topic.title == title.strip()
