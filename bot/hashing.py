"""Passwords as argon2id hashes, reckoned beside the event loop.

In: passwords. Out: hashes that carry their own salt and cost; whether a password is the one. Never: a password kept;
an answer that comes sooner because there is no such account.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.core.passwords import as_kept
from bot.ports import Overloaded

T = TypeVar("T")

#: OWASP's Password Storage Cheat Sheet for argon2id: 19 MiB, two passes, one lane. Some 50 ms here.
PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1
_AT_ONCE, _WAITING_MAX = 2, 64


class Hashing:
    """Two at a time, for the store reads in the same threads; whoever comes when many wait is told to come again."""

    def __init__(self, passes: int = PASSES, memory_kib: int = MEMORY_KIB) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._nobodys = self._hasher.hash("nobody's password")
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """A hash to store. Raises `Overloaded`."""
        return await self._beside(lambda: self._hasher.hash(as_kept(password)))

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Whether this is the password of a hash; without one it is not, and takes as long. Raises `Overloaded`."""
        right = await self._beside(lambda: self._verify(stored or self._nobodys, as_kept(password)))
        return right and stored is not None

    def is_old(self, stored: str) -> bool:
        """Whether a hash was made at another cost than we pay today."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str, password: str) -> bool:
        """argon2 compares in constant time."""
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_MAX:
            raise Overloaded
        self._waiting += 1
        try:
            async with self._room:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
