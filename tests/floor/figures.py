"""A story in figures: how much was done, and how long buyers waited for people.

In: a story that has come to its end. Out: names and numbers. Never: a verdict.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.core.book import CHINA
from tests.floor.rota import Rota, waiting
from tests.floor.story import Story

Wait = tuple[str, datetime]


def figures(story: Story) -> Mapping[str, object]:
    done = Counter(one.kind for one in story.journal)
    by_day, by_night = _waits(story)
    return {
        "conversations": len({one.conversation_id for one in story.words}),
        "messages of buyers": sum(one.author == "buyer" for one in story.words),
        "sent": dict(Counter(f"{'bot' if one.by_bot else 'agent'} {one.purpose}" for one in story.sent)),
        "journal": dict(done),
        "assigned by": dict(Counter(str(one.data["by"]) for one in story.journal if one.kind == "assigned")),
        "apologies": sum(one.kind == "soothed" and one.data["level"] == 2 for one in story.journal),
        "hand-over logs": len(story.heads),
        "hand-over lines": dict(Counter(one.kind for one in story.logs)),
        "promises": len(story.promised),
        "owed": dict(Counter(one.state for one in story.owing)),
        "notices": dict(Counter(one.kind for one in story.notices)),
        "waits begun while people were there": _spread(by_day),
        "waits begun while nobody was": _spread(by_night),
        "looks": len(story.looks),
    }


def _waits(story: Story) -> tuple[list[timedelta], list[timedelta]]:
    """How long each wait was, as far as looks can tell, apart for those that began with people there."""
    days = [one.at.astimezone(CHINA).date() for one in (story.looks[0], story.looks[-1])]
    rota = Rota(days[0], days[1] + timedelta(days=1))
    lasted, staffed = dict[Wait, timedelta](), dict[Wait, bool]()
    for look in story.looks:
        for one in waiting(look):
            assert one.waiting_since
            key = (one.id, one.waiting_since)
            lasted[key] = look.at - one.waiting_since
            staffed.setdefault(key, bool(rota.people(look, one.team)))
    return [lasted[key] for key in lasted if staffed[key]], [lasted[key] for key in lasted if not staffed[key]]


def _spread(waits: list[timedelta]) -> Mapping[str, object]:
    ordered = sorted(round(one.total_seconds()) for one in waits)
    if not ordered:
        return {"count": 0}
    at = {"half": 0.5, "nine in ten": 0.9, "99 in 100": 0.99}
    return {
        "count": len(ordered),
        **{name: ordered[int(len(ordered) * part)] for name, part in at.items()},
        "longest": ordered[-1],
    }
