"""Which passwords will do, and passwords for once.

In: a password as typed, a work number; bytes nobody can guess. Out: what is wrong, or a password. Never: a password
kept, shown or told on.

Length counts, not kinds of characters, and what everybody tries first is refused: NIST SP 800-63B, 5.1.1.2.
"""

import unicodedata

LEAST, MOST = 10, 128
_NUMBER_MOST = 64
#: Ten characters or more that head every list of leaked passwords, here and abroad; told apart without case.
_COMMON = """
    1234567890 12345678910 0123456789 0987654321 9876543210 1234512345 123456789a a123456789 123456789q 123456789abc
    1234567890a a1234567890 qq123456789 123456789qq 1231231234 1122334455 1111111111 0000000000 8888888888 6666666666
    5201314520 woaini1314 woaini520520 woaini1314520 5211314521 iloveyou1314 qwertyuiop qwertyuiop123 asdfghjkl123
    1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 qazwsxedcrfv qwer123456 abcd123456 abc123456789 abcdefghij
    abcdefg123 asdf123456 zxcvbnm123 password123 password1234 passw0rd123 p@ssw0rd123 admin123456 administrator
    admin12345 root123456 test123456 letmein1234 welcome123 iloveyou123 changeme123 taobao123456 tianmao123
    kefu123456 dianpu123456 yeban123456
"""
COMMON = frozenset(_COMMON.split())
#: Crockford's base 32: no letter that looks like another.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_GROUP = 4
ONE_TIME_BYTES = 16


def as_kept(password: str) -> str:
    """The same password however a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, number: str) -> str | None:
    """The catalogue's key for what is wrong with a new password, None if it will do."""
    kept = as_kept(password)
    plain, own = kept.casefold(), as_kept(number).casefold()
    if len(kept) < LEAST:
        return "login.short"
    if len(kept) > MOST or not kept.isprintable():
        return "login.unfit"
    if not plain.replace(own, ""):
        return "login.own_number"
    return "login.common" if plain in COMMON or len(set(plain)) == 1 else None


def one_time(chance: bytes) -> str:
    """A password to be read to somebody: 5 bits a byte, in groups of four."""
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in chance)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def is_number(text: str) -> bool:
    """Whether this can be a work number at all."""
    return 0 < len(text) <= _NUMBER_MOST and text.isprintable() and " " not in text
