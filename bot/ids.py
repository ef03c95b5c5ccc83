"""Ids that follow from their cause, so that work done twice names the same thing.

In: the parts of a cause. Out: an id. Never: chance.
"""

from hashlib import blake2b


def derived(kind: str, *cause: str) -> str:
    """`yb_` and 32 hex digits; the same cause always gives the same id."""
    return f"yb_{blake2b(chr(0).join((kind, *cause)).encode(), digest_size=16).hexdigest()}"
