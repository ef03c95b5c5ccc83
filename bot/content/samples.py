"""The samples of reply files: what a buyer will read, rendered in every wording and every combination of what a text
may leave out.

In: reply files and the red lines. Out: a fault for each variant that nothing shows, each sample that shows something
else, each text that would be empty, lack a field or cross a red line. Never: a sample of a variant that holds a fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bot.content import templates
from bot.content.kept import of_a_file
from bot.content.pieces import MissingFieldError
from bot.content.replies import FLOW, ReplyFile, Sample
from bot.content.rules import RulesFolder
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core.book import Variant, View, Wording
from bot.core.redlines import hits
from bot.core.view import FIELDS
from bot.errors import Fault

_SOMETHING = "某某"  # stands for an optional field that no sample gives


def faults_of_samples(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Fault]:
    """Every variant has a sample; every wording renders with it, crosses no red line, and one says its words."""
    for reply in replies:
        yield from _faults(reply, folder)


@of_a_file
def _faults(reply: ReplyFile, folder: RulesFolder) -> tuple[Fault, ...]:
    return (*_shown(reply), *_given(reply), *soundly(partial(_crossing, reply, folder)))


def _shown(reply: ReplyFile) -> Iterator[Fault]:
    names = sorted(reply.topic.variants)
    misnamed = {nearest(sample.variant, names) for sample in reply.samples if sample.variant not in names}
    for variant in reply.topic.variants.values():
        samples = _samples_of(reply, variant)
        if not samples and "samples" not in reply.doubts and variant.name not in misnamed:
            yield Fault(*place(variant.wordings[0]), "no_sample", {"name": variant.name})
        for sample in samples:
            yield from _rendered(reply, variant, sample)
        yield from _empty(variant, samples)


def _samples_of(reply: ReplyFile, variant: Variant) -> list[Sample]:
    return [sample for sample in reply.samples if sample.variant == variant.name]


def _rendered(reply: ReplyFile, variant: Variant, sample: Sample) -> Iterator[Fault]:
    texts = [render(wording, sample.given) for wording in variant.wordings]
    if None in texts:
        needs = ", ".join(sorted(variant.needs))
        yield Fault(reply.topic.source, sample.line, "sample_lacks_field", {"needs": needs})
    elif not any(all(word in (text or "") for word in sample.says) for text in texts):
        yield Fault(reply.topic.source, sample.line, "sample_says_else", {"says": ", ".join(sample.says)})


def _empty(variant: Variant, samples: Sequence[Sample]) -> Iterator[Fault]:
    """A buyer would be sent nothing."""
    for wording in variant.wordings:
        texts = [text for sample in samples for text in combinations(wording, sample.given)]
        if any(not text.strip() for text in texts):
            fields = ", ".join(sorted(templates.optional(wording.text)))
            yield Fault(*place(wording), "says_nothing", {"fields": fields})


def _crossing(reply: ReplyFile, folder: RulesFolder) -> Iterator[Fault]:
    """Red lines that a text crosses as it stands or filled in; also in what is left out of the topic for a fault."""
    lines = folder.redlines
    for line, text in reply.spoilt:
        yield from (Fault(reply.topic.source, line, "red_line", {"name": name}) for name in hits(text, lines))
    for variant in reply.topic.variants.values():
        samples = _samples_of(reply, variant)
        for wording in variant.wordings:
            texts = [text for sample in samples for text in combinations(wording, sample.given)]
            crossed = {name: None for text in texts or [wording.text] for name in hits(text, lines)}
            yield from (Fault(*place(wording), "red_line", {"name": name}) for name in crossed)


def combinations(wording: Wording, given: View) -> list[str]:
    """A wording with all its optional fields known, and with none, beside the sample as it is; none that lacks a field
    it needs."""
    optional = templates.optional(wording.text)
    views = [given, _with(given, optional), _less(given, optional)] if optional else [given]
    texts = (render(wording, view) for view in views)
    return [*dict.fromkeys(text for text in texts if text is not None)]


def render(wording: Wording, view: View) -> str | None:
    """The text, None where a field is missing."""
    try:
        return wording.render(view)
    except MissingFieldError:
        return None


def _with(given: View, fields: frozenset[str]) -> View:
    view: dict[str, Mapping[str, str]] = dict(given)
    for group, _, name in (field.partition(".") for field in sorted(fields)):
        view[group] = {name: _SOMETHING} | dict(view.get(group, {}))
    return view


def _less(given: View, fields: frozenset[str]) -> View:
    return {
        group: {name: text for name, text in known.items() if f"{group}.{name}" not in fields}
        for group, known in given.items()
    }


def _given(reply: ReplyFile) -> Iterator[Fault]:
    """A sample that gives a field which nobody fills proves nothing."""
    for sample in reply.samples:
        for group, fields in sample.given.items():
            for name in fields:
                if name not in FIELDS.get(group, frozenset()) and not (
                    group == "flow" and reply.topic.name.startswith(FLOW)
                ):
                    yield templates.unknown_field(f"{group}.{name}", reply.topic.source, sample.line)


def place(wording: Wording) -> tuple[str, int]:
    """Path and line of a wording."""
    path, _, line = wording.source.rpartition(":")
    return path, int(line)
