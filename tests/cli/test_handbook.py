"""The operators' handbook says what its commands really print."""

from pathlib import Path
from shutil import which

import pytest

from tests.handbook import HANDBOOK, Shop, alike, play

pytestmark = pytest.mark.skipif(which("git") is None, reason="git is not installed")


def test_every_command_prints_what_the_handbook_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it does not: `python -m tests.handbook` writes it anew, to be read before it is committed."""
    shop = Shop(tmp_path)
    for name, value in shop.environment().items():
        monkeypatch.setenv(name, value)
    played = list(play(shop, HANDBOOK.read_text(encoding="utf-8")))
    assert [(step, real) for step, real in played if not alike(step.told, real)] == []
    ran = {step.command.split()[1] for step, _ in played if step.command.startswith("yeban ")}
    assert ran == {
        "check", "coverage", "explain", "init", "new", "recall", "releases", "replay", "rollback", "suggest", "try",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "real", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "……"], ["a", "b", "c"], True),
        (["……", "c"], ["a", "b", "c"], True),
        (["a", "……", "c"], ["a", "c"], True),
        (["a", "……", "c"], ["a", "b"], False),
        (["replies/a.md:3  12.5%"], ["replies/a.md:41  3.0%"], True),
        (["2026-11-22 23:30:00  e3977806d72cdcf0"], ["2026-11-23 01:00:00  644aa2259413e116"], True),
        (["换了说法 1"], ["换了说法 2"], False),
    ],
)
def test_only_what_differs_from_run_to_run_counts_as_alike(told: list[str], real: list[str], same: bool) -> None:
    assert alike(told, real) is same
