"""Python's search for garbage, left out where there is none to be found.

In: a block of work that makes much and drops little, as to load modules and files. Out: nothing. Never: left switched
off; who serves for days needs it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ungathered() -> Iterator[None]:
    """The more is made, the longer each search takes: a tenth of the time of a command that loads and reads."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
