"""Which bundle (搭配套餐) is offered after an answer: once in a conversation, and only where nothing speaks against it.

In: a case, then its decision's picks. Out: the words of a bundle; whether it is said. Never: an item that is not on
sale and in stock now, a price that is no advantage, an offer to a buyer with a complaint, an order's matter or a second
question.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.book import Topic
from bot.core.case import Case
from bot.core.meaning import SMALL_TALK
from bot.core.model import Conversation, Holder, Item, Order, OrderStatus, Refund
from bot.core.once import once
from bot.core.pick import Pick
from bot.core.redlines import hits
from bot.core.routing import group_of
from bot.core.rules import Rules
from bot.core.rules.shop import Bundle, Bundling
from bot.core.text import plain
from bot.core.wares import prices
from bot.core.when import say_money
from bot.core.wordlist import WordList
from bot.words import say

BUNDLE = "system/bundle"
#: In a conversation's `told`: the bundle that was offered, for good; `_NEVER` where the buyer wants none.
_TOLD, _NEVER = "bundle", "-"
_VIEW = "bundle"
#: Variants with bad news, or with none of what was asked: nobody wants to hear more goods praised then.
_BAD_NEWS = frozenset(
    {
        "off_sale", "sku_unknown", "sku_out_of_stock", "quantity_short", "out_of_stock", "attribute_unknown",
        "attribute_partly", "size_beyond", "no_chart", "promo_over",
    }
)  # fmt: skip


def offered_ids(rules: Rules, now: datetime) -> frozenset[str]:
    """The items that a bundle of this minute may offer; the shell looks them up beside what a turn names."""
    return frozenset(one for bundle in running(rules, now) for one in bundle.offer)


def running(rules: Rules, now: datetime) -> tuple[Bundle, ...]:
    """Bundles of this minute."""
    if not rules.promotions.bundles:
        return ()
    local = now.astimezone(ZoneInfo(rules.shop.timezone)).replace(tzinfo=None)
    return tuple(bundle for bundle in rules.promotions.bundles if bundle.from_ <= local < bundle.until)


def going_with(item_id: str, title: str, text: str, rules: Rules, now: datetime) -> tuple[Bundle, ...]:
    """Those that go with an item and with what is said of it; the ones that the words call for come first."""
    said, called = plain(text), plain(title)
    found = [
        bundle
        for bundle in running(rules, now)
        if any(one == item_id or plain(one) in called for one in bundle.items)
        and (not bundle.words or any(plain(word) in said for word in bundle.words))
    ]
    return tuple(sorted(found, key=lambda bundle: not bundle.words))


def bundle_view(case: Case) -> Mapping[str, str]:
    """The fields of the bundle that may be offered in this turn; none where there is none."""
    item, rules = case.scene.focus.item, case.book.rules
    if item is None or not rules.promotions.bundles or not _is_welcome(case) or not _is_there(item):
        return {}
    fitting = going_with(item.id, item.title, case.meaning.text, rules, case.now)
    told = (_words(bundle, item, case) for bundle in fitting if not _has_any(bundle, case))
    return next((one for one in told if one and not hits("\n".join(one.values()), rules.redlines)), {})


def after_answer(case: Case, picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """The offer that follows a sure answer: one text, one question, and good news."""
    if _VIEW not in case.view or len(picks) != 1 or BUNDLE not in case.book.topics:
        return ()
    chosen = None if picks[0].variant.name in _BAD_NEWS or picks[0].asks_for else case.pick(BUNDLE)
    return (chosen,) if chosen else ()


def to_tell(case: Case, picks: Sequence[Pick]) -> dict[str, str]:
    """What the conversation remembers of it for good."""
    if _refuses(case):
        return {_TOLD: _NEVER}
    return {_TOLD: case.view[_VIEW]["name"]} if any(pick.topic.name == BUNDLE for pick in picks) else {}


def _is_welcome(case: Case) -> bool:
    """One question before buying, in a conversation that is the bot's, that nothing was offered in and nothing is wrong
    in."""
    talk, meaning = case.conversation, case.meaning
    asked = {claim.intent for claim in meaning.claims} - SMALL_TALK
    fits = len(asked) == 1 and asked <= set(case.book.rules.promotions.bundling.intents)
    calm = talk.holder is Holder.BOT and not meaning.rest and not case.scene.focus.named
    return fits and calm and not talk.told.get(_TOLD) and not _refuses(case) and not _is_troubled(case)


def _refuses(case: Case) -> bool:
    return _refusals(case.book.rules.promotions.bundling).has_any(plain(case.meaning.text))


@once
def _refusals(rules: Bundling) -> WordList[None]:
    return WordList((plain(word), None) for word in rules.refusals)


def _is_troubled(case: Case) -> bool:
    """A refund under way, or anything in this turn or round that is people's after a sale."""
    routing, nearly = case.book.rules.routing, case.book.rules.reception.confidence.nearly
    near = [claim.intent for claim in case.meaning.candidates if claim.score >= nearly]
    said = [topic.intent for topic in _said(case.conversation, case.book.topics) if topic.intent]
    groups = {group_of([intent], routing) for intent in (*near, *said)}
    refunds = any(order.refund is Refund.ASKED for order in _own(case))
    return refunds or not groups <= {routing.default}


def _said(talk: Conversation, topics: Mapping[str, Topic]) -> list[Topic]:
    """What was answered in this round; a topic's name may be followed by what it was about."""
    names = {name.partition(" ")[0] for name in talk.said}
    return [topics[name] for name in sorted(names) if name in topics]


def _own(case: Case) -> list[Order]:
    return [order for order in case.facts.orders if order.buyer_id == case.conversation.buyer_id]


def _has_any(bundle: Bundle, case: Case) -> bool:
    """Whether the buyer has ordered any of it already."""
    kept = (one for one in _own(case) if one.status is not OrderStatus.CLOSED and one.refund is not Refund.REFUNDED)
    return any(line.item_id in bundle.offer for order in kept for line in order.lines)


def _is_there(item: Item) -> bool:
    return item.on_sale and any(sku.stock > 0 for sku in item.skus)


def _words(bundle: Bundle, item: Item, case: Case) -> dict[str, str] | None:
    """None where a part of it can't be had now, or where its price is no advantage."""
    offers = [case.facts.offers[one] for one in bundle.offer if one in case.facts.offers and one != item.id]
    if len(offers) < len(bundle.offer) or not all(map(_is_there, offers)):
        return None
    least = _lowest(item) + sum(map(_lowest, offers))
    if bundle.price is not None and bundle.price >= least:
        return None
    titles = (say("join.bundle_item", title=one.title, price=_price(one)) for one in offers)
    price = {"price": say_money(bundle.price)} if bundle.price is not None else {}
    return {"name": bundle.name, "goods": say("join.list").join(titles), "why": bundle.why, **price}


def _lowest(item: Item) -> Decimal:
    return min(prices(item, item.skus), default=item.price)


def _price(item: Item) -> str:
    """Of what is in stock; a range where it depends on the SKU."""
    found = [say_money(one) for one in prices(item, (sku for sku in item.skus if sku.stock > 0))]
    return found[0] if len(found) == 1 else say("join.range", low=found[0], high=found[-1])
