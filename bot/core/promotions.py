"""Which promotion a buyer means, and how it stands now.

In: the promotions' rules, a name that was said, the time. Out: a `Standing` and its words for texts. Never: the running
promotion for another that was asked about.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.once import once
from bot.core.reading.named import Vocabulary
from bot.core.rules import Rules
from bot.core.rules.shop import Promotion
from bot.core.when import say_duration, say_when
from bot.words import say


@dataclass(frozen=True, slots=True)
class Standing:
    """`situation` names the variant that may speak; `promotion` is the one it is about, `running` what runs now."""

    situation: str
    promotion: Promotion | None = None
    running: Promotion | None = None


def running_promotions(rules: Rules, now: datetime) -> tuple[Promotion, ...]:
    """Promotions of this minute; their times are shop-local and half-open."""
    local = _local(rules, now)
    return tuple(promo for promo in rules.promotions.promotions if promo.from_ <= local < promo.until)


def named_promotion(folded: str, rules: Rules) -> str | None:
    """The one promotion or shopping day that a text names: by its name in the rules, else as it was said."""
    names = {one.name for one in _known(rules).mentions(folded)}
    return names.pop() if len(names) == 1 else None


@once
def _known(rules: Rules) -> Vocabulary:
    days = {word.lower(): one.name for one in rules.carriers.occasions for word in (one.name, *one.also)}
    others = {word.lower(): word for word in rules.promotions.others}
    own = {word.lower(): one.name for one in rules.promotions.promotions for word in (one.name, *one.also)}
    return Vocabulary(days | others | own, {})


def standing(rules: Rules, named: str | None, now: datetime) -> Standing:
    """The named promotion's, or that of the one that runs now where none is named."""
    running = next(iter(running_promotions(rules, now)), None)
    if named is None:
        return Standing("promo_on" if running else "promo_none", running, running)
    local, editions = _local(rules, now), [one for one in rules.promotions.promotions if one.name == named]
    coming = [one for one in editions if one.until > local]
    if not coming:
        last = max(editions, key=lambda one: one.until, default=None)
        return Standing("promo_over" if last else "promo_unknown", last, running)
    first = min(coming, key=lambda one: one.from_)
    return Standing("promo_on" if first.from_ <= local else "promo_ahead", first, running)


def promo_words(stands: Standing, rules: Rules, now: datetime) -> dict[str, str | None]:
    """The words that texts may use of it."""
    promo, zone = stands.promotion, ZoneInfo(rules.shop.timezone)
    held = rules.promotions
    words: dict[str, str | None] = {
        "protect": say_duration(held.price_protect) if held.price_protect else None,
        "gifts": held.gifts,
        "now": _summary(stands.running) if stands.running is not promo else None,
    }
    if promo is None:
        return words
    times = {"from": promo.from_, "until": promo.until}
    told = {name: say_when(time.replace(tzinfo=zone), now, zone) for name, time in times.items()}
    return words | told | {"name": promo.name, "says": promo.says, "coupon": promo.coupon, "gift": promo.gift}


def _summary(promo: Promotion | None) -> str | None:
    return say("join.promo", name=promo.name, says=promo.says) if promo else None


def _local(rules: Rules, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(rules.shop.timezone)).replace(tzinfo=None)
