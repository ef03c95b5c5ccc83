"""The holes in the wall: what the shell needs from a store and from a channel.

In: nothing. Out: protocols, and what their calls may answer or raise. Never: an implementation.
"""

from typing import Protocol

from bot.ports.answers import Counts, Delivered, Flooded, Following, Kept, Later, Overloaded, Refused, StoreDown
from bot.ports.buyers import BuyerStore
from bot.ports.floor import FloorStore
from bot.ports.notebooks import NotebookStore
from bot.ports.outreach import OutreachStore
from bot.ports.proof import ProofStore
from bot.ports.rim import Accord, Bell, ChannelOut, Sender
from bot.ports.shop import ShopStore
from bot.ports.staff import StaffStore
from bot.ports.talks import TalkStore
from bot.ports.work import WorkStore

__all__ = [
    "Accord",
    "Bell",
    "BuyerStore",
    "ChannelOut",
    "Counts",
    "Delivered",
    "Flooded",
    "FloorStore",
    "Following",
    "Kept",
    "Later",
    "NotebookStore",
    "OutreachStore",
    "Overloaded",
    "ProofStore",
    "Refused",
    "Sender",
    "ShopStore",
    "StaffStore",
    "Store",
    "StoreDown",
    "TalkStore",
    "WorkStore",
]


class Store(
    StaffStore,
    WorkStore,
    OutreachStore,
    FloorStore,
    NotebookStore,
    TalkStore,
    ShopStore,
    BuyerStore,
    ProofStore,
    Protocol,
):
    """Durable state. Every method is one transaction; times are passed in.

    Writes of one process are grouped into shared commits; a call returns after its commit is on disk.
    """
