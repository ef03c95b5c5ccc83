"""Accounts made, given a new password, disabled and enabled by whoever runs the shop.

In: a work number and what it shall be. Out: the password for once, told this one time. Never: a default password.
"""

from dataclasses import dataclass

from bot.accounts import Chance, RefusedError
from bot.clock import Now
from bot.core.passwords import ONE_TIME_BYTES, fault_of, is_number, one_time
from bot.core.rounds import RESERVED
from bot.core.staff import Account, Audited, Role
from bot.errors import YebanError
from bot.hashing import Hashing
from bot.ports import StaffStore

_NAME_MOST = 40


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who gets an account."""

    number: str
    name: str
    role: Role
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Registrar:
    """`by`: who does it, as the audit log names them."""

    store: StaffStore
    hashing: Hashing
    now: Now
    chance: Chance
    by: str

    async def add(self, new: Newcomer, given: str | None = None, *, for_once: bool = True) -> str:
        """The password: the `given` one, or one of our own making. Raises `YebanError` for a number that is taken or
        that is none, `RefusedError` for a password that will not do."""
        _check(new)
        password = self._password(new.number, given)
        account = Account(
            new.number, new.name, new.role, await self.hashing.hash(password), self.now(), self.now(),
            one_time=for_once, language=new.language,
        )  # fmt: skip
        if not await self.store.add_account(account, self._line("account_added", new.number, role=new.role.value)):
            raise YebanError("errors.account_taken", number=new.number)
        return password

    async def renew(self, number: str, given: str | None = None) -> str:
        """A new password for once; all log-ins end, a lock too."""
        password = self._password(number, given)
        kept, line = await self.hashing.hash(password), self._line("password_given", number)
        self._insist(await self.store.set_password(number, kept, line, one_time=True), number)
        return password

    async def disable(self, number: str) -> None:
        """All log-ins end at once, and there will be no more."""
        done = await self.store.disable(number, self.now(), self._line("account_disabled", number))
        self._insist(done, number)

    async def enable(self, number: str) -> None:
        self._insist(await self.store.disable(number, None, self._line("account_enabled", number)), number)

    async def set_role(self, number: str, role: Role) -> None:
        """It holds from their next request on."""
        line = self._line("role_changed", number, role=role.value)
        self._insist(await self.store.set_role(number, role, line), number)

    def _password(self, number: str, given: str | None) -> str:
        if given is None:
            return one_time(self.chance(ONE_TIME_BYTES))
        if fault := fault_of(given, number):
            raise RefusedError(fault)
        return given

    def _insist(self, done: bool, number: str) -> None:
        if not done:
            raise YebanError("errors.no_account", number=number)

    def _line(self, act: str, number: str, **data: object) -> Audited:
        return Audited(self.now(), self.by, act, data={"account": number, **data})


def _check(new: Newcomer) -> None:
    if not is_number(new.number) or new.number in RESERVED:
        raise YebanError("errors.account_number")
    if not new.name.strip() or len(new.name) > _NAME_MOST or not new.name.isprintable():
        raise YebanError("errors.account_name", most=_NAME_MOST)
