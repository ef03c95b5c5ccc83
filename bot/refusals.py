"""Why an act of people cannot be done.

In: what was asked for. Out: errors whose text says why and what to do. Never: a defect.
"""

from bot.errors import YebanError


class UnknownError(YebanError):
    """There is no such conversation, agent or group."""


class TakenError(YebanError):
    """Somebody else has it; `agent` is who."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        super().__init__("desk.taken", agent=agent)


class KeyTakenError(YebanError):
    """The same key came with something else before; what came now is not kept."""

    def __init__(self, key: str) -> None:
        super().__init__("desk.key", key=key)


class UnfitError(YebanError):
    """What was asked for cannot be done: the text says why."""


class BusyError(YebanError):
    """The conversation moved on at every try."""

    def __init__(self) -> None:
        super().__init__("desk.busy")
