"""The folders as a whole: the shipped ones are clean and complete; a broken one tells everything at once."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.load import Folders, load_book
from bot.core.book import OOS, Book
from bot.errors import ContentError

from .desk import REPOSITORY, faults_of, spoil

#: The trade's standard vocabulary; a shop may add to it.
STANDARD = frozenset({
    "greeting", "thanks", "ack", "closing", "ask_human", "urge_reply", "contact_phone", "complaint", "size_fit",
    "product_dimension", "color_options", "material", "authenticity", "usage_howto", "product_spec",
    "product_recommend", "shelf_life", "package_contents", "quality_ask", "stock", "restock_time", "gift",
    "price", "bargain", "promo_activity", "coupon", "price_protect", "points", "membership", "order_howto",
    "payment", "order_placed_notice", "order_cancel", "order_modify", "address_change", "order_status",
    "order_remark", "ship_time", "ship_urge", "carrier", "carrier_choose", "shipping_fee", "ship_from",
    "ship_area", "delivery_time", "logistics_query", "logistics_delay", "delivered_not_received",
    "delivery_mode", "courier_contact", "reject_intercept", "return_policy", "return_howto", "return_address",
    "return_freight", "return_pickup", "aftersale_progress", "return_refund_request", "refund_status",
    "exchange", "wrong_item", "missing_item", "defective_item", "warranty_repair", "install_service",
    "invoice_request", "invoice_where", "invoice_change", "review", "account", "store_info",
})  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))


def _copy(folder: Path) -> Folders:
    for name in ("replies", "rules"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return Folders(folder / "replies", folder / "rules")


def test_there_are_seventy_one_standard_intents() -> None:
    assert len(STANDARD) == 71


def test_the_shipped_replies_answer_every_standard_intent(shipped: Book) -> None:
    assert set(shipped.by_intent) == STANDARD


def test_the_shipped_replies_know_what_they_do_not_answer(shipped: Book) -> None:
    assert OOS in {topic.intent for topic in shipped.topics.values()}
    assert OOS not in shipped.by_intent


def test_the_book_goes_by_the_shops_own_calendar(shipped: Book) -> None:
    assert [shipped.works(date(2026, 12, day)) for day in (30, 31)] == [True, False]


def test_the_matcher_knows_every_line_by_its_place(shipped: Book) -> None:
    best = shipped.matcher.rank("发什么快递")[0]
    assert best.index is not None
    assert (shipped.asks[best.index].intent, best.intent) == ("carrier", "carrier")


def test_every_source_leads_to_the_line_it_names(shipped: Book) -> None:
    for ask in shipped.asks:
        path, _, line = ask.source.rpartition(":")
        written = (REPOSITORY / path).read_text("utf-8").split("\n")[int(line) - 1]
        assert ask.text[:4] in written.replace('"', "").replace("''", "'"), ask


def test_a_line_added_to_a_file_is_known_at_once(tmp_path: Path) -> None:
    folders = _copy(tmp_path)
    spoil(folders.replies / "shipping" / "carrier.md", "\nasks:\n", "\nasks:\n  - 包裹交给谁家来送呀\n")
    book = load_book(folders)
    best = book.matcher.rank("包裹交给谁家来送呀")[0]
    assert best.index is not None
    assert (best.intent, book.asks[best.index].source) == ("carrier", "replies/shipping/carrier.md:6")


def test_a_broken_set_tells_all_faults_of_all_files_at_once_in_order(tmp_path: Path) -> None:
    folders = _copy(tmp_path)
    carrier = spoil(folders.replies / "shipping" / "carrier.md", "## carrier_extra", "## carier_extra")
    lead = spoil(folders.rules / "shop.yaml", "lead: 48h", "lead: bald")
    (folders.replies / "product" / "empty.md").write_text("")
    (folders.replies / "product" / "gbk.md").write_bytes("亲".encode("gbk"))
    (folders.rules / "extra.yaml").write_text("")
    faults = faults_of(lambda: load_book(folders))
    assert [(fault.path, fault.line, fault.code) for fault in faults if fault.code != "unknown_sample"] == [
        ("replies/product/empty.md", 1, "no_front_matter"),
        ("replies/product/gbk.md", 1, "unreadable"),
        ("replies/shipping/carrier.md", carrier, "unknown_variant"),
        ("rules/extra.yaml", 1, "unknown_file"),
        ("rules/shop.yaml", lead, "bad_value"),
    ]


def test_faults_between_files_are_told_in_order_too(tmp_path: Path) -> None:
    folders = _copy(tmp_path)
    right, wrong = ("{intent: size_fit, group: presale}", "{intent: size_fit, group: aftersale}")
    check = spoil(folders.rules / "routing.yaml", right, wrong)
    (folders.replies / "system" / "nudge.md").unlink()
    assert [(fault.path, fault.line, fault.code) for fault in faults_of(lambda: load_book(folders))] == [
        ("replies/system/nudge.md", 1, "missing_file"),
        ("rules/routing.yaml", check, "check_fails"),
    ]


def test_the_example_of_the_readme_is_right(tmp_path: Path) -> None:
    folders = _copy(tmp_path)
    example = (REPOSITORY / "README.md").read_text("utf-8").partition("```markdown\n")[2].partition("```")[0]
    (folders.replies / "shipping" / "carrier.md").write_text(example, "utf-8")
    assert load_book(folders).by_intent["carrier"].title == "发什么快递"


def test_a_broken_pattern_is_a_fault_beside_the_others(tmp_path: Path) -> None:
    folders = _copy(tmp_path)
    pattern = spoil(folders.rules / "redlines.yaml", '"国家级"', '"(国家级"')
    carrier = spoil(folders.replies / "shipping" / "carrier.md", "owner: ", "onwer: ")
    assert [(fault.path, fault.line, fault.code) for fault in faults_of(lambda: load_book(folders))] == [
        ("replies/shipping/carrier.md", carrier, "unknown_key"),
        ("rules/redlines.yaml", pattern, "bad_value"),
    ]


def test_an_empty_folder_is_a_fault_and_no_silent_bot(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as refused:
        load_book(Folders(tmp_path / "none", REPOSITORY / "rules"))
    assert [fault.code for fault in refused.value.faults] == ["no_replies"]
