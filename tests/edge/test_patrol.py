"""From what buyers really asked to what the operator is told of the card."""

from dataclasses import replace
from pathlib import Path

from bot.content.load import Folders, load_book
from bot.core.catalogue import patrol
from bot.demo import load_demo
from tests.core.book import NIGHT
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop

REPOSITORY = Path(__file__).parents[2]
SILENT, TOLD = "有没有口袋", "弹力怎么样"


def test_what_several_buyers_asked_in_vain_is_found(tmp_path: Path) -> None:
    book = load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))

    async def story(shop: NightShop) -> list[tuple[str, object, object]]:
        shop.book[0] = book
        await shop.store.import_snapshots(load_demo(NIGHT).items, [])
        for number, talk in enumerate(("c1", "c2", "c3"), 1):
            card = wrote(number * 10, "", conversation=talk, kind="item_card")
            shown = replace(card, body={**card.body, "item_id": "i1002"})
            await shop.after(shown, wrote(number * 10 + 1, f"{TOLD}？{SILENT}？", conversation=talk))
        asked = book.rules.catalogue.asked
        told = await shop.store.asked(NIGHT - asked.within, frozenset(asked.intents))
        found = patrol(await shop.store.catalogue(), book.rules, NIGHT, told)
        silent = (one for one in found if one.finding.code == "silent")
        return [(one.item.id, one.finding.params["attribute"], one.finding.params["count"]) for one in silent]

    assert in_the_shop(tmp_path, story) == [("i1002", "口袋", 3)]
