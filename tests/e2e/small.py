"""A shop that opens in a moment, for what does not depend on how many replies there are.

In: an empty folder, changes of its rules. Out: a `Shop`. Never: a reply that the shipped shop does not have.
"""

from pathlib import Path

from tests.chaos.premises import furnish
from tests.e2e.shop import Receiver, Rules, Shop, change_rules


class SmallShop(Shop):
    """One whose few replies are learned in a moment."""

    def __init__(self, folder: Path, rules: Rules, receiver: Receiver) -> None:
        super().__init__(folder, {}, receiver)
        small = furnish(folder / "small")
        self.replies, self.rules = small.replies, small.rules
        change_rules(self.rules, rules)
