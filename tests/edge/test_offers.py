"""A bundle's offer on its way from the store to the buyer."""

from dataclasses import replace
from pathlib import Path

from bot.content.load import Folders, load_book
from bot.demo import load_demo
from tests.core.book import NIGHT
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop

REPOSITORY = Path(__file__).parents[2]


def test_an_offer_is_made_of_what_the_shop_has_now(tmp_path: Path) -> None:
    """The worker looks up what bundles may offer; what is sold out meanwhile is not offered."""
    book = load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))

    async def story(shop: NightShop) -> list[str]:
        shop.book[0] = book
        items = {one.id: one for one in load_demo(NIGHT).items}
        await shop.store.import_snapshots(list(items.values()), [])
        said = list[str]()
        for number, talk in enumerate(("c1", "c2"), 1):
            card = wrote(number * 10, "", conversation=talk, kind="item_card")
            shown = replace(card, body={**card.body, "item_id": "i1028"})
            await shop.after(shown, wrote(number * 10 + 1, "多大尺寸", conversation=talk))
            said += [str(command.data["text"]) for command in await shop.sending()]
            sold_out = tuple(replace(sku, stock=0) for sku in items["i1027"].skus)
            await shop.store.import_snapshots([replace(items["i1027"], skus=sold_out)], [])
        return said

    first, second = in_the_shop(tmp_path, story)
    assert "针织翻边毛线帽" in first
    assert "190厘米" in second
    assert "针织翻边毛线帽" not in second
