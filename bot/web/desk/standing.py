"""What the desk says above its pages while the operators' newest files, or the served ones, are not in use.

In: what stands still. Out: what people must see to. Never: what people have chosen themselves, as a rollback.
"""

from collections.abc import Sequence

from bot.shelf import TROUBLES, Standstill


def standing(found: Sequence[Standstill]) -> Sequence[Standstill]:
    """The troubles among them."""
    return [one for one in found if one.why in TROUBLES]
