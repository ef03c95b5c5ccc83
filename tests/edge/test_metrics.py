"""How what was counted reads."""

import subprocess
import sys
from pathlib import Path

from bot.metrics import Metrics, forget
from bot.records import Vitals
from tests.edge.watching import Scraped

ROOT = Path(__file__).parents[2]


def scraped(metrics: Metrics, vitals: Vitals | None = None) -> Scraped:
    return Scraped(metrics.expose(vitals, "")[0].decode())


def test_what_is_told_reads_as_prometheus_reads_it() -> None:
    metrics = Metrics()
    for new in (True, True, False):
        metrics.accepted("message.created", new=new)
    metrics.refused(401)
    metrics.turn("answer", "carrier")
    metrics.turn("hand_off", None)
    metrics.answered(2.5)
    metrics.delivery("reply", "delivered", 0.03)
    metrics.nudge("queued")
    metrics.defect("turn")
    metrics.store_down("worker")
    found = scraped(metrics)
    assert found.value("yeban_events_total", type="message.created", result="new") == 2
    assert found.value("yeban_events_total", type="message.created", result="duplicate") == 1
    assert found.value("yeban_refusals_total", status="401") == 1
    assert found.value("yeban_turns_total", decision="answer", intent="carrier") == 1
    assert found.value("yeban_turns_total", decision="hand_off", intent="none") == 1
    assert [found.value("yeban_first_response_seconds_bucket", le=le) for le in ("2.0", "3.0", "+Inf")] == [0, 1, 1]
    assert found.value("yeban_first_response_seconds_sum") == 2.5
    assert found.value("yeban_deliveries_total", purpose="reply", outcome="delivered") == 1
    assert found.value("yeban_send_seconds_bucket", outcome="delivered", le="0.05") == 1
    assert found.value("yeban_nudges_total", outcome="queued") == 1
    assert found.value("yeban_defects_total", part="turn") == 1
    assert found.value("yeban_store_down_total", part="worker") == 1


def test_the_first_response_is_cut_where_shops_are_measured() -> None:
    cuts = {f"{cut:.1f}" for cut in (1, 2, 3, 5, 8, 15, 30, 60, 180, 600)}
    found = {
        one.labels["le"] for one in scraped(Metrics()).samples if one.name == "yeban_first_response_seconds_bucket"
    }
    assert cuts <= found


def test_what_the_store_knows_is_read_at_the_scrape() -> None:
    vitals = Vitals(
        unanswered=4, oldest_event=3, oldest_command=2, commands={"waiting": 5, "dead": 1}, queued={"presale": 6},
        review=7, paused=True,
    )  # fmt: skip
    found = scraped(Metrics(), vitals)
    assert found.value("yeban_store_up") == 1
    assert found.value("yeban_oldest_unanswered_seconds") == 4
    assert found.value("yeban_oldest_event_seconds") == 3
    assert found.value("yeban_oldest_command_seconds") == 2
    assert found.value("yeban_outbox_commands", state="waiting") == 5
    assert found.value("yeban_outbox_commands", state="dead") == 1
    assert found.value("yeban_queued_conversations", group="presale") == 6
    assert found.value("yeban_nudges_to_review") == 7
    assert found.value("yeban_paused") == 1


def test_without_the_store_what_was_counted_is_told_all_the_same() -> None:
    metrics = Metrics()
    metrics.refused(503)
    found = scraped(metrics)
    assert (found.value("yeban_store_up"), found.value("yeban_refusals_total", status="503")) == (0, 1)
    assert "yeban_outbox_commands" not in found.names()


def test_processes_that_share_a_folder_are_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").write_bytes(b"of an earlier service")
    command = [sys.executable, "-m", "tests.edge.forking", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = Scraped(done.stdout)
    assert found.value("yeban_events_total", type="message.created", result="new") == 2
    assert found.value("yeban_refusals_total", status="401") == 3
    assert [found.value("yeban_first_response_seconds_bucket", le=le) for le in ("0.5", "1.0", "2.0")] == [1, 1, 2]
    assert found.value("yeban_first_response_seconds_count") == 2
    assert found.value("yeban_outbox_commands", state="waiting") == 3


def test_alone_there_is_nobody_to_forget() -> None:
    forget(1)
