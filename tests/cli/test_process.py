"""The real command, started as a user starts it."""

import json
import signal
from itertools import takewhile
from pathlib import Path

import pytest

from bot.words import say
from tests.chaos.premises import furnish

from .terminal import NIGHT, command, refused_in_one_line, started

Env = dict[str, str]
KEYS = [
    "id", "text", "intents", "decision", "reason", "topic", "variant", "reply", "score", "runner_up", "slots", "source",
    "commit",
    "why",
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Env:
    """Few replies that are learned in a moment, for what does not depend on how many there are."""
    premises = furnish(tmp_path_factory.mktemp("small"))
    return {"YEBAN_REPLIES_DIR": str(premises.replies), "YEBAN_RULES_DIR": str(premises.rules)}


def test_the_shipped_files_are_found_from_an_empty_folder(tmp_path: Path) -> None:
    done = command(tmp_path, "try", "发什么快递", "--at", NIGHT)
    assert (done.code, done.err.count("\n")) == (0, 1)
    assert "没有 replies/、rules/，用的是软件自带的示例" in done.err
    assert "replies/shipping/carrier.md:" in done.out
    assert list(tmp_path.iterdir()) == []


def test_check_of_files_without_a_fault_ends_well(tmp_path: Path, small: Env) -> None:
    done = command(tmp_path, "check", env=small)
    assert (done.code, done.err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_try_prints_the_contracts_object(tmp_path: Path, small: Env) -> None:
    done = command(tmp_path, "try", "发什么快递", "--json", "--at", NIGHT, env=small)
    told = done.object
    assert (done.code, done.err, list(told)) == (0, "", KEYS)
    assert (told["text"], told["intents"], told["decision"], told["topic"], told["variant"]) == (
        "发什么快递", ["carrier"], "answer", "shipping/carrier", "default",
    )  # fmt: skip
    assert str(told["source"]).startswith("replies/shipping/carrier.md:")


def test_a_file_of_lines_is_answered_line_by_line_in_order(tmp_path: Path, small: Env) -> None:
    texts = {"b": "发什么快递", "a": "a\u2028b", "ü": "\ud800", "c": "可以开发票吗"}
    lines = [json.dumps({"id": one, "text": text}, ensure_ascii=one == "ü") for one, text in texts.items()]
    (tmp_path / "lines.jsonl").write_text("\n".join([*lines, "", ""]), "utf-8")
    done = command(tmp_path, "try", "--jsonl", "lines.jsonl", "--at", NIGHT, env=small)
    told = [json.loads(line) for line in done.out.split("\n") if line]
    assert (done.code, done.err) == (0, "")
    assert [(one["id"], one["text"]) for one in told] == list(texts.items())
    assert [one["intents"] for one in told] == [["carrier"], [], [], ["invoice_request"]]


def test_a_conversation_in_the_terminal_ends_with_an_empty_line(tmp_path: Path, small: Env) -> None:
    done = command(tmp_path, "chat", "--at", NIGHT, typed="发什么快递\n可以开发票吗\n\n没人看的一句\n", env=small)
    assert (done.code, done.err) == (0, "")
    assert done.out.count(say("chat.prompt")) == 3
    assert "发票" in done.out
    assert "没人看的一句" not in done.out


def test_a_conversation_ends_with_its_input(tmp_path: Path, small: Env) -> None:
    assert command(tmp_path, "chat", typed="", env=small).code == 0


def test_the_kill_switch_survives_a_restart_and_creates_what_it_needs(tmp_path: Path) -> None:
    assert command(tmp_path, "pause").code == 0
    assert (tmp_path / "yeban.db").exists()
    assert command(tmp_path, "resume").code == 0


def test_a_slip_in_the_environment_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    done = command(tmp_path, "check", env={"YEBAN_DATABSE_URL": "sqlite:///x.db"})
    assert refused_in_one_line(done, 2)
    assert "YEBAN_DATABASE_URL" in done.err


def test_no_command_is_misuse(tmp_path: Path) -> None:
    assert refused_in_one_line(command(tmp_path), 2)


@pytest.mark.parametrize(
    ("env", "kept"), [({}, "yeban-demo.db"), ({"YEBAN_DATABASE_URL": "sqlite:///own.db"}, "own.db")]
)
def test_the_demo_keeps_its_invented_data_out_of_the_shops_database(
    tmp_path: Path, small: Env, env: Env, kept: str
) -> None:
    with started(tmp_path, "serve", "--demo", "--port", "0", env=small | env) as demo:
        assert demo.stderr is not None
        begun = [*takewhile(lambda line: "演示店铺" not in line, demo.stderr)]
        assert "whsec_" in next(demo.stderr)
        folders = next(one for one in map(json.loads, begun) if one["event"] == "folders")
        demo.send_signal(signal.SIGTERM)
        told, _ = demo.communicate(timeout=30)
    assert told.count("工号 p1 ") == 1
    assert (folders["replies"], folders["rules"], folders["shipped"]) == (*small.values(), [])
    assert {path.name for path in tmp_path.glob("*.db")} == {kept}
