"""Where to reach somebody: mail addresses, telephones, receivers of parcels.

In: a text as written. Out: the parts that are told. Never: a part made up; a place without a street is no address.
"""

import re
import unicodedata
from dataclasses import dataclass

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9_-])"
)
_AT = re.compile(r"@|[A-Za-z0-9_.+-]+(?:qq|163|126|gmail|outlook)\.?com", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_REGION = re.compile(r"省|自治区|市|州|县|区|旗|北京|上海|天津|重庆")
_STREET = re.compile(
    r"路|街|道|巷|弄|胡同|村|镇|乡|小区|花园|大厦|广场|公寓|园|栋|幢|单元|室|号|楼|学校|大学|驿站|超市"
)
_NAMED = re.compile(
    r"(?:收货人|收件人|收货姓名|姓名|名字|联系人)\s*(?:是|为|叫|[::])?\s*([一-鿿·]{2,6}?)(?=$|[\s,,。;;、\d])"
)
_LEADS = re.compile(
    r"^(?:新的?|正确的?|改成|改到|改为|换成|寄到|送到|发到|收货|收件|联系|详细|地址|电话|手机号?|号码|是|为|改|麻烦|请|帮我|帮忙|我要|我想|把|不对|错了|说错|写错|[::\s,,。;;、])+"
)
_BREAK = re.compile(r"[\s,,。;;、]+")
_SHORTEST_NAME, _LONGEST_NAME, _LEAST_ADDRESS = 2, 4, 6


@dataclass(frozen=True, slots=True)
class Contact:
    """What was told of a receiver; empty where nothing was."""

    name: str = ""
    phone: str = ""
    address: str = ""

    def over(self, before: "Contact") -> "Contact":
        """With what was told before where nothing is told now."""
        return Contact(self.name or before.name, self.phone or before.phone, self.address or before.address)

    def __str__(self) -> str:
        """As people write it."""
        return " ".join(filter(None, (self.name, self.phone, self.address)))


def read_email(text: str) -> str | None:
    """The one mail address of a text."""
    found = {hit.lower() for hit in _EMAIL.findall(unicodedata.normalize("NFKC", text))}
    return found.pop() if len(found) == 1 else None


def tries_email(text: str) -> bool:
    """Whether something was written that is meant for a mail address."""
    return _AT.search(unicodedata.normalize("NFKC", text)) is not None


def read_phone(text: str) -> str | None:
    """The one mobile number of a text."""
    found = {re.sub("[ -]", "", hit) for hit in _PHONE.findall(unicodedata.normalize("NFKC", text))}
    return found.pop() if len(found) == 1 else None


def read_receiver(text: str) -> Contact:
    """Name, telephone and address as far as they are told, in any order."""
    folded = unicodedata.normalize("NFKC", text)
    phone, named = read_phone(folded), _NAMED.search(folded)
    rest = _PHONE.sub(" ", folded)
    rest = rest.replace(named[0], " ") if named else rest
    parts = [part for part in (_LEADS.sub("", word) for word in _BREAK.split(rest)) if part]
    places = [part for part in parts if _REGION.search(part) or _STREET.search(part)]
    address = "".join(places)
    name = named[1] if named else next((part for part in parts if part not in places and _is_name(part)), "")
    return Contact(name if address or phone else "", phone or "", address if _is_address(address) else "")


def _is_name(part: str) -> bool:
    return _SHORTEST_NAME <= len(part) <= _LONGEST_NAME and re.fullmatch(r"[一-鿿·]+", part) is not None


def _is_address(text: str) -> bool:
    return len(text) >= _LEAST_ADDRESS and bool(_REGION.search(text) and _STREET.search(text))
