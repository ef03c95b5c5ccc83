"""The operators' rules as one frozen value."""

from dataclasses import dataclass

from bot.core.rules.buyers import Buyers
from bot.core.rules.catalogue import CatalogueRules
from bot.core.rules.flows import Flows
from bot.core.rules.goods import Attributes
from bot.core.rules.kpis import Kpis
from bot.core.rules.outreach import Care, Nudges
from bot.core.rules.shifts import Shifts
from bot.core.rules.shop import Carriers, Concepts, Invoices, Promotions, Shop, Sizes
from bot.core.rules.work import Reception, RedLines, Routing


@dataclass(frozen=True)
class Rules:
    """All rules files together; the field names are the file names. Without slots, for `once`."""

    shop: Shop
    shifts: Shifts
    reception: Reception
    routing: Routing
    nudges: Nudges
    care: Care
    carriers: Carriers
    invoices: Invoices
    sizes: Sizes
    promotions: Promotions
    redlines: RedLines
    concepts: Concepts
    attributes: Attributes
    catalogue: CatalogueRules
    buyers: Buyers
    flows: Flows
    kpis: Kpis
