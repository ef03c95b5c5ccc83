"""The three records of a run, side by side, and ways to look things up in them.

In: what was told, what arrived, what was kept. Out: indexes. Never: a judgement.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.chaos.records import Arrival, CommandRow, EventRow, Kept, Told, TurnRow


@dataclass(frozen=True)
class Evidence:
    told: Sequence[Told]
    arrivals: Sequence[Arrival]
    kept: Kept

    @cached_property
    def messages(self) -> Mapping[str, Told]:
        """The buyers', each once."""
        return {one.message: one for one in self.told if one.message}

    @cached_property
    def events(self) -> Mapping[str, EventRow]:
        return {row.event: row for row in self.kept.events}

    @cached_property
    def commands(self) -> Mapping[str, CommandRow]:
        return {row.id: row for row in self.kept.commands}

    @cached_property
    def first(self) -> Mapping[str, Arrival]:
        """Each command when the channel first acted on it, in that order."""
        found: dict[str, Arrival] = {}
        for arrival in self.arrivals:
            if arrival.processed:
                found.setdefault(arrival.command, arrival)
        return found

    @cached_property
    def turns(self) -> Mapping[str, list[TurnRow]]:
        """By message."""
        found: defaultdict[str, list[TurnRow]] = defaultdict(list)
        for turn in self.kept.turns:
            for one in turn.messages:
                found[one].append(turn)
        return found

    @cached_property
    def answering(self) -> Mapping[str, list[CommandRow]]:
        """By message."""
        found: defaultdict[str, list[CommandRow]] = defaultdict(list)
        for command in self.kept.commands:
            for one in command.answers:
                found[one].append(command)
        return found

    @cached_property
    def humans(self) -> Mapping[str, list[int]]:
        """By conversation, where in the inbox a human has spoken."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for one in self.told:
            if one.data.get("sender") == "seller" and not one.echo and one.event in self.events:
                found[one.talk].append(self.events[one.event].seq)
        return found

    def human_after(self, told: Told) -> bool:
        """Whether a human has spoken after it."""
        row = self.events.get(told.event)
        return row is not None and any(seq > row.seq for seq in self.humans.get(told.talk, ()))
