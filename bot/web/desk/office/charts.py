"""Charts as values: the shapes of an inline SVG, for one macro that writes them.

In: names and numbers, texts in the reader's language. Out: a `Chart`. Never: a colour, a style, markup, a shape outside
of the picture; classes name what a shape is and the style sheet colours it.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 360
_SIZE, _PAD = 12, 4
_WIDE = ("W", "F")
_TOP, _BOTTOM, _LEFT = 16, 22, 34
_PLOT = 130
_ROW, _BAR = 40, 14


@dataclass(frozen=True, slots=True)
class Shape:
    """One element. `kind` is its class; `tip` is told when it is pointed at."""

    tag: str
    kind: str
    at: Mapping[str, float]
    text: str = ""
    tip: str = ""

    @property
    def attributes(self) -> Iterator[tuple[str, str]]:
        """As they are written: at most two decimals."""
        yield from ((name, f"{value:.2f}".rstrip("0").rstrip(".")) for name, value in self.at.items())


@dataclass(frozen=True, slots=True)
class Chart:
    """`title` and `desc` are for whoever cannot see it."""

    width: float
    height: float
    title: str
    desc: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label. `kind` is the class of its bars."""

    name: str
    kind: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar of a day's line, in minutes from its midnight."""

    start: int
    end: int
    kind: str
    text: str
    tip: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a roster: its lanes from above, each without two stretches at once. `now`: a minute to be marked."""

    name: str
    lanes: tuple[tuple[Stretch, ...], ...] = ()
    is_today: bool = False
    now: int | None = None


def columns(labels: Sequence[str], series: Sequence[Series], title: str, desc: str) -> Chart:
    """Groups of upright bars, one a series, over their labels."""
    top = ceiling(max((value for one in series for value in one.values), default=0))
    left = max(_LEFT, length(str(top)) + 2 * _PAD)
    shapes = [*_scale(top, left), *_bars(labels, series, top, left), *_under(labels, left)]
    return Chart(WIDTH, _TOP + _PLOT + _BOTTOM, title, desc, tuple(shapes))


def rows(values: Sequence[tuple[str, int]], title: str, desc: str, kind: str = "a") -> Chart:
    """Lying bars, each under its name and before its number."""
    most = max((value for _, value in values), default=0)
    shapes = [shape for place, one in enumerate(values) for shape in _row(place, *one, most, kind)]
    return Chart(WIDTH, max(_ROW * len(values), 1), title, desc, tuple(shapes))


def ceiling(most: int) -> int:
    """The first round number that is not below: 1, 2, 5 and their tens."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if most <= times * step:
                return times * step
        step *= 10


def fitted(text: str, room: float, size: float = _SIZE) -> str:
    """As much of a text as has room, with a sign that more follows; nothing where not even that has."""
    if length(text, size) <= room:
        return text
    kept = text
    while kept and length(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept}…" if kept else ""


def length(text: str, size: float = _SIZE) -> float:
    """About how wide a text is: ideographs are as wide as high, most letters less."""
    return sum(size if unicodedata.east_asian_width(one) in _WIDE else 0.64 * size for one in text)


def _scale(top: int, left: float) -> Iterator[Shape]:
    for value in sorted({0, top // 2, top}):
        y = _TOP + _PLOT * (1 - value / top)
        yield Shape("line", "grid", {"x1": left, "y1": y, "x2": WIDTH, "y2": y})
        yield Shape("text", "axis end", {"x": left - _PAD, "y": y + _SIZE / 3}, str(value))


def _bars(labels: Sequence[str], series: Sequence[Series], top: int, left: float) -> Iterator[Shape]:
    slot = (WIDTH - left) / max(len(labels), 1)
    wide = slot * 0.8 / max(len(series), 1)
    for place, label in enumerate(labels):
        for nth, one in enumerate(series):
            value = one.values[place]
            high = _PLOT * value / top
            x = left + place * slot + slot * 0.1 + nth * wide
            if value:
                at = {"x": x, "y": _TOP + _PLOT - high, "width": wide, "height": high}
                yield Shape("rect", one.kind, at, tip=f"{label} {one.name} {value}")
            if length(str(value)) <= wide:
                yield Shape("text", "count middle", {"x": x + wide / 2, "y": _TOP + _PLOT - high - 3}, str(value))


def _under(labels: Sequence[str], left: float) -> Iterator[Shape]:
    """Every label, or every so many-th where there is no room for all."""
    slot = (WIDTH - left) / max(len(labels), 1)
    widest = max((length(one) for one in labels), default=0) + _PAD
    step = next((one for one in (1, 2, 3, 4, 6, 12) if widest <= one * slot), 12)
    for place in range(0, len(labels), step):
        text = fitted(labels[place], step * slot)
        x = left + place * slot + slot / 2
        half = length(text) / 2
        middle = min(max(x, half), WIDTH - half)
        yield Shape("text", "axis middle", {"x": middle, "y": _TOP + _PLOT + _SIZE + _PAD}, text)


def _row(place: int, name: str, value: int, most: int, kind: str) -> Iterator[Shape]:
    y, number = place * _ROW, str(value)
    room = WIDTH - length(number) - 2 * _PAD
    wide = room * value / most if most else 0.0
    yield Shape("text", "name", {"x": 0, "y": y + _SIZE}, fitted(name, WIDTH))
    if wide:
        at = {"x": 0, "y": y + _SIZE + 5, "width": wide, "height": _BAR}
        yield Shape("rect", kind, at, tip=f"{name} {value}")
    yield Shape("text", "count", {"x": wide + _PAD, "y": y + _SIZE + 5 + _BAR - 3}, number)


# The roster: a line a day, midnight to midnight.
ROSTER_WIDTH = 960
_DAY, _HEAD, _LANE = 92, 22, 22
_MINUTES, _EVERY = 1440, 180
Across = Callable[[int], float]


def week(days: Sequence[DayLine], title: str, desc: str) -> Chart:
    """Each day's lanes under each other; hours go from left to right."""
    heights = [max(len(one.lanes), 1) * _LANE + 2 * _PAD for one in days]
    tops = [_HEAD + sum(heights[:place]) for place in range(len(days) + 1)]
    at = _across(_first_hour(days))
    shapes = [shape for one, (top, end) in zip(days, pairwise(tops), strict=True) for shape in _day(one, top, end, at)]
    return Chart(ROSTER_WIDTH, tops[-1] + 1, title, desc, (*_hours(tops[-1], at, _first_hour(days)), *shapes))


def _first_hour(days: Sequence[DayLine]) -> int:
    """Where the picture begins: empty nights take no room, but one step of the axis always shows."""
    starts = [one.start for day in days for lane in day.lanes for one in lane]
    marks = [day.now for day in days if day.now is not None]
    return min(min((*starts, *marks), default=0), _MINUTES - _EVERY) // _EVERY * _EVERY


def _across(first: int) -> Across:
    return lambda minute: _DAY + (ROSTER_WIDTH - _DAY) * (minute - first) / (_MINUTES - first)


def _hours(bottom: float, across: Across, first: int) -> Iterator[Shape]:
    for minute in range(first, _MINUTES + 1, _EVERY):
        place = "start" if minute == first else "end" if minute == _MINUTES else "middle"
        yield Shape("text", f"axis {place}", {"x": across(minute), "y": _SIZE}, f"{minute // 60:02}:00")
        yield Shape("line", "grid", {"x1": across(minute), "y1": _HEAD - _PAD, "x2": across(minute), "y2": bottom})


def _day(one: DayLine, top: float, end: float, across: Across) -> Iterator[Shape]:
    if one.is_today:
        yield Shape("rect", "today", {"x": 0, "y": top, "width": ROSTER_WIDTH, "height": end - top})
    yield Shape("line", "grid", {"x1": 0, "y1": top, "x2": ROSTER_WIDTH, "y2": top})
    kind = "name strong" if one.is_today else "name"
    yield Shape("text", kind, {"x": _PAD, "y": top + _LANE / 2 + _SIZE / 2}, fitted(one.name, _DAY - 2 * _PAD))
    for place, lane in enumerate(one.lanes):
        yield from _lane(lane, top + _PAD + place * _LANE, across)
    if one.now is not None:
        yield Shape("line", "now", {"x1": across(one.now), "y1": top, "x2": across(one.now), "y2": end})


def _lane(lane: Iterable[Stretch], y: float, across: Across) -> Iterator[Shape]:
    for one in lane:
        x, wide = across(one.start), across(one.end) - across(one.start)
        at = {"x": x, "y": y + 1, "width": wide, "height": _LANE - 3}
        yield Shape("rect", one.kind, at, tip=one.tip)
        if text := fitted(one.text, wide - 2 * _PAD):
            yield Shape("text", f"on {one.kind}", {"x": x + _PAD, "y": y + _LANE / 2 + _SIZE / 3}, text)
