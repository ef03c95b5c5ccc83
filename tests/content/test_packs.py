"""Trade packs: who answers for a trade's own questions, and what is wrong with packs that are not there."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli.simulate import Simulation
from bot.content.load import Folders, load_book
from bot.content.packs import faults_of_packs, pack_of
from bot.content.parting import parts_of
from bot.content.replies import ReplyFile, read_reply
from bot.content.rules import read_rules
from bot.core.book import Book
from bot.core.lexicon import Lexicon, lexicon_of
from bot.core.model import Item
from bot.core.parts import Parts

from .desk import REPOSITORY, faults_of, spoil
from .test_load import STANDARD

PACKS = ("apparel", "beauty", "electronics", "food", "home")
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SHIRT = Item(
    "i1", "圆领T恤", Decimal(59), NOW, attributes={"面料": "棉95%、氨纶5%", "洗涤": "30度以下手洗", "厚薄": "适中"}
)
#: In each trade, how often a line reaches its file when it is held out of all lines, and how often a wrong part of the
#: same pack; the rest falls to the intent's own file.
REACHED, STRAYED = 0.5, 0.05
FOLDS = 5


def _read(folder: Path) -> list[ReplyFile]:
    paths = sorted(folder.rglob("*.md"))
    return [read_reply(path, folder, f"replies/{path.relative_to(folder).as_posix()}") for path in paths]


@pytest.fixture(scope="module")
def files() -> Sequence[ReplyFile]:
    return _read(REPOSITORY / "replies")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return lexicon_of(read_rules(REPOSITORY / "rules").rules.concepts)


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))


def _shop(shipped: Book, files: Sequence[ReplyFile], lexicon: Lexicon, *packs: str) -> Book:
    return replace(shipped, parts=parts_of(files, packs, lexicon))


def _answers(book: Book, text: str) -> tuple[str, str]:
    """The intent that is claimed and the file that speaks, with a shirt at hand."""
    turn = Simulation(book, NOW, SHIRT).turn(text)
    assert turn.reply, turn.decision
    return turn.meaning.claims[0].intent, turn.reply.parts[0].topic


class TestWhoAnswers:
    def test_the_demo_shop_sells_clothes(self, shipped: Book) -> None:
        assert _answers(shipped, "会不会掉色") == ("material", "packs/apparel/shrink_fade")

    def test_without_its_pack_the_intents_own_file_answers(
        self, shipped: Book, files: Sequence[ReplyFile], lexicon: Lexicon
    ) -> None:
        for packs in ((), ("common",), ("food", "home")):
            assert _answers(_shop(shipped, files, lexicon, *packs), "会不会掉色") == ("material", "product/material")

    @pytest.mark.parametrize(
        ("pack", "text", "intent", "topic"),
        [
            ("apparel", "可以扔洗衣机里搅吗 这件", "usage_howto", "care_wash"),
            ("beauty", "敏感皮能用吗", "product_spec", "allergy_sensitive"),
            ("food", "里面有没有牛奶成分", "material", "allergens"),
            ("home", "能承多重", "product_spec", "load_bearing"),
            ("electronics", "安卓能用吗", "product_spec", "compatibility"),
        ],
    )
    def test_each_trade_answers_its_own_questions(
        self, shipped: Book, files: Sequence[ReplyFile], lexicon: Lexicon, pack: str, text: str, intent: str, topic: str
    ) -> None:
        assert _answers(_shop(shipped, files, lexicon, "common", pack), text) == (intent, f"packs/{pack}/{topic}")
        assert _shop(shipped, files, lexicon).speaker(shipped.by_intent[intent], text) is shipped.by_intent[intent]

    def test_what_no_part_is_about_stays_with_the_intents_own_file(self, shipped: Book) -> None:
        for text, intent in (("什么面料的", "material"), ("穿多大码", "size_fit"), ("有什么功能", "product_spec")):
            assert shipped.speaker(shipped.by_intent[intent], text) is shipped.by_intent[intent]

    def test_a_line_written_for_the_whole_intent_may_be_a_parts_all_the_same(self, shipped: Book) -> None:
        written = {ask.text for ask in shipped.asks if ask.intent == "material" and "/packs/" not in ask.source}
        for text, topic in (("洗了会缩水吗", "shrink_fade"), ("会起球吗", "pilling")):
            assert text in written
            assert shipped.speaker(shipped.by_intent["material"], text).part == topic

    def test_parts_are_no_classes_of_their_own(self, shipped: Book) -> None:
        assert set(shipped.by_intent) == STANDARD
        assert {ask.intent for ask in shipped.asks} <= {*STANDARD, "oos"}

    def test_who_was_asked_which_item_is_answered_by_the_same_file(self, shipped: Book) -> None:
        simulation = Simulation(shipped, NOW)
        asked = simulation.turn("这个洗了会不会缩水")
        assert [chosen.topic.name for chosen in asked.decision.picks] == ["packs/apparel/shrink_fade"]
        case = replace(asked.case, conversation=asked.conversation)
        case = replace(case, meaning=replace(case.meaning, text="", answers="item:material"))
        chosen = case.pick("product/material")
        assert chosen
        assert chosen.topic.name == "packs/apparel/shrink_fade"

    def test_a_shops_own_file_may_be_a_part_without_any_pack(
        self, tmp_path: Path, files: Sequence[ReplyFile], lexicon: Lexicon
    ) -> None:
        text = (REPOSITORY / "replies/packs/apparel/pilling.md").read_text("utf-8")
        (tmp_path / "wool.md").write_text(text.replace("intent: pilling", "intent: wool"), "utf-8")
        rest = [file for file in files if file.topic.part != "pilling"]
        assert parts_of([*rest, *_read(tmp_path)], (), lexicon)["material"].of("会不会起球") == "wool"


class TestFaults:
    def test_shipped_packs_have_none(self, files: Sequence[ReplyFile]) -> None:
        assert list(faults_of_packs(files, read_rules(REPOSITORY / "rules"))) == []

    def test_unknown_names_are_told_with_the_nearest(self, tmp_path: Path) -> None:
        for name in ("replies", "rules"):
            shutil.copytree(REPOSITORY / name, tmp_path / name)
        packs = spoil(tmp_path / "rules/shop.yaml", "[common, apparel]", "[common, aparel]")
        under = spoil(tmp_path / "replies/packs/food/taste.md", "under: product_spec", "under: product_spek")
        alone = spoil(tmp_path / "replies/packs/home/assembly.md", "under: usage_howto\n", "")
        found = faults_of(lambda: load_book(Folders(tmp_path / "replies", tmp_path / "rules")))
        told = [(fault.path, fault.line, fault.code, fault.params.get("nearest")) for fault in found]
        assert ("rules/shop.yaml", packs, "unknown_pack", "apparel") in told
        assert ("replies/packs/food/taste.md", under, "unknown_under", "product_spec") in told
        assert ("replies/packs/home/assembly.md", alone - 1, "missing_key", None) in told
        assert all(fault.what and fault.remedy for fault in found)

    def test_a_part_needs_a_name_of_its_own(self, tmp_path: Path) -> None:
        text = (REPOSITORY / "replies/packs/food/taste.md").read_text("utf-8")
        (tmp_path / "taste.md").write_text(text.replace("intent: taste\n", ""), "utf-8")
        assert [(fault.code, fault.params) for fault in faults_of(lambda: _read(tmp_path))] == [
            ("missing_key", {"key": "intent"})
        ]

    def test_a_line_can_not_stand_in_two_parts_of_one_intent(self, tmp_path: Path, files: Sequence[ReplyFile]) -> None:
        text = (REPOSITORY / "replies/packs/apparel/pilling.md").read_text("utf-8")
        (tmp_path / "pilling.md").write_text(text.replace("\nasks:\n", "\nasks:\n  - 会不会掉色呀\n"), "utf-8")
        rest = [file for file in files if file.topic.part != "pilling"]
        found = list(faults_of_packs([*rest, *_read(tmp_path)], read_rules(REPOSITORY / "rules")))
        assert [(fault.code, fault.params["intent"]) for fault in found] == [
            ("shared_ask", "packs/apparel/shrink_fade")
        ]

    def test_a_file_of_a_pack_that_is_not_chosen_is_checked_too(self, tmp_path: Path) -> None:
        for name in ("replies", "rules"):
            shutil.copytree(REPOSITORY / name, tmp_path / name)
        line = spoil(tmp_path / "replies/packs/food/how_to_eat.md", "\n## no_item\n", "\n## no_itme\n")
        found = faults_of(lambda: load_book(Folders(tmp_path / "replies", tmp_path / "rules")))
        told = [(fault.path, fault.line, fault.code) for fault in found]
        assert ("replies/packs/food/how_to_eat.md", line + 1, "unknown_variant") in told


class TestTheShippedPacks:
    def test_every_trade_has_at_least_six_topics_of_its_own(self, files: Sequence[ReplyFile]) -> None:
        count = Counter(pack_of(file.topic.name) for file in files if file.topic.part)
        assert tuple(sorted(count)) == PACKS
        assert min(count.values()) >= 6

    def test_every_file_is_a_part_of_a_standard_intent_and_says_how_buyers_ask(
        self, files: Sequence[ReplyFile]
    ) -> None:
        for topic in (file.topic for file in files if pack_of(file.topic.name) in PACKS):
            assert topic.part
            assert topic.intent in STANDARD
            assert 25 <= len(topic.asks) <= 45, topic.name

    @pytest.mark.parametrize("pack", PACKS)
    def test_a_line_held_out_of_its_file_mostly_finds_back(
        self, files: Sequence[ReplyFile], lexicon: Lexicon, pack: str
    ) -> None:
        found = Counter[str]()
        for fold in range(FOLDS):
            parts = parts_of([_without(file, pack, fold) for file in files], [pack], lexicon)
            found.update(_outcomes(files, pack, fold, parts))
        assert found["reached"] >= REACHED * found.total(), found
        assert found["strayed"] <= STRAYED * found.total(), found


def _without(file: ReplyFile, pack: str, fold: int) -> ReplyFile:
    if pack_of(file.topic.name) != pack:
        return file
    kept = tuple(ask for number, ask in enumerate(file.topic.asks) if number % FOLDS != fold)
    return replace(file, topic=replace(file.topic, asks=kept))


def _outcomes(files: Sequence[ReplyFile], pack: str, fold: int, parts: Mapping[str, Parts]) -> list[str]:
    held = [
        (ask, file.topic.name)
        for file in files
        if pack_of(file.topic.name) == pack
        for ask in file.topic.asks[fold::FOLDS]
    ]
    told = [(parts[ask.intent].of(ask.text), name) for ask, name in held]
    return ["reached" if topic == name else "strayed" if topic else "own" for topic, name in told]
