"""What was sent can be made again from the files of that version, byte for byte; and what cannot is told."""

import asyncio
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.content.files import FileSet, read_files
from bot.content.load import book_of
from bot.content.replies import read_reply
from bot.core.book import Book, Topic, Variant
from bot.core.compose import part_of
from bot.proving import Gap, Proof, Prover
from bot.records import Command
from tests.edge.sayings import another, of_own_accord, replies

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "replies", ROOT / "rules")
NOWHERE = (Path("/nowhere/replies"), Path("/nowhere/rules"))
Made = dict[str, Any]


class Kept:
    """Sets that a store was given."""

    def __init__(self, *sets: FileSet) -> None:
        self._sets = {one.version: one for one in sets}

    async def release_files(self, version: str) -> FileSet | None:
        """As a store answers."""
        return self._sets.get(version)


class Bent(Kept):
    """A store whose texts somebody has changed."""

    async def release_files(self, version: str) -> FileSet | None:
        """Another set under the old name."""
        files = await super().release_files(version)
        return files and FileSet({path: text.replace("亲".encode(), b"") for path, text in files.texts.items()})


@cache
def shipped() -> tuple[Book, FileSet]:
    files = read_files(*FOLDERS)
    return book_of(files, "c0ffee"), files


@cache
def story() -> tuple[Sequence[Command], Sequence[FileSet]]:
    """What a shop said under three versions of its files: in the second every third file's lines have moved, in the
    third every fourth file speaks in other words."""
    first = shipped()
    texts = {path: text.decode() for path, text in first[1].texts.items() if path.startswith("replies/")}
    moved = {path: text.replace("\n## ", "\n\n\n## ") for path, text in sorted(texts.items())[::3]}
    second = another(*first, moved)
    told = {path: second[1].text(path) for path in sorted(texts)[::4]}
    third = another(*second, {path: text.replace("亲，", "亲亲，") for path, text in told.items()})
    shops = (first, second, third)
    said = list[Command]()
    for number, (book, _) in enumerate(shops):
        said += (*replies(book, number * 100, number * 100 + 100), *of_own_accord(book, 6))
    return said, [files for _, files in shops]


def proofs(prover: Prover, commands: Sequence[Command]) -> list[Proof]:
    """Of what came back from where it was kept."""

    async def all_of_them() -> list[Proof]:
        return [await prover.prove(kept(one), str(one.data["text"])) for one in commands]

    return asyncio.run(all_of_them())


def kept(command: Command) -> Made:
    found: Made = json.loads(json.dumps(command.made))
    return found


def proof(made: Mapping[str, Any] | None, text: str, *sets: FileSet) -> Proof:
    return asyncio.run(Prover(Kept(*sets), *NOWHERE).prove(made, text))


def test_a_thousand_sent_messages_of_three_versions_are_made_again_byte_for_byte() -> None:
    commands, sets = story()
    found = proofs(Prover(Kept(*sets), *NOWHERE), commands)
    assert len(found) >= 1_000
    assert {one.version for one in found} == {files.version for files in sets}
    assert [(one, command.data) for one, command in zip(found, commands, strict=True) if not one.equal] == []


def test_they_are_of_every_kind_that_the_bot_says() -> None:
    commands, _ = story()
    made = [kept(one) for one in commands]
    assert {one["decision"] for one in made} >= {"answer", "ask", "hand_off", "nudge", "care", "soothe", "greet"}
    assert sum(len(one["parts"]) > 1 for one in made) > 40
    assert len({part["topic"] for one in made for part in one["parts"]}) > 80
    assert all(one["roster"]["back"]["shifts"] for one in made if "back" in one["roster"])
    assert any("back" in one["roster"] for one in made)


def _filled(topic: Topic, variant: Variant) -> Sequence[tuple[Made, str]]:
    """Each wording with all its fields told, and with only those that it needs."""
    found = []
    for wording in variant.wordings:
        for fields in {wording.fields, wording.needs & wording.fields}:
            view: dict[str, dict[str, str]] = {}
            for field in fields:
                group, _, name = field.partition(".")
                view.setdefault(group, {})[name] = f"<{name}> {{{{ x }}}}\n 亲"
            part = part_of(topic, variant, wording, view)
            told = {"topic": part.topic, "variant": part.variant, "source": part.source, "wording": part.key}
            found.append(({**told, "given": dict(part.given)}, part.text))
    return found


def test_every_wording_that_ships_is_made_again_whatever_it_is_filled_in_with() -> None:
    """Facts with braces, line breaks and the bot's own opening in them too."""
    book, files = shipped()
    prover = Prover(Kept(files), *NOWHERE)
    told = [one for topic in book.topics.values() for each in topic.variants.values() for one in _filled(topic, each)]

    async def unequal() -> list[Made]:
        made = [({"version": files.version, "commit": None, "parts": [part]}, text) for part, text in told]
        return [one for one, text in made if not (await prover.prove(one, text)).equal]

    assert len(told) > 700
    assert asyncio.run(unequal()) == []


def _git(folder: Path, *words: str) -> str:
    author = ["-c", "user.name=o", "-c", "user.email=o@example.com"]
    done = subprocess.run(["git", "-C", str(folder), *author, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_what_the_store_has_not_is_read_from_its_commit(tmp_path: Path) -> None:
    commands, sets = story()
    commits = {}
    _git(tmp_path, "init", "-q")
    for files in sets:
        for path, text in files.texts.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(text)
        _git(tmp_path, "add", "-A")
        _git(tmp_path, "commit", "-qm", "words")
        commits[files.version] = _git(tmp_path, "rev-parse", "--short=12", "HEAD")
    named = [replace(one, made={**kept(one), "commit": commits[kept(one)["version"]]}) for one in commands[::7]]
    found = proofs(Prover(Kept(), tmp_path / "replies", tmp_path / "rules"), named)
    assert {one.version for one in found} == {files.version for files in sets}
    assert all(one.equal for one in found)


def _said() -> tuple[Made, str, FileSet]:
    """A message of several fields."""
    commands, sets = story()
    one = next(one for one in commands if len(kept(one)["parts"][0]["given"]) > 1)
    return kept(one), str(one.data["text"]), sets[0]


def test_a_changed_word_is_told() -> None:
    made, text, files = _said()
    found = proof(made, f"{text} ", files)
    assert (found.equal, found.gap, found.failed, found.text) == (False, Gap.DIFFERENT, True, text)


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"given": {}}, Gap.NO_FIELD),
        ({"wording": "0" * 16}, Gap.NO_LINE),
        ({"variant": "nowhere"}, Gap.NO_LINE),
        ({"topic": "nowhere"}, Gap.NO_LINE),
        ({"source": "replies/nowhere.md:3"}, Gap.NO_LINE),
        ({"source": "nonsense"}, Gap.NO_LINE),
    ],
)
def test_a_changed_record_is_told(changed: Mapping[str, object], gap: Gap) -> None:
    made, text, files = _said()
    made["parts"][0] |= changed
    found = proof(made, text, files)
    assert (found.equal, found.gap, found.failed) == (False, gap, True)


def test_a_changed_fact_is_told() -> None:
    made, text, files = _said()
    given = made["parts"][0]["given"]
    given |= dict.fromkeys(given, "假")
    assert proof(made, text, files).gap is Gap.DIFFERENT


def test_files_that_were_changed_where_they_are_kept_are_not_taken_for_those_of_that_day() -> None:
    made, text, files = _said()
    found = asyncio.run(Prover(Bent(files), *NOWHERE).prove(made, text))
    assert (found.equal, found.gap, found.failed) == (False, Gap.NO_FILES, True)


def test_the_folders_at_hand_serve_as_long_as_they_are_of_that_version() -> None:
    made, text, files = _said()
    here = Prover(Kept(), *FOLDERS)
    assert asyncio.run(here.prove(made, text)).equal == (files.version == made["version"])
    assert asyncio.run(Prover(Kept(), *FOLDERS).prove({**made, "version": "0" * 16}, text)).gap is Gap.NO_FILES


def test_a_message_from_before_this_was_kept_is_old_and_not_wrong() -> None:
    found = proof(None, "亲")
    assert (found.equal, found.gap, found.failed) == (False, Gap.UNRECORDED, False)


def test_a_wording_keeps_its_name_on_whichever_line_it_stands() -> None:
    _, files = shipped()
    path = "replies/system/nudge.md"
    lower = FileSet({path: files.texts[path].replace(b"\n## ", b"\n\n## ")})
    one, other = (read_reply(each, path).topic.variants["unpaid"].wordings for each in (files, lower))
    assert [each.key for each in one] == [each.key for each in other]
    assert [each.source for each in one] != [each.source for each in other]
    assert len({each.key for each in one}) == 2
